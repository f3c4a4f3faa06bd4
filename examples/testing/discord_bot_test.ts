import { discordWorld } from "@parley/testing";
import assert from "node:assert/strict";
import { test } from "node:test";
import { startBot } from "./discord_bot.ts";

test("startBot: greets by a slash command, and counts across a cut", async () => {
  await using world = await discordWorld({ guilds: ["home#general"] });
  const bot = await world.start((runtime) => startBot({ token: "any", runtime }));
  const ada = world.user("ada");
  const answer = await ada.command("greet", { name: "Bob" });
  assert.equal(answer.content, "Hello, Bob!");
  world.cut(bot);
  await ada.says("#general", "!count 8");
  await world.expect("#general").toSay("8", { within: "30s" });
});
