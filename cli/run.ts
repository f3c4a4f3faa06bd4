import { Command } from "@commander-js/extra-typings";
import { OptionError } from "@parley/parley/protocol";
import { printable } from "@parley/parley/internal";
import { CommanderError } from "commander";
import { readIntents } from "./clients.ts";
import { type Examination, examine, report } from "./doctor/doctor.ts";
import { type Io, Stop, UsageError } from "./io.ts";
import { DEFAULT_SCOPES, login } from "./login.ts";
import { painter } from "./painter.ts";
import { sayDiscord, sayIrc, sayTwitch } from "./say.ts";
import { tailDiscord, tailIrc, tailTwitch } from "./tail.ts";
import { VERSION } from "./version.ts";

const FAILED = 1;
const WRONG_USE = 2;

const USUAL_INTENTS = "Guilds,GuildMessages,DirectMessages,MessageContent";

/** Reads a list: `a,b` or `a, b`. */
const list = (text: string): readonly string[] => text.split(",").map((one) => one.trim()).filter(Boolean);

function readSeconds(text: string): number {
  const seconds = Number(text);
  if (seconds > 0 && seconds < Infinity) return seconds;
  throw new UsageError(`Cannot talk for "${text}": give a number of seconds above 0`);
}

/** The options that commands share, in the words of their help. */
const JSON_FLAG = ["--json", "one JSON object a line, for other programs"] as const;
const INTENTS_FLAG = ["--intents <names>", "what to be told of, separated by commas", USUAL_INTENTS] as const;
const TOKEN_FILE = [
  "--token-file <file>",
  "the file with the bot's token (default: the variable DISCORD_TOKEN, or asked for)",
] as const;
const API = ["--api <url>", "where Discord's API is, for a proxy of it"] as const;
const TWITCH_URL = ["--url <url>", "where Twitch chat is, for a proxy of it"] as const;
const ALL = ["--all", "every event there is, not only what people want to see"] as const;
const KIND = ["--kind <kinds>", "events of these kinds alone, separated by commas", list] as const;
const NICK = ["--nick <nick>", "who to be (default: parley and a number)"] as const;
const ACCOUNT = ["--account <name>", "the account to log in to by SASL"] as const;
const PASSWORD_FILE = [
  "--password-file <file>",
  "the file with its password (default: the variable IRC_PASSWORD, or asked for)",
] as const;
const CA = ["--ca <file>", "a certificate to trust, besides those that the runtime trusts"] as const;
const PROXY = ["--proxy <url>", "the proxy to go by: socks5://127.0.0.1:9050"] as const;

const HOST = [
  "<host>",
  "irc.libera.chat, with a port behind a colon, or a URL: irc: is without TLS",
] as const;

/**
 * Runs a command line, without the name of the program; resolves to what to exit with: 0, 1 where something failed, 2
 * where it was used wrongly, 130 after Ctrl-C. Never rejects.
 */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const exitCode = await ended(args, io);
  // What was written before is taken then, too: who exits now cuts nothing off.
  await Promise.all([io.out.write(""), io.err.write("")]);
  return exitCode;
}

async function ended(args: readonly string[], io: Io): Promise<number> {
  const paint = painter(io, io.err);
  let exitCode = 0;
  try {
    await commands(io, (code) => exitCode = code).parseAsync([...args], { from: "user" });
  } catch (error) {
    // It has written its message, or the help, itself.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USE;
    if (!io.stopped.aborted) {
      const message = error instanceof Error ? error.message : String(error);
      await io.err.write(`${paint("bad", printable(message))}\n`);
      return error instanceof UsageError || error instanceof OptionError ? WRONG_USE : FAILED;
    }
  }
  const { reason } = io.stopped;
  return reason instanceof Stop ? reason.exitCode : exitCode;
}

function commands(io: Io, exit: (code: number) => void): Command {
  const program = new Command("parley")
    .description("Reads and says things on IRC, Twitch and Discord, and finds out why that does not work.")
    .version(VERSION, "-V, --version", "the version")
    .helpOption("-h, --help", "this help")
    // `doctor --json` is an option of `doctor`, and `doctor irc --json` one of its `irc`.
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.out.write(text),
      writeErr: (text) => void io.err.write(text),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .showHelpAfterError("(--help says how it is used)");

  const tail = program.command("tail").description("shows what happens, an event a line, until Ctrl-C");
  tail.command("twitch")
    .description("shows channels of Twitch, without an account unless one is asked for")
    .argument("<channel...>", "channels, such as '#forsen'")
    .option(...JSON_FLAG).option(...ALL).option(...KIND)
    .option("--account", "read as the account that has logged in").option(...TWITCH_URL)
    .action((channels, flags) => tailTwitch(io, channels, flags));
  tail.command("irc")
    .description("shows channels of an IRC network")
    .argument(...HOST)
    .argument("[channel...]", "channels to join, such as '#deno'")
    .option(...JSON_FLAG).option(...ALL).option(...KIND)
    .option(...NICK).option(...ACCOUNT).option(...PASSWORD_FILE).option(...CA).option(...PROXY)
    .action((host, channels, flags) => tailIrc(io, host, channels, flags));
  tail.command("discord")
    .description("shows what a Discord bot is told of")
    .argument("[channel...]", "the ids of channels (default: all)")
    .option(...JSON_FLAG).option(...ALL).option(...KIND)
    .option(...INTENTS_FLAG).option(...TOKEN_FILE).option(...API)
    .action((channels, flags) =>
      tailDiscord(io, channels, { ...flags, intents: readIntents(flags.intents) })
    );

  const say = program.command("say").description("says something, and ends once it is taken");
  const WORDS = ["[words...]", "what to say (default: each line that comes in)"] as const;
  say.command("twitch")
    .description("says something in a channel of Twitch, as the account that has logged in")
    .argument("<channel>", "such as '#forsen'").argument(...WORDS)
    .option(...TWITCH_URL)
    .action((channel, words, flags) => sayTwitch(io, channel, words, flags));
  say.command("irc")
    .description("says something in a channel of an IRC network, or to a nick")
    .argument(...HOST).argument("<target>", "a channel, such as '#deno', or a nick").argument(...WORDS)
    .option(...NICK).option(...ACCOUNT).option(...PASSWORD_FILE).option(...CA).option(...PROXY)
    .action((host, target, words, flags) => sayIrc(io, host, target, words, flags));
  say.command("discord")
    .description("says something in a channel of Discord, as the bot")
    .argument("<channel>", "its id").argument(...WORDS)
    .option(...TOKEN_FILE).option(...API)
    .action((channel, words, flags) => sayDiscord(io, channel, words, flags));

  const examined = async (examination: Examination, json = false) => {
    if (!await report(io, examine(io, examination), json)) exit(FAILED);
  };
  const SCOPES = ["--scope <scopes>", "what the account is to have granted", list, DEFAULT_SCOPES] as const;
  const CONNECT = ["--connect", "begin a session, too, which counts against those of a day"] as const;
  const doctor = program.command("doctor")
    .description(
      "finds out what keeps a bot from working: this machine, Discord and Twitch, or one network alone",
    )
    .option(...JSON_FLAG)
    .action(({ json }) =>
      examined({
        discord: { intents: readIntents(USUAL_INTENTS) },
        twitch: { scope: DEFAULT_SCOPES },
      }, json)
    );
  doctor.command("discord")
    .description("looks at a bot's token, its intents, and how many sessions it may begin")
    .option(...JSON_FLAG).option(...INTENTS_FLAG).option(...CONNECT).option(...TOKEN_FILE).option(...API)
    .action((flags) => examined({ discord: { ...flags, intents: readIntents(flags.intents) } }, flags.json));
  doctor.command("twitch")
    .description("looks at the account that has logged in, and what it has granted")
    .option(...JSON_FLAG).option(...SCOPES).option(...TWITCH_URL)
    .action((flags) => examined({ twitch: flags }, flags.json));
  doctor.command("irc")
    .description("looks at an IRC network: its certificate, and whether it lets us in")
    .argument(...HOST)
    .option(...JSON_FLAG)
    .option(...NICK).option(...ACCOUNT).option(...PASSWORD_FILE).option(...CA).option(...PROXY)
    .action((host, flags) => examined({ irc: { ...flags, host } }, flags.json));

  program.command("login")
    .description("logs in to Twitch by any browser, and keeps the tokens for the other commands")
    .option("--client-id <id>", "the application's id (default: the variable TWITCH_CLIENT_ID)")
    .option("--scope <scopes>", "what to be granted, separated by commas", list, DEFAULT_SCOPES)
    .action((flags) => login(io, flags));

  program.command("demo")
    .description("one bot live on IRC, Twitch and Discord at once, on servers of its own")
    .option("--seconds <seconds>", "how long people talk (default: 7)", readSeconds)
    .option("--irc <url>", "be on a real network instead: ircs://irc.libera.chat/#channel").option(...NICK)
    .option("--twitch <channel>", "listen to a real channel instead")
    .option("--discord", "be where a real bot is instead, by its token in DISCORD_TOKEN")
    .option("--discord-channel <id>", "only in this channel")
    .action(async (flags) => {
      // Servers are loaded where they are wanted.
      const { demo } = await import("./demo/demo.ts");
      if (!await demo(io, flags)) exit(FAILED);
    });
  return program;
}
