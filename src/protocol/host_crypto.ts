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
export type HostCrypto = Pick<Crypto, "subtle" | "getRandomValues">;
