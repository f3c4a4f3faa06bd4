import { ircWorld } from "@parley/testing";
import { test } from "node:test";
import { startBot } from "./irc_bot.ts";

test("startBot: logs in, welcomes, answers, and comes back after a kick", async () => {
  await using world = await ircWorld({ accounts: { parleybot: "sesame" } });
  await world.start((runtime) => startBot("sesame", runtime));
  const ada = world.user("ada");
  await ada.joins("#parley");
  await world.expect("#parley").toSay("Welcome, ada!");
  await ada.tells("!ping");
  await world.expect(ada).toSay("pong");
  await ada.kicks("#parley");
  await world.run("1min");
  await ada.says("#parley", "!ping");
  await world.expect("#parley").toSay("pong");
});
