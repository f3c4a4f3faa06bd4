import { test } from "node:test";
import { Simulation } from "../../testing/world/simulation.ts";
import { kvSuite, lostBucket } from "./_kv_suite.ts";
import { NatsModel } from "./_model.ts";
import { requestSuite } from "./_request_suite.ts";
import { droppedEvents, largeEvent, lostStream, streamSuite } from "./_stream_suite.ts";

/** A process, the model, and time that passes. */
function room() {
  const world = new Simulation({ seed: 2 });
  const host = world.host("process");
  const nats = new NatsModel(world.clock);
  const pause = (ms: number) =>
    new Promise<void>((resolve) => void world.clock.setTimer(world.clock.now() + ms, resolve));
  const [buckets, streams] = [nats.client("process", host), nats.streams("process", host)];
  const lose = () => Promise.resolve(nats.lose());
  return {
    world,
    nats,
    clock: host.clock,
    lose,
    buckets,
    streams,
    connection: nats.connection("process", host),
    pause,
  };
}

for (const [what, check] of Object.entries(kvSuite)) {
  test(`NatsModel: ${what}`, async () => {
    const { world, ...parts } = room();
    await world.until(check(parts, "bucket"), 60_000);
  });
}

test("NatsModel: a bucket that is gone refuses all, says so to who watches, and can be made again", async () => {
  const { world, lose, ...parts } = room();
  await world.until(lostBucket(parts, "bucket", lose), 60_000);
});

test("NatsModel: who reads from a stream that is removed and made again goes on with what comes then", async () => {
  const { world, lose, ...parts } = room();
  await world.until(lostStream(parts, "removed", lose), 120_000);
});

test("NatsModel: who reads from a stream is told that something is gone if it may be, and else not", async () => {
  const { world, ...parts } = room();
  await world.until(droppedEvents(parts, "dropped"), 120_000);
});

test("NatsModel: an event that is larger than it carries comes without its data, and holds up nothing", async () => {
  const { world, nats, ...parts } = room();
  nats.maxPayload = 64_000;
  await world.until(largeEvent(parts, "large", 100_000), 60_000);
});

for (const [what, check] of Object.entries(streamSuite)) {
  test(`NatsModel: ${what}`, async () => {
    const { world, ...parts } = room();
    await world.until(check(parts, "stream"), 60_000);
  });
}

for (const [what, check] of Object.entries(requestSuite)) {
  test(`NatsModel: ${what}`, async () => {
    const { world, ...parts } = room();
    await world.until(check(parts, "subject"), 60_000);
  });
}
