import type { SessionStore } from "../discord/gateway/shards/store/session_store.ts";
import type { StoredShard } from "../discord/gateway/shards/store/stored_shard.ts";
import { OptionError } from "../protocol/errors.ts";
import type { NatsKv } from "./kv.ts";
import { NatsSessionStore, SAVE_EVERY } from "./session_store.ts";

/** A store that tells when a shard's session is saved. What is in it and is no session keeps no shard from beginning another. */
export class OpenedStore implements SessionStore {
  readonly saveEvery: number = SAVE_EVERY;
  readonly #store: NatsSessionStore;
  readonly #failed: (error: unknown) => void;
  readonly #waiting = new Map<number, () => void>();
  readonly #lookedUp = new Map<number, StoredShard | undefined>();

  /** Takes its bucket, and who is told of what is in it and is no session. */
  constructor(bucket: NatsKv, failed: (error: unknown) => void) {
    this.#failed = failed;
    this.#store = new NatsSessionStore(bucket);
  }

  /** Looks a shard up for whoever loads it next. @throws what NATS answers with. */
  async lookUp(shard: number): Promise<void> {
    this.#lookedUp.set(shard, await this.load(shard));
  }

  async load(shard: number): Promise<StoredShard | undefined> {
    if (this.#lookedUp.has(shard)) {
      const stored = this.#lookedUp.get(shard);
      this.#lookedUp.delete(shard);
      return stored;
    }
    try {
      return await this.#store.load(shard);
    } catch (error) {
      if (!(error instanceof OptionError)) throw error;
      this.#failed(error);
      return undefined;
    }
  }

  async save(stored: StoredShard): Promise<void> {
    await this.#store.save(stored);
    if (stored.session === null || stored.session.ended) return;
    const [shard] = stored.shard;
    this.#waiting.get(shard)?.();
    this.#waiting.delete(shard);
  }

  /** Resolves once a session of a shard is saved, from now on. */
  saved(shard: number): Promise<void> {
    return new Promise((resolve) => this.#waiting.set(shard, resolve));
  }
}
