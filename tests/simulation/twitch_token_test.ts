import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { checkSeeds, plantedBugs } from "./_suite.ts";
import { twitchTokenWorld } from "./twitch_token_world.ts";

checkSeeds(twitchTokenWorld);
plantedBugs(twitchTokenWorld);

test("twitch tokens: new tokens that expire one after the other on their way are no end", async () => {
  const { violations } = await twitchTokenWorld.run(461_789_849, [
    { kind: "slow", at: 13_168, ms: 31_169, latency: 2_673 },
    { kind: "act", at: 14_179, act: { kind: "expire" } },
  ]);
  assertEquals(violations, []);
});
