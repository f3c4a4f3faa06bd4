import { assertEquals } from "@std/assert";
import { existsSync } from "node:fs";
import { describe, it } from "node:test";
import { Program } from "../_program.ts";
import { ServedProcess } from "../testing/serve/_served.ts";
import { discordJsBot } from "./served/discord_js.ts";
import { ircFrameworkBot } from "./served/irc_framework.ts";
import { oceanicBot } from "./served/oceanic.ts";
import { tmiJsBot } from "./served/tmi_js.ts";
import { twurpleBot } from "./served/twurple.ts";

const PYTHON = "/usr/bin/python3";
const DISCORD_PY = "/usr/lib/python3/dist-packages/discord/__init__.py";

/** Someone says something, uses a slash command, and the same again once links were cut. */
const ON_DISCORD = `ready
ada says #general !ping
expect #general pong
ada command greet name="Bob B."
expect #general Hello, Bob B.
cut
ada says #general !ping
expect #general pong
`;

/** What they do in a channel of IRC or Twitch. */
const inChannel = (channel: string) =>
  `ready ${channel}
ada says ${channel} !ping
expect ${channel} pong
`;

/** Each line waits as long as it may, in real time, on a machine that may be busy; in milliseconds. */
const timeout = 150_000;

/** Lets people play before a bot. */
async function plays(
  args: readonly string[],
  address: string,
  script: string,
  start: (at: string) => Promise<AsyncDisposable>,
): Promise<void> {
  await using served = new ServedProcess(...args, "--patience", "40s");
  await using _bot = await start(await served.address(address));
  assertEquals(await served.plays(script), 0, served.lines.join("\n"));
}

describe("serve discord: people play before a bot of", () => {
  for (const [name, bot] of Object.entries({ "discord.js": discordJsBot, "oceanic.js": oceanicBot })) {
    it(name, { timeout }, () => plays(["discord"], "REST API", ON_DISCORD, bot));
  }

  it(
    "discord.py",
    { skip: !existsSync(DISCORD_PY), timeout },
    () =>
      plays(["discord"], "REST API", ON_DISCORD, (api) => {
        const gateway = api.replace("http", "ws").replace("/api", "");
        const args = ["tests/interop/served/discord_bot.py", api, gateway];
        return Promise.resolve(new Program(args, {}, { command: PYTHON }));
      }),
  );
});

it(
  "serve irc: people play before a bot of irc-framework, which logs in by SASL",
  { timeout },
  () => plays(["irc", "--account", "bot:sesame"], "IRC", inChannel("#deno"), ircFrameworkBot),
);

describe("serve twitch: people play before a bot of", () => {
  for (const [name, bot] of Object.entries({ "tmi.js": tmiJsBot, "@twurple/chat": twurpleBot })) {
    it(name, { timeout }, () => plays(["twitch"], "chat", inChannel("#dallas"), bot));
  }
});
