import { OptionError } from "../../protocol/errors.ts";
import { quote } from "../../protocol/data/quote.ts";
import type { KeyValueStore } from "../../storage/key_value_store.ts";
import { areTokens, type TwitchTokens, type TwitchTokenStore } from "./tokens.ts";

export type { KeyValueStore };

/**
 * Keeps an account's tokens in Deno KV, on one machine or on Deno Deploy, or in any store with the same two methods.
 * ([Deno KV](https://docs.deno.com/deploy/kv/))
 *
 * @example
 * ```ts
 * import { type KeyValueStore, KvTokenStore, TwitchAuth } from "@parley/parley/twitch";
 *
 * function authOf(login: string, kv: KeyValueStore): TwitchAuth { // kv: await Deno.openKv()
 *   return new TwitchAuth({ clientId: "your client id", store: new KvTokenStore(kv, ["tokens", login]) });
 * }
 * ```
 */
export class KvTokenStore implements TwitchTokenStore {
  readonly #kv: KeyValueStore;
  readonly #key: readonly (string | number)[];

  /** Takes the store, and under which key: another one for each account. */
  constructor(kv: KeyValueStore, key: readonly (string | number)[] = ["parley", "twitch"]) {
    this.#kv = kv;
    this.#key = [...key];
  }

  /**
   * Gets what was saved last.
   *
   * @throws {OptionError} if the entry is not one that was saved here.
   * @throws what the key-value store throws.
   */
  async load(): Promise<TwitchTokens | undefined> {
    const { value } = await this.#kv.get(this.#key);
    if (value === null || value === undefined) return undefined;
    if (areTokens(value)) return value;
    const shown = quote(JSON.stringify(this.#key));
    throw new OptionError(
      `Cannot load tokens: the entry ${shown} holds something else; remove it, or choose another key`,
    );
  }

  /**
   * Saves the tokens.
   *
   * @throws what the key-value store throws.
   */
  async save({ accessToken, refreshToken }: TwitchTokens): Promise<void> {
    await this.#kv.set(this.#key, { accessToken, refreshToken });
  }
}
