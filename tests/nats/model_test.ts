import { test } from "node:test";
import { Simulation } from "../../testing/world/simulation.ts";
import { kvSuite } from "./_kv_suite.ts";
import { NatsModel } from "./_model.ts";

for (const [what, check] of Object.entries(kvSuite)) {
  test(`NatsModel: ${what}`, async () => {
    const world = new Simulation({ seed: 2 });
    const host = world.host("process");
    const buckets = new NatsModel(world.clock).client("process", host);
    const pause = (ms: number) =>
      new Promise<void>((resolve) => void world.clock.setTimer(world.clock.now() + ms, resolve));
    await world.until(check({ buckets, pause }, "bucket"), 60_000);
  });
}
