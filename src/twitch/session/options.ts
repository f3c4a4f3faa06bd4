import type { BackoffOptions } from "../../protocol/connection/backoff.ts";
import { DEFAULT_MAX_LINES } from "../../irc/wire/bounds.ts";
import { checkLinkTimeouts } from "../../irc/session/links/line_link.ts";
import { checkServerUrl } from "../../irc/wire/support/server_url.ts";
import { CommandError, OptionError } from "../../protocol/errors.ts";
import { checkMaxMessage } from "../../protocol/option_checks.ts";
import type { Permit } from "../../protocol/permit.ts";
import { channelName } from "../wire/commands/command.ts";
import type { TwitchTimeouts } from "./connection.ts";
import { checkLogin, checkToken } from "./login/login.ts";
import {
  checkLimit,
  type MessagePermits,
  messagePermits,
  type TwitchLimits,
} from "./sending/message_permits.ts";

/** How a Twitch session is set up. */
export interface TwitchSessionOptions {
  /** Where to dial: `wss://…`, or `ircs://irc.chat.twitch.tv:6697`. @default {"wss://irc-ws.chat.twitch.tv:443"} */
  readonly url?: string;
  /** The account's login; goes together with `token`. @default none: anonymously, to listen only */
  readonly login?: string;
  /** The account's token, with or without `oauth:`; `{ ask: true }`: asks for it before each login. */
  readonly token?: string | { readonly ask: true };
  /** Channels to be in. @default {[]} */
  readonly channels?: readonly string[];
  /** How much the account may do. */
  readonly limits?: TwitchLimits;
  /**
   * Whether a text that is the same as the last one in a channel, which Twitch would refuse, is made another
   * by what nobody sees: a space and U+E0000 at its end. Where the account moderates or is a VIP it need not be.
   *
   * @default {true}
   */
  readonly bypassDuplicates?: boolean;
  /** Which of several connections of one account this is, as its events tell. @default {0} */
  readonly connection?: number;
  /** How long to wait between attempts to connect. @default from 1 s to 60 s, for ever */
  readonly backoff?: BackoffOptions;
  /**
   * For how many milliseconds a first link is tried for before the session ends with what went wrong last; while one is
   * open, or a token or a permit is waited for, they do not count. Infinity: for ever. @default {45_000}
   */
  readonly connectTimeout?: number | undefined;
  /** How long Twitch may take for what. */
  readonly timeouts?: TwitchTimeouts;
  /**
   * The largest WebSocket message to take, in bytes: at a larger one the link is broken. Twitch puts some lines into
   * one message, of at most 8,703 characters each.
   *
   * @default {262_144}
   */
  readonly maxMessage?: number;
  /** Randomness in [0, 1). */
  readonly random: () => number;
}

/** Where Twitch's chat is, for WebSockets. */
export const TWITCH_URL = "wss://irc-ws.chat.twitch.tv:443";

/** What a session makes of its options. */
export interface Setup {
  readonly url: string;
  readonly maxMessage: number;
  readonly anonymous: boolean;
  readonly login: string;
  /** With `oauth:`; undefined if there is none, or none yet. */
  readonly token: string | undefined;
  readonly asksToken: boolean;
  readonly channels: readonly string[];
  readonly mostChannels: number;
  readonly auth: Permit;
  readonly join: Permit;
  readonly message: MessagePermits;
}

/**
 * Checks the options and completes them.
 *
 * @throws {OptionError} if one is not acceptable.
 */
export function setUp(options: TwitchSessionOptions): Setup {
  const { url = TWITCH_URL, login, token, channels = [], limits = {}, random } = options;
  checkServerUrl(url);
  checkLinkTimeouts(options.timeouts ?? {});
  if ((login === undefined) !== (token === undefined)) {
    throw new OptionError("Cannot log in: login and token must be given together, or neither to listen only");
  }
  const anonymous = login === undefined;
  const name = anonymous ? `justinfan${10_000 + Math.floor(random() * 90_000)}` : checkLogin(login);
  const checked = checkToken(token);
  if (typeof token === "string" && checked === undefined) {
    throw new OptionError(`Cannot log in as "${name}": the token has characters that no token has`);
  }
  // Anonymous connections have no account whose limits they share; to count their logins together is the safe side.
  const key = anonymous ? "anonymous" : name;
  const { verified = false, join = verified ? 2_000 : 20, auth = verified ? 200 : 20 } = limits;
  const message = messagePermits(key, limits);
  const { jitter } = message;
  const { channels: mostChannels = anonymous ? Infinity : 100 } = limits;
  for (const limit of [join, auth, mostChannels]) checkLimit(limit);
  const wanted = [...new Set(channels.map(checkChannel))];
  const counted = wanted.filter((channel) => channel !== `#${name}`).length;
  if (counted > mostChannels) {
    throw new OptionError(
      `Cannot be in ${counted} channels: Twitch allows ${mostChannels} at a time, ` +
        "set limits.channels if the account moderates the others",
    );
  }
  return {
    url,
    maxMessage: checkMaxMessage(options.maxMessage ?? DEFAULT_MAX_LINES),
    anonymous,
    login: name,
    token: checked,
    asksToken: typeof token === "object",
    channels: wanted,
    mostChannels,
    auth: { scope: "twitch.auth", key, limit: auth, per: 10_000 + jitter },
    join: { scope: "twitch.join", key: name, limit: join, per: 10_000 + jitter },
    message,
  };
}

/** What would be a command's error at run time is an option's when it is given. */
function checkChannel(channel: string): string {
  try {
    return channelName(channel);
  } catch (error) {
    throw error instanceof CommandError ? new OptionError(error.message) : error;
  }
}
