import { assertEquals } from "@std/assert";
import { testOnce as test } from "../_engines.ts";
import { checkSeeds, plantedBugs } from "./_suite.ts";
import { ircClientWorld } from "./irc_client_world.ts";

checkSeeds(ircClientWorld);
plantedBugs(ircClientWorld);

for (const trouble of ["throw", "hang"] as const) {
  test(`irc client: outlives a store that ${trouble}s when it dials again`, async () => {
    const { violations } = await ircClientWorld.run(4, [
      { kind: "part", at: 0, ms: 20_000, part: "policies", trouble },
    ]);
    assertEquals(violations, []);
  });
}

test("irc client: a process whose clock stood has timers that are due when they wake", async () => {
  // What this once was: the simulation's mistake. A difference was rounded down, and a timer set again for ever.
  const { violations } = await ircClientWorld.run(71_529, [
    { kind: "act", at: 81, act: { kind: "down", address: 0, ms: 28_597 } },
    { kind: "narrow", at: 3_046, ms: 82_683, perSecond: 6_341, scope: { client: "bot" } },
    { kind: "reset", at: 20_155, scope: { client: "bot" } },
    { kind: "reset", at: 59_596 },
    { kind: "reset", at: 79_960, cause: "unknown" },
    { kind: "freeze", at: 85_830, ms: 23_243, client: "bot", first: "links", clockStands: true },
  ]);
  assertEquals(violations, []);
});

test("irc client: a process that is stopped twice hears all in its order when it goes on", async () => {
  // What this once was: the simulation's mistake. It went through what had come twice at once.
  const { violations } = await ircClientWorld.run(819, [
    { kind: "partition", at: 14_666, ms: 105_334, scope: { client: "bot" } },
    { kind: "freeze", at: 29_322, ms: 1_677, client: "bot", first: "timers", clockStands: false },
    { kind: "freeze", at: 50_998, ms: 69_002, client: "bot", first: "timers", clockStands: false },
    { kind: "freeze", at: 50_998, ms: 69_002, client: "bot", first: "timers", clockStands: true },
  ]);
  assertEquals(violations, []);
});

test("irc client: behind a bouncer more lines than a PING is worth, none of them paid for, let time go on", async () => {
  // What this once was: the session was due at once, and again and again, until its WHO was paid for.
  const { violations } = await ircClientWorld.run(7_100_017, []);
  assertEquals(violations, []);
});

test("irc client: a channel that was renamed while we were away does not hold up the end of the gap", async () => {
  const { violations } = await ircClientWorld.run(7_400_003, [
    { kind: "act", at: 8_296, act: { kind: "people", channel: 0, does: { kind: "rename" } } },
    { kind: "partition", at: 8_351, ms: 91_827, scope: { client: "bot" } },
  ]);
  assertEquals(violations, []);
});

test("irc client: behind a bouncer that is back on its network, a topic of long ago is known again", async () => {
  // What this once was: the server let the bouncer in without a word of the topic.
  const { violations } = await ircClientWorld.run(387_792_987, [
    { kind: "act", at: 0, act: { kind: "people", channel: 1, does: { kind: "topic" } } },
  ]);
  assertEquals(violations, []);
});

test("irc client: a JOIN that was sent elsewhere takes no refusal that is another command's", async () => {
  const { violations } = await ircClientWorld.run(911_000_167, [
    { kind: "partition", at: 29_170, ms: 75_413 },
    { kind: "act", at: 70_823, act: { kind: "ask" } },
    { kind: "act", at: 109_150, act: { kind: "people", channel: 0, does: { kind: "rename" } } },
  ]);
  assertEquals(violations, []);
});

test("irc client: the names that come with a JOIN which nobody asked for look like an answer", async () => {
  // What this once was: the checker's mistake. A channel got another name, which this server tells by a PART and a JOIN.
  const { violations } = await ircClientWorld.run(796_478_905, [
    { kind: "act", at: 119_330, act: { kind: "people", channel: 0, does: { kind: "rename" } } },
    { kind: "act", at: 119_416, act: { kind: "ask" } },
  ]);
  assertEquals(violations, []);
});

test("irc client: who wants two channels of which one leads to the other is back once in that, and tells of the gap", async () => {
  // What this once was: the one that leads elsewhere was missed for ever, and the time away never over.
  const { violations } = await ircClientWorld.run(411_798_182, [
    { kind: "act", at: 0, act: { kind: "people", channel: 0, does: { kind: "rename" } } },
    { kind: "reset", at: 62_079, scope: { client: "bot" } },
  ]);
  assertEquals(violations, []);
});
