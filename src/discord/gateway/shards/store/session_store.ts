import { readStored } from "../../../../storage/json_file.ts";
import { isStoredShard, type StoredShard } from "./stored_shard.ts";

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
