import { assertEquals } from "@std/assert";
import type { Fault } from "../../testing/world/faults.ts";
import { testOnce as test } from "../_engines.ts";
import { checkSeeds, plantedBugs } from "./_suite.ts";
import { type TwitchAct, twitchWorld } from "./twitch_world.ts";

// One takes a quarter of a second of a processor's time: many more are for `task simulate`.
checkSeeds(twitchWorld);
plantedBugs(twitchWorld);

/** A plan that once made something go wrong. */
function found(name: string, seed: number, plan: readonly Fault<TwitchAct>[]): void {
  test(`twitch: ${name}`, async () => {
    const { violations } = await twitchWorld.run(seed, plan);
    assertEquals(violations, []);
  });
}

// JOINs that took 20 s were called unanswered, and good channels were given up for ever.
found("a link that stalls while channels are joined costs none of them", 28, [
  { kind: "stall", at: 156, ms: 29_972, directions: ["to server"] },
]);

// JOINs that had timed out counted from then, and arrived later, together with the next 20.
found("JOINs held back do not arrive beside the next ones", 884, [
  { kind: "act", at: 0, act: { kind: "server", command: { kind: "suspend", channel: "#c3" } } },
  { kind: "partition", at: 232, ms: 10_071 },
]);

// The same for messages, for which Twitch silences an account for half an hour.
found("messages held back do not arrive beside the next ones", 949, [
  { kind: "act", at: 5_961, act: { kind: "say", client: 0, channel: 0, count: 18 } },
  { kind: "stall", at: 6_002, ms: 29_440, directions: ["to client", "to server"], scope: { client: "one" } },
]);

// The late answer to a message that had timed out was taken for that to the next, which was then lost.
found("an answer that comes too late is not taken for another", 26, [
  { kind: "stall", at: 38_975, ms: 42_925, directions: ["to client"], scope: { client: "two" } },
]);

// What both links brought was forgotten when an attempt at the handover failed, though another followed.
found("a handover that takes several attempts doubles nothing", 2_072, [
  { kind: "refuse", at: 13_311, ms: 29_517, cause: "refused" },
  { kind: "act", at: 42_695, act: { kind: "server", command: { kind: "reconnect" } } },
]);

// The same for what we say ourselves, which then was told as somebody's message.
found("a handover that takes several attempts brings nothing back that we said", 2_072, [
  { kind: "refuse", at: 20_877, ms: 29_517, cause: "refused" },
  {
    kind: "act",
    at: 22_932,
    act: { kind: "server", command: { kind: "raw", line: ":tmi.twitch.tv RECONNECT" } },
  },
]);

// The old link was closed, and dropped after 3 s, with what it alone was bringing still under way.
found("a handover reads the old link to its end, or tells a gap", 2_460, [
  { kind: "partition", at: 75_314, ms: 30_000 },
]);

// The checker's mistake: a gap's beginning was compared with links that the client no longer had.
found("a gap begins when the last link it had was last heard", 128, [
  { kind: "slow", at: 170, ms: 71_831, latency: 2_469, scope: { client: "one" } },
  { kind: "act", at: 6_401, act: { kind: "server", command: { kind: "reconnect", login: "bot" } } },
  { kind: "act", at: 57_001, act: { kind: "server", command: { kind: "reconnect" } } },
]);

// The checker's mistake: what the server no longer sends on one link may be sent on the one to take over, and
// be lost with that; the gap begins when the client last heard of the first.
found("a gap covers what only a successor that died was sent", 2_460, [
  { kind: "partition", at: 37_541, ms: 32_931 },
]);

// Its permit was given back before the server had seen it, and the 21st message came 29.999 s after the first.
found("the answer to a JOIN that is undone is not taken for that to a message", 3_076, [
  { kind: "partition", at: 0, ms: 56_963, scope: { client: "two" } },
  { kind: "slow", at: 0, ms: 105_860, latency: 2_109 },
  { kind: "partition", at: 0, ms: 83_920, scope: { client: "one" } },
  { kind: "act", at: 102_104, act: { kind: "part", client: 0, channel: 0 } },
]);

// The permit of the last message was over by the rule of its time.
found("slow mode that begins counts from the last message", 1_440, [
  {
    kind: "act",
    at: 42_232,
    act: { kind: "server", command: { kind: "slow", channel: "#c3", seconds: 20 } },
  },
]);

// It was said on one connection, on which it is not in the channel, and joined on the other.
found("what is said on one connection does not come back on another", 7_017, [
  { kind: "act", at: 81_901, act: { kind: "join", client: 1, channel: 15 } },
]);

// A server that echoes every JOIN sends a USERSTATE behind each echo.
found("the answer to a JOIN that is echoed again is not taken for that to a message", 10_576, [
  { kind: "stall", at: 340, ms: 30_642, directions: ["to server"], scope: { client: "two" } },
]);

// The JOINs of a link that was given up arrived together with those of the next, so that some were over the limit;
// the second and last attempt went out in the same window, and good channels were given up for ever.
found("an attempt to join in a window that others have filled costs no channel", 700_148, [
  { kind: "act", at: 271, act: { kind: "server", command: { kind: "freeze" } } },
  { kind: "partition", at: 41_362, ms: 50_619 },
]);

// A message was refused while the channel was joined again to see whether it still had us. That was taken for the
// JOIN's refusal; the channel was given up, and went on telling us what was said there. The checker did not look.
found("a channel that is given up while it has us is left", 31_112, [
  { kind: "act", at: 331, act: { kind: "server", command: { kind: "ban", channel: "#c0", login: "bot" } } },
]);

// The driver's mistake. What the core found due that was due before passed for a process that had stood still, and a
// gap that began before that for one that began then.
found("what is found due too late is no process that stood still", 50_020, [
  { kind: "narrow", at: 0, ms: 24_701, perSecond: 203, scope: { client: "anonymous" } },
]);

// The checker's mistake. A clock that stands for less than a second is not noticed to, and parts from that on the wall.
found("a gap may begin as much too late as its clocks part without notice", 921_186, [
  { kind: "act", at: 0, act: { kind: "part", client: 1, channel: 0 } },
  { kind: "act", at: 328, act: { kind: "server", command: { kind: "freeze" } } },
  { kind: "freeze", at: 12_671, ms: 808, client: "two", first: "timers", clockStands: true },
]);

test("twitch: who stood still while it logged in closes its link by itself, and the gap begins with that", async () => {
  // What this once was: the checker's mistake.
  const { violations } = await twitchWorld.run(730_745_833, [
    { kind: "freeze", at: 81, ms: 74_942, client: "one", first: "timers", clockStands: false },
  ]);
  assertEquals(violations, []);
});

test("twitch: the gap that is told right behind a step of the wall clock is in the time of after it", async () => {
  // What this once was: a driver that had looked at the wall clock within the last second did not look again.
  const { violations } = await twitchWorld.run(935_809_152, [
    { kind: "skew", at: 42_018, ahead: 2_107, client: "anonymous" },
  ]);
  assertEquals(violations, []);
});

test("twitch: what was on its way when a gap begins is in it, whatever is rounded between clocks", async () => {
  // What this once was: the checker's mistake. It asked for a gap's beginning to the last bit.
  const { violations } = await twitchWorld.run(920_828_907, [
    { kind: "act", at: 0, act: { kind: "server", command: { kind: "ban", channel: "#c3", login: "bot" } } },
    { kind: "narrow", at: 0, ms: 82_490, perSecond: 207 },
    { kind: "reset", at: 15, cause: "unknown" },
    { kind: "skew", at: 75_707, ahead: 53_248, client: "two" },
  ]);
  assertEquals(violations, []);
});

test("twitch: a gap covers what was said before a standstill, wherever the wall clock was set afterwards", async () => {
  // What this once was: of a standstill and a step back of the wall clock, the driver took one or the other.
  const { violations } = await twitchWorld.run(219_155_176, [
    { kind: "silence", at: 7_160, ms: 28_884, directions: ["to client"] },
    { kind: "freeze", at: 13_656, ms: 82_003, client: "two", first: "timers", clockStands: true },
    { kind: "refuse", at: 76_032, ms: 43_968, cause: "refused" },
    { kind: "skew", at: 100_660, ahead: -11_378, client: "two" },
  ]);
  assertEquals(violations, []);
});

test("twitch: the answer to a PING of before a standstill says nothing of what came meanwhile", async () => {
  // What this once was: the checker's mistake, which took any PONG for the answer.
  const { violations } = await twitchWorld.run(315_835_768, [
    { kind: "narrow", at: 0, ms: 3_522, perSecond: 200 },
    { kind: "skew", at: 6_562, ahead: -599_985, client: "one" },
    { kind: "skew", at: 18_165, ahead: 599_990, client: "anonymous" },
  ]);
  assertEquals(violations, []);
});

// It ended by the clock of before, 2 s before what had been missed.
found("a gap told just before a wall clock is set forward covers what was missed", 864_771_243, [
  { kind: "reset", at: 0, cause: "corrupt", scope: { client: "two" } },
  { kind: "act", at: 3_801, act: { kind: "server", command: { kind: "forget", channel: "#c0" } } },
  { kind: "skew", at: 19_007, ahead: 2_007, client: "two" },
]);
