import { assertEquals } from "@std/assert";
import { testOnce as test } from "../_engines.ts";
import { discordWireWorld } from "./discord_wire_world.ts";
import { checkSeeds, plantedBugs } from "./_suite.ts";

checkSeeds(discordWireWorld);
plantedBugs(discordWireWorld);

test("discord: what a RESUME brings behind the link that was given up is not in vain", async () => {
  // What this once was: given up on the second RESUME that failed, the session was counted to have failed three times.
  const { violations } = await discordWireWorld.run(884_932_893, [
    { kind: "slow", at: 0, ms: 33_527, latency: 1_684 },
    { kind: "reset", at: 27_876, cause: "unknown" },
    { kind: "partition", at: 35_266, ms: 58_260, scope: { client: "shard 0" } },
    { kind: "act", at: 90_349, act: { kind: "server", command: { kind: "resumes", on: false } } },
    { kind: "refuse", at: 103_756, ms: 472, cause: "refused", scope: { client: "shard 3" } },
    { kind: "slow", at: 104_140, ms: 1_372, latency: 1_821, scope: { client: "shard 3" } },
  ]);
  assertEquals(violations, []);
});

test("discord wire: a link that opens when a standstill is noticed is in no doubt", async () => {
  // What this once was: the checker's mistake. It waited for an acknowledgement of what was sent since, which never came.
  const { violations } = await discordWireWorld.run(159_686_057, [
    { kind: "act", at: 0, act: { kind: "server", command: { kind: "acks", on: false } } },
    { kind: "freeze", at: 0, ms: 6_001, client: "shard 0", first: "links", clockStands: false },
  ]);
  assertEquals(violations, []);
});
