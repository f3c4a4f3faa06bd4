import { testBeside } from "./_beside.ts";

testBeside({
  page: "docs/coming-from-twurple.md",
  library: "Twurple",
  programs: {
    "An overlay": "examples/twitch/overlay.ts",
    "A command bot": "examples/twitch/command_bot.ts",
    "Alerts": "examples/twitch/alerts.ts",
    "A logger of two hundred channels": "examples/twitch/logger.ts",
    "A moderation bot": "examples/twitch/moderation_bot.ts",
  },
});

testBeside({
  page: "docs/coming-from-tmi-js.md",
  library: "tmi.js",
  programs: {
    "An overlay": "examples/twitch/overlay.ts",
    "A command bot": "examples/twitch/command_bot.ts",
  },
});
