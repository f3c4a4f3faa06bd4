import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { checkSeeds, plantedBugs } from "./_suite.ts";
import { twitchHelixWorld } from "./twitch_helix_world.ts";

checkSeeds(twitchHelixWorld);
plantedBugs(twitchHelixWorld);

test("twitch helix: what was refused by an answer that never came is asked again", async () => {
  const { violations } = await twitchHelixWorld.run(727_460_370, [
    { kind: "act", at: 0, act: { kind: "refuse", status: 400, count: 1 } },
    { kind: "http", at: 0, ms: 11_041, trouble: { kind: "slow", ms: 14_920 } },
  ]);
  assertEquals(violations, []);
});
