import { testOnce as test } from "../_engines.ts";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { discordFleet, type DiscordFleetOptions, type Fleet, MemoryBuckets } from "../../src/nats/mod.ts";
import { OptionError } from "../../src/protocol/errors.ts";
import { API, CHANNEL, GATEWAY, worldOf } from "../discord/gateway/_world.ts";
import { NatsModel } from "./_model.ts";

const SHARDS = 6;
const GUILDS = Array.from({ length: SHARDS }, (_, shard) => String((BigInt(shard) << 22n) + 1n));

/** A bot of six shards whose events are counted, and its processes. */
function bot() {
  const { world, core, server } = worldOf({ shards: SHARDS, maxConcurrency: 16 }, () => {}, {
    latency: 60,
    jitter: 60,
  });
  const nats = new NatsModel(world.clock);
  const heard: string[] = [];
  const repeats: string[] = [];
  const lost: unknown[] = [];
  const join = (name: string): Fleet => {
    const host = world.host(name);
    const fleet = discordFleet({
      token: "parley.test.token",
      intents: 33_281,
      rest: { baseUrl: API },
      url: GATEWAY,
      shards: SHARDS,
      nats: nats.client(name, host),
      name: "bot",
      label: name,
      lease: 6_000,
      runtime: host,
      onEvent: () => {},
      setup(gateway) {
        gateway.on(
          "MESSAGE_CREATE",
          ({ data }) => void (heard.includes(data.content) ? repeats : heard).push(data.content),
        );
        gateway.on("gap", (gap) => void (gap.resumed || lost.push(gap)));
        gateway.on("error", () => {});
      },
    });
    fleet.join();
    return fleet;
  };
  let said = 0;
  const speak = async (seconds: number) => {
    for (let times = 0; times < 20 * seconds; times++) {
      for (const guild of GUILDS) {
        const content = `${said++}`;
        await server.command({
          kind: "dispatch",
          t: "MESSAGE_CREATE",
          d: { id: content, channel_id: CHANNEL, guild_id: guild, content },
        });
      }
      await world.run(50);
    }
  };
  return { world, core, nats, join, speak, heard, repeats, lost, said: () => said };
}

test("discordFleet: a rolling deploy under traffic loses nothing, and begins no new session", async () => {
  const { world, core, join, speak, heard, lost, said } = bot();
  const old = ["a", "b"].map(join);
  await world.run(60_000);
  const identifies = () => core.log.filter((entry) => entry.kind === "received" && entry.op === 2).length;
  assertEquals(identifies(), SHARDS);
  await speak(5);
  const fresh = ["c", "d"].map(join);
  await speak(10);
  const left = Promise.all(old.map((fleet) => fleet.leave()));
  await speak(60);
  await world.until(left, 60_000);
  await speak(5);
  await world.run(5_000);
  assertEquals(fresh.map(({ held }) => held.length), [3, 3]);
  assertEquals([heard.length, identifies(), lost], [said(), SHARDS, []]);
  await world.until(Promise.all(fresh.map((fleet) => fleet.leave())), 60_000);
});

test("discordFleet: the shards of a process that dies are resumed elsewhere, and nothing is lost", async () => {
  const { world, core, join, speak, heard, said } = bot();
  const [, second] = ["a", "b"].map(join);
  await world.run(60_000);
  await speak(5);
  world.freeze("a", 3_600_000);
  await speak(20);
  await world.run(10_000);
  assertEquals(second?.held.length, SHARDS);
  assertEquals(heard.length, said());
  assertEquals(core.log.filter((entry) => entry.kind === "received" && entry.op === 2).length, SHARDS);
  assert(core.log.some((entry) => entry.kind === "received" && entry.op === 6));
});

test("discordFleet: one that stood still for longer than its lease says nothing on its old links", async () => {
  const { world, core, join, speak, heard, said } = bot();
  const [first, second] = ["a", "b"].map(join);
  await world.run(60_000);
  world.freeze("a", 30_000);
  await speak(60);
  await world.run(30_000);
  assertEquals([first?.held.length, second?.held.length], [3, 3]);
  assertEquals(heard.length, said());
  assertEquals(core.log.filter((entry) => entry.kind === "received" && entry.op === 2).length, SHARDS);
});

test("discordFleet: what its gateways would not accept is refused at once", () => {
  const options = { token: "parley.test.token", nats: new MemoryBuckets(), name: "bot", intents: 1 };
  const wrong: Partial<DiscordFleetOptions>[] = [
    { token: "" },
    { intents: -1 },
    { shards: 0 },
    { shards: 1.5 },
    { largeThreshold: 1 },
  ];
  for (const one of wrong) {
    assertThrows(
      () => discordFleet({ shards: 2, ...options, ...one }),
      OptionError,
      "Cannot",
      JSON.stringify(one),
    );
  }
});
