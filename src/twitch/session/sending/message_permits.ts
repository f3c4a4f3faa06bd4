import { OptionError } from "../../../protocol/errors.ts";
import type { Permit } from "../../../protocol/permit.ts";
import type { ChannelRole } from "../../wire/senders/channel_role.ts";

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

/** @throws {OptionError} if it is no limit. */
export function checkLimit(limit: number): void {
  if (limit === Infinity || (Number.isSafeInteger(limit) && limit > 0)) return;
  throw new OptionError(`Cannot keep to a limit of "${limit}": limits are positive integers`);
}
