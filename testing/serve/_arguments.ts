import { type Duration, readDuration } from "../kit/time/duration.ts";
import { serveDiscord } from "./_discord.ts";
import { serveIrc } from "./_irc.ts";
import { readPlan, type ServeFault } from "./_plan.ts";
import type { Served, ServeSetting } from "./_served.ts";
import { serveTwitch } from "./_twitch.ts";

/** How the command is used. */
export const USAGE = `Usage: npx @parley/testing serve discord|irc|twitch [options]

Puts a network for tests on a port of loopback, for bots in any language, and lets whoever types play the people on it.

  --port N                 where to listen; a free port by default
  --faults FILE            what goes wrong, as a JSON array: [{"kind":"reset","at":5000}], in milliseconds after login
  --patience DURATION      how long "expect" waits; 10s by default
  --ready DURATION         how long "ready" waits; 1min by default
  --guild GUILD#CHANNEL    discord: what there is, again for more; home#general by default
  --token TOKEN            discord: the only token that is taken; any by default
  --account NICK:PASSWORD  irc: whom SASL lets in, again for more; by default there is no SASL
  --login LOGIN            twitch: whose any token is in the API; bot by default

Lines such as "ada says #general !ping" and "expect #general pong" may come from a file, too: it ends behind the last,
with 0 if everything came as expected, with 1 if not; with 2 where it is used wrongly. "help" shows all of them.`;

/** What was asked for. */
export interface Asked {
  readonly open: (setting: ServeSetting) => Promise<Served>;
  readonly faults: readonly ServeFault[];
  readonly patience: Duration;
  readonly ready: Duration;
  readonly port: number;
}

const OPTIONS = {
  help: { type: "boolean", short: "h", default: false },
  port: { type: "string", default: "0" },
  faults: { type: "string" },
  patience: { type: "string", default: "10s" },
  ready: { type: "string", default: "1min" },
  guild: { type: "string", multiple: true },
  token: { type: "string" },
  account: { type: "string", multiple: true },
  login: { type: "string", default: "bot" },
} as const;

/**
 * Reads what the command is given.
 *
 * @throws if that is not how it is used.
 */
export async function readArguments(
  args: readonly string[],
  { readFile }: { readFile(path: string): Promise<string> },
): Promise<Asked | "help"> {
  const { parseArgs } = await import("node:util");
  const parsed = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  const { values, positionals } = parsed;
  if (values.help) return "help";
  const [network, ...more] = positionals[0] === "serve" ? positionals.slice(1) : positionals;
  if (more.length > 0) throw new RangeError(`"${more[0]}" is too much`);
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new RangeError(`There is no port "${values.port}"`);
  }
  return {
    open: openerOf(network, values),
    faults: values.faults === undefined ? [] : readPlan(await readFile(values.faults)),
    patience: readDuration(values.patience),
    ready: readDuration(values.ready),
    port,
  };
}

function openerOf(
  network: string | undefined,
  { guild = ["home#general"], token = null, account = [], login }: {
    readonly guild?: readonly string[];
    readonly token?: string | null;
    readonly account?: readonly string[];
    readonly login: string;
  },
): Asked["open"] {
  switch (network) {
    case "discord": {
      const guilds = guild.map((name): `${string}#${string}` => {
        const [, of, channel] = /^([^#]+)#([^#]+)$/.exec(name) ?? [];
        if (channel === undefined) {
          throw new RangeError(`Cannot make the guild "${name}": write it as "guild#channel"`);
        }
        return `${of}#${channel}`;
      });
      return (setting) => serveDiscord({ guilds, token }, setting);
    }
    case "irc": {
      const accounts = Object.fromEntries(account.map((text) => {
        const [, nick, password] = /^([^:]+):(.+)$/.exec(text) ?? [];
        // Whoever reads this has the command before them: the password is not said again.
        if (nick === undefined || password === undefined) {
          throw new RangeError("Cannot make an account: write it as --account nick:password");
        }
        return [nick, password];
      }));
      return (setting) => serveIrc({ accounts }, setting);
    }
    case "twitch":
      return (setting) => serveTwitch({ login }, setting);
    case undefined:
      throw new RangeError("Say which network: discord, irc or twitch");
    default:
      throw new RangeError(`There is no network "${network}": say discord, irc or twitch`);
  }
}
