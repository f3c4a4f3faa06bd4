import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { checkSeeds, plantedBugs } from "./_suite.ts";
import { twitchEventSubWorld } from "./twitch_eventsub_world.ts";

checkSeeds(twitchEventSubWorld);
plantedBugs(twitchEventSubWorld);

test("twitch eventsub: a time away begins when the last message was sent, however long it was under way", async () => {
  const { violations } = await twitchEventSubWorld.run(9_021, [
    { kind: "slow", at: 60_493, ms: 1_817, latency: 2_771, scope: { client: "bot" } },
    { kind: "act", at: 60_505, act: { kind: "close", code: 4000 } },
  ]);
  assertEquals(violations, []);
});

test("twitch eventsub: one that is not wanted any more while it is asked for is ended once it is made", async () => {
  // What this once was: its answer was not waited for, and Twitch kept it.
  const { violations } = await twitchEventSubWorld.run(349_678_166, [
    { kind: "reset", at: 0, scope: { client: "bot" } },
    { kind: "http", at: 0, ms: 79_386, trouble: { kind: "slow", ms: 4_920 }, scope: { client: "bot" } },
    { kind: "silence", at: 668, ms: 0, directions: ["to client", "to server"], scope: { client: "bot" } },
    { kind: "reset", at: 3_925 },
    { kind: "act", at: 95_034, act: { kind: "close", code: 4006 } },
    { kind: "act", at: 95_766, act: { kind: "toggle", channel: 0 } },
  ]);
  assertEquals(violations, []);
});

test("twitch eventsub: one that is not wanted any more is ended if it was made and nobody heard of it", async () => {
  // What this once was: only if it was being asked for just then, and not if that had timed out before.
  const { violations } = await twitchEventSubWorld.run(42_906_142, [
    { kind: "partition", at: 18_637, ms: 1_165 },
    { kind: "act", at: 40_901, act: { kind: "silence" } },
    { kind: "http", at: 54_829, ms: 33_841, trouble: { kind: "slow", ms: 8_933 } },
    { kind: "act", at: 77_264, act: { kind: "toggle", channel: 0 } },
  ]);
  assertEquals(violations, []);
});

test("twitch eventsub: what the old link brings late comes before what its successor has brought", async () => {
  const { violations } = await twitchEventSubWorld.run(900_296_458, [
    { kind: "narrow", at: 0, ms: 1_701, perSecond: 200, scope: { client: "bot" } },
    { kind: "act", at: 80, act: { kind: "reconnect" } },
  ]);
  assertEquals(violations, []);
});

test("twitch eventsub: a session that has fallen silent is so for whoever takes over", async () => {
  const { violations } = await twitchEventSubWorld.run(553_515_172, [
    { kind: "act", at: 119_864, act: { kind: "reconnect" } },
    { kind: "act", at: 119_865, act: { kind: "silence" } },
  ]);
  assertEquals(violations, []);
});

test("twitch eventsub: what is wanted again while it is being ended is asked for afterwards", async () => {
  // What this once was: Twitch answered with the one that was about to end.
  const { violations } = await twitchEventSubWorld.run(503_320_700, [
    { kind: "act", at: 136, act: { kind: "toggle", channel: 4 } },
    { kind: "http", at: 256, ms: 96_604, trouble: { kind: "wrong" } },
    { kind: "act", at: 92_621, act: { kind: "toggle", channel: 4 } },
  ]);
  assertEquals(violations, []);
});

test("twitch eventsub: what was still on its way on a link that is taken over from is a gap if it never comes", async () => {
  const { violations } = await twitchEventSubWorld.run(131_340_641, [
    { kind: "narrow", at: 0, ms: 5_201, perSecond: 200, scope: { client: "bot" } },
    { kind: "act", at: 1_701, act: { kind: "reconnect" } },
  ]);
  assertEquals(violations, []);
});

test("twitch eventsub: a session that Twitch ends while subscriptions are asked for costs none of them", async () => {
  // What this once was: asked for by answers that took ten seconds, they were refused for good with their session.
  const { violations } = await twitchEventSubWorld.run(974_043_851, [
    { kind: "http", at: 0, ms: 193, trouble: { kind: "slow", ms: 9_808 }, scope: { client: "bot" } },
  ]);
  assertEquals(violations, []);
});

test("twitch eventsub: a link that is far behind after a standstill has not brought what was sent since", async () => {
  // What this once was: a gap that began when the last was read, forty seconds after that was sent.
  const { violations } = await twitchEventSubWorld.run(123_947_973, [
    { kind: "narrow", at: 0, ms: 18_503, perSecond: 200 },
    { kind: "skew", at: 49_515, ahead: 441_830, client: "bot" },
    { kind: "reset", at: 62_088 },
  ]);
  assertEquals(violations, []);
});

test("twitch eventsub: a link that is behind after its clock stood brings what was sent before", async () => {
  // What this once was: how late it was, was told by how much earlier others had come by a clock that did not stand yet.
  const { violations } = await twitchEventSubWorld.run(347_554_599, [
    { kind: "narrow", at: 0, ms: 26_953, perSecond: 200, scope: { client: "bot" } },
    { kind: "freeze", at: 5_573, ms: 74_163, client: "bot", first: "timers", clockStands: true },
    { kind: "act", at: 26_901, act: { kind: "silence" } },
    { kind: "freeze", at: 62_500, ms: 1_953, client: "bot", first: "links", clockStands: false },
  ]);
  assertEquals(violations, []);
});

test("twitch eventsub: one that Twitch ends before it is known to be made is told so, and not taken for there", async () => {
  const { violations } = await twitchEventSubWorld.run(7, [
    { kind: "http", at: 0, ms: 3_000, trouble: { kind: "slow", ms: 500 }, scope: { client: "bot" } },
    { kind: "act", at: 1_000, act: { kind: "revoke", channel: 0 } },
  ]);
  assertEquals(violations, []);
});
