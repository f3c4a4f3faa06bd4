import { test } from "node:test";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { DiscordGateway } from "../../src/discord/gateway/mod.ts";
import type { Grant } from "../../src/driver/permits.ts";
import { NatsPermits } from "../../src/nats/mod.ts";
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
