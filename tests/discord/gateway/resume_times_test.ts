import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { type GapEvent, MemorySessionStore } from "../../../src/discord/gateway/mod.ts";
import { worldOf } from "./_world.ts";

const HOUR = 3_600_000;

test("DiscordGateway: a gap that begins in one run and ends in another is told by the wall clock, whatever theirs", async () => {
  const { world, connect } = worldOf({ resumeWindow: 1_000 });
  const store = new MemorySessionStore();
  // The machine of the first has slept, and that of the second.
  for (const [name, ms] of [["first", 5 * HOUR], ["second", 2 * HOUR]] as const) {
    world.freeze(name, ms, { clockStands: true });
  }
  await world.run(6 * HOUR);
  const first = await connect({ store, runtime: world.host("first") });
  await world.run(10_000);
  const lastHeard = world.clock.now();
  await world.until(first.close({ resumable: true }));
  const { at = 0 } = store.load(0)?.session ?? {};
  assert(Math.abs(at - lastHeard) < 60_000, `stored as ${at}, at ${lastHeard}`);
  await world.run(HOUR);
  const gaps: GapEvent[] = [];
  const second = await connect({ store, runtime: world.host("second") }, (gateway) => {
    gateway.on("gap", (gap) => gaps.push(gap));
  });
  const [gap] = gaps;
  assertEquals([gap?.from, gap?.resumed, gaps.length], [at, false, 1]);
  assert(Math.abs((gap?.to ?? 0) - world.clock.now()) < 60_000);
  await world.until(second.close());
});

test("DiscordGateway: what was stored by a clock that was ahead counts as stored just now", async () => {
  const { world, connect } = worldOf({ resumeWindow: 1_000 });
  const store = new MemorySessionStore();
  world.skew("first", HOUR);
  const first = await connect({ store, runtime: world.host("first") });
  await world.until(first.close({ resumable: true }));
  await world.run(10_000);
  const startedAt = world.clock.now();
  let from = 0;
  const second = await connect({ store, runtime: world.host("second") }, (gateway) => {
    gateway.on("gap", (gap) => void (from = gap.from));
  });
  assert(from <= world.clock.now() && from >= startedAt, `from ${from}`);
  await world.until(second.close());
});
