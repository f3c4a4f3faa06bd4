import { readStored, type SessionStore, type StoredShard } from "./store.ts";
import { isStoredShard } from "./store.ts";

/**
 * A store in a JSON file, on Deno, Bun and Node. It is written as a whole to a file beside it, which then
 * takes its place: whenever the process dies, the file is whole. One process for each file.
 *
 * @example
 * ```ts no-eval
 * import { DiscordGateway, FileSessionStore, Intents } from "@parley/parley/discord";
 *
 * async function run(token: string): Promise<void> {
 *   const store = new FileSessionStore("./sessions.json");
 *   const gateway = await DiscordGateway.connect({ token, intents: Intents.Guilds, store });
 *   // Stops in a way that lets the next run receive what happens meanwhile.
 *   process.on("SIGTERM", () => void gateway.close({ resumable: true }));
 *   await gateway.closed;
 * }
 * ```
 */
export class FileSessionStore implements SessionStore {
  readonly #path: string;
  #shards: Promise<Map<number, StoredShard>> | undefined;
  /** The write that has not begun, which takes along what is saved until then. */
  #next: Promise<void> | undefined;
  #writing: Promise<void> = Promise.resolve();

  /** Takes where the file is, or is to be made; its folder must exist. */
  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Gets what was saved last of a shard. The file is read once.
   *
   * @throws {OptionError} if the file is not one that was written here.
   * @throws what the file system throws, unless there is no such file.
   */
  async load(shard: number): Promise<StoredShard | undefined> {
    return (await this.#load()).get(shard);
  }

  /**
   * Saves a shard; resolves once it is in the file. Shards that are saved together are written together.
   *
   * @throws what the file system throws.
   */
  async save(stored: StoredShard): Promise<void> {
    (await this.#load()).set(stored.shard[0], stored);
    this.#next ??= this.#afterThis();
    await this.#next;
  }

  async #afterThis(): Promise<void> {
    await this.#writing.catch(() => {});
    this.#next = undefined;
    this.#writing = this.#write();
    await this.#writing;
  }

  async #write(): Promise<void> {
    const { open, rename } = await import("node:fs/promises");
    const text = JSON.stringify([...(await this.#load()).values()]);
    const temporary = `${this.#path}.new`;
    // A session cannot be taken over without the token; yet it is nobody else's business.
    const file = await open(temporary, "w", 0o600);
    try {
      await file.writeFile(text);
      // Otherwise a power cut could leave the new name with nothing in it.
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, this.#path);
  }

  #load(): Promise<Map<number, StoredShard>> {
    this.#shards ??= this.#read();
    return this.#shards;
  }

  async #read(): Promise<Map<number, StoredShard>> {
    const { readFile } = await import("node:fs/promises");
    let text: string;
    try {
      text = await readFile(this.#path, "utf8");
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return new Map();
      throw error;
    }
    const shards = readStored(text, `the file "${this.#path}"`, isList);
    return new Map(shards.map((stored) => [stored.shard[0], stored]));
  }
}

function isList(value: unknown): value is readonly StoredShard[] {
  return Array.isArray(value) && value.every(isStoredShard);
}
