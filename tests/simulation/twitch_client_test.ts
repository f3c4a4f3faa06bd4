import { assertEquals } from "@std/assert";
import { testOnce as test } from "../_engines.ts";
import { checkSeeds, plantedBugs } from "./_suite.ts";
import { twitchClientWorld } from "./twitch_client_world.ts";

checkSeeds(twitchClientWorld);
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

test("twitch client: of a token that was good within the hour, who was refused with it gets another", async () => {
  // What this once was: a fault of the account's, which guessed which token was refused, and gave that one again.
  const { violations } = await twitchClientWorld.run(486_114_174, [
    { kind: "act", at: 258, act: { kind: "server", command: { kind: "raw", line: "garbage" } } },
    { kind: "act", at: 454, act: { kind: "expire" } },
    { kind: "part", at: 14_802, ms: 73_164, part: "tokens", trouble: "hang" },
    { kind: "partition", at: 35_436, ms: 31_346, scope: { client: "bot" } },
  ]);
  assertEquals(violations, []);
});

test("twitch client: a token that expires while Twitch is asked about it is followed by another", async () => {
  const bot = { client: "bot" };
  const { violations } = await twitchClientWorld.run(568_880_466, [
    { kind: "slow", at: 0, ms: 62_228, latency: 2_613, scope: bot },
    { kind: "silence", at: 14_531, ms: 1_999, directions: ["to client", "to server"] },
    { kind: "reset", at: 44_521, scope: bot },
  ]);
  assertEquals(violations, []);
});

test("twitch client: a burst that is too much for a prompt reader is counted for both", async () => {
  // What this once was: the checker's mistake. It took the prompt reader's list for all that came.
  const bot = { client: "bot" };
  const { violations } = await twitchClientWorld.run(935_811_020, [
    { kind: "act", at: 4_222, act: { kind: "server", command: { kind: "drop" } } },
    { kind: "coalesce", at: 5_716, ms: 4_438, every: 0, scope: bot },
    { kind: "partition", at: 5_734, ms: 4_419, scope: bot },
  ]);
  assertEquals(violations, []);
});

test("twitch client: what a prompt reader missed of a burst its handlers may have been told", async () => {
  // What this once was: the checker's mistake. It took the prompt reader's list for all that handlers were told.
  const scope = { client: "bot" };
  const { violations } = await twitchClientWorld.run(721_163_183, [
    { kind: "stall", at: 333, ms: 20_238, directions: ["to client"], scope },
    { kind: "coalesce", at: 333, ms: 20_239, every: 0, scope },
  ]);
  assertEquals(violations, []);
});
