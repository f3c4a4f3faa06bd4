import { OptionError } from "../../../../protocol/errors.ts";
import { quote } from "../../../../protocol/data/quote.ts";
import type { KeyValueStore } from "../../../../storage/key_value_store.ts";
import type { SessionStore } from "./session_store.ts";
import { isStoredShard, type StoredShard } from "./stored_shard.ts";

export type { KeyValueStore };

/**
 * A store in Deno KV, on one machine or on Deno Deploy: one entry for each shard. Deno wants `--unstable-kv`.
 *
 * @example
 * ```ts no-eval
 * import { DiscordGateway, Intents, type KeyValueStore, KvSessionStore } from "@parley/parley/discord";
 *
 * async function run(token: string, kv: KeyValueStore): Promise<void> { // kv: await Deno.openKv()
 *   const store = new KvSessionStore(kv);
 *   await using gateway = new DiscordGateway({ token, intents: Intents.Guilds, store });
 *   gateway.on("MESSAGE_CREATE", ({ data }) => console.log(data.id));
 *   await gateway.connect();
 *   await gateway.closed;
 * }
 * ```
 *
 * @see https://docs.deno.com/deploy/kv/
 */
export class KvSessionStore implements SessionStore {
  readonly #kv: KeyValueStore;
  readonly #prefix: readonly (string | number)[];

  /** Takes the store, and what its keys begin with: something that differs for each bot that shares it. */
  constructor(kv: KeyValueStore, prefix: readonly (string | number)[] = ["parley", "discord"]) {
    this.#kv = kv;
    this.#prefix = [...prefix];
  }

  /**
   * Gets what was saved last of a shard.
   *
   * @throws {OptionError} if the entry is not one that was saved here.
   * @throws what the key-value store throws.
   */
  async load(shard: number): Promise<StoredShard | undefined> {
    const key = [...this.#prefix, shard];
    const { value } = await this.#kv.get(key);
    if (value === null || value === undefined) return undefined;
    if (isStoredShard(value)) return value;
    const shown = quote(JSON.stringify(key));
    throw new OptionError(
      `Cannot load sessions: the entry ${shown} holds something else; remove it, or choose another prefix`,
    );
  }

  /**
   * Saves a shard.
   *
   * @throws what the key-value store throws.
   */
  async save(stored: StoredShard): Promise<void> {
    await this.#kv.set([...this.#prefix, stored.shard[0]], stored);
  }
}
