import { assertEquals } from "@std/assert";
import { discordWorld } from "./discord_world.ts";
import { testOnce as test } from "../_engines.ts";
import { checkSeeds, plantedBugs } from "./_suite.ts";

checkSeeds(discordWorld);
plantedBugs(discordWorld);

test("discord: resuming asks for what the first URL asked for", async () => {
  // What this once was: query parameters of the user's own were missing on the resume URL.
  const { violations } = await discordWorld.run(9, [{ kind: "reset", at: 60_000 }]);
  assertEquals(violations, []);
});

test("discord: a session that lost its last event for good is not resumed", async () => {
  // What this once was: the server answered RESUMED with the number of an event that it could not send again.
  // Its client has to take that for RESUMED's own number, and hears nothing of the loss.
  const { violations } = await discordWorld.run(648, [
    { kind: "silence", at: 260, directions: ["to server"] },
    { kind: "act", at: 51_453, act: { kind: "server", command: { kind: "lose", kept: false } } },
  ]);
  assertEquals(violations, []);
});

test("discord: a session whose READY came too late lives on at the server", async () => {
  // What this once was: the world's mistake. It looked for any session of the shard, not for its client's.
  const { violations } = await discordWorld.run(1797, [
    { kind: "stall", at: 169, ms: 69_811, directions: ["to client", "to server"] },
  ]);
  assertEquals(violations, []);
});

test("discord: a RESUMED on a link that is being left does not make it a success", async () => {
  // What this once was: the checker's mistake. It wanted the resume URL again, which had just failed.
  const { violations } = await discordWorld.run(5557, [
    { kind: "act", at: 32_282, act: { kind: "unreachable", url: "resume", ms: 55_774 } },
    { kind: "reset", at: 87_371 },
    { kind: "act", at: 89_938, act: { kind: "server", command: { kind: "reconnect" } } },
  ]);
  assertEquals(violations, []);
});

test("discord: a session given up after three RESUMEs in vain needs neither URL", async () => {
  // What this once was: the checker's mistake. It wanted the resume URL tried after the first, for no session.
  const { violations } = await discordWorld.run(7, [
    { kind: "act", at: 10_000, act: { kind: "server", command: { kind: "resumes", on: false } } },
    { kind: "reset", at: 20_000 },
    { kind: "refuse", at: 28_000, ms: 40_000, cause: "refused" },
  ]);
  assertEquals(violations, []);
});

test("discord: a heartbeat that a process sends late since it stood still for a moment is no missing one", async () => {
  // What this once was: the checker's mistake. It knew nothing of processes that stand still.
  const { violations } = await discordWorld.run(930_040, [
    { kind: "act", at: 5_321, act: { kind: "server", command: { kind: "reconnect", shard: 0 } } },
    { kind: "freeze", at: 33_133, ms: 1_339, client: "shard 0", first: "timers", clockStands: false },
  ]);
  assertEquals(violations, []);
});

test("discord: what the server makes up twice is nothing that was said twice", async () => {
  // What this once was: the checker's mistake. It took messages without a text for one that came twice.
  const text = '{"op":0,"t":"MESSAGE_CREATE","d":{}}';
  const { violations } = await discordWorld.run(55_172_299, [
    { kind: "act", at: 215, act: { kind: "server", command: { kind: "send", text } } },
    { kind: "act", at: 215, act: { kind: "server", command: { kind: "send", text, shard: 1 } } },
  ]);
  assertEquals(violations, []);
});

test("discord: an acknowledgement of what was asked before a standstill says nothing of when the server was there", async () => {
  // What this once was: the checker's mistake. It took the first acknowledgement behind one for that of a later heartbeat.
  const { violations } = await discordWorld.run(884_933_740, [
    { kind: "skew", at: 10_445, ahead: 1_001, client: "shard 2" },
    { kind: "partition", at: 10_533, ms: 30_000, scope: { client: "shard 2" } },
  ]);
  assertEquals(violations, []);
});
