/** Signs requests as Discord does, with a key pair of its own. */
export class Signer {
  /** 64 hexadecimal digits, as the Developer Portal shows them. */
  readonly publicKey: string;
  readonly #privateKey: CryptoKey;

  private constructor(publicKey: string, privateKey: CryptoKey) {
    this.publicKey = publicKey;
    this.#privateKey = privateKey;
  }

  static async create(): Promise<Signer> {
    const pair = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
    if (!("privateKey" in pair)) throw new Error("Ed25519 has key pairs");
    const raw = await crypto.subtle.exportKey("raw", pair.publicKey);
    return new Signer(toHex(new Uint8Array(raw)), pair.privateKey);
  }

  async sign(body: string | Uint8Array, timestamp = "1700000000"): Promise<Record<string, string>> {
    const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
    const stamp = new TextEncoder().encode(timestamp);
    const signature = await crypto.subtle.sign(
      "Ed25519",
      this.#privateKey,
      new Uint8Array([...stamp, ...bytes]),
    );
    return {
      "X-Signature-Ed25519": toHex(new Uint8Array(signature)),
      "X-Signature-Timestamp": timestamp,
      "Content-Type": "application/json",
    };
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

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
