import { SigningKeys } from "../../../testing/mod.ts";

/** Signs requests as Discord does, all at one time, and leaves or changes headers where a test wants that. */
export class Signer {
  /** 64 hexadecimal digits, as the Developer Portal shows them. */
  readonly publicKey: string;
  readonly #keys: SigningKeys;

  private constructor(keys: SigningKeys) {
    this.publicKey = keys.publicKey;
    this.#keys = keys;
  }

  static async create(): Promise<Signer> {
    return new Signer(await SigningKeys.generate());
  }

  sign(body: string | Uint8Array, timestamp = "1700000000"): Promise<Record<string, string>> {
    return this.#keys.sign(body, timestamp);
  }

  /** A signed POST; `headers` replace those of the signature, or take one away where they are empty. */
  async request(body: string | Uint8Array, headers: Record<string, string> = {}): Promise<Request> {
    const all = Object.entries({ ...await this.sign(body), ...headers }).filter(([, value]) => value !== "");
    return new Request("https://bot.example/interactions", {
      method: "POST",
      headers: Object.fromEntries(all),
      body: typeof body === "string" ? body : new Uint8Array(body),
    });
  }
}
