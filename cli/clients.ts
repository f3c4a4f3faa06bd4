import { DiscordGateway, type DiscordGatewayOptions, Intents } from "@parley/parley/discord";
import { DiscordRest } from "@parley/parley/discord/rest";
import { IrcClient, type IrcClientOptions, type SaslOptions } from "@parley/parley/irc";
import { dialer, type TlsOptions } from "@parley/parley/transport";
import { readFile } from "node:fs/promises";
import { type Io, UsageError } from "./io.ts";
import { readSecret, type Secret } from "./secret.ts";

/** How to reach an IRC network, as the command line says it. */
export interface IrcFlags {
  readonly nick?: string | undefined;
  /** The account to log in to by SASL, whose password is a secret. */
  readonly account?: string | undefined;
  /** The file that has the password alone. */
  readonly passwordFile?: string | undefined;
  /** The file with a certificate to trust besides those that the runtime trusts. */
  readonly ca?: string | undefined;
  readonly proxy?: string | undefined;
}

/** `irc.libera.chat`, `irc.libera.chat:6697` or `ircs://irc.libera.chat:6697`, as a URL. */
export function ircUrl(host: string): string {
  const url = /^[a-z]+:\/\//i.test(host) ? host : `ircs://${host}`;
  if (URL.canParse(url) && new URL(url).hostname !== "") return url;
  throw new UsageError(`Cannot connect to "${host}": name a host, a host and its port, or an ircs: URL`);
}

/** Makes an IRC client that is not connected. */
export async function ircClient(
  io: Io,
  host: string,
  flags: IrcFlags,
  more: Pick<IrcClientOptions, "backoff" | "channels" | "connectTimeout"> = {},
): Promise<IrcClient> {
  const { nick = `parley${Math.floor(Math.random() * 10_000)}`, account, ca, proxy } = flags;
  const url = ircUrl(host);
  const tls: TlsOptions | undefined = ca === undefined ? undefined : { caCerts: [await readCertificate(ca)] };
  const dial = proxy === undefined ? undefined : dialer({ proxy, ...(tls && { tls }) });
  const sasl: SaslOptions | undefined = account === undefined ? undefined : {
    username: account,
    password: await readSecret(io, {
      name: `the password of "${account}"`,
      variable: "IRC_PASSWORD",
      file: flags.passwordFile,
    }),
  };
  return new IrcClient({
    ...more,
    url,
    nick,
    ...(tls && { tls }),
    ...(sasl && { sasl }),
    runtime: { ...io.host, ...(dial && { dial }) },
  });
}

async function readCertificate(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new UsageError(`Cannot read a certificate from the file "${path}": name one in PEM`, {
      cause: error,
    });
  }
}

/** How to reach Discord, as the command line says it. */
export interface DiscordFlags {
  /** The file that has the token alone. */
  readonly tokenFile?: string | undefined;
  /** Where the API is. */
  readonly api?: string | undefined;
}

/** What is known of the bot's token and where it may be. */
export const discordToken = ({ tokenFile }: DiscordFlags): Secret => ({
  name: "the bot's token",
  variable: "DISCORD_TOKEN",
  file: tokenFile,
});

/** Makes a gateway client that is not connected. */
export function discordGateway(
  io: Io,
  token: string,
  intents: number,
  { api }: DiscordFlags,
  more: Pick<DiscordGatewayOptions, "backoff" | "connectTimeout"> = {},
): DiscordGateway {
  const rest = api === undefined ? {} : { baseUrl: api };
  return new DiscordGateway({ ...more, token, intents, rest, runtime: io.host });
}

/** Makes a client of Discord's REST API; without a token for what needs none. */
export function discordRest(io: Io, { api }: DiscordFlags, token?: string): DiscordRest {
  const { clock, fetch } = io.host;
  return new DiscordRest({
    ...(token !== undefined && { token }),
    ...(api !== undefined && { baseUrl: api }),
    ...(clock !== undefined && { clock }),
    ...(fetch !== undefined && { fetch }),
  });
}

/** Reads the names of intents, such as `GuildMessages,MessageContent`. @throws {UsageError} for one that there is not. */
export function readIntents(names: string): number {
  const known: Readonly<Record<string, number>> = Intents;
  return names.split(",").map((name) => name.trim()).reduce((all, name) => {
    const bit = Object.entries(known).find(([one]) => one.toLowerCase() === name.toLowerCase())?.[1];
    if (bit !== undefined) return all | bit;
    throw new UsageError(`Cannot use the intent "${name}": choose of ${Object.keys(known).join(", ")}`);
  }, 0);
}
