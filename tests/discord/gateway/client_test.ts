import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { test } from "node:test";
import { inspect } from "node:util";
import {
  AuthenticationError,
  CommandError,
  ConnectionError,
  OptionError,
} from "../../../src/protocol/errors.ts";
import { DiscordGateway, type DiscordGatewayOptions, Intents } from "../../../src/discord/gateway/mod.ts";
import { Driver } from "../../../src/driver/driver.ts";
import { discordServerFetch } from "../../../testing/discord/fetch.ts";
import { DiscordServer, type DiscordServerOptions } from "../../../testing/discord/server.ts";
import { Simulation } from "../../../testing/world/simulation.ts";

const CHANNEL = "81384788765712384";
const GATEWAY = "wss://gateway.test";
const API = "https://discord.test/api";

function worldOf(options: DiscordServerOptions = {}) {
  const world = new Simulation({ seed: 1 });
  const core = new DiscordServer({ url: GATEWAY, ...options });
  const server = new Driver(core, { host: world.host("server"), label: "server", deliver: () => {} });
  server.start();
  world.serve(GATEWAY, server);
  world.serveHttp("https://discord.test", (input, init) => discordServerFetch(server)(input, init));
  const connect = async (more: Partial<DiscordGatewayOptions> = {}) =>
    await world.until(new DiscordGateway({
      token: "parley.test.token",
      intents: 33281,
      runtime: world.host("client"),
      rest: { baseUrl: API },
      ...more,
    }).connect());
  return { world, core, server, connect };
}

test("DiscordGateway: connects by GET /gateway/bot, hears and answers", async () => {
  const { world, server, connect } = worldOf();
  const gateway = await connect();
  const heard: string[] = [];
  gateway.on("MESSAGE_CREATE", async ({ data }) => {
    heard.push(data.content);
    if (data.content === "!ping") await gateway.rest.createMessage(data.channel_id, { content: "pong" });
  });
  await server.command({ kind: "message", channel: CHANNEL, content: "!ping" });
  await world.run(1_000);
  assertEquals(heard, ["!ping", "pong"]);
  await world.until(gateway.close());
});

test("DiscordGateway: a cut is survived by a resume that loses nothing", async () => {
  const { world, server, connect } = worldOf();
  const gateway = await connect();
  const heard: string[] = [];
  const told: string[] = [];
  gateway.on("MESSAGE_CREATE", ({ data }) => heard.push(data.content));
  for (const kind of ["reconnecting", "resumed", "gap", "ready"] as const) {
    gateway.on(kind, () => told.push(kind));
  }
  await world.run(100);
  told.length = 0;
  world.cut();
  for (const content of ["a", "b", "c"]) await server.command({ kind: "message", channel: CHANNEL, content });
  await world.run(10_000);
  assertEquals(heard, ["a", "b", "c"]);
  assertEquals(told, ["reconnecting", "resumed", "gap"]);
  await world.until(gateway.close());
});

test("DiscordGateway: runs as many shards as are recommended, within their buckets", async () => {
  const { world, core, connect } = worldOf({ shards: 4, maxConcurrency: 2 });
  const started = world.clock.now();
  const gateway = await connect();
  assertEquals(gateway.shards.map(({ id, state }) => [id, state]), [0, 1, 2, 3].map((id) => [id, "ready"]));
  const identifies = core.log.filter((entry) => entry.kind === "received" && entry.op === 2);
  assertEquals(identifies.length, 4);
  assertEquals(core.log.filter((entry) => entry.kind === "sent" && entry.op === 9), []);
  // Two buckets of two: the second of each waits 5 s.
  assertEquals(world.clock.now() - started < 6_000, true);
  await world.until(gateway.close());
  assertEquals(core.sessions, []);
});

test("DiscordGateway: runs a given subset of shards, and sends a guild's commands through its own", async () => {
  const { world, core, connect } = worldOf();
  const gateway = await connect({ intents: Intents.GuildMembers, shards: { count: 3, ids: [0, 2] } });
  assertEquals(gateway.shards.map(({ id }) => id), [0, 2]);
  // 197038439483310086 >> 22 is 46977624770, of shard 2.
  await gateway.requestGuildMembers({ guild_id: "197038439483310086", query: "", limit: 0 });
  const chunk = await world.until(gateway.wait("GUILD_MEMBERS_CHUNK"));
  assertEquals([chunk.shard, chunk.data.guild_id], [2, "197038439483310086"]);
  const foreign = { guild_id: String(1n << 22n), channel_id: null, self_deaf: false, self_mute: false };
  await assertRejects(() => gateway.updateVoiceState(foreign), CommandError, 'shard "1"');
  await gateway.updatePresence({ since: null, activities: [], status: "dnd", afk: false });
  await world.run(100);
  assertEquals(core.log.filter((entry) => entry.kind === "received" && entry.op === 3).length, 2);
  await world.until(gateway.close());
});

test("DiscordGateway: shards may be set up each in its own way, by a gateway for each", async () => {
  const { world, core, connect } = worldOf();
  const gateways = [];
  for (const id of [0, 1]) {
    const shards = { count: 2, ids: [id] };
    gateways.push(await connect({ shards, intents: Intents.Guilds << id, presence: { status: "idle" } }));
  }
  const identifies = core.log.flatMap((entry) =>
    entry.kind === "received" && entry.op === 2 ? [Object(entry.d)] : []
  );
  assertEquals(identifies.map(({ shard, intents }) => [shard, intents]), [[[0, 2], 1], [[1, 2], 2]]);
  for (const gateway of gateways) await world.until(gateway.close());
});

test("DiscordGateway: connect rejects with what can never be mended", async () => {
  const { connect } = worldOf({ allowedIntents: 1 });
  await assertRejects(() => connect({ token: "wrong" }), AuthenticationError);
  await assertRejects(() => connect({ token: "wrong", shards: 1, url: GATEWAY }), AuthenticationError);
  const refused = await assertRejects(() => connect(), ConnectionError, "intents");
  assertEquals(refused.code, "not_permitted");
  await assertRejects(() => connect({ shards: 0 }), OptionError);
  await assertRejects(() => connect({ shards: { count: 2, ids: [2] } }), OptionError);
  await assertRejects(() => connect({ token: "" }), OptionError);
});

test("DiscordGateway: connecting can be given up", async () => {
  const { server, connect } = worldOf();
  await server.command({ kind: "greet", with: "nothing" });
  const controller = new AbortController();
  const connecting = connect({ signal: controller.signal, shards: 1, url: GATEWAY });
  controller.abort(new Error("enough"));
  await assertRejects(() => connecting, ConnectionError, "aborted while waiting for");
});

test("DiscordGateway: close({ resumable: true }) leaves the session", async () => {
  const { world, core, connect } = worldOf();
  const gateway = await connect();
  await world.until(gateway.close({ resumable: true }));
  assertEquals(core.sessions.map(({ connected }) => connected), [false]);
  assertEquals(gateway.shards[0]?.resumePoint?.sessionId, "session-1");
});

test("DiscordGateway: the token shows nowhere", async () => {
  const seen: unknown[] = [];
  const { world, connect } = worldOf();
  const runtime = world.host("client", { observe: (observation) => void seen.push(observation) });
  const gateway = await connect({ runtime });
  await world.run(100_000);
  world.cut();
  await world.run(100_000);
  assertEquals(/parley\.test\.token/.test(inspect([gateway, seen], { depth: 9, showHidden: true })), false);
  await world.until(gateway.close());
});

test("use: a router that would never be asked is refused, and one can be taken away again", async () => {
  const { world, server, connect } = worldOf();
  const deaf = await connect({ events: ["MESSAGE_CREATE"] });
  const asked: unknown[] = [];
  const router = { answer: (interaction: unknown) => Promise.resolve(void asked.push(interaction)) };
  assertThrows(() => deaf.use(router), CommandError, "INTERACTION_CREATE");
  await world.until(deaf.close());
  const gateway = await connect();
  const undo = gateway.use(router);
  await server.command({ kind: "dispatch", t: "INTERACTION_CREATE", d: { id: "1" } });
  await world.run(100);
  undo();
  await server.command({ kind: "dispatch", t: "INTERACTION_CREATE", d: { id: "2" } });
  await world.run(100);
  assertEquals(asked, [{ id: "1" }]);
  await world.until(gateway.close());
});

test("use: a router that fails makes an error event", async () => {
  const { world, server, connect } = worldOf();
  const gateway = await connect();
  const errors: unknown[] = [];
  gateway.on("error", ({ error }) => errors.push(error));
  gateway.use({ answer: () => Promise.reject(new Error("boom")) });
  await server.command({ kind: "dispatch", t: "INTERACTION_CREATE", d: { id: "1" } });
  await world.run(100);
  assertEquals(errors.map(String), ["Error: boom"]);
  await world.until(gateway.close());
});

test("DiscordGateway: each shard has a label of its own in observations", async () => {
  const { world, connect } = worldOf({ shards: 2, maxConcurrency: 2 });
  const dialled: string[] = [];
  const runtime = world.host("client", {
    observe: ({ kind, label }) => void (kind === "dial" && dialled.push(label)),
  });
  const gateway = await connect({ runtime });
  const other = await connect({ runtime, shards: { count: 2, ids: [1] }, label: "other" });
  assertEquals(dialled, ["discord shard 0", "discord shard 1", "other shard 1"]);
  await world.until(gateway.close());
  await world.until(other.close());
});
