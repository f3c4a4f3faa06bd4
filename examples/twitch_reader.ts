/**
 * Reads Twitch chat in a terminal, anonymously: who says what, each in the colour of their choice.
 *
 *     deno run -A examples/twitch_reader.ts forsen dallas
 *     bun examples/twitch_reader.ts forsen
 *     node --import ./tools/suite/node_hook.ts examples/twitch_reader.ts forsen
 *
 * `--url` names another server, such as one of `@parley/testing`; `--light` or `--dark` the terminal's
 * background, if it does not tell. NO_COLOR is respected. Ctrl-C or SIGTERM ends it.
 */
import type { ClientEvent } from "@parley/parley/driver";
import { TwitchClient, type TwitchEvent } from "@parley/parley/twitch";
import process from "node:process";
import { parseArgs } from "node:util";
import { backgroundOf, dim, harmless, paint, readable, wantsColor } from "./_terminal_colors.ts";

// What Twitch itself gives those who have not chosen.
const DEFAULTS = ["#FF0000", "#008000", "#B22222", "#FF7F50", "#9ACD32", "#FF4500", "#2E8B57", "#DAA520"];

const { values, positionals: channels } = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: { url: { type: "string" }, light: { type: "boolean" }, dark: { type: "boolean" } },
});
const terminal = { isTerminal: process.stdout.isTTY === true, env: process.env };
const colored = wantsColor(terminal);
const background = values.light ? "light" : values.dark ? "dark" : backgroundOf(terminal);

const leaving = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => leaving.abort());
// Nobody reads any more, as with `| head`.
process.stdout.once("error", () => leaving.abort());

if (channels.length === 0) {
  console.error("Name the channels to read: twitch_reader.ts forsen dallas");
  process.exitCode = 2;
} else {
  try {
    await using chat = await new TwitchClient({
      channels,
      ...(values.url !== undefined && { url: values.url }),
      signal: leaving.signal,
    }).connect();
    leaving.signal.addEventListener("abort", () => void chat.close());
    if (leaving.signal.aborted) await chat.close();
    for await (const event of chat) {
      const line = lineOf(event);
      if (line !== undefined) process.stdout.write(`${line}\n`);
    }
  } catch (error) {
    if (!leaving.signal.aborted) {
      console.error(error instanceof Error ? error.message : String(error));
      process.exitCode = 1;
    }
  }
}

/** What to show of what happened, if anything. */
function lineOf(event: TwitchEvent | ClientEvent): string | undefined {
  switch (event.kind) {
    case "PRIVMSG": {
      const { sender, isAction } = event;
      const name = named(sender.name, sender.color ?? defaultColor(sender.login));
      const text = harmless(event.text);
      return `${place(event.channel)}${isAction ? `* ${name} ${text}` : `${name}: ${text}`}`;
    }
    case "USERNOTICE": {
      const said = event.text === undefined ? "" : `: ${event.text}`;
      const told = event.systemText ?? event.sender.name;
      return place(event.channel) + quiet(harmless(`${told}${said}`));
    }
    case "CLEARCHAT": {
      const { action, login } = event;
      const told = {
        clear: "chat was cleared",
        ban: `${login} was banned`,
        timeout: `${login} was timed out`,
        remove: `what ${login} said was removed`,
      };
      return place(event.channel) + quiet(harmless(told[action]));
    }
    case "NOTICE":
      return quiet(harmless(event.text));
    case "reconnecting":
      return quiet(`away: ${harmless(event.reason)}`);
    case "gap":
      return quiet(`back after ${((event.to - event.from) / 1_000).toFixed(1)} s, of which nothing is known`);
    case "join_failed":
      return quiet(harmless(event.error.message));
    case "lagged":
      return quiet("too much was said to show all of it");
    default:
      return undefined;
  }
}

function place(channel: string): string {
  return channels.length < 2 ? "" : `${quiet(harmless(channel))} `;
}

function named(name: string, color: string): string {
  return colored ? paint(readable(color, background), harmless(name)) : harmless(name);
}

function quiet(text: string): string {
  return colored ? dim(text) : text;
}

/** The same for the same chatter, every time. */
function defaultColor(login: string): string {
  let sum = 0;
  for (const character of login) sum += character.charCodeAt(0);
  return DEFAULTS[sum % DEFAULTS.length] ?? "#FF0000";
}
