import type { HostCryptoKey } from "../../../protocol/host_crypto.ts";
import { OptionError } from "../../../protocol/errors.ts";
import { fromHex } from "./_hex.ts";

const encoder = new TextEncoder();
const HEX_KEY = /^[0-9a-f]{64}$/i;
const HEX_SIGNATURE = /^[0-9a-f]{128}$/i;
// Seconds. Digits only, so that nothing of a body can pass for the end of a timestamp.
const TIMESTAMP = /^\d{1,20}$/;

const COPY =
  "copy the 64 hexadecimal digits from the Developer Portal, or pass what importPublicKey makes of them";
const NO_KEY = `Cannot verify interactions: this is not a public key; ${COPY}`;
const ANYBODY_SIGNS = `Cannot verify interactions: anybody can sign for this public key; ${COPY}`;

/**
 * One public key of an application, or several while it changes from one to another: 64 hexadecimal digits, or
 * what {@linkcode importPublicKey} makes of them.
 */
export type PublicKeys = string | HostCryptoKey | readonly (string | HostCryptoKey)[];

/** What a request brings along to prove that Discord sent it. */
export interface SignatureHeaders {
  /** `X-Signature-Ed25519`: 128 hexadecimal digits. */
  readonly signature: string;
  /** `X-Signature-Timestamp`: seconds since 1970. */
  readonly timestamp: string;
}

/**
 * Checks that these can be an application's public keys.
 *
 * @throws {OptionError} if one cannot, if anybody can sign for one, or there is none.
 */
export function checkPublicKeys(keys: PublicKeys): void {
  const listed = [keys].flat();
  if (listed.length === 0) throw new OptionError(NO_KEY);
  for (const key of listed) {
    if (typeof key === "string") checkHex(key);
    else if (!looked.has(key)) throw new OptionError(NO_KEY);
  }
}

function checkHex(hex: string): void {
  if (imported.has(hex)) return;
  if (!HEX_KEY.test(hex)) throw new OptionError(NO_KEY);
  if (isOfSmallOrder(hex)) throw new OptionError(ANYBODY_SIGNS);
}

// The order of the field.
const P = 2n ** 255n - 19n;
const SIGN_BIT = 2n ** 255n;
// One of order 8; the other is its negative.
const Y_OF_ORDER_8 = 0x7a03ac92_77fdc74e_c6cc392c_fa53202a_0f67100d_760b3cba_4fd84d3d_706a17c7n;
/** The y-coordinates of the eight points whose order divides 8. */
const SMALL_ORDER: ReadonlySet<bigint> = new Set([0n, 1n, P - 1n, Y_OF_ORDER_8, P - Y_OF_ORDER_8]);

/**
 * Whether 64 hexadecimal digits encode a point of small order, in whichever way: for such a key a signature
 * fits one message in eight at least, without any secret. Which runtimes refuse them differs.
 *
 * Source: RFC 8032, 5.1.2 (encoding); Chalkias, Garillot and Nikolaenko, "Taming the many EdDSAs", Table 6.
 */
function isOfSmallOrder(hex: string): boolean {
  const bigEndian = (hex.match(/../g) ?? []).reverse().join("");
  // With or without the sign of x, and with P added or not.
  return SMALL_ORDER.has(BigInt(`0x${bigEndian}`) % SIGN_BIT % P);
}

/**
 * Imports an application's public key, once for all requests: importing costs several times what verifying
 * does.
 *
 * Source: Discord, "Interactions: Overview", Validating Security Request Headers.
 *
 * @throws {OptionError} if it is not 64 hexadecimal digits, or a key that anybody can sign for.
 *
 * @example
 * ```ts
 * import { importPublicKey } from "@parley/parley/discord/interactions";
 * import process from "node:process";
 *
 * const key = await importPublicKey(process.env.DISCORD_PUBLIC_KEY ?? "");
 * key.usages; // ["verify"]
 * ```
 */
export async function importPublicKey(hex: string): Promise<HostCryptoKey> {
  if (typeof hex !== "string") throw new OptionError(NO_KEY);
  checkHex(hex);
  const key = await crypto.subtle.importKey("raw", fromHex(hex), "Ed25519", false, ["verify"]);
  looked.add(key);
  return key;
}

const MOST_KEYS = 64;

/** The keys that were imported, by their digits. */
const imported = new Map<string, HostCryptoKey>();
/** The keys that were imported here, and so are known not to be of small order. */
const looked = new WeakSet<HostCryptoKey>();

/**
 * Imports public keys, each once however often it is asked for.
 *
 * @throws {OptionError} if one cannot be a key, if anybody can sign for one, or there is none.
 */
export async function importPublicKeys(keys: PublicKeys): Promise<readonly HostCryptoKey[]> {
  const known = typeof keys === "string" ? imported.get(keys) : undefined;
  if (known !== undefined) return [known];
  checkPublicKeys(keys);
  return await Promise.all([keys].flat().map(keyOf));
}

async function keyOf(key: string | HostCryptoKey): Promise<HostCryptoKey> {
  if (typeof key !== "string") return key;
  const known = imported.get(key);
  if (known !== undefined) return known;
  const fresh = await importPublicKey(key);
  if (imported.size >= MOST_KEYS) imported.clear();
  imported.set(key, fresh);
  return fresh;
}

/** Reads the two headers; undefined if either is missing or malformed. */
export function readSignature(headers: { get(name: string): string | null }): SignatureHeaders | undefined {
  const signature = headers.get("x-signature-ed25519");
  const timestamp = headers.get("x-signature-timestamp");
  if (signature === null || timestamp === null) return undefined;
  return HEX_SIGNATURE.test(signature) && TIMESTAMP.test(timestamp) ? { signature, timestamp } : undefined;
}

/**
 * Whether a body was signed with one of the keys: Ed25519 over the timestamp and the raw bytes. Whatever is
 * malformed makes it false; it never throws and never rejects.
 *
 * Not exported from the folder: a promise of false is true, so whoever forgot to await it would let
 * everything pass. The way in is `verifyRequest`, which yields an interaction only once it is verified.
 */
export async function verify(
  publicKeys: readonly HostCryptoKey[],
  { signature, timestamp }: SignatureHeaders,
  body: Uint8Array | string,
): Promise<boolean> {
  if (!HEX_SIGNATURE.test(signature) || !TIMESTAMP.test(timestamp)) return false;
  const signed = typeof body === "string" ? encoder.encode(timestamp + body) : join(timestamp, body);
  const signatureBytes = fromHex(signature);
  for (const key of publicKeys) {
    try {
      if (await crypto.subtle.verify("Ed25519", key, signatureBytes, signed)) return true;
    } catch {
      // No point of the curve: nothing was signed with it.
    }
  }
  return false;
}

function join(timestamp: string, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const signed = new Uint8Array(timestamp.length + body.length);
  encoder.encodeInto(timestamp, signed);
  signed.set(body, timestamp.length);
  return signed;
}
