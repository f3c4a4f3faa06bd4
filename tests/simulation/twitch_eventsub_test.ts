import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { checkSeeds, plantedBugs } from "./_suite.ts";
import { twitchEventSubWorld } from "./twitch_eventsub_world.ts";

checkSeeds(twitchEventSubWorld, { fixed: 10, fresh: 40 });
plantedBugs(twitchEventSubWorld);

test("twitch eventsub: a time away begins when the last message was sent, however long it was under way", async () => {
  const { violations } = await twitchEventSubWorld.run(9_021, [
    { kind: "slow", at: 60_493, ms: 1_817, latency: 2_771, scope: { client: "bot" } },
    { kind: "act", at: 60_505, act: { kind: "close", code: 4000 } },
  ]);
  assertEquals(violations, []);
});
