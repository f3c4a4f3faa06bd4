import type { HostCrypto } from "../../protocol/host_crypto.ts";
import type { IrcAnswer, IrcAsk } from "../session/ask.ts";
import type { SaslOptions } from "../session/registration/sasl.ts";
import { type DeriveAnswer, type DeriveAsk, toBase64 } from "../session/registration/scram.ts";
import type { StsPolicy, StsPromise } from "../session/registration/sts.ts";
import type { StsStore } from "./sts_store.ts";

const encoder = new TextEncoder();

/** What answers are made of. */
export interface IrcAnswerParts {
  /** Keeps the policies of STS. */
  readonly sts: StsStore;
  /** Signs a challenge of SASL. @default {undefined} */
  readonly sign?: SaslOptions["sign"];
  /** Does what is to be done before channels are joined. @default nothing */
  readonly beforeJoin?: (() => unknown) | undefined;
  /** Cryptography. @default the runtime's own */
  readonly crypto?: HostCrypto;
  /** Tells the time by the wall clock, which policies expire by, in milliseconds since 1970 began. @default {Date.now} */
  readonly wall?: () => number;
}

/**
 * Answers what an {@linkcode IrcSession} asks: cryptography by WebCrypto (the runtime's, unless another is
 * given), policies from a store, signatures by the signer given.
 *
 * @example
 * ```ts
 * import { answerIrc, MemoryStsStore } from "@parley/parley/irc";
 *
 * const answer = answerIrc({ sts: new MemoryStsStore() });
 * await answer({ kind: "sts_load", host: "irc.example.org" }); // { kind: "sts_policy", policy: undefined }
 * ```
 */
export function answerIrc(parts: IrcAnswerParts): (ask: IrcAsk) => Promise<IrcAnswer> {
  const { sts, crypto = globalThis.crypto, wall = Date.now } = parts;
  return async (ask) => {
    switch (ask.kind) {
      case "nonce":
        return { kind: "nonce", nonce: toBase64(crypto.getRandomValues(new Uint8Array(24))) };
      case "derive":
        return await derive(ask, crypto);
      case "sign":
        if (parts.sign === undefined) throw new Error("Cannot sign: there is no signer");
        return { kind: "signature", signature: await parts.sign(ask.challenge, crypto) };
      case "sts_load":
        return { kind: "sts_policy", policy: inForce(await sts.load(ask.host), wall()) };
      case "sts_save":
        await sts.save(
          ask.host,
          ask.policy && { ...ask.policy, expires: wall() + ask.policy.duration * 1_000 },
        );
        return { kind: "sts_saved" };
      case "before_join":
        await parts.beforeJoin?.();
        return { kind: "may_join" };
    }
  };
}

function inForce(policy: StsPolicy | undefined, wall: number): StsPromise | undefined {
  if (policy === undefined || policy.expires <= wall) return undefined;
  return { port: policy.port, duration: (policy.expires - wall) / 1_000 };
}

/** RFC 5802 section 3, by its own names. */
async function derive(ask: DeriveAsk, crypto: HostCrypto): Promise<DeriveAnswer> {
  const { hash, salt, iterations } = ask;
  const password = await crypto.subtle.importKey("raw", encoder.encode(ask.password), "PBKDF2", false, [
    "deriveBits",
  ]);
  const bits = hash === "SHA-256" ? 256 : 512;
  const saltedPassword = await crypto.subtle.deriveBits(
    { name: "PBKDF2", hash, salt: new Uint8Array(salt), iterations },
    password,
    bits,
  );
  const authMessage = encoder.encode(ask.authMessage);
  const clientKey = await hmac(crypto, hash, saltedPassword, encoder.encode("Client Key"));
  const storedKey = await crypto.subtle.digest(hash, clientKey);
  const clientSignature = await hmac(crypto, hash, storedKey, authMessage);
  const serverKey = await hmac(crypto, hash, saltedPassword, encoder.encode("Server Key"));
  const signature = await hmac(crypto, hash, serverKey, authMessage);
  const proof = clientKey.map((byte, at) => byte ^ (clientSignature[at] ?? 0));
  return { kind: "derived", proof, signature };
}

async function hmac(
  crypto: HostCrypto,
  hash: string,
  key: ArrayBuffer | Uint8Array<ArrayBuffer>,
  data: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const imported = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, data));
}
