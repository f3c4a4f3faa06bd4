import type { SessionStore, StoredShard } from "../discord/gateway/shards/session_store.ts";
import type { NatsKv } from "./kv.ts";
import { NatsSessionStore, SAVE_EVERY } from "./session_store.ts";

/** A store that is opened when it is first used, and again if that fails; and tells when a shard's session is saved. */
export class OpenedStore implements SessionStore {
  readonly saveEvery: number = SAVE_EVERY;
  readonly #open: () => Promise<NatsKv>;
  readonly #waiting = new Map<number, () => void>();
  #opening: Promise<NatsSessionStore> | undefined;

  /** Takes what opens its bucket. */
  constructor(open: () => Promise<NatsKv>) {
    this.#open = open;
  }

  async load(shard: number): Promise<StoredShard | undefined> {
    return await (await this.#opened()).load(shard);
  }

  async save(stored: StoredShard): Promise<void> {
    await (await this.#opened()).save(stored);
    if (stored.session === null || stored.session.ended) return;
    const [shard] = stored.shard;
    this.#waiting.get(shard)?.();
    this.#waiting.delete(shard);
  }

  /** Resolves once a session of a shard is saved, from now on. */
  saved(shard: number): Promise<void> {
    return new Promise((resolve) => this.#waiting.set(shard, resolve));
  }

  #opened(): Promise<NatsSessionStore> {
    this.#opening ??= this.#open().then((kv) => new NatsSessionStore(kv));
    this.#opening.catch(() => this.#opening = undefined);
    return this.#opening;
  }
}
