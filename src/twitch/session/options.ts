import type { BackoffOptions } from "../../protocol/backoff.ts";
import { DEFAULT_MAX_LINES } from "../../irc/wire/bounds.ts";
import { checkLinkTimeouts } from "../../irc/session/line_link.ts";
import { checkServerUrl } from "../../irc/wire/server_url.ts";
import { CommandError, OptionError } from "../../protocol/errors.ts";
import { checkMaxMessage } from "../../protocol/max_message.ts";
import type { Permit } from "../../protocol/permit.ts";
import { channelName } from "../wire/command.ts";
import type { TwitchTimeouts } from "./connection.ts";
import { checkLogin, checkToken } from "./login.ts";
import type { ChannelRole } from "../wire/channel_role.ts";

/** How much an account may do. ([Twitch IRC, rate limits](https://dev.twitch.tv/docs/chat/#rate-limits)) */
export interface TwitchLimits {
  /** Whether Twitch has verified the account as a bot: raises the defaults to what is said there. @default {false} */
  readonly verified?: boolean;
  /** Channels joined per 10 seconds. @default 20, verified 2000 */
  readonly join?: number;
  /** Logins per 10 seconds. @default 20, verified 200 */
  readonly auth?: number;
  /**
   * Messages per 30 seconds in channels that the account does not moderate: all together, or, if it is
   * verified, in each.
   *
   * @default {20}
   */
  readonly message?: number;
  /**
   * Messages per 30 seconds in all channels; or, if it is verified, in each that it moderates.
   *
   * @default {100}
   */
  readonly moderated?: number;
  /** Messages per 30 seconds in all channels of a verified account. @default {7_500} */
  readonly site?: number;
  /**
   * Channels to be in at a time. Those that the account moderates do not count, which is not known of those
   * that it has never been in.
   * ([Announcement](https://discuss.dev.twitch.com/t/54997))
   *
   * @default 100, of an account; anonymously there is no such limit
   */
  readonly channels?: number;
  /**
   * How far apart Twitch's machines may count the same thing, in milliseconds: every window and every pause
   * is longer by this.
   *
   * @default {200}
   */
  readonly jitter?: number;
}

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

/** The permits that a message needs. */
export interface MessagePermits {
  /** Those of a message to a channel in which the account is this, and its slow mode in milliseconds; the narrowest first. */
  of(channel: string, role: ChannelRole, slow: number): readonly Permit[];
  /** That which counts messages to channels that the account does not moderate. */
  ordinary(channel: string): Permit;
  /** How much longer than the limit says everything waits, in milliseconds. */
  readonly jitter: number;
}

// "For channels that the user isn't the broadcaster or moderator of, one message per second."
const SHORTEST_PAUSE = 1_000;

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

/**
 * A message in a channel that the account moderates counts among all its messages, and one elsewhere among
 * those elsewhere, too. For verified bots "the channel limits above also apply", in each channel. Who neither
 * moderates nor is a VIP pauses between messages, for a second where there is no slow mode.
 *
 * @throws {OptionError} if a limit is not acceptable.
 */
export function messagePermits(login: string, limits: TwitchLimits): MessagePermits {
  const { verified = false, message = 20, moderated = 100, site = 7_500, jitter = 200 } = limits;
  for (const limit of [message, moderated, site]) checkLimit(limit);
  if (!(jitter >= 0 && jitter < Infinity)) {
    throw new OptionError(`Cannot allow for a jitter of "${jitter}" ms: it must be 0 or more`);
  }
  const per = 30_000 + jitter;
  const all: Permit = { scope: "twitch.message", key: login, limit: verified ? site : moderated, per };
  const keyOf = (channel: string) => verified ? `${login} ${channel}` : login;
  const ordinary = (channel: string): Permit => {
    return { scope: "twitch.message.ordinary", key: keyOf(channel), limit: message, per };
  };
  return {
    jitter,
    ordinary,
    of: (channel, role, slow) => {
      switch (role) {
        case "moderator":
          if (!verified) return [all];
          return [{ scope: "twitch.message.moderated", key: keyOf(channel), limit: moderated, per }, all];
        case "vip":
          return [ordinary(channel), all];
        case "ordinary": {
          const pause = Math.max(SHORTEST_PAUSE, slow) + jitter;
          const next = { scope: "twitch.message.channel", key: `${login} ${channel}`, limit: 1, per: pause };
          return [next, ordinary(channel), all];
        }
      }
    },
  };
}

function checkLimit(limit: number): void {
  if (limit === Infinity || (Number.isSafeInteger(limit) && limit > 0)) return;
  throw new OptionError(`Cannot keep to a limit of "${limit}": limits are positive integers`);
}

/** What would be a command's error at run time is an option's when it is given. */
function checkChannel(channel: string): string {
  try {
    return channelName(channel);
  } catch (error) {
    throw error instanceof CommandError ? new OptionError(error.message) : error;
  }
}
