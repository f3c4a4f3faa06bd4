import type { HostCrypto } from "@parley/parley/protocol";

/** What a signed request carries beside its body. */
export interface SignedHeaders extends Record<string, string> {
  /** 128 hexadecimal digits. */
  "X-Signature-Ed25519": string;
  /** Seconds since 1970. */
  "X-Signature-Timestamp": string;
  /** Always JSON. */
  "Content-Type": string;
}

/**
 * A key pair that signs requests as Discord does, so that an interactions endpoint can be tested without
 * Discord: give the endpoint `publicKey`.
 *
 * Source: Discord, "Interactions: Overview", Validating Security Request Headers.
 *
 * @example
 * ```ts
 * import { interactionHandler, InteractionRouter } from "@parley/parley/discord/interactions";
 * import { SigningKeys } from "@parley/testing";
 *
 * const keys = await SigningKeys.generate();
 * const handler = interactionHandler({ publicKey: keys.publicKey, router: new InteractionRouter() });
 * (await handler(await keys.request('{"type":1}'))).status; // 200
 * ```
 */
export class SigningKeys {
  /** 64 hexadecimal digits, as the Developer Portal shows them. */
  readonly publicKey: string;
  readonly #privateKey: CryptoKey;
  readonly #subtle: HostCrypto["subtle"];

  private constructor(publicKey: string, privateKey: CryptoKey, { subtle }: HostCrypto) {
    this.#subtle = subtle;
    this.publicKey = publicKey;
    this.#privateKey = privateKey;
  }

  /**
   * Makes a new pair, by the cryptography given: that of a simulation's host, say, whose clock then stands while
   * something is signed.
   *
   * @throws if the runtime has no Ed25519.
   */
  static async generate(crypto: HostCrypto = globalThis.crypto): Promise<SigningKeys> {
    const pair = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
    if (!("privateKey" in pair)) throw new Error("Ed25519 has key pairs");
    const raw = await crypto.subtle.exportKey("raw", pair.publicKey);
    return new SigningKeys(toHex(raw), pair.privateKey, crypto);
  }

  /** Signs a body; `timestamp` is in seconds since 1970, now by default. */
  async sign(
    body: string | Uint8Array,
    timestamp: string = String(Math.floor(Date.now() / 1_000)),
  ): Promise<SignedHeaders> {
    const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
    const signed = new Uint8Array([...new TextEncoder().encode(timestamp), ...bytes]);
    const signature = await this.#subtle.sign("Ed25519", this.#privateKey, signed);
    return {
      "X-Signature-Ed25519": toHex(signature),
      "X-Signature-Timestamp": timestamp,
      "Content-Type": "application/json",
    };
  }

  /** A signed POST of a body, whatever it is. */
  async request(
    body: string | Uint8Array,
    url = "https://bot.example/interactions",
    timestamp?: string,
  ): Promise<Request> {
    const headers = await this.sign(body, timestamp);
    return new Request(url, {
      method: "POST",
      headers,
      body: typeof body === "string" ? body : Uint8Array.from(body),
    });
  }
}

function toHex(buffer: ArrayBuffer): string {
  return Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
