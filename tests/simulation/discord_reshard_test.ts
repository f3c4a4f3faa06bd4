import { assertEquals } from "@std/assert";
import { discordReshardWorld } from "./discord_reshard_world.ts";
import { testOnce as test } from "../_engines.ts";
import { checkSeeds, plantedBugs } from "./_suite.ts";

checkSeeds(discordReshardWorld);
plantedBugs(discordReshardWorld);

test("discord reshard: from 1 to 4 to 16 to 4 shards, where nothing goes wrong, nobody is told of a gap", async () => {
  for (const seed of [1, 2]) {
    const { violations, gaps } = await discordReshardWorld.run(seed, []);
    assertEquals([violations, gaps], [[], 0]);
  }
});

test("discord reshard: a bot that dies in its second resharding goes on with what the first has made of it", async () => {
  // What this once was: the store was not told what the bot had been set up with while it was resharded again, so that
  // the next process began with one shard, and nobody heard what the other three had missed.
  const { violations } = await discordReshardWorld.run(67, [
    { kind: "act", at: 19_327, act: { kind: "kill", away: 6 } },
  ]);
  assertEquals(violations, []);
});

test("discord reshard: what was given up tells nothing while its links are closed", async () => {
  // What this once was: what was under way on them was told.
  const { violations } = await discordReshardWorld.run(10, [
    { kind: "act", at: 31_291, act: { kind: "give up" } },
  ]);
  assertEquals(violations, []);
});

test("discord reshard: an old shard that begins its session after the new ones is no end of it", async () => {
  // What this once was: its GUILD_CREATEs counted as events that the new shards never brought.
  const { violations } = await discordReshardWorld.run(61, [
    { kind: "act", at: 0, act: { kind: "server", command: { kind: "greet", with: "reconnect" } } },
    { kind: "http", at: 3, ms: 53_592, trouble: { kind: "status", status: 429, retryAfter: 1 } },
    { kind: "refuse", at: 12, ms: 10, cause: "tls", scope: { client: "bot" } },
  ]);
  assertEquals(violations, []);
});

test("discord reshard: what an old shard lost with its last event is told of if the new one lost it, too", async () => {
  // What this once was: the new shard began anew while a message came that the old one never got. Nobody brought it, and
  // the old one was closed before an event with the next number but one could show that.
  const { violations } = await discordReshardWorld.run(669_869_245, [
    { kind: "act", at: 134_737, act: { kind: "server", command: { kind: "lose", kept: false } } },
  ]);
  assertEquals(violations, []);
});

test("discord reshard: behind a hole in a session that has just taken over nothing is told twice", async () => {
  // What this once was: what the old shard had brought before it was not looked out for any more.
  const { violations } = await discordReshardWorld.run(5_138, [
    { kind: "act", at: 92_822, act: { kind: "server", command: { kind: "lose", kept: false } } },
  ]);
  assertEquals(violations, []);
});

test("discord reshard: what an old shard loses with its last event, before a new one begins, nobody can know", async () => {
  // What this once was: the checker's mistake. A guild of few words says nothing else that would show it before the cut-over.
  const { violations } = await discordReshardWorld.run(9_000_005, [
    { kind: "act", at: 65_342, act: { kind: "server", command: { kind: "lose", kept: false } } },
  ]);
  assertEquals(violations, []);
});

test("discord reshard: a new shard whose link is minutes behind is waited for, and brings nothing again", async () => {
  // What this once was: given up a minute after nothing fitted, though all that fits was still on its way.
  const { violations } = await discordReshardWorld.run(884_934_045, [
    { kind: "narrow", at: 0, ms: 53_335, perSecond: 200 },
  ]);
  assertEquals(violations, []);
});

test("discord reshard: what an old shard told before its hole is a copy when a new one brings it behind that", async () => {
  // What this once was: delivered twice. The hole let all be forgotten that was told before.
  const { violations } = await discordReshardWorld.run(944_746_624, [
    { kind: "silence", at: 11_463, directions: ["to client", "to server"] },
  ]);
  assertEquals(violations, []);
});

test("discord reshard: what was for sessions of a process that has died, too, nobody can know either", async () => {
  // What this once was: the checker's mistake. It took those sessions for ones that somebody still had.
  const { violations } = await discordReshardWorld.run(468_191_365, [
    { kind: "act", at: 16_056, act: { kind: "lag", shard: 3, count: 4, ms: 0 } },
    { kind: "act", at: 64_859, act: { kind: "kill", away: 1_061 } },
    { kind: "stall", at: 86_401, ms: 63_599, directions: ["to server"] },
    { kind: "act", at: 128_105, act: { kind: "server", command: { kind: "lose", kept: false, shard: 3 } } },
  ]);
  assertEquals(violations, []);
});

test("discord reshard: what an old shard loses before a late guild comes to the new one, nobody can know", async () => {
  // What this once was: the checker's mistake. It took the new shard for one that is told of that guild.
  const { violations } = await discordReshardWorld.run(7_000_123, [
    { kind: "act", at: 20_847, act: { kind: "server", command: { kind: "lose", kept: false } } },
    { kind: "act", at: 134_304, act: { kind: "server", command: { kind: "lose", kept: false } } },
  ]);
  assertEquals(violations, []);
});

test("discord reshard: what only a set that was given up has brought is told of by the next", async () => {
  // What this once was: forgotten with that set, so that the old shard was closed before its next event could show it.
  const { violations } = await discordReshardWorld.run(7_000_042, [
    { kind: "act", at: 112_927, act: { kind: "server", command: { kind: "lose", kept: false } } },
    { kind: "act", at: 142_782, act: { kind: "give up" } },
  ]);
  assertEquals(violations, []);
});

test("discord reshard: a hole that an old shard shows once the new set leads is told of", async () => {
  // What this once was: hidden like all else that it told then, though what is missing was from before the new set began.
  const { violations } = await discordReshardWorld.run(7_000_030, [
    { kind: "act", at: 105_332, act: { kind: "server", command: { kind: "lose", kept: false } } },
    { kind: "act", at: 114_273, act: { kind: "give up" } },
  ]);
  assertEquals(violations, []);
});

test("discord reshard: a guild that has yet to come to an old shard that began before is told once", async () => {
  // What this once was: that it came counted as an event that the new set had to bring, too, and so nothing fitted.
  const { violations } = await discordReshardWorld.run(432_837_001, [
    { kind: "act", at: 36_905, act: { kind: "kill", away: 9 } },
  ]);
  assertEquals(violations, []);
});

test("discord reshard: what an old shard loses while a new one lacks its READY, nobody can know", async () => {
  // What this once was: the checker's mistake. It took a session whose READY was lost for one that its client had.
  const { violations } = await discordReshardWorld.run(504_260_186, [
    { kind: "stall", at: 2, ms: 4, directions: ["to server"], scope: { client: "bot" } },
    { kind: "act", at: 120_413, act: { kind: "kill", away: 4_991 } },
    { kind: "act", at: 128_285, act: { kind: "server", command: { kind: "lose", kept: false } } },
    { kind: "reset", at: 150_000, cause: "corrupt" },
  ]);
  assertEquals(violations, []);
});

test("discord reshard: what is said in a guild for which the new set has waited in vain is in a gap", async () => {
  // What this once was: lost without one, where the old set had not told of that guild since the new one began. What it
  // was told was still on its way as it was closed.
  const { violations } = await discordReshardWorld.run(312_932_504, [
    { kind: "http", at: 10, ms: 647, trouble: { kind: "slow", ms: 2926 }, scope: { client: "bot" } },
    { kind: "reset", at: 10, scope: { client: "bot" } },
    { kind: "reset", at: 11, cause: "unknown", scope: { client: "bot" } },
    { kind: "act", at: 10_154, act: { kind: "lag", shard: 15, count: 16, ms: 7 } },
    { kind: "act", at: 39_001, act: { kind: "give up" } },
    { kind: "stall", at: 61_098, ms: 88_902, directions: ["to client"] },
    { kind: "act", at: 96_975, act: { kind: "lag", shard: 3, count: 16, ms: 3 } },
    { kind: "act", at: 149_987, act: { kind: "lag", shard: 13, count: 16, ms: 217 } },
  ]);
  assertEquals(violations, []);
});

test("discord reshard: a new set whose link is minutes behind is waited for, whatever does not fit until then", async () => {
  // What this once was: it led a minute after nothing had fitted, with a gap, and told again what it was yet to bring.
  const { violations } = await discordReshardWorld.run(893_243_906, [
    { kind: "narrow", at: 0, ms: 101_540, perSecond: 812, scope: { client: "bot" } },
  ]);
  assertEquals(violations, []);
});
