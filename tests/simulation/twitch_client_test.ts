import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { checkSeeds, plantedBugs } from "./_suite.ts";
import { twitchClientWorld } from "./twitch_client_world.ts";

checkSeeds(twitchClientWorld, { fixed: 60, fresh: 30 });
plantedBugs(twitchClientWorld);

test("twitch client: one that cannot connect for 45 seconds at first is there in the end", async () => {
  // What this once was: the world's mistake. A first connect gives up by then, unless it is told to go on.
  const { violations } = await twitchClientWorld.run(5, [
    { kind: "refuse", at: 0, ms: 45_056, cause: "refused" },
  ]);
  assertEquals(violations, []);
});

test("twitch client: a PING that is read behind what makes it leave a link is not answered", async () => {
  // What this once was: the checker's mistake. It knew of links that were being closed before, only.
  const { violations } = await twitchClientWorld.run(330_367_886, [
    { kind: "coalesce", at: 0, ms: 71_028, every: 1_901 },
    { kind: "act", at: 0, act: { kind: "expire" } },
  ]);
  assertEquals(violations, []);
});
