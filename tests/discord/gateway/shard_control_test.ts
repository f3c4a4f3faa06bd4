import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { test } from "node:test";
import { AuthenticationError, CommandError } from "../../../src/protocol/errors.ts";
import { MemorySessionStore, type Presence, ShardRefusedError } from "../../../src/discord/gateway/mod.ts";
import { reshardWorld } from "./_reshard.ts";
import { worldOf } from "./_world.ts";

test("DiscordGateway.shard: reconnects one shard at once, which resumes, and the others take no notice", async () => {
  const { world, core, gateway, told, say } = await reshardWorld(4);
  const before = core.sessions;
  const lost: string[] = [];
  gateway.on("reconnecting", ({ shard, cause, after }) => lost.push(`${shard} ${cause} ${after}`));
  const from = world.clock.now();
  const done = gateway.shard(3).reconnect();
  say(3, "while it is away");
  await world.until(done);
  assertEquals(world.clock.now() - from < 500, true);
  assertEquals([lost, told], [["3 asked 0"], ["while it is away", "gap 3"]]);
  assertEquals(core.sessions, before);
  // One that waits for long dials at once, too.
  world.network.refuse({ client: "client" }, 120_000);
  void forget(gateway.shard(1).reconnect());
  await world.run(119_000);
  assertEquals(gateway.shard(1).info?.state, "waiting");
  await world.run(1_100);
  await world.until(gateway.shard(1).reconnect(), 1_000);
  assertEquals(gateway.shard(1).info?.state, "ready");
  await world.until(gateway.close());
});

/** What comes of it is of no interest. */
async function forget(promise: Promise<void>): Promise<void> {
  await promise.catch(() => {});
}

test("DiscordGateway.shard: closes one and starts it again where it was left, or anew", async () => {
  for (const resumable of [true, false]) {
    const { world, core, gateway, told, say } = await reshardWorld(4);
    await world.until(gateway.shard(2).close({ resumable }));
    assertEquals([gateway.shard(2).info, gateway.shards.length, gateway.health().ok], [undefined, 3, true]);
    assertEquals(core.sessions.map(({ shard }) => shard), resumable ? [0, 1, 2, 3] : [0, 1, 3]);
    await assertRejects(() => gateway.send(2, { kind: "presence", data: presence }), CommandError, "no such");
    await gateway.updatePresence(presence);
    say(2, "while it is closed");
    say(3, "to another");
    await world.run(1_000);
    await world.until(gateway.shard(2).start());
    await world.until(gateway.shard(2).start());
    await world.run(500);
    assertEquals(
      told.filter((text) => !text.startsWith("GUILD_CREATE")),
      resumable ? ["to another", "while it is closed", "gap 2"] : ["to another", "ready 2"],
    );
    await world.until(gateway.close());
    assertEquals(core.sessions, []);
  }
});

const presence: Presence = { since: null, activities: [], status: "online", afk: false };

test("DiscordGateway.shard: moves to another process that shares the store, with its session", async () => {
  const store = new MemorySessionStore();
  const here = await reshardWorld(3, {}, { store, shards: { count: 3, ids: [0, 1] }, holder: "here" });
  const { world, gateway, say } = here;
  const there = await here.connect({ store, shards: { count: 3, ids: [2] }, holder: "there" });
  const told: string[] = [];
  there.on("MESSAGE_CREATE", ({ data }) => told.push(data.content));
  const session = gateway.shard(1).info?.resumePoint?.sessionId;
  await world.until(gateway.shard(1).close({ resumable: true }));
  assertEquals(store.load(1)?.holder, null);
  say(2, "on the way");
  await world.run(5_000);
  await world.until(there.shard(1).start());
  assertEquals(there.shard(1).info?.resumePoint?.sessionId, session);
  assertEquals(store.load(1)?.holder?.name, "there");
  say(2, "there");
  await world.run(5_000);
  assertEquals([told, here.told], [["on the way", "there"], []]);
  await world.until(gateway.close());
  await world.until(there.close());
});

test("DiscordGateway.shard: with the last one the client ends", async () => {
  const { world, gateway } = await reshardWorld(2);
  await world.until(gateway.shard(0).close());
  assertEquals(gateway.health().state, "ready");
  await world.until(gateway.shard(1).close());
  await gateway.closed;
  assertEquals(gateway.health().state, "ended");
  await assertRejects(() => gateway.shard(0).start(), CommandError, "has ended");
});

test("DiscordGateway.shard: whoever closes one hears when it has ended, however many do", async () => {
  const { world, gateway } = await reshardWorld(3);
  const shard = gateway.shard(1);
  await world.until(Promise.all([shard.close(), shard.close({ resumable: true })]), 10_000);
  assertEquals(gateway.shards.map(({ id }) => id), [0, 2]);
  await world.until(gateway.close());
});

test("DiscordGateway.shard: whoever waits for one that is refused or closed first hears of that", async () => {
  const { world, connect } = worldOf({ shards: 3, maxConcurrency: 4 });
  const { dial, ...host } = world.host("client");
  let refuses = false;
  const gateway = await connect({
    runtime: {
      ...host,
      dial: (request, events) => {
        if (!refuses) return dial(request, events);
        const in1s = (then: () => void) => void host.clock.setTimer(host.clock.now() + 1_000, then);
        in1s(() => {
          events.opened({ url: request.url, protocol: "" });
          in1s(() => events.closed({ code: 4014, reason: "", clean: true, cause: "peer" }));
        });
        return { send: () => {}, close: () => {}, abort: () => {} };
      },
    },
  });
  const waitFor1 = () => [gateway.ready(1), gateway.shard(1).start(), gateway.shard(1).reconnect()];

  refuses = true;
  const refused = [gateway.shard(1).reconnect()];
  await world.run(500);
  refused.push(...waitFor1());
  for (const wait of refused) await assertRejects(() => world.until(wait, 10_000), ShardRefusedError);
  await assertRejects(() => gateway.ready(1), CommandError, "it has ended");

  refuses = false;
  world.network.refuse({ client: "client" }, 120_000);
  const closed = [gateway.shard(1).start()];
  await world.run(1_000);
  closed.push(...waitFor1());
  await world.run(1_000);
  await world.until(gateway.shard(1).close());
  for (const wait of closed) await assertRejects(() => world.until(wait, 10_000), CommandError, "ended");
  await world.until(gateway.close());
});

test("DiscordGateway.shard: there is no other than the bot has", async () => {
  const { world, gateway } = await reshardWorld(2, {}, { shards: { count: 2, ids: [1] } });
  assertThrows(() => gateway.shard(2), CommandError, "no such");
  await assertRejects(() => gateway.shard(0).reconnect(), CommandError, "no such");
  await assertRejects(() => gateway.shard(0).close(), CommandError, "no such");
  assertEquals(gateway.shard(0).info, undefined);
  await world.until(gateway.close());
});

for (const code of [4010, 4011, 4013, 4014]) {
  test(`DiscordGateway: a shard that is closed with ${code} ends, and says what that means for the others`, async () => {
    const { world, core, server, gateway, told, say } = await reshardWorld(3);
    const ended: unknown[] = [];
    gateway.on("shard_ended", ({ shard, error, refusedFor, left }) => {
      assertEquals(error instanceof ShardRefusedError && error.closeCode, code);
      ended.push([shard, refusedFor, left]);
    });
    void server.command({ kind: "close", code, shard: 1 });
    await world.run(1_000);
    assertEquals(ended, [[1, code < 4012 ? "count" : "intents", 2]]);
    const { ok, problems } = gateway.health();
    assertEquals([ok, problems], [false, ["shard 1: It has ended"]]);
    assertEquals(gateway.shards.map(({ state }) => state), ["ready", "ended", "ready"]);
    say(0, "to one of the others");
    await world.run(1_000);
    assertEquals(told, ["shard_ended 1", "to one of the others"]);
    // It may be well by then.
    await world.until(gateway.shard(1).start());
    assertEquals([gateway.health().ok, core.sessions.filter(({ connected }) => connected).length], [true, 3]);
    // None is left: a dead bot says so.
    void server.command({ kind: "close", code });
    await assertRejects(() => world.until(gateway.closed), ShardRefusedError);
  });
}

test("DiscordGateway.shard: one that has ended begins again where it was told to, not where it was stored", async () => {
  for (const fails of [false, true]) {
    const store = new MemorySessionStore();
    let away = false;
    const { world, server, gateway, told, say } = await reshardWorld(4, {}, {
      store: {
        load: (id) => away ? Promise.reject(new Error("It is away")) : store.load(id),
        save: (stored) => store.save(stored),
      },
    });
    say(1, "told");
    await world.run(100);
    away = fails;
    void server.command({ kind: "close", code: 4011, shard: 1 });
    await world.run(100);
    say(1, "while it has ended");
    await world.until(gateway.shard(1).start());
    assertEquals(told.slice(0, 4), ["told", "shard_ended 1", "ready 1", "gap 1"]);
    await world.until(gateway.close());
    assertEquals(told.filter((text) => text === "told").length, 1);
  }
});

test("DiscordGateway: a shard that is refused while the bot connects ends it, as does what is wrong with the token", async () => {
  const refused = await reshardWorld(2, { shardMultiple: 3 }).catch((error) => error);
  assertEquals(refused instanceof ShardRefusedError && refused.closeCode, 4010);
  const { world, server, gateway } = await reshardWorld(2);
  void server.command({ kind: "close", code: 4004, shard: 1 });
  await assertRejects(() => world.until(gateway.closed), AuthenticationError, "token");
  assertEquals(gateway.health().state, "ended");
});

test("DiscordGateway: resharding is a way out when Discord wants more shards", async () => {
  const { world, core, server, gateway, told, say } = await reshardWorld(2);
  gateway.on("shard_ended", () => void gateway.reshard(4));
  void server.command({ kind: "close", code: 4011, shard: 1 });
  await world.run(1_000);
  say(1, "while it is gone");
  await world.run(90_000);
  assertEquals(core.sessions.filter(({ connected }) => connected).map(({ count }) => count), [4, 4, 4, 4]);
  assertEquals(told.slice(0, 3), ["shard_ended 1", "gap 1", "resharded"]);
  say(1, "to its new shard");
  await world.run(1_000);
  assertEquals([told.at(-1), gateway.health().ok], ["to its new shard", true]);
  await world.until(gateway.close());
});
