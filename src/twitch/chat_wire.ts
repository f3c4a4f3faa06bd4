import type { BackoffOptions } from "../protocol/connection/backoff.ts";
import type { Permit } from "../protocol/permit.ts";
import type { Instant, Protocol } from "../protocol/protocol.ts";
import type { TwitchApi } from "./api/api.ts";
import type { TwitchAccount } from "./auth/id_service.ts";
import type { TwitchLimits } from "./session/sending/message_permits.ts";
import type { TwitchConnectionInfo } from "./session/pool.ts";
import type { TwitchCommand } from "./wire/commands/command.ts";
import type { TwitchEvent } from "./wire/event.ts";

/** As whom chat is read, and where. */
export interface TwitchChatSetup {
  /** The account. */
  readonly account: TwitchAccount;
  /** The client's API. */
  readonly api: TwitchApi;
  /** The channels to be in, from the beginning. */
  readonly channels: readonly string[];
  /** How much the account may say. */
  readonly limits: TwitchLimits | undefined;
  /** How long to wait between attempts, and how many to make. */
  readonly backoff: BackoffOptions | undefined;
  /** For how many milliseconds a first link is tried for. */
  readonly connectTimeout: number | undefined;
  /** Where randomness in [0, 1) comes from. */
  readonly random: () => number;
}

/** A core that reads chat, and says how it does. */
export interface TwitchChatCore<Ask, Answer> extends Protocol<TwitchCommand, TwitchEvent, Ask, Answer> {
  /** Our login, in lower case. */
  readonly login: string;
  /** The channels we are in, with their `#`. */
  readonly channels: readonly string[];
  /** How long Twitch took to answer last, in milliseconds; undefined: that is not known. */
  readonly latency: number | undefined;
  /** How each connection is doing. */
  readonly connections: readonly TwitchConnectionInfo[];
  /** Up to when all that was said is told, or in a gap that was; undefined: it was not there yet. */
  readonly heardUntil: Instant | undefined;
  /** Nobody has heard what was said since: once all channels are joined, that is told as a gap. */
  missedSince(at: Instant): void;
  /** The permits that a message to a channel, with its `#`, takes: the narrowest first. */
  permitsFor(channel: string): readonly Permit[];
}

/** Runs a core and answers what it asks for. */
export type TwitchChatRun<Result> = <Ask, Answer>(
  core: TwitchChatCore<Ask, Answer>,
  answer: (ask: Ask, signal: AbortSignal) => Promise<Answer>,
) => Result;

/** What chat is read by in place of IRC, with the same events; made by `eventSubChat` of `@parley/parley/twitch/eventsub`. */
export interface TwitchChatWire {
  /**
   * Makes the core and has it run.
   *
   * @throws {OptionError} if an option is not acceptable.
   */
  open<Result>(setup: TwitchChatSetup, run: TwitchChatRun<Result>): Result;
}
