import { assert } from "@std/assert";
import { testBeside } from "./_beside.ts";

testBeside({
  page: "docs/coming-from-discordjs.md",
  library: "discord.js",
  imports: true,
  programs: {
    "A moderation bot": "examples/moderation_bot.ts",
    "A welcome bot": "examples/welcome_bot.ts",
    "A slash command, a modal and a button": "examples/ideas_bot.ts",
    "A presence that changes": "examples/presence_bot.ts",
    "A bot in four processes": "examples/four_processes_bot.ts",
  },
  check: (program) => assert(!/\.raw\(/.test(program), "asks Discord by typed requests"),
});
