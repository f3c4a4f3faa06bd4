import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { DiscordGateway, Intents, MemorySessionStore } from "../../../src/discord/gateway/mod.ts";
import { applicationOf } from "../../../src/discord/gateway/shards/identity.ts";
import { discordServerFetch } from "../../../testing/discord/fetch.ts";
import { DiscordServer } from "../../../testing/discord/server.ts";
import { Driver } from "../../../src/driver/driver.ts";
import { Simulation } from "../../../testing/world/simulation.ts";
import { worldOf } from "./_world.ts";

const ID = "81384788765712384";

/** A world with a server for each of these tokens, of bots with IDs of their own. */
function worldOfBots(tokens: readonly string[]) {
  const world = new Simulation({ seed: 1 });
  return {
    world,
    gateways: tokens.map((token, at) => {
      const url = `wss://gateway${at}.test`;
      const core = new DiscordServer({ url, token, user: { id: String(7000 + at), username: "bot" } });
      const server = new Driver(core, {
        host: world.host(`server ${at}`),
        label: "server",
        deliver: () => {},
      });
      server.start();
      world.serve(url, server);
      world.serveHttp(`https://discord${at}.test`, (input, init) => discordServerFetch(server)(input, init));
      const rest = { baseUrl: `https://discord${at}.test/api` };
      return new DiscordGateway({ token, intents: Intents.Guilds, rest, runtime: world.host("bots") });
    }),
  };
}

test("DiscordGateway: bots whose tokens tell no ID do not wait for each other's IDENTIFY", async () => {
  const { world, gateways } = worldOfBots(["one", "two"]);
  const from = world.clock.now();
  await Promise.all(gateways.map((gateway) => world.until(gateway.connect())));
  // The turns of one bot lie 5 s apart.
  assertEquals(world.clock.now() - from < 2_000, true, `${world.clock.now() - from} ms`);
  await Promise.all(gateways.map((gateway) => world.until(gateway.close())));
});

test("applicationOf: tells bots apart, and nothing of a token", () => {
  assertEquals(applicationOf(`${btoa(ID)}.G12345.secret`), ID);
  const [one, two] = ["not.a.token", "not.b.token"].map(applicationOf);
  assertEquals([one === two, one === applicationOf("not.a.token"), one?.length], [false, true, 17]);
});

test("DiscordGateway: its application and user are what READY says, and before that what the token tells", async () => {
  const { world, gateways: [gateway] } = worldOfBots(["odd"]);
  assertEquals([gateway?.applicationId, gateway?.userId], [undefined, undefined]);
  await world.until(gateway!.connect());
  assertEquals([gateway?.applicationId, gateway?.userId], ["7000", "7000"]);
  await world.until(gateway!.close());
  const told = new DiscordGateway({ token: `${btoa(ID)}.G12345.secret`, intents: 0 });
  assertEquals([told.applicationId, told.userId], [ID, ID]);
});

test("DiscordGateway: a stored session is not resumed with another bot's token of a shape that tells no ID", async () => {
  const store = new MemorySessionStore();
  const one = worldOf({ token: "one" });
  const first = await one.connect({ token: "one", store });
  await one.world.run(2_000);
  await one.world.until(first.close({ resumable: true }));
  const two = worldOf({ token: "two" });
  const second = await two.connect({ token: "two", store, takeOverAfter: 0 });
  const opcodes = two.core.log.flatMap((entry) => entry.kind === "received" ? [entry.op] : []);
  assertEquals([opcodes.includes(6), opcodes.includes(2)], [false, true]);
  await two.world.until(second.close());
});
