import { JsonFile } from "../../storage/json_file.ts";
import { areTokens, type TwitchTokens, type TwitchTokenStore } from "./tokens.ts";

/**
 * Keeps an account's tokens in a JSON file that only its owner can read, on Deno, Bun and Node. It is written to a file
 * beside it, which then takes its place: whenever the process dies, the file is whole.
 *
 * @example
 * ```ts no-eval
 * import { FileTokenStore, TwitchAuth, TwitchClient } from "@parley/parley/twitch";
 *
 * const auth = new TwitchAuth({ clientId: "your client id", store: new FileTokenStore("./tokens.json") });
 * const chat = await new TwitchClient({ auth, channels: ["#dallas"] }).connect();
 * ```
 */
export class FileTokenStore implements TwitchTokenStore {
  readonly #file: JsonFile<TwitchTokens>;

  /** Takes where the file is, or is to be made; its folder must exist. */
  constructor(path: string) {
    this.#file = new JsonFile(path, "tokens", areTokens);
  }

  /**
   * Gets what was saved last.
   *
   * @throws {OptionError} if the file is not one that was written here, or this runtime has no files.
   * @throws what the file system throws, unless there is no such file.
   */
  load(): Promise<TwitchTokens | undefined> {
    return this.#file.read();
  }

  /**
   * Saves the tokens; resolves once they are in the file.
   *
   * @throws what the file system throws.
   */
  save(tokens: TwitchTokens): Promise<void> {
    return this.#file.write(() => tokens);
  }
}
