import { twitchWorld } from "@parley/testing";
import { test } from "node:test";
import { startBot } from "./twitch_bot.ts";

test("startBot: greets, and counts for moderators only, within Twitch's limits", async () => {
  await using world = await twitchWorld();
  await world.start((runtime) => startBot("any", runtime));
  const [ronni, dallas] = [world.user("ronni"), world.user("dallas")];
  await ronni.says("#dallas", "!hello");
  await world.expect("#dallas").toSay("Hello, ronni!");
  await ronni.says("#dallas", "!count 3");
  await world.expect("#dallas").toStayQuiet();
  await dallas.says("#dallas", "!count 25");
  await world.expect("#dallas").toSay("25", { within: "2min" });
});
