import { isCount, isRecord } from "../../../protocol/json_value.ts";
import { readStored } from "../../../storage/json_file.ts";
import type { ResumePoint } from "../session/options.ts";

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

/**
 * Keeps what is needed to resume after a restart. Each bot has one of its own, and processes that run
 * different shards of one bot have one each, or share one that keeps every shard by its own.
 *
 * Both methods may throw, reject, or take longer than `timeouts.answer`: that is told as an `error` event, once until
 * the store is well again, and the client goes on with what it knows. Without what `load` would have given, it begins
 * new sessions; what could not be saved is tried again a second later. Only an {@linkcode OptionError} of `load` rejects
 * `connect()`: the store holds something else.
 *
 * Two processes that use one store for the same shards, as the old and the new one of a rolling deployment do for a
 * while, do not fight over a session: `load` is called before each `save` and each resume, and whoever finds that another
 * process has taken over ends with a {@linkcode ConnectionError}, `replaced`.
 *
 * @example A store of one's own, over anything that keeps text by key
 * ```ts
 * import type { SessionStore } from "@parley/parley/discord";
 *
 * function storeOver(texts: Map<string, string>): SessionStore {
 *   return {
 *     load: (shard) => JSON.parse(texts.get(`shard ${shard}`) ?? "null") ?? undefined,
 *     save: (stored) => void texts.set(`shard ${stored.shard[0]}`, JSON.stringify(stored)),
 *   };
 * }
 *
 * storeOver(new Map()).load(0); // undefined
 * ```
 */
export interface SessionStore {
  /** How often to save what was consumed, in milliseconds, unless the option `saveEvery` says so. @default {30_000} */
  readonly saveEvery?: number;
  /** Gets what was saved last of a shard, by whatever process; undefined if nothing was. `signal`: it takes too long. */
  load(shard: number, signal?: AbortSignal): Promise<StoredShard | undefined> | StoredShard | undefined;
  /** Saves a shard in place of what was saved before. `signal`: it takes too long, and had better not happen any more. */
  save(stored: StoredShard, signal?: AbortSignal): Promise<void> | void;
}

/**
 * A store that lasts as long as the process, or as whoever holds it: for tests, and for `bun --hot`.
 *
 * @example
 * ```ts
 * import { MemorySessionStore } from "@parley/parley/discord";
 *
 * const store = new MemorySessionStore();
 * store.save({ application: "1", shard: [0, 1], session: null, identifies: [] });
 * store.load(0)?.shard; // [0, 1]
 * ```
 */
export class MemorySessionStore implements SessionStore {
  /** Once a second. */
  readonly saveEvery: number = 1_000;
  readonly #shards = new Map<number, StoredShard>();

  /** Gets what was saved last of a shard. */
  load(shard: number): StoredShard | undefined {
    return this.#shards.get(shard);
  }

  /** Saves a shard. */
  save(stored: StoredShard): void {
    this.#shards.set(stored.shard[0], stored);
  }
}

/** What {@linkcode WebSessionStore} needs of a Web Storage such as `localStorage`. */
export interface WebStorage {
  /** Gets the text of a key; null if there is none. */
  getItem(key: string): string | null;
  /** Sets the text of a key. */
  setItem(key: string, value: string): void;
}

/**
 * A store in a Web Storage, such as `localStorage`: one entry for each shard.
 *
 * @example
 * ```ts no-eval
 * import { DiscordGateway, Intents, WebSessionStore } from "@parley/parley/discord";
 *
 * async function run(token: string): Promise<void> {
 *   const store = new WebSessionStore(localStorage);
 *   await using gateway = new DiscordGateway({ token, intents: Intents.Guilds, store });
 *   gateway.on("GUILD_CREATE", ({ data }) => console.log(data.id));
 *   await gateway.connect();
 *   await gateway.closed;
 * }
 * ```
 */
export class WebSessionStore implements SessionStore {
  /** Once a second. */
  readonly saveEvery: number = 1_000;
  readonly #storage: WebStorage;
  readonly #prefix: string;

  /** Takes the storage, and what its keys begin with: one that differs for each bot that shares it. */
  constructor(storage: WebStorage, prefix: string = "parley.discord.") {
    this.#storage = storage;
    this.#prefix = prefix;
  }

  /**
   * Gets what was saved last of a shard.
   *
   * @throws {OptionError} if the entry is not one that was saved here.
   */
  load(shard: number): StoredShard | undefined {
    const key = `${this.#prefix}${shard}`;
    const text = this.#storage.getItem(key);
    return text === null ? undefined : readStored(text, "sessions", `the entry "${key}"`, isStoredShard);
  }

  /** Saves a shard. */
  save(stored: StoredShard): void {
    this.#storage.setItem(`${this.#prefix}${stored.shard[0]}`, JSON.stringify(stored));
  }
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
