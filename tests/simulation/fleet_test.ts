import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { fleetWorld } from "./fleet_world.ts";
import { checkIdentifies, type Identify } from "./_identifies.ts";
import { checkSeeds, plantedBugs } from "./_suite.ts";

checkSeeds(fleetWorld);
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

const STALLED_AND_LEFT: Parameters<typeof fleetWorld.run>[1] = [
  { kind: "act", at: 9_077, act: { kind: "reshard", count: 4 } },
  { kind: "stall", at: 10_795, ms: 8_076, directions: ["to client", "to server"] },
  { kind: "act", at: 14_000, act: { kind: "deploy", role: "gateway" } },
];

test("fleet: an IDENTIFY that a stalled link brings counts from when its sender gave the link up", async () => {
  // What this once was: called too early, by when it arrived, though nobody could call it back.
  const { violations } = await fleetWorld.run(605_791_702, STALLED_AND_LEFT);
  assertEquals(violations, []);
});

test("fleet: an IDENTIFY that is sent too early on such a link is seen all the same", async () => {
  const { violations } = await fleetWorld.run(605_791_702, STALLED_AND_LEFT, "shares its limits with nobody");
  const early = violations.filter(({ rule }) => rule === "identified_early");
  // Another was sent a second after one that came when the links moved again.
  assert(early.some(({ message }) => message.includes("which came at 18871")), JSON.stringify(early));
});

test("fleet: a slot whose lease was over before it had come up is begun again once it has stopped", async () => {
  // What this once was: it counted as stopped twice, and what had begun in between ran on without a lease.
  const { violations } = await fleetWorld.run(381_942_522, [
    { kind: "act", at: 3_183, act: { kind: "nats", how: "leaderless", ms: 5_610 } },
    { kind: "freeze", at: 3_871, ms: 26_334, client: "gateway 2", first: "links", clockStands: false },
    { kind: "act", at: 9_422, act: { kind: "reshard", count: 4 } },
    { kind: "stall", at: 16_500, ms: 1_465, directions: ["to client"] },
  ]);
  assertEquals(violations, []);
});

test("fleet: a permit that was lost while NATS did not take what is stored before is not identified on", async () => {
  // What this once was: the store was waited for, and then an IDENTIFY sent on a permit that another had by then.
  const { violations } = await fleetWorld.run(750_507_208, [
    { kind: "freeze", at: 435, ms: 606, client: "gateway 1", first: "links", clockStands: true },
    { kind: "act", at: 6_174, act: { kind: "cutOff", role: "gateway", ms: 5_015 } },
  ]);
  assertEquals(violations, []);
});

test("fleet: a worker that stood still while it took a partition over does not go on with that", async () => {
  // What this once was: it put a consumer in place of one that another read by, and what that was given came again unmarked.
  const { violations } = await fleetWorld.run(7_770_295, [
    { kind: "freeze", at: 237, ms: 39_763, client: "worker 2", first: "links", clockStands: true },
    { kind: "act", at: 9_506, act: { kind: "deploy", role: "worker" } },
  ]);
  assertEquals(violations, []);
});

test("fleet: a worker whose lease ended while it took a partition over does not go on with that", async () => {
  const { violations } = await fleetWorld.run(673_087_191, [
    { kind: "freeze", at: 0, ms: 545, client: "gateway 1", first: "timers", clockStands: true },
    { kind: "act", at: 18_039, act: { kind: "nats", how: "down", ms: 11_512 } },
    { kind: "silence", at: 23_389, ms: 1_843, directions: ["to server"], scope: { client: "worker 1" } },
    { kind: "act", at: 27_524, act: { kind: "crash", role: "worker" } },
    { kind: "freeze", at: 31_072, ms: 1_234, client: "gateway 1", first: "timers", clockStands: true },
  ]);
  assertEquals(violations, []);
});

test("checkIdentifies: an IDENTIFY is early that is sent within 5 s of when another came, or was given up", () => {
  const ways: readonly [name: string, first: Partial<Identify>, sentAt: number, found: number][] = [
    ["it came", { arrivedAt: 50 }, 5_049, 1],
    ["it came", { arrivedAt: 50 }, 5_050, 0],
    ["a stalled link brought it", { arrivedAt: 8_000 }, 12_999, 1],
    ["it was given up before it came", { leftAt: 2_000, arrivedAt: 8_000 }, 6_999, 1],
    ["it was given up before it came", { leftAt: 2_000, arrivedAt: 8_000 }, 7_000, 0],
    ["it never came", { leftAt: 2_000 }, 6_999, 1],
    ["it may come yet", {}, 60_000, 1],
  ];
  for (const [name, first, sentAt, found] of ways) {
    const never = { leftAt: Infinity, arrivedAt: Infinity };
    const sent = [{ client: "b", sentAt, ...never }, { client: "a", sentAt: 0, ...never, ...first }];
    assertEquals(checkIdentifies(sent).length, found, `${name}, then another at ${sentAt}`);
  }
});

test("checkIdentifies: who cannot hold a permit holds it for what NATS heard last, and no less", () => {
  const a = { client: "a", sentAt: 0, leftAt: Infinity, arrivedAt: 9_000 };
  const check = (client: string | undefined, from: number, to: number, sentAt: number) =>
    checkIdentifies([a, { ...a, client: "b", sentAt }], [{ client, from, to }]).length;
  assertEquals([check("a", 1_000, 6_000, 3_500), check(undefined, 1_000, 6_000, 3_500)], [0, 0]);
  assertEquals(check("a", 1_000, 6_000, 3_499), 1);
  assertEquals([check("b", 1_000, 6_000, 5_000), check("a", 20_000, 30_000, 5_000)], [1, 1]);
});

test("fleet: who takes a slot over waits for its session for as long as NATS does not answer", async () => {
  // What this once was: it began another after the first look that failed, and nobody was told what had been missed.
  const { violations } = await fleetWorld.run(434_962_317, [
    { kind: "act", at: 24_569, act: { kind: "nats", how: "slow", ms: 9_912 } },
    { kind: "act", at: 28_290, act: { kind: "deploy", role: "gateway" } },
    { kind: "act", at: 34_991, act: { kind: "nats", how: "down", ms: 9 } },
  ]);
  assertEquals(violations, []);
});
