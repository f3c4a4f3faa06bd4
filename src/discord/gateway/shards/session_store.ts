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
}

/**
 * Keeps what is needed to resume after a restart. Each bot has one of its own, and processes that run
 * different shards of one bot have one each, or share one that keeps every shard by its own.
 *
 * Both methods may throw or reject: what `load` throws rejects `connect()`, and what `save` throws is told as
 * an `error` event, and tried again a second later.
 *
 * @example With Deno KV
 * ```ts no-eval
 * import { DiscordGateway, Intents, type SessionStore, type StoredShard } from "@parley/parley/discord";
 *
 * interface Kv {
 *   get<T>(key: readonly (string | number)[]): Promise<{ readonly value: T | null }>;
 *   set(key: readonly (string | number)[], value: unknown): Promise<unknown>;
 * }
 *
 * function kvStore(kv: Kv): SessionStore { // kv: await Deno.openKv()
 *   return {
 *     load: async (shard) => (await kv.get<StoredShard>(["parley", shard])).value ?? undefined,
 *     save: async (stored) => void await kv.set(["parley", stored.shard[0]], stored),
 *   };
 * }
 *
 * async function run(token: string, kv: Kv): Promise<void> {
 *   const options = { token, intents: Intents.Guilds, store: kvStore(kv) };
 *   await using gateway = new DiscordGateway(options);
 *   gateway.on("MESSAGE_CREATE", ({ data }) => console.log(data.id));
 *   await gateway.connect();
 *   await gateway.closed;
 * }
 * ```
 */
export interface SessionStore {
  /** Gets what was saved last of a shard; undefined if nothing was. */
  load(shard: number): Promise<StoredShard | undefined> | StoredShard | undefined;
  /** Saves a shard in place of what was saved before. Called at most about once a second for each. */
  save(stored: StoredShard): Promise<void> | void;
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

/** True for what {@linkcode SessionStore.save} is given. */
export function isStoredShard(value: unknown): value is StoredShard {
  if (!isRecord(value) || typeof value.application !== "string") return false;
  const { shard, session, identifies } = value;
  return Array.isArray(shard) && shard.length === 2 && shard.every(isCount) &&
    (session === null || isResumePoint(session)) &&
    Array.isArray(identifies) && identifies.every((at) => typeof at === "number" && Number.isFinite(at));
}

function isResumePoint(value: unknown): value is ResumePoint {
  return isRecord(value) && typeof value.sessionId === "string" && value.sessionId !== "" &&
    isCount(value.sequence) && typeof value.resumeUrl === "string" &&
    (value.at === undefined || typeof value.at === "number" && Number.isFinite(value.at)) &&
    (value.ended === undefined || typeof value.ended === "boolean");
}
