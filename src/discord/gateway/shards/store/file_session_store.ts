import { JsonFile } from "../../../../storage/json_file.ts";
import type { SessionStore } from "./session_store.ts";
import { isStoredShard, type StoredShard } from "./stored_shard.ts";

/**
 * A store in a JSON file, on Deno, Bun and Node. It is written as a whole to a file beside it, which then
 * takes its place: whenever the process dies, the file is whole. Processes that run different shards have a file each.
 *
 * @example
 * ```ts no-eval
 * import { DiscordGateway, FileSessionStore, Intents } from "@parley/parley/discord";
 *
 * async function run(token: string): Promise<void> {
 *   const store = new FileSessionStore("./sessions.json");
 *   const gateway = new DiscordGateway({ token, intents: Intents.Guilds, store });
 *   // Stops in a way that lets the next run receive what happens meanwhile.
 *   process.on("SIGTERM", () => void gateway.close({ resumable: true }));
 *   await gateway.connect();
 *   await gateway.closed;
 * }
 * ```
 */
export class FileSessionStore implements SessionStore {
  /** Once a second. */
  readonly saveEvery: number = 1_000;
  readonly #file: JsonFile<readonly StoredShard[]>;
  /** What is to be written. */
  readonly #unwritten = new Map<number, StoredShard>();

  /** Takes where the file is, or is to be made; its folder must exist. */
  constructor(path: string) {
    this.#file = new JsonFile(path, "sessions", areStored);
  }

  /**
   * Gets what was saved last of a shard, by whatever process.
   *
   * @throws {OptionError} if the file is not one that was written here.
   * @throws what the file system throws, unless there is no such file.
   */
  async load(shard: number): Promise<StoredShard | undefined> {
    return this.#unwritten.get(shard) ?? (await this.#read()).get(shard);
  }

  /**
   * Saves a shard; resolves once it is in the file. Shards that are saved together are written together.
   *
   * @throws what the file system throws.
   */
  async save(stored: StoredShard): Promise<void> {
    this.#unwritten.set(stored.shard[0], stored);
    await this.#file.write(async () => {
      const shards = await this.#read();
      for (const [id, stored] of this.#unwritten) shards.set(id, stored);
      this.#unwritten.clear();
      return [...shards.values()];
    });
  }

  async #read(): Promise<Map<number, StoredShard>> {
    const shards = await this.#file.read() ?? [];
    return new Map(shards.map((stored) => [stored.shard[0], stored]));
  }
}

function areStored(value: unknown): value is readonly StoredShard[] {
  return Array.isArray(value) && value.every(isStoredShard);
}
