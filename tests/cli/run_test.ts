import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { describe, it } from "node:test";
import { readFileSync } from "node:fs";
import { run } from "../../cli/run.ts";
import { VERSION } from "../../cli/version.ts";
import { Terminal } from "./_terminal.ts";

const COMMANDS = [
  "tail twitch",
  "tail irc",
  "tail discord",
  "say twitch",
  "say irc",
  "say discord",
  "doctor",
  "doctor discord",
  "doctor twitch",
  "doctor irc",
  "login",
  "demo",
];

/** What was asked for wrongly, and what is said of it. */
const WRONG: readonly (readonly [args: string, told: RegExp])[] = [
  ["shout", /unknown command 'shout'/],
  ["tail twitch", /missing required argument 'channel'/],
  ["tail twitch #a --jsno", /unknown option '--jsno'/],
  ["login --scope chat:read", /^Cannot log in without an application: register one at https:\S+ /],
  ["say twitch #a hello", /^Cannot go on without an account: run "parley login", or set TWITCH_TOKEN$/m],
  ["say discord 81384788765712384 hello", /^Cannot go on without the bot's token: set DISCORD_TOKEN, /],
  ["say irc irc.test #a  ", /^Cannot say nothing: /],
  ["tail discord general", /^Cannot follow "general": name a channel by its id/],
  ["tail discord --intents Guild", /^Cannot use the intent "Guild": choose of Guilds, /],
  ["tail irc http://irc.test", /^Cannot dial "http:\/\/irc.test": /],
  ["tail irc irc.test --account ann --password-file /nowhere", /^Cannot read the password of "ann" from /],
];

describe("parley", () => {
  for (const command of COMMANDS) {
    it(`${command} --help: says what it is for, and exits with 0`, async () => {
      const terminal = new Terminal();
      assertEquals(await run([...command.split(" "), "--help"], terminal), 0);
      assertMatch(terminal.written, new RegExp(`^Usage: parley ${command} .*\\n\\n[a-z]`));
      assertEquals(terminal.told, "");
    });
  }

  it("--version: is that of the package", async () => {
    const terminal = new Terminal();
    assertEquals(await run(["--version"], terminal), 0);
    const config = JSON.parse(readFileSync(new URL("../../cli/deno.json", import.meta.url), "utf8"));
    assertEquals([terminal.written.trim(), VERSION], [config.version, config.version]);
  });

  for (const [args, told] of WRONG) {
    it(`${args}: is wrong use, and exits with 2`, async () => {
      // Nobody has logged in there.
      const terminal = new Terminal({ env: { XDG_CONFIG_HOME: "/nowhere" } });
      assertEquals(await run(args.split(" "), terminal), 2);
      assertMatch(terminal.told, told);
      assertEquals(terminal.written, "");
    });
  }

  it("without a command: shows the help, and exits with 2", async () => {
    const terminal = new Terminal();
    assertEquals(await run([], terminal), 2);
    assertStringIncludes(terminal.told, "Usage: parley ");
  });

  it("errors: are coloured at a terminal alone, and not with NO_COLOR", async () => {
    const isColoured = async (isTerminal: boolean, env: Record<string, string>) => {
      const terminal = new Terminal({ isTerminal, env });
      await run(["tail", "discord", "general"], terminal);
      return terminal.told.includes("\x1b[");
    };
    assert(await isColoured(true, {}));
    assert(!await isColoured(true, { NO_COLOR: "1" }));
    assert(!await isColoured(true, { TERM: "dumb" }));
    assert(!await isColoured(false, {}));
  });
});
