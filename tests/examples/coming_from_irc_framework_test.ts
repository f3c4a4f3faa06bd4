import { testBeside } from "./_beside.ts";

testBeside({
  page: "docs/coming-from-irc-framework.md",
  library: "irc-framework",
  programs: {
    "A parrot": "examples/irc_echo.ts",
    "A logger": "examples/irc_logger.ts",
    "A bridge": "examples/irc_bridge.ts",
    "A moderation bot": "examples/irc_moderation.ts",
    "Titles of pages": "examples/irc_titles.ts",
    "Behind a bouncer, with history": "examples/irc_catch_up.ts",
  },
});
