import type { HealthState } from "./_health_tracker.ts";

export type { HealthState };

/** What went wrong last. */
export interface HealthTrouble {
  /** When, in milliseconds of Unix time. */
  readonly at: number;
  /** What, for people. */
  readonly message: string;
}

/** What a session waits for. */
export interface HealthWaiting {
  /** The next attempt, or what was asked for: `discord.identify`, `token`. */
  readonly for: string;
  /** Since when, in milliseconds of Unix time. */
  readonly since: number;
  /** Until when, in milliseconds of Unix time; null: nobody knows. */
  readonly until: number | null;
}

/** How one session is: IRC's, one of Twitch's connections, or one of Discord's shards. */
export interface SessionHealth {
  /** Which, as in `shard 0` or `connection 1`. */
  readonly name: string;
  /** Where it stands. */
  readonly state: HealthState;
  /** Since when, in milliseconds of Unix time; null: `connect()` was not called. */
  readonly since: number | null;
  /** Where it stands in the words of its protocol, such as a shard's `resuming`; null where there are none. */
  readonly step: string | null;
  /** How many milliseconds ago something came; null: never. Twitch's connections count as one here. */
  readonly frameAge: number | null;
  /** How many milliseconds ago an event came that was no answer to a PING or a heartbeat; null: never. */
  readonly eventAge: number | null;
  /** How many milliseconds ago a PING or a heartbeat was answered; null: never. */
  readonly acknowledgedAge: number | null;
  /** How long that took, in milliseconds; null: it is not known. */
  readonly latency: number | null;
  /** What it waits for; null: nothing. */
  readonly waiting: HealthWaiting | null;
  /** How many links in a row have come to nothing. */
  readonly attempts: number;
  /** How often a session was interrupted or lost. */
  readonly reconnects: number;
  /** How often one was taken up again. */
  readonly resumes: number;
  /** What is left of the limits of this session. */
  readonly budgets: Readonly<Record<string, number>>;
  /** Why a link was lost, or came to nothing, last; null: none was. */
  readonly lastLoss: HealthTrouble | null;
}

/** How a client is, in plain data that can be turned into JSON and holds no secrets. */
export interface Health {
  /** Whether all is well, by the rule that {@linkcode HealthOptions} has; what is not is in `problems`. */
  readonly ok: boolean;
  /** What is not well, for people: a line each. */
  readonly problems: readonly string[];
  /** Where the client stands: the least of its sessions. */
  readonly state: HealthState;
  /** Since when, in milliseconds of Unix time; null: `connect()` was not called. */
  readonly since: number | null;
  /** How many events consumers have missed, since they were slow. */
  readonly lagged: number;
  /** Of how many commands nobody knows whether they took effect, since a link died. */
  readonly lost: number;
  /** What is left of the limits that the sessions share. */
  readonly budgets: Readonly<Record<string, number>>;
  /** What the last `error` event told, or the end; null: nothing. */
  readonly lastError: HealthTrouble | null;
  /** Each session. */
  readonly sessions: readonly SessionHealth[];
}

/**
 * What counts as healthy. A client is `ok` if it was told to connect and has not ended, no session has been away for
 * longer than `awayFor`, and none has been without an event for longer than `deafAfter`.
 */
export interface HealthOptions {
  /** How long a session may be away, or on its way for the first time, in milliseconds. @default {60_000} */
  readonly awayFor?: number;
  /**
   * How long a session that stands may bring no event, in milliseconds: a link may answer each heartbeat and deliver
   * nothing. As long as is never quiet where the bot is. @default {Infinity}
   */
  readonly deafAfter?: number;
}

/** What a protocol knows of a session of its. */
export interface Vitals {
  /** Which it is. */
  readonly name: string;
  /** Where it stands, in its own words. */
  readonly step?: string | undefined;
  /** How long the peer takes to answer, in milliseconds. */
  readonly latency?: number | undefined;
  /** What is left of its limits. */
  readonly budgets?: Readonly<Record<string, number>>;
}
