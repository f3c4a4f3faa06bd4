import type { HostCrypto } from "@parley/parley/protocol";
import { builtin } from "./_builtin.ts";
import type { RealWork } from "./time/_real_work.ts";

const ECDH = { name: "ECDH", namedCurve: "P-256" };
const P256_BYTES = 32;
const USAGES = ["deriveBits", "deriveKey"] as const;

/**
 * The runtime's WebCrypto for a simulation: the clock stands while it works, its results come in the order in
 * which they were asked for, and its random bytes, keys for ECDH on P-256 among them, depend on the source given.
 */
export function simulatedCrypto(name: string, random: () => number, work: RealWork): HostCrypto {
  let last: Promise<unknown> = Promise.resolve();
  const getRandomValues: HostCrypto["getRandomValues"] = (array) => {
    if (array === null) return array;
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    for (let index = 0; index < bytes.length; index++) bytes[index] = Math.floor(random() * 256);
    return array;
  };
  const inOrder = async (result: unknown, before: Promise<unknown>): Promise<unknown> => {
    // Which of two threads is done first is the machine's business.
    await Promise.allSettled([before, result]);
    return await result;
  };
  const subtle = new Proxy(globalThis.crypto.subtle, {
    get(target, key) {
      const method: unknown = Reflect.get(target, key, target);
      if (typeof method !== "function") return method;
      return (...args: unknown[]) => {
        const result: unknown = isEcdh(key, args)
          ? generateP256(getRandomValues(new Uint8Array(P256_BYTES)), args)
          : Reflect.apply(method, target, args);
        return last = work.track(`WebCrypto's ${String(key)} of "${name}"`, inOrder(result, last));
      };
    },
  });
  return { subtle, getRandomValues };
}

function isEcdh(key: string | symbol, [algorithm]: readonly unknown[]): boolean {
  return key === "generateKey" && typeof algorithm === "object" && algorithm !== null &&
    Object.entries(ECDH).every(([name, value]) => Reflect.get(algorithm, name) === value);
}

/** A key pair of bytes that are given: WebCrypto would take its own. */
async function generateP256(secret: Uint8Array, args: readonly unknown[]): Promise<CryptoKeyPair> {
  const ecdh = builtin("node:crypto")?.createECDH("prime256v1");
  if (ecdh === undefined) throw new Error("Cannot make a key: this runtime has no node:crypto");
  // Not 0, and smaller than the curve's order, which begins with 32 ones.
  secret[0] = 1;
  ecdh.setPrivateKey(secret);
  const point = new Uint8Array(ecdh.getPublicKey());
  const key = {
    kty: "EC",
    crv: "P-256",
    x: toBase64Url(point.subarray(1, 1 + P256_BYTES)),
    y: toBase64Url(point.subarray(1 + P256_BYTES)),
  };
  const [, extractable, usages] = args;
  const wanted = USAGES.filter((usage) => Array.isArray(usages) && usages.includes(usage));
  const importKey = (jwk: JsonWebKey, usable: KeyUsage[]) =>
    globalThis.crypto.subtle.importKey("jwk", jwk, ECDH, extractable === true, usable);
  return {
    privateKey: await importKey({ ...key, d: toBase64Url(secret) }, wanted),
    publicKey: await importKey(key, []),
  };
}

function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
