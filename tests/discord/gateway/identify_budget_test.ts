import { assertEquals, assertRejects } from "@std/assert";
import { test } from "node:test";
import { ParleyError } from "../../../src/protocol/errors.ts";
import { MemorySessionStore, type StoredShard } from "../../../src/discord/gateway/mod.ts";
import { applicationOf } from "../../../src/discord/gateway/shards/identity.ts";
import { IdentifyBudget } from "../../../src/discord/gateway/shards/identify/identify_budget.ts";
import { LocalPermits } from "../../../src/driver/permits.ts";
import type { DiscordServer } from "../../../testing/discord/server.ts";
import { Simulation } from "../../../testing/world/simulation.ts";
import { VirtualClock } from "../../../testing/world/time/virtual_clock.ts";
import { testOnce } from "../../_engines.ts";
import { GATEWAY, worldOf } from "./_world.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const APPLICATION = applicationOf("parley.test.token");

/** Who shares the limit with nobody. */
const ALONE = { random: () => 0.5, application: APPLICATION, contended: () => {} };

function identifies(core: DiscordServer): number[] {
  return core.log.flatMap((entry) => entry.kind === "received" && entry.op === 2 ? [entry.at] : []);
}

/** Whether the server had to refuse an IDENTIFY, or even reset the token. */
function scolded(core: DiscordServer): unknown[] {
  return core.log.filter((entry) =>
    entry.kind === "sent" && entry.op === 9 || entry.kind === "closing" && entry.code === 4004
  );
}

test("DiscordGateway: connect refuses where no session can be started today, and says until when", async () => {
  const { core, connect } = worldOf({ shards: 3, sessionStarts: 0 });
  const error = await assertRejects(() => connect(), ParleyError, "none of the bot's daily session starts");
  assertEquals([error.code, /try again in 24\.0 hours/.test(error.message)], ["rate_limited", true]);
  assertEquals(core.log.filter(({ kind }) => kind === "opened"), []);
});

testOnce(
  "DiscordGateway: shards beyond today's session starts wait, say until when, and begin then",
  async () => {
    const { world, core, connect } = worldOf({ shards: 3, sessionStarts: 2 });
    const told: [number, number][] = [];
    const gateway = await connect({}, (gateway) => {
      gateway.on("identify_waiting", ({ shard, until }) => told.push([shard, until]));
    });
    assertEquals(gateway.shards.map(({ state }) => state), ["ready", "ready", "queued"]);
    assertEquals(told.length, 1);
    const [[shard, until] = [0, 0]] = told;
    world.cut();
    await world.run(10_000);
    assertEquals([gateway.shards[2]?.state, told.length], ["queued", 1]);
    assertEquals([shard, Math.abs(until - DAY) < 10_000], [2, true]);
    await world.run(until - world.clock.now() + 60_000);
    assertEquals(gateway.shards.map(({ state }) => state), ["ready", "ready", "ready"]);
    assertEquals(scolded(core), []);
    await world.until(gateway.close());
  },
);

testOnce("DiscordGateway: a session that is lost all day long never costs the token", async () => {
  const { world, core, server, connect } = worldOf({ sessionStarts: 20 });
  const gateway = await connect();
  let waited = 0;
  gateway.on("identify_waiting", () => waited++);
  for (let at = 0; at < 2 * DAY; at += HOUR / 4) {
    await server.command({ kind: "invalidate", resumable: false });
    await world.run(HOUR / 4);
  }
  assertEquals(waited > 0, true);
  assertEquals(
    scolded(core).length,
    core.log.filter((entry) => entry.kind === "sent" && entry.op === 9).length,
  );
  assertEquals(core.log.filter((entry) => entry.kind === "closing" && entry.code === 4004), []);
  const times = identifies(core);
  assertEquals(times.every((at, i) => (times[i + 20] ?? Infinity) - at >= DAY), true);
  await world.until(gateway.close());
});

testOnce("DiscordGateway: other processes of the bot use up its session starts, too", async () => {
  const { world, core, server, connect } = worldOf({ shards: 2, sessionStarts: 6 });
  const first = await connect({ shards: { count: 2, ids: [0] } });
  const second = await connect({ shards: { count: 2, ids: [1] }, runtime: world.host("second") });
  for (let at = 0; at < DAY / 2; at += HOUR) {
    await server.command({ kind: "invalidate", resumable: false });
    await world.run(HOUR);
  }
  assertEquals(core.log.filter((entry) => entry.kind === "closing" && entry.code === 4004), []);
  assertEquals(identifies(core).length, 6);
  await world.until(Promise.all([first.close(), second.close()]));
});

test("DiscordGateway: the times of IDENTIFYs outlast a restart: no bucket is used twice in 5 s", async () => {
  const { world, core, connect } = worldOf({ shards: 2, maxConcurrency: 2 });
  const store = new MemorySessionStore();
  // Each run has permits of its own, as each process has.
  const runtime = () => world.host("client", { permits: new LocalPermits(world.clock) });
  const first = await connect({ store, runtime: runtime() });
  await world.until(first.close());
  const second = await connect({ store, runtime: runtime() });
  assertEquals(identifies(core).length, 4);
  assertEquals(scolded(core), []);
  await world.until(second.close());
});

test("DiscordGateway: the times of IDENTIFYs outlast a restart: a daily limit nobody tells is kept", async () => {
  const { world, core, connect } = worldOf();
  const store = new MemorySessionStore();
  const now = world.clock.now();
  const stored: StoredShard = {
    application: APPLICATION,
    shard: [0, 1],
    session: null,
    identifies: Array.from({ length: 1_000 }, (_, i) => now - HOUR + i),
  };
  store.save(stored);
  await assertRejects(
    () => connect({ store, url: GATEWAY, shards: 1 }),
    ParleyError,
    "try again in 23.0 hours",
  );
  assertEquals(identifies(core), []);
});

test("DiscordGateway: what Discord says of the daily limit counts for more than what was counted", async () => {
  const { world, connect } = worldOf();
  const now = world.clock.now();
  const store = new MemorySessionStore();
  const identifies = Array.from({ length: 1_000 }, (_, n) => now - HOUR + n);
  store.save({ application: APPLICATION, shard: [0, 1], session: null, identifies });
  const gateway = await connect({ store });
  assertEquals(gateway.sessionStarts.remaining, 999);
  await world.until(gateway.close());
});

test("IdentifyBudget: what a run that was killed has sent just now, Discord may not have counted yet", () => {
  const clock = new VirtualClock(2 * DAY);
  const now = clock.wall();
  const budget = new IdentifyBudget({
    ...ALONE,
    permits: new LocalPermits(clock),
    clock,
    concurrency: 1,
    limit: { total: 10, remaining: 3, reset_after: HOUR },
    ask: () => Promise.reject(new Error("not now")),
    earlier: new Map([[0, [now - HOUR, now - 100]], [1, [now - 50]]]),
    save: () => Promise.resolve(),
    isReady: () => false,
    waiting: () => {},
  });
  assertEquals(budget.left(now), 1);
});

test("DiscordGateway: the time of an IDENTIFY is stored before it is sent", async () => {
  const { world, core, connect } = worldOf();
  const memory = new MemorySessionStore();
  const storedAt: number[] = [];
  const gateway = await connect({
    store: {
      load: (id) => memory.load(id),
      save: async (stored) => {
        // A slow disk.
        await new Promise<void>((resolve) => world.clock.setTimer(world.clock.now() + 400, resolve));
        if (stored.identifies.length > 0) storedAt.push(world.clock.now());
        memory.save(stored);
      },
    },
  });
  assertEquals((identifies(core)[0] ?? 0) >= (storedAt[0] ?? Infinity), true);
  await world.until(gateway.close());
});

test("DiscordGateway: a shard that dies while it holds a permit does not hold up the next of its bucket", async () => {
  const { world, core, connect } = worldOf({ shards: 2 }, ({ kind }) => {
    // The first to identify loses its link at once, READY under way.
    if (kind === "identified" && identifies(core).length === 1) world.cut();
  });
  const gateway = await connect();
  assertEquals(gateway.shards.map(({ state }) => state), ["ready", "ready"]);
  assertEquals(scolded(core), []);
  await world.until(gateway.close());
});

test("IdentifyBudget: a permit given back unused counts for nothing, and waiting can be given up", async () => {
  const clock = new VirtualClock(DAY);
  const told: [number, number][] = [];
  const budget = new IdentifyBudget({
    ...ALONE,
    permits: new LocalPermits(clock),
    clock,
    concurrency: 1,
    limit: { total: 1_000, remaining: 1, reset_after: HOUR },
    ask: undefined,
    earlier: new Map(),
    save: () => Promise.resolve(),
    isReady: () => false,
    waiting: (shard, until) => told.push([shard, until]),
  });
  const permit = { scope: "discord.identify", key: "bucket 0", limit: 1, per: 5_000 };
  const grant = await budget.permitsOf(0).acquire(permit);
  assertEquals([budget.allowsAt(DAY), budget.identifies(0)], [DAY + HOUR, [DAY]]);
  grant.release(false);
  assertEquals([budget.allowsAt(DAY), budget.identifies(0)], [DAY, []]);
  (await budget.permitsOf(0).acquire(permit)).release(true);
  clock.advance(10_000);
  const controller = new AbortController();
  const waiting = budget.permitsOf(1).acquire(permit, controller.signal);
  await new Promise((resolve) => setImmediate(resolve));
  assertEquals(told, [[1, DAY + HOUR]]);
  controller.abort(new Error("enough"));
  await assertRejects(() => waiting, Error, "enough");
  // At the reset, all are to be had again.
  assertEquals(budget.allowsAt(DAY + HOUR), DAY + HOUR);
});

test("IdentifyBudget: the hours in which the machine sleeps count, and times are the wall clock's", async () => {
  const world = new Simulation();
  world.skew("bot", DAY);
  const { clock } = world.host("bot");
  const told: number[] = [];
  const budget = new IdentifyBudget({
    ...ALONE,
    permits: new LocalPermits(clock),
    clock,
    concurrency: 1,
    limit: { total: 1, remaining: 0, reset_after: HOUR },
    ask: undefined,
    // Of a run whose clock was ahead.
    earlier: new Map([[0, [DAY + 2 * HOUR]]]),
    save: () => Promise.resolve(),
    isReady: () => false,
    waiting: (_shard, until) => told.push(until),
  });
  const permit = { scope: "discord.identify", key: "bucket 0", limit: 1, per: 5_000 };
  const acquired = budget.permitsOf(0).acquire(permit);
  await world.run(1_000);
  assertEquals(told, [2 * DAY]);
  world.freeze("bot", DAY, { clockStands: true });
  await world.run(DAY + HOUR);
  (await acquired).release(true);
  assertEquals([clock.now() <= HOUR + 1_000, budget.identifies(0).map((at) => Math.floor(at / DAY))], [true, [
    2,
  ]]);
});

test("IdentifyBudget: who waits for the daily limit asks again, since it may not have been spent after all", async () => {
  const clock = new VirtualClock(DAY);
  const budget = new IdentifyBudget({
    ...ALONE,
    permits: new LocalPermits(clock),
    clock,
    concurrency: 2,
    limit: { total: 1_000, remaining: 1, reset_after: DAY },
    ask: undefined,
    earlier: new Map(),
    save: () => Promise.resolve(),
    isReady: () => false,
    waiting: () => {},
  });
  const acquire = (shard: number) =>
    budget.permitsOf(shard).acquire({
      scope: "discord.identify",
      key: `bucket ${shard}`,
      limit: 1,
      per: 5_000,
    });
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  const first = await acquire(0);
  let granted = false;
  acquire(1).then(() => granted = true);
  await settled();
  // The link of the first died before it could identify.
  first.release(false);
  clock.advance(600_000);
  await settled();
  assertEquals(granted, true);
});

test("IdentifyBudget: a permit that was lost while that is stored is given back, and another asked for", async () => {
  const clock = new VirtualClock();
  const released: [number, boolean][] = [];
  let granted = 0;
  const acquire = () => {
    const number = ++granted;
    const release = (used: boolean) => void released.push([number, used]);
    return Promise.resolve({ release, isHeld: () => number > 1 });
  };
  const budget = new IdentifyBudget({
    ...ALONE,
    permits: { acquire },
    clock,
    concurrency: 1,
    limit: undefined,
    ask: undefined,
    earlier: new Map(),
    save: () => Promise.resolve(),
    isReady: () => true,
    waiting: () => {},
  });
  const grant = await budget.acquire(
    0,
    { scope: "discord.identify", key: "a", limit: 1, per: 5_000 },
    undefined,
  );
  assertEquals([granted, released, budget.identifies(0).length], [2, [[1, false]], 1]);
  grant.release(true);
  assertEquals(released, [[1, false], [2, true]]);
});
