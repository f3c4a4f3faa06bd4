import type { SessionStore } from "../discord/gateway/shards/store/session_store.ts";
import { isStoredShard, type StoredShard } from "../discord/gateway/shards/store/stored_shard.ts";
import { readStored } from "../storage/json_file.ts";
import { type NatsKv, textOf } from "./kv.ts";

/** In milliseconds. */
export const SAVE_EVERY = 2_000;

/**
 * A store of a bot's sessions in a bucket of NATS, one entry for each shard, which is written only if nobody else has
 * written it since it was looked at.
 *
 * @example
 * ```ts no-eval
 * import { DiscordGateway, Intents } from "@parley/parley/discord";
 * import { type NatsBuckets, NatsSessionStore } from "@parley/parley/nats";
 *
 * async function run(token: string, kvm: NatsBuckets): Promise<void> { // kvm: new Kvm(connection)
 *   const store = new NatsSessionStore(await kvm.create("my-bot-sessions", { history: 1 }));
 *   await using gateway = new DiscordGateway({ token, intents: Intents.Guilds, store });
 *   await gateway.connect();
 *   await gateway.closed;
 * }
 * ```
 */
export class NatsSessionStore implements SessionStore {
  /** Once every two seconds. */
  readonly saveEvery: number = SAVE_EVERY;
  readonly #kv: NatsKv;
  /** The revisions that were looked at last. */
  readonly #revisions = new Map<number, number>();

  /** Takes the bucket: one for each bot. */
  constructor(kv: NatsKv) {
    this.#kv = kv;
  }

  /**
   * Gets what was saved last of a shard.
   *
   * @throws {OptionError} if the entry is not one that was saved here.
   * @throws what NATS answers with.
   */
  async load(shard: number): Promise<StoredShard | undefined> {
    const entry = await this.#kv.get(keyOf(shard));
    this.#revisions.set(shard, entry?.revision ?? 0);
    const text = entry && textOf(entry);
    return text === null
      ? undefined
      : readStored(text, "sessions", `the entry "${keyOf(shard)}"`, isStoredShard);
  }

  /**
   * Saves a shard.
   *
   * @throws what NATS answers with: that somebody else has written it since, too.
   */
  async save(stored: StoredShard): Promise<void> {
    const [shard] = stored.shard;
    const revision = this.#revisions.get(shard) ?? 0;
    const text = JSON.stringify(stored);
    const written = revision === 0
      ? this.#kv.create(keyOf(shard), text)
      : this.#kv.update(keyOf(shard), text, revision);
    this.#revisions.set(shard, await written);
  }
}

function keyOf(shard: number): string {
  return `shard.${shard}`;
}
