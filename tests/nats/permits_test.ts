import { test } from "node:test";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { DiscordGateway } from "../../src/discord/gateway/mod.ts";
import { sleepUntil } from "../../src/driver/clock/clock.ts";
import type { Grant } from "../../src/driver/permits.ts";
import { MemoryBuckets, type NatsBuckets, NatsPermits, type NatsWatchOptions } from "../../src/nats/mod.ts";
import { OptionError, TimeoutError } from "../../src/protocol/errors.ts";
import { Simulation } from "../../testing/world/simulation.ts";
import { API, GATEWAY, worldOf } from "../discord/gateway/_world.ts";
import { NatsModel } from "./_model.ts";

const PERMIT = { scope: "twitch.join", key: "ada", limit: 3, per: 10_000 };

/** Two processes that share limits. */
function two() {
  const world = new Simulation({ seed: 5 });
  const nats = new NatsModel(world.clock);
  const [a, b] = ["a", "b"].map((name) => {
    const host = world.host(name);
    return new NatsPermits(nats.client(name, host), host);
  });
  assert(a !== undefined && b !== undefined);
  return { world, nats, a, b };
}

test("NatsPermits: eight processes that begin 32 shards at once send 32 IDENTIFYs, and none is refused", async () => {
  const { world, core } = worldOf({ shards: 32 });
  const nats = new NatsModel(world.clock);
  const errors: unknown[] = [];
  const gateways = Array.from({ length: 8 }, (_, at) => {
    const host = world.host(`process ${at}`);
    const permits = new NatsPermits(nats.client(`process ${at}`, host), host);
    const gateway = new DiscordGateway({
      token: "parley.test.token",
      intents: 1,
      url: GATEWAY,
      rest: { baseUrl: API },
      shards: { count: 32, ids: [0, 1, 2, 3].map((id) => 4 * at + id) },
      runtime: { ...host, permits },
    });
    gateway.on("error", ({ error }) => errors.push(error));
    return gateway;
  });
  const all = () =>
    Promise.all(gateways.flatMap((gateway, at) => [0, 1, 2, 3].map((id) => gateway.ready(4 * at + id))));
  await world.until(Promise.all(gateways.map((gateway) => gateway.connect())).then(all), 3_600_000);
  const sent = core.log.flatMap((entry) => entry.kind === "received" && entry.op === 2 ? [entry.at] : []);
  const refused = core.log.filter((entry) => entry.kind === "sent" && entry.op === 9);
  assertEquals([sent.length, refused, errors], [32, [], []]);
  // Five seconds each, and not much more.
  const took = (sent.at(-1) ?? 0) - (sent[0] ?? 0);
  assert(took >= 155_000 && took < 190_000, `${took} ms`);
  await world.until(Promise.all(gateways.map((gateway) => gateway.close())));
});

test("NatsPermits: a limit holds over processes, from when the effect was proven", async () => {
  const { world, a, b } = two();
  const times: number[] = [];
  const use = async (permits: NatsPermits) => {
    for (let count = 0; count < 4; count++) {
      const grant = await permits.acquire(PERMIT);
      await new Promise<void>((resolve) => world.clock.setTimer(world.clock.now() + 500, resolve));
      times.push(world.clock.now());
      grant.release(true);
    }
  };
  await world.until(Promise.all([use(a), use(b)]), 60_000);
  assertEquals(times.length, 8);
  for (const [index, at] of times.entries()) {
    const fourth = times[index + 3];
    assert(fourth === undefined || fourth - at >= 10_000, times.join(" "));
  }
});

test("NatsPermits: a place that was not used is free at once", async () => {
  const { world, a, b } = two();
  const held = await world.until(Promise.all([1, 2, 3].map(() => a.acquire(PERMIT))), 5_000);
  const waiting = b.acquire(PERMIT);
  await world.run(30_000);
  const from = world.clock.now();
  held[1]?.release(false);
  const grant = await world.until(waiting, 5_000);
  assert(world.clock.now() - from < 1_000);
  for (const one of [...held, grant]) one.release(true);
});

test("NatsPermits: what a process held that died is free after the limit's time", async () => {
  const { world, a, b } = two();
  await world.until(Promise.all([1, 2, 3].map(() => a.acquire(PERMIT))), 5_000);
  world.freeze("a", 3_600_000);
  const from = world.clock.now();
  const grant = await world.until(b.acquire(PERMIT), 60_000);
  const took = world.clock.now() - from;
  assert(took >= 6_000 && took < 12_000, `${took} ms`);
  grant.release(true);
});

test("NatsPermits: who gives up waiting lets the next go first", async () => {
  const { world, a } = two();
  const held = await world.until(Promise.all([1, 2, 3].map(() => a.acquire(PERMIT))), 5_000);
  const controller = new AbortController();
  const given = assertRejects(() => a.acquire(PERMIT, controller.signal), Error, "enough");
  const next = a.acquire(PERMIT);
  await world.run(1_000);
  controller.abort(new Error("enough"));
  await given;
  held[0]?.release(false);
  const grant: Grant = await world.until(next, 5_000);
  for (const one of [...held, grant]) one.release(true);
});

test("NatsPermits: while NATS cannot be reached nothing is granted, and that is said", async () => {
  const { world, nats, a } = two();
  nats.takeDown(20_000);
  await world.until(assertRejects(() => a.acquire(PERMIT), Error), 10_000);
  await world.run(20_000);
  (await world.until(a.acquire(PERMIT), 5_000)).release(true);
});

test("NatsPermits: what is held stays held though NATS did not answer for a moment", async () => {
  const { world, nats, a, b } = two();
  const permit = { ...PERMIT, limit: 1, per: 5_000 };
  const grant = await world.until(a.acquire(permit), 5_000);
  const from = world.clock.now();
  // When it is written again, that is lost, or its answer is.
  world.clock.setTimer(from + 1_500, () => nats.cutOff("a", 600));
  const waiting = b.acquire(permit);
  await world.run(10_000);
  grant.release(true);
  (await world.until(waiting, 20_000)).release(true);
  assert(world.clock.now() - from >= 15_000, `${world.clock.now() - from} ms`);
});

test("NatsPermits: what is heard of late, for its process stood still, is said again before it is granted", async () => {
  for (const clockStands of [false, true]) {
    for (const first of ["timers", "links"] as const) {
      const { world, a, b } = two();
      const permit = { ...PERMIT, limit: 1, per: 5_000 };
      await world.until(a.acquire(permit).then((grant) => grant.release(false)), 5_000);
      await world.run(1_000);
      const granted = a.acquire(permit);
      // It is taken, and the answer on its way.
      await world.run(15);
      world.freeze("a", 4_000, { clockStands, first });
      const waiting = b.acquire(permit);
      let isGranted = false;
      void waiting.then(() => isGranted = true);
      const grant = await world.until(granted, 10_000);
      await world.run(10_000);
      assertEquals(isGranted, false);
      grant.release(false);
      (await world.until(waiting, 5_000)).release(false);
    }
  }
});

test("NatsPermits: a grant says whether it is still held that nothing was heard of for half of the limit's time", async () => {
  const { world, nats, a } = two();
  const grant = await world.until(a.acquire({ ...PERMIT, limit: 1, per: 5_000 }), 5_000);
  await world.run(59_000);
  assertEquals(grant.isHeld(), true);
  nats.cutOff("a", 2_600);
  await world.run(500);
  assertEquals(grant.isHeld(), true);
  await world.run(2_000);
  assertEquals(grant.isHeld(), false);
  // NATS has not let it go yet.
  await world.run(1_500);
  assertEquals(grant.isHeld(), true);
  grant.release(true);
  assertEquals(grant.isHeld(), false);
});

test("NatsPermits: whoever asks is told that NATS answers too slowly for a limit, and takes no place with that", async () => {
  const { world, nats, a, b } = two();
  const permit = { ...PERMIT, limit: 1, per: 1_000 };
  nats.slowDown(20_000, 30);
  // What this once was: tried for as long as NATS was slow, and nobody was told.
  const error = await assertRejects(() => world.until(a.acquire(permit), 15_000), TimeoutError);
  assertEquals(
    error.message,
    'Cannot hold a permit of "twitch.join": NATS took "660" ms to answer, it must take less than "500" ms',
  );
  await world.run(20_000 - world.clock.now());
  const grant = await world.until(b.acquire(permit), 1_000);
  assertEquals(grant.isHeld(), true);
  grant.release(false);
});

test("NatsPermits: who waits asks NATS when a place is free, as a watch tells, or again and again if none does", async () => {
  for (const tells of [Infinity, 3, 0]) {
    const world = new Simulation({ seed: 5 });
    const nats = new NatsModel(world.clock);
    const times: number[] = [];
    await world.until(Promise.all(Array.from({ length: 20 }, async (_, at) => {
      const host = world.host(`process ${at}`);
      const permits = new NatsPermits(telling(tells, nats.client(`process ${at}`, host)), host);
      const grant = await permits.acquire({ ...PERMIT, limit: 1, per: 5_000 });
      await sleepUntil(world.clock, world.clock.now() + 100);
      times.push(world.clock.now());
      grant.release(true);
    })));
    const took = (times.at(-1) ?? 0) - (times[0] ?? 0);
    assert(times.every((at, index) => at - (times[index - 1] ?? -Infinity) >= 5_000), times.join(" "));
    assert(took < 19 * 5_500, `${took} ms`);
    const each = nats.requests / times.length;
    assert(tells === Infinity ? each < 8 : each > 50 && each < 250, `${tells}: ${each} requests for each`);
  }
});

/** The same buckets, whose watches fall silent after so many entries, or never begin. */
function telling(count: number, buckets: NatsBuckets): NatsBuckets {
  return {
    async create(name, options) {
      const kv = await buckets.create(name, options);
      const watch = async (options?: NatsWatchOptions) => {
        if (count === 0) throw new Error("Nobody tells");
        const real = await kv.watch(options);
        let told = 0;
        async function* some() {
          for await (const entry of real) if (told++ < count) yield entry;
        }
        return { stop: () => real.stop(), [Symbol.asyncIterator]: some };
      };
      return { ...kv, watch };
    },
  };
}

test("NatsPermits: a name that no bucket can have is refused at once", () => {
  for (const name of ["", "my bot", "my.bot", "bot/1"]) {
    assertThrows(() => new NatsPermits(new MemoryBuckets(), { name }), OptionError, "Cannot keep permits");
  }
});
