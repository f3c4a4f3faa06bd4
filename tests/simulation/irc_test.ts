import { assertEquals } from "@std/assert";
import { ircWorld } from "./irc_world.ts";
import { testOnce as test } from "../_engines.ts";
import { checkSeeds, plantedBugs } from "./_suite.ts";

checkSeeds(ircWorld);
plantedBugs(ircWorld);

test("irc: a message said while the last line was still on its way counts as missed", async () => {
  // What this once was: the checker's mistake, not the core's. A gap begins when something was last heard.
  const { violations } = await ircWorld.run(135, [
    { kind: "partition", at: 608, ms: 393 },
    { kind: "act", at: 608, act: { kind: "server", command: { kind: "freeze" } } },
  ]);
  assertEquals(violations, []);
});

test("irc: a nick that a link still holds which was never let in is not free", async () => {
  // What this once was: the checker's mistake, again.
  const { violations } = await ircWorld.run(367, [
    { kind: "act", at: 64_279, act: { kind: "server", command: { kind: "drop" } } },
    { kind: "silence", at: 65_267, directions: ["to client", "to server"] },
    { kind: "act", at: 67_031, act: { kind: "join", channel: "#locked" } },
  ]);
  assertEquals(violations, []);
});

test("irc: a channel that is joined for the first time does not hold up the end of the gap", async () => {
  const { violations } = await ircWorld.run(2238, [
    { kind: "silence", at: 29_682, directions: ["to client"] },
    { kind: "act", at: 113_254, act: { kind: "join", channel: "#c" } },
  ]);
  assertEquals(violations, []);
});

test("irc: what is said while a link is being closed by the server lets time go on", async () => {
  // What this once was: the session was due at once, and again and again, until the link was gone.
  const { violations } = await ircWorld.run(41_000_072, [
    {
      kind: "act",
      at: 29_409,
      act: { kind: "server", command: { kind: "kline", nick: "bot", reason: "test" } },
    },
  ]);
  assertEquals(violations, []);
});

test("irc: a server whose PING is due at a time that no sum of others gives does not stand still", async () => {
  // What this once was: the server's mistake. It subtracted where its deadline had added, and was never done.
  const { violations } = await ircWorld.run(905748137, [
    { kind: "silence", at: 0, ms: 0, directions: ["to client", "to server"], scope: { client: "bot" } },
    { kind: "narrow", at: 0, ms: 89_501, perSecond: 201, scope: { client: "bot" } },
    { kind: "reset", at: 65_363, cause: "corrupt" },
    { kind: "silence", at: 89_775, directions: ["to client", "to server"] },
    { kind: "act", at: 101_491, act: { kind: "server", command: { kind: "raw", line: "garbage" } } },
  ]);
  assertEquals(violations, []);
});

test("irc: the refusal of a PART that comes late does not take back the JOIN sent behind it", async () => {
  // What this once was: 403 was taken for the JOIN's, and the channel given up for ever.
  const { violations } = await ircWorld.run(993523996, [
    { kind: "act", at: 610, act: { kind: "part", channel: "#B{^1}" } },
    { kind: "freeze", at: 2274, ms: 17_726, client: "bot", first: "timers", clockStands: false },
    { kind: "silence", at: 4218, ms: 0, directions: ["to client", "to server"], scope: { client: "bot" } },
  ]);
  assertEquals(violations, []);
});

test("irc: a JOIN's answer that comes once it was sent again proves nothing of what was said in between", async () => {
  const { violations } = await ircWorld.run(983_805_946, [
    { kind: "freeze", at: 13_606, ms: 57_348, client: "bot", first: "timers", clockStands: false },
    {
      kind: "act",
      at: 20_097,
      act: { kind: "server", command: { kind: "kline", nick: "bot", reason: "test" } },
    },
  ]);
  assertEquals(violations, []);
});

test("irc: the refusal of a PART does not make wanted again what is parted behind it", async () => {
  const { violations } = await ircWorld.run(373_703_954, [
    { kind: "freeze", at: 6_222, ms: 14_592, client: "bot", first: "timers", clockStands: false },
    { kind: "coalesce", at: 12_271, ms: 25_493, every: 92, scope: { client: "bot" } },
    { kind: "act", at: 16_115, act: { kind: "part", channel: "#B{^1}" } },
    { kind: "act", at: 20_813, act: { kind: "part", channel: "#B{^1}" } },
    { kind: "silence", at: 24_842, ms: 5, directions: ["to client"], scope: { client: "bot" } },
    { kind: "act", at: 25_165, act: { kind: "outage", ms: 23_363 } },
  ]);
  assertEquals(violations, []);
});
