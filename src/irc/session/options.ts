import { CommandError, OptionError } from "../../protocol/errors.ts";
import type { BackoffOptions } from "../../protocol/connection/backoff.ts";
import { checkMaxMessage } from "../../protocol/option_checks.ts";
import { quote } from "../../protocol/data/quote.ts";
import { checkName, formatCommand } from "../wire/commands/command.ts";
import type { CtcpOptions } from "../wire/texts/ctcp.ts";
import type { FloodOptions, FloodPreset } from "./sending/flood_presets.ts";
import type { LineHandlers } from "./line_handlers.ts";
import { checkLinkTimeouts, type LinkTimeouts } from "./links/line_link.ts";
import { checkIdentity, type Identity } from "./registration/registration.ts";

/** A channel to join: its name, or its name and its key. */
export type ChannelOption = string | { readonly name: string; readonly key: string };

/** How an IRC session is set up. */
export interface IrcSessionOptions extends Identity {
  /**
   * Where to dial: `ircs://host:port`, `irc://host:port`, `wss://…` or `ws://…`. Several are tried in turn, one
   * after the other.
   */
  readonly url: string | readonly string[];
  /** Channels to be in. @default {[]} */
  readonly channels?: readonly ChannelOption[];
  /**
   * Capabilities to ask for where the server has them, beside those of {@linkcode DEFAULT_CAPABILITIES}; one with a `-`
   * before it is not asked for. @default {[]}
   */
  readonly capabilities?: readonly string[];
  /**
   * What the server makes lines cost, for who knows: the costs, or what it is; false: nothing, as for operators.
   *
   * @default by what the server says it is, else 2 s a line, and 10 s ahead
   */
  readonly flood?: FloodOptions | FloodPreset | false;
  /** How long to wait between attempts to connect. @default from 1 s to 60 s, for ever */
  readonly backoff?: BackoffOptions;
  /**
   * For how many milliseconds a first link is tried for before the session ends with what went wrong last; while one is
   * open they do not count. Infinity: for ever. @default {45_000}
   */
  readonly connectTimeout?: number | undefined;
  /** How long a link may take for what. */
  readonly timeouts?: LinkTimeouts;
  /**
   * The largest WebSocket message to take, in bytes: a server that sends a larger one has broken the link. A line
   * has at most 8,703 characters with its tags, on a stream as well, and servers put few into one message.
   *
   * @default {262_144}
   */
  readonly maxMessage?: number;
  /**
   * How lines are encoded that are no UTF-8, by a name of the
   * [Encoding Standard](https://encoding.spec.whatwg.org/#names-and-labels) that the runtime knows, such as
   * `windows-1252`. What is sent is UTF-8.
   *
   * @default none: what is invalid arrives as U+FFFD
   */
  readonly fallbackEncoding?: string;
  /** Whether to get the nick back when it is free again, if it was taken. @default {true} */
  readonly regainNick?: boolean;
  /** Whether to come back, after 2 s, into a channel that we were kicked from. @default {false} */
  readonly rejoinOnKick?: boolean;
  /**
   * Whether to ask, by `before_join`, whether channels may be joined, each time the server has let us in: so that who
   * has to log in or to be cloaked first shows no host. @default {false}
   */
  readonly asksBeforeJoin?: boolean;
  /**
   * Who else to keep account of: those in our channels, with what the server tells of them by itself (`"names"`), or
   * with their accounts, hosts and real names, which are asked for by WHO after each JOIN (`"who"`). Either asks for the
   * modes of each channel, too. false: nobody, for huge channels. @default {false}
   */
  readonly state?: false | "names" | "who";
  /**
   * Whether to say by our user mode that we are a bot, where the server has one for that
   * ([IRCv3 bot-mode](https://ircv3.net/specs/extensions/bot-mode)). @default {false}
   */
  readonly bot?: boolean;
  /** What to answer to CTCP queries; false: nothing. @default VERSION, PING, TIME and CLIENTINFO, at most 3 in 10 s */
  readonly ctcp?: CtcpOptions | false;
  /** What sees and may change every line, before anything else does. @default none */
  readonly handlers?: LineHandlers;
  /** Randomness in [0, 1). */
  readonly random: () => number;
  /** Tells the time by the wall clock, for CTCP TIME, in milliseconds since 1970 began. @default the session's own time */
  readonly wall?: () => number;
}

/**
 * The capabilities that are asked for where the server has them, unless `capabilities` leaves one out. Drafts are among
 * them that change nothing of what else there is.
 */
export const DEFAULT_CAPABILITIES: readonly string[] = [
  "account-notify",
  "account-tag",
  "away-notify",
  "batch",
  "chghost",
  "draft/channel-rename",
  "draft/chathistory",
  "draft/message-redaction",
  "echo-message",
  "extended-join",
  "extended-monitor",
  "invite-notify",
  "labeled-response",
  "message-tags",
  "multi-prefix",
  "server-time",
  "setname",
  "soju.im/bouncer-networks",
  "soju.im/bouncer-networks-notify",
  "standard-replies",
  "userhost-in-names",
];

/** The capabilities to ask for. */
export function capabilitiesOf({ capabilities = [] }: IrcSessionOptions): readonly string[] {
  const left = new Set(capabilities.filter((name) => name.startsWith("-")).map((name) => name.slice(1)));
  const more = capabilities.filter((name) => !name.startsWith("-"));
  return [...new Set([...DEFAULT_CAPABILITIES, ...more])].filter((name) => !left.has(name));
}

/** The name and the key of a channel to join. */
export function channelOf(
  option: ChannelOption,
): { readonly name: string; readonly key: string | undefined } {
  // What is neither is no name, as whoever puts it into a line says.
  return typeof option === "object" && option !== null ? option : { name: option, key: undefined };
}

function checkEncoding(name: string): void {
  try {
    new TextDecoder(name);
  } catch (error) {
    const why = "fallbackEncoding is none that the runtime knows";
    throw new OptionError(`Cannot read lines as ${quote(name)}: ${why}`, { cause: error });
  }
}

/** Checks who to be and which channels to join: what would be a command's error later is an option's here. */
export function checkOptions(options: IrcSessionOptions): void {
  if (options.maxMessage !== undefined) checkMaxMessage(options.maxMessage);
  checkLinkTimeouts(options.timeouts ?? {});
  if (![undefined, false, "names", "who"].includes(options.state)) {
    throw new OptionError(
      `Cannot keep the state ${quote(String(options.state))}: give false, "names" or "who"`,
    );
  }
  if (options.fallbackEncoding !== undefined) checkEncoding(options.fallbackEncoding);
  try {
    checkIdentity(options);
    for (const name of options.capabilities ?? []) checkName("CAP", "capability", name);
    for (const { name, key } of (options.channels ?? []).map(channelOf)) {
      formatCommand({ kind: "JOIN", channel: name, key });
    }
  } catch (error) {
    if (error instanceof CommandError) throw new OptionError(error.message, { cause: error });
    throw error;
  }
}
