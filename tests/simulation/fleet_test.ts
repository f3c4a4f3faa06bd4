import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { fleetWorld } from "./fleet_world.ts";
import { checkSeeds, plantedBugs } from "./_suite.ts";

checkSeeds(fleetWorld, { fixed: 5, fresh: 40 });
plantedBugs(fleetWorld);

test("fleet: a worker that stood still until its lease was in doubt goes on with what it still holds", async () => {
  // What this once was: it read no more, and nobody else did.
  const { violations } = await fleetWorld.run(159_956_429, [
    { kind: "act", at: 570, act: { kind: "crash", role: "gateway" } },
    { kind: "freeze", at: 24_001, ms: 3_399, client: "worker 2", first: "timers", clockStands: false },
  ]);
  assertEquals(violations, []);
});

test("fleet: a process whose wall clock is set ahead takes no other for dead that has just been heard", async () => {
  const { violations } = await fleetWorld.run(644_664_891, [
    { kind: "skew", at: 4_756, ahead: 356_593, client: "worker 2" },
    { kind: "act", at: 5_724, act: { kind: "cutOff", role: "worker", ms: 286 } },
  ]);
  assertEquals(violations, []);
});

test("fleet: one who changes the number of shards right after another is a mistake of neither", async () => {
  // What this once was: the world asked for another number before it had heard of the first.
  const { violations } = await fleetWorld.run(836_670_351, [
    { kind: "act", at: 0, act: { kind: "reshard", count: 6 } },
    { kind: "act", at: 9, act: { kind: "reshard", count: 4 } },
  ]);
  assertEquals(violations, []);
});

test("fleet: a permit that NATS did not hear of for a moment is given to nobody else", async () => {
  // What this once was: while an answer was waited for, nothing said that it was held, until it was held no more.
  const { violations } = await fleetWorld.run(57_783_742, [
    { kind: "act", at: 301, act: { kind: "cutOff", role: "gateway", ms: 1_683 } },
  ]);
  assertEquals(violations, []);
});

test("fleet: a gap that begins where another began is no repeat of that, if it ends later", async () => {
  // What this once was: who took over from a process that had told a gap, and died, told it in vain.
  const { violations } = await fleetWorld.run(881_165_964, [
    { kind: "silence", at: 1_692, directions: ["to client", "to server"], scope: { client: "gateway 2" } },
    { kind: "act", at: 3_770, act: { kind: "command", guild: 0 } },
    { kind: "act", at: 7_900, act: { kind: "nats", how: "down", ms: 4_712 } },
  ]);
  assertEquals(violations, []);
});
