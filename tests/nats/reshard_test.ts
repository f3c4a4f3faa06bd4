import { testOnce as test } from "../_engines.ts";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { applicationOf } from "../../src/discord/gateway/shards/identity.ts";
import { CommandError, OptionError } from "../../src/protocol/errors.ts";
import { FanOut } from "./_fan_out.ts";

/** Which shards have begun a session, of how many. */
function begun(bot: FanOut): string[] {
  const shards = bot.received(2).map((d) =>
    JSON.stringify(d).match(/"shard":\[(\d+),(\d+)\]/)?.slice(1).join("/")
  );
  return shards.map(String).toSorted();
}

test("DiscordFleet: the number of shards is changed by one for all, each event told once and none lost", async () => {
  const bot = new FanOut();
  const [g, h] = ["g", "h"].map((name) => bot.gateway(name));
  bot.worker("w");
  await bot.world.run(40_000);
  await bot.speak(3, 4);
  await bot.world.until(g?.reshard(4) ?? Promise.reject(new Error()), 5_000);
  await bot.speak(60, 4);
  await bot.world.run(5_000);
  assertEquals([g, h].map((fleet) => fleet?.shardCount), [4, 4]);
  assertEquals([bot.missing, bot.wrong, bot.repeats, bot.errors], [[], [], 0, []]);
  assertEquals(begun(bot), ["0/2", "0/4", "1/2", "1/4", "2/4", "3/4"]);
  assertEquals(bot.others.filter(({ kind }) => kind === "gap"), []);
  // Commands find the guild's shard all the same.
  const data = { guild_id: String((3n << 22n) + 1n), query: "a", limit: 1 };
  await bot.world.until(bot.remote("x").requestGuildMembers(data), 5_000);
  await bot.world.run(500);
  assertEquals(bot.received(8), [data]);
});

test("DiscordFleet: who takes a slot over, and who joins later, goes by the number there is", async () => {
  const bot = new FanOut();
  const g = bot.gateway("g");
  bot.worker("w");
  await bot.world.run(40_000);
  await bot.world.until(g.reshard(4), 5_000);
  await bot.speak(60, 4);
  const h = bot.gateway("h");
  await bot.speak(15, 4);
  bot.world.freeze("g", 3_600_000);
  await bot.speak(20, 4);
  await bot.world.run(10_000);
  assertEquals([h.held.length, h.shardCount], [2, 4]);
  assertEquals([bot.missing, bot.wrong, bot.repeats], [[], [], 0]);
  assertEquals(begun(bot).length, 6);
});

test("DiscordFleet: a process that dies while its slots are resharded leaves them to be resharded elsewhere", async () => {
  const bot = new FanOut();
  const [g, h] = ["g", "h"].map((name) => bot.gateway(name));
  bot.worker("w");
  await bot.world.run(40_000);
  await bot.world.until(g?.reshard(4) ?? Promise.reject(new Error()), 5_000);
  await bot.speak(12, 4);
  bot.world.freeze("g", 3_600_000);
  await bot.speak(90, 4);
  await bot.world.run(10_000);
  assertEquals(h?.held.length, 2);
  assertEquals([bot.missing, bot.wrong], [[], []]);
  assert(begun(bot).includes("3/4"));
});

test("DiscordFleet: a slot begins no more shards than 16 times as many as it would, whatever is stored, and tells that", async () => {
  for (const [count, begins] of [[32, 16], [34, 1], [2_048, 1]] as const) {
    const bot = new FanOut();
    const host = bot.world.host("x");
    const kv = await bot.world.until(
      bot.nats.client("x", host).create("bot-sessions", { history: 1 }),
      1_000,
    );
    const stored = {
      application: applicationOf("parley.test.token"),
      shard: [0, count],
      session: null,
      identifies: [],
    };
    await bot.world.until(kv.create("shard.0", JSON.stringify(stored)), 1_000);
    bot.gateway("g");
    await bot.world.run(30_000);
    assertEquals(begun(bot).filter((shard) => shard.endsWith(`/${count}`)).length > 0, begins > 1);
    const why = `ProtocolError: Cannot go on with "${count}" shards, as the store says of shard "0"`;
    assertEquals(
      bot.errors.filter((error) => error.startsWith(why)).length,
      begins > 1 ? 0 : 1,
      bot.errors.join(),
    );
  }
});

test("DiscordFleet: of two that change the number at the same time one does, and one that is no multiple is refused", async () => {
  const bot = new FanOut();
  const fleets = ["g", "h"].map((name) => bot.gateway(name));
  await bot.world.run(40_000);
  const [g, h] = fleets;
  assert(g !== undefined && h !== undefined);
  await assertRejects(() => g.reshard(3), OptionError, "multiple");
  const changed = Promise.allSettled([g.reshard(4), h.reshard(6)]);
  const results = await bot.world.until(changed, 10_000);
  const failed = results.flatMap((one) => one.status === "rejected" ? [one.reason] : []);
  assertEquals(failed.length, 1);
  assert(failed[0] instanceof CommandError && failed[0].code === "superseded", String(failed[0]));
  await bot.world.run(5_000);
  assertEquals(g.shardCount, h.shardCount);
});
