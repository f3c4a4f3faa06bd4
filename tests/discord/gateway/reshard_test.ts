import { assertEquals, assertRejects } from "@std/assert";
import { test } from "node:test";
import { CommandError, OptionError } from "../../../src/protocol/errors.ts";
import { GuildState } from "../../../src/discord/state/mod.ts";
import { guild, GUILDS, reshardWorld } from "./_reshard.ts";

test("DiscordGateway: resharding tells everything once and in order, however late each set is told", async () => {
  for (const [from, to] of [[1, 4], [4, 1], [2, 8]] as const) {
    for (const [old, fresh] of [[0, 0], [3_000, 0], [0, 3_000]] as const) {
      const { world, core, server, gateway, told, say } = await reshardWorld(from);
      void server.command({ kind: "skew", ms: old, count: from });
      void server.command({ kind: "skew", ms: fresh, count: to });
      let over = false;
      gateway.reshard(to).then(() => over = true);
      const said: string[][] = Array.from({ length: GUILDS + 1 }, () => []);
      for (let count = 0; !over && count < 400; count++) {
        for (const [index, all] of said.entries()) {
          if (count % (index + 1) > 0) continue;
          all.push(`${index} says ${count}`);
          say(index < GUILDS ? index : -1, `${index} says ${count}`);
        }
        await world.run(300);
      }
      assertEquals([over, gateway.shardCount, gateway.shards.length], [true, to, to]);
      await world.run(10_000);
      for (const [index, all] of said.entries()) {
        assertEquals(told.filter((text) => text.startsWith(`${index} says`)), all);
      }
      assertEquals(told.filter((text) => !text.includes("says")), ["resharded"]);
      assertEquals(core.sessions.map(({ count }) => count), Array(to).fill(to));
      await world.until(gateway.close());
    }
  }
});

test("DiscordGateway: what goes wrong with the new shards leaves the old ones as they are", async () => {
  const stop = new AbortController();
  const cases = [
    // Discord wants another number of shards.
    { server: { shardMultiple: 2 }, count: 3, code: "not_permitted" },
    // More sessions than may be begun today.
    { server: { sessionStarts: 5 }, count: 4, code: "rate_limited" },
    { server: {}, count: 4, code: "stop" },
  ];
  for (const { server, count, code } of cases) {
    const { world, core, gateway, told, say } = await reshardWorld(2, server);
    const failed = gateway.reshard(count, { signal: stop.signal }).catch((error) => error);
    await world.run(3_000);
    if (code === "stop") stop.abort({ code });
    const error: unknown = await world.until(failed);
    assertEquals(error instanceof Object && "code" in error && error.code, code);
    say(1, "still here");
    await world.run(20_000);
    assertEquals(told, ["still here"]);
    assertEquals([gateway.shardCount, gateway.health().ok], [2, true]);
    assertEquals(core.sessions.map(({ count }) => count), [2, 2]);
    await world.until(gateway.close());
  }
});

test("DiscordGateway: a client that is closed while it is resharded leaves no session", async () => {
  const { world, core, gateway } = await reshardWorld(2);
  const failed = gateway.reshard(4).catch((error) => error);
  await world.run(3_000);
  await world.until(gateway.close());
  assertEquals((await failed).code, "closed");
  await world.run(10_000);
  assertEquals(core.sessions, []);
});

test("DiscordGateway: an old shard that is closed while the bot is resharded holds that up for a minute, and no longer", async () => {
  const { world, core, gateway, told, say } = await reshardWorld(4);
  const done = gateway.reshard(8);
  await world.run(3_000);
  await world.until(gateway.shard(2).close());
  await world.until(done, 120_000);
  assertEquals(core.sessions.map(({ count }) => count), Array(8).fill(8));
  say(2, "to one of its guilds");
  await world.run(1_000);
  assertEquals(told, ["gap 2", "resharded", "to one of its guilds"]);
  await world.until(gateway.close());
});

test("DiscordGateway: a guild that has yet to come to the old shards as it is resharded is cut over all the same", async () => {
  const { world, server, gateway, told, say } = await reshardWorld(1);
  void server.command({ kind: "late", guild: guild(2), count: 1, ms: 15_000 });
  void server.command({ kind: "skew", ms: 2_000, count: 4 });
  void server.command({ kind: "invalidate", resumable: false });
  await world.until(gateway.wait("ready"));
  await world.run(5_000);
  told.length = 0;
  let isOver = false;
  gateway.reshard(4).then(() => isOver = true);
  for (let count = 0; !isOver && count < 400; count++) {
    say(2, `${count}`);
    await world.run(300);
  }
  await world.run(10_000);
  const texts = told.filter((text) => /^\d/.test(text)).map(Number);
  // What was said before the guild came is told to nobody.
  const [first = 0] = texts;
  assertEquals(texts, Array.from(texts, (_, index) => first + index));
  assertEquals(told.filter((text) => !/^\d/.test(text)), ["GUILD_CREATE 0", "resharded"]);
  await world.until(gateway.close());
});

test("DiscordGateway: a new shard that is closed while it still brings what was told is waited for no longer", async () => {
  const { world, server, gateway, say } = await reshardWorld(2);
  void server.command({ kind: "skew", ms: 3_000, count: 4 });
  let over = false;
  const done = gateway.reshard(4).then(() => over = true);
  const closed = gateway.wait("resharded").then(() => gateway.shard(1).close());
  for (let count = 0; !over && count < 200; count++) {
    say(1, `${count}`);
    await world.run(300);
  }
  await world.until(closed);
  await world.until(done, 60_000);
  await world.until(gateway.close());
});

test("DiscordGateway: it is resharded once at a time, by whoever runs all shards that it takes, to what there can be", async () => {
  const { world, gateway } = await reshardWorld(2);
  const first = gateway.reshard(4);
  await assertRejects(() => gateway.reshard(8), CommandError, "another is under way");
  await world.until(first);
  await assertRejects(() => gateway.reshard(0), OptionError);
  await assertRejects(() => gateway.reshard(2, { settle: 0 }), OptionError);
  await world.until(gateway.reshard(4));
  await world.until(gateway.close());
  const part = await reshardWorld(2, {}, { shards: { count: 2, ids: [1] } });
  // Guilds of shard 0 would be in shard 1 of three.
  const others = assertRejects(() => part.gateway.reshard(3), CommandError, "does not run all");
  await part.world.until(others);
  await part.world.until(part.gateway.close());
});

test("DiscordGateway: some of the shards make way for those that have the same guilds, and back again", async () => {
  const { world, gateway, told, say } = await reshardWorld(2, {}, { shards: { count: 2, ids: [1] } });
  const ids = () => gateway.shards.map(({ id }) => id);
  for (const [count, expected] of [[4, [1, 3]], [6, [1, 3, 5]], [2, [1]]] as const) {
    told.length = 0;
    let over = false;
    gateway.reshard(count).then(() => over = true);
    const said: string[] = [];
    for (let at = 0; !over && at < 400; at++) {
      const index = 2 * (at % (GUILDS / 2)) + 1;
      said.push(`${count} ${at}`);
      say(index, `${count} ${at}`);
      await world.run(300);
    }
    await world.run(10_000);
    assertEquals([over, gateway.shardCount, ids()], [true, count, expected]);
    assertEquals(told.filter((text) => text.startsWith(`${count} `)), said);
    assertEquals(told.filter((text) => !text.startsWith(`${count} `)), ["resharded"]);
  }
  await world.until(gateway.close());
});

test("DiscordGateway: what a GuildState knows still holds once the bot is resharded", async () => {
  const state = new GuildState();
  const { world, server, gateway } = await reshardWorld(1, {}, {}, (gateway) => gateway.keep(state));
  const roles = () => Array.from({ length: GUILDS }, (_, index) => state.guild(guild(index))?.roles.size);
  assertEquals([state.size, state.incomplete], [GUILDS, []]);
  void server.command({ kind: "skew", ms: 2_000, count: 4 });
  const done = gateway.reshard(4);
  const before = roles();
  const role = (index: number, id: string) => ({
    guild_id: guild(index),
    role: { id, name: id, position: 1, permissions: "0" },
  });
  for (let index = 0; index < GUILDS; index++) {
    await world.run(500);
    void server.command({ kind: "dispatch", t: "GUILD_ROLE_CREATE", d: role(index, `90${index}`) });
  }
  await world.until(done);
  assertEquals(roles(), before.map((size) => (size ?? 0) + 1));
  for (let index = 0; index < GUILDS; index++) {
    void server.command({ kind: "dispatch", t: "GUILD_ROLE_CREATE", d: role(index, `91${index}`) });
  }
  await world.run(5_000);
  assertEquals(roles(), before.map((size) => (size ?? 0) + 2));
  assertEquals([state.incomplete, state.toJSON().shards.length], [[], 4]);
  assertEquals(state.toJSON().guilds.map(({ shard }) => shard).sort(), [0, 0, 1, 1, 2, 2, 3, 3]);
  await world.until(gateway.close());
});
