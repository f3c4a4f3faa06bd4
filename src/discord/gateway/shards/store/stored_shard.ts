import { isCount, isRecord } from "../../../../protocol/data/json_value.ts";
import type { ResumePoint } from "../../session/options.ts";

/** What is kept of one shard, so that the next run takes up its session. It holds no token. */
export interface StoredShard {
  /** The application's id, as far as the token tells it: sessions of another are not resumed. */
  readonly application: string;
  /** The shard's id, and how many there were: sessions of another count are not resumed. */
  readonly shard: readonly [id: number, count: number];
  /**
   * Where to take up its session, from the last event that was consumed; or what is left to tell of one that
   * is over; its `at` is by the wall clock. Null: there is neither.
   */
  readonly session: ResumePoint | null;
  /**
   * When it sent IDENTIFYs in the last 24 hours by the wall clock, in milliseconds since 1970 began, oldest first: they
   * count against the bot's daily limit.
   */
  readonly identifies: readonly number[];
  /** Which process has the session, and when it saved this. Null: none; it was given back. @default {null} */
  readonly holder?: ShardHolder | null;
  /**
   * The session of the shard with the same id in another set, while one takes the place of the other: it counts once
   * shard 0 is stored with as many shards. @default {null}
   */
  readonly next?: NextShard | null;
  /**
   * How many shards the bot was set up with before it was resharded: a run that is set up with as many goes on with
   * those that are stored. @default {undefined}
   */
  readonly setUpWith?: number;
}

/** The session of a shard in a set that is to take the place of the one that is stored. */
export interface NextShard {
  /** How many shards that set has. */
  readonly count: number;
  /** Where to take up its session; null: there is none. */
  readonly session: ResumePoint | null;
}

/** A process that has a shard's session. */
export interface ShardHolder {
  /** What it is called, as its option `holder` says. */
  readonly name: string;
  /** When it saved that by the wall clock, in milliseconds since 1970 began. */
  readonly at: number;
}

/** What a session is called of which nothing is known but that it was begun. */
export const UNKNOWN_SESSION = "unknown";

/** True for what {@linkcode SessionStore.save} is given. */
export function isStoredShard(value: unknown): value is StoredShard {
  if (!isRecord(value) || typeof value.application !== "string") return false;
  const { shard, session, identifies, holder, next, setUpWith } = value;
  return Array.isArray(shard) && shard.length === 2 && shard.every(isCount) &&
    (session === null || isResumePoint(session)) &&
    Array.isArray(identifies) && identifies.every(isTime) &&
    (holder === undefined || holder === null ||
      isRecord(holder) && typeof holder.name === "string" && isTime(holder.at)) &&
    (next === undefined || next === null ||
      isRecord(next) && isCount(next.count) && (next.session === null || isResumePoint(next.session))) &&
    (setUpWith === undefined || isCount(setUpWith));
}

function isResumePoint(value: unknown): value is ResumePoint {
  return isRecord(value) && typeof value.sessionId === "string" && value.sessionId !== "" &&
    isCount(value.sequence) && typeof value.resumeUrl === "string" &&
    (value.at === undefined || isTime(value.at)) &&
    (value.ended === undefined || typeof value.ended === "boolean");
}

function isTime(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}
