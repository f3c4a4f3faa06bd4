import type { BackoffOptions } from "../protocol/backoff.ts";
import { CommandError, OptionError } from "../protocol/errors.ts";
import type { Permit } from "../protocol/permit.ts";
import { channelName } from "./command.ts";
import type { TwitchTimeouts } from "./connection.ts";
import { checkLogin, checkToken } from "./login.ts";

/** How much an account may do; more for verified bots. ([Twitch IRC](https://dev.twitch.tv/docs/chat/)) */
export interface TwitchLimits {
  /** Channels joined per 10 seconds. @default {20} */
  readonly join?: number;
  /** Logins per 10 seconds. @default {20} */
  readonly auth?: number;
  /** Messages per 30 seconds; 100 for who only speaks where they moderate. @default {20} */
  readonly message?: number;
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
  /** How long to wait between attempts to connect. @default from 1 s to 60 s, for ever */
  readonly backoff?: BackoffOptions;
  /** How long Twitch may take for what. */
  readonly timeouts?: TwitchTimeouts;
  /** Randomness in [0, 1). */
  readonly random: () => number;
}

/** Where Twitch's chat is, for WebSockets. */
export const TWITCH_URL = "wss://irc-ws.chat.twitch.tv:443";

/** What a session makes of its options. */
export interface Setup {
  readonly url: string;
  readonly anonymous: boolean;
  readonly login: string;
  /** With `oauth:`; undefined if there is none, or none yet. */
  readonly token: string | undefined;
  readonly asksToken: boolean;
  readonly channels: readonly string[];
  readonly auth: Permit;
  readonly join: Permit;
  readonly message: Permit;
}

/**
 * Checks the options and completes them.
 *
 * @throws {OptionError} if one is not acceptable.
 */
export function setUp(options: TwitchSessionOptions): Setup {
  const { url = TWITCH_URL, login, token, channels = [], limits = {}, random } = options;
  if ((login === undefined) !== (token === undefined)) {
    throw new OptionError("Cannot log in: login and token must be given together, or neither to listen only");
  }
  const anonymous = login === undefined;
  const name = anonymous ? `justinfan${10_000 + Math.floor(random() * 90_000)}` : checkLogin(login);
  const checked = checkToken(token);
  if (typeof token === "string" && checked === undefined) {
    throw new OptionError(`Cannot log in as "${name}": the token has characters that no token has`);
  }
  const { join = 20, auth = 20, message = 20 } = limits;
  for (const limit of [join, auth, message]) {
    if (!(Number.isSafeInteger(limit) && limit > 0)) {
      throw new OptionError(`Cannot keep to a limit of "${limit}": limits are positive integers`);
    }
  }
  // Anonymous logins have no account whose limits they share; to count them as one is the safe side.
  const key = anonymous ? "anonymous" : name;
  return {
    url,
    anonymous,
    login: name,
    token: checked,
    asksToken: typeof token === "object",
    channels: channels.map(checkChannel),
    auth: { scope: "twitch.auth", key, limit: auth, per: 10_000 },
    join: { scope: "twitch.join", key, limit: join, per: 10_000 },
    message: { scope: "twitch.message", key, limit: message, per: 30_000 },
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
