/**
 * What is used of WebCrypto: digests, keys, signatures and random bytes.
 *
 * @example
 * ```ts
 * import type { HostCrypto } from "@parley/parley/protocol";
 *
 * const source: HostCrypto = globalThis.crypto;
 * source.getRandomValues(new Uint8Array(16)).length; // 16
 * ```
 */
export type HostCrypto = Pick<typeof globalThis.crypto, "subtle" | "getRandomValues">;

/**
 * A key of WebCrypto's: what is called `CryptoKey` where the types of the web are.
 *
 * @example
 * ```ts
 * import type { HostCryptoKey } from "@parley/parley/protocol";
 *
 * const isVerifying = (key: HostCryptoKey) => key.usages.includes("verify");
 * ```
 */
export type HostCryptoKey = Awaited<ReturnType<HostCrypto["subtle"]["importKey"]>>;
