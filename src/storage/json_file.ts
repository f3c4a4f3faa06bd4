import { type NodeProcess, nodeProcess } from "../node_process.ts";
import { OptionError } from "../protocol/errors.ts";

/** What was begun so long ago, in milliseconds, and has not taken the file's place, never will. */
const LEFT_OVER = 60_000;

/**
 * A JSON file, on Deno, Bun and Node. It is written as a whole to a file beside it, which then takes its place:
 * whenever the process dies, the file is whole. One process for each file, and one of these. Nobody but its owner
 * can read it.
 */
export class JsonFile<Value> {
  readonly #path: string;
  readonly #what: string;
  readonly #has: (value: unknown) => value is Value;
  /** The write that has not begun, which takes along what changes until then. */
  #next: Promise<void> | undefined;
  #writing: Promise<void> = Promise.resolve();
  #swept = false;

  /**
   * Takes where the file is, or is to be made; its folder must exist. `what` is in it, for people, if it `has` the
   * shape of that.
   *
   * @throws {OptionError} if there is no path.
   */
  constructor(path: string, what: string, has: (value: unknown) => value is Value) {
    if (typeof path !== "string" || path === "") {
      throw new OptionError(`Cannot keep ${what} in a file: give its path`);
    }
    this.#path = path;
    this.#what = what;
    this.#has = has;
  }

  /**
   * Reads it; undefined if there is no such file.
   *
   * @throws {OptionError} if it holds something else, or this runtime has no files.
   * @throws what the file system throws otherwise.
   */
  async read(): Promise<Value | undefined> {
    const { readFile } = this.#runtime().getBuiltinModule("node:fs/promises");
    let text: string;
    try {
      text = await readFile(this.#path, "utf8");
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
      throw error;
    }
    return readStored(text, this.#what, `the file "${this.#path}"`, this.#has);
  }

  /**
   * Writes what `value` gives once the write begins; resolves once it is in the file. What is to be written
   * while another write is under way is written together, by the first of its callers' `value`.
   *
   * @throws {OptionError} if this runtime has no files.
   * @throws what the file system throws.
   */
  async write(value: () => Value | Promise<Value>): Promise<void> {
    this.#next ??= this.#afterThis(value);
    await this.#next;
  }

  async #afterThis(value: () => Value | Promise<Value>): Promise<void> {
    await this.#writing.catch(() => {});
    this.#next = undefined;
    this.#writing = this.#write(value);
    await this.#writing;
  }

  async #write(value: () => Value | Promise<Value>): Promise<void> {
    const text = JSON.stringify(await value());
    const { open, rename, rm } = this.#runtime().getBuiltinModule("node:fs/promises");
    if (!this.#swept) await this.#sweep();
    this.#swept = true;
    // A name that nobody can guess, and only if nothing is there: otherwise whoever may write to the folder could
    // have put a link there, to be followed, or a file that everybody may read.
    const temporary = `${this.#path}.${crypto.randomUUID()}.new`;
    const file = await open(temporary, "wx", 0o600);
    try {
      try {
        await file.writeFile(text);
        // Otherwise a power cut could leave the new name with nothing in it.
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, this.#path);
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => {});
      throw error;
    }
  }

  #runtime(): NodeProcess {
    const process = nodeProcess();
    if (process !== undefined) return process;
    throw new OptionError(
      `Cannot keep ${this.#what} in the file "${this.#path}": this runtime has no files, give another store`,
    );
  }

  /** Removes what processes that died while they wrote have left, as far as it may be. */
  async #sweep(): Promise<void> {
    const { lstat, readdir, rm } = this.#runtime().getBuiltinModule("node:fs/promises");
    const { basename, dirname, join } = this.#runtime().getBuiltinModule("node:path");
    const folder = dirname(this.#path);
    const name = basename(this.#path);
    try {
      for (const entry of await readdir(folder)) {
        if (!entry.startsWith(`${name}.`) || !TEMPORARY.test(entry.slice(name.length))) continue;
        const path = join(folder, entry);
        if ((await lstat(path)).mtimeMs < Date.now() - LEFT_OVER) await rm(path);
      }
    } catch {
      // What cannot be removed is in nobody's way.
    }
  }
}

const TEMPORARY = /^\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.new$/;

/** Reads the JSON text of what was stored. @throws {OptionError} if it is not of the shape. */
export function readStored<Value>(
  text: string,
  what: string,
  where: string,
  has: (value: unknown) => value is Value,
): Value {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (has(value)) return value;
  throw new OptionError(`Cannot load ${what}: ${where} holds something else; remove it, or choose another`);
}
