import { OptionError } from "../../protocol/errors.ts";

const encoder = new TextEncoder();
const HEX_KEY = /^[0-9a-f]{64}$/i;
const HEX_SIGNATURE = /^[0-9a-f]{128}$/i;
// Seconds. Digits only, so that nothing of a body can pass for the end of a timestamp.
const TIMESTAMP = /^\d{1,20}$/;

/** One public key of an application, or several while it changes from one to another. */
export type PublicKeys = string | CryptoKey | readonly (string | CryptoKey)[];

/** What a request brings along to prove that Discord sent it. */
export interface SignatureHeaders {
  /** `X-Signature-Ed25519`: 128 hexadecimal digits. */
  readonly signature: string;
  /** `X-Signature-Timestamp`: seconds since 1970. */
  readonly timestamp: string;
}

/**
 * Checks that texts can be an application's public keys: 64 hexadecimal digits each.
 *
 * @throws {OptionError} if one cannot, or there is none.
 */
export function checkPublicKeys(keys: PublicKeys): void {
  const isKey = (key: unknown) => typeof key === "string" ? HEX_KEY.test(key) : key instanceof CryptoKey;
  const listed = listOf(keys);
  if (Array.isArray(listed) && listed.length > 0 && listed.every(isKey)) return;
  const need = 'copy the "Public Key" of the application from the Developer Portal, 64 hexadecimal digits';
  throw new OptionError(`Cannot verify interactions: this is not a public key; ${need}`);
}

/**
 * Imports an application's public key, once for all requests: importing costs several times what verifying
 * does.
 *
 * Source: Discord, "Interactions: Overview", Validating Security Request Headers.
 *
 * @throws {OptionError} if it is not 64 hexadecimal digits.
 *
 * @example
 * ```ts
 * import { importPublicKey } from "@parley/parley/discord/interactions";
 *
 * const key = await importPublicKey("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
 * key.usages; // ["verify"]
 * ```
 */
export async function importPublicKey(hex: string): Promise<CryptoKey> {
  checkPublicKeys(hex);
  return await crypto.subtle.importKey("raw", fromHex(hex), "Ed25519", false, ["verify"]);
}

const MOST_KEYS = 64;

/** The keys that were imported, by their digits. */
const imported = new Map<string, CryptoKey>();

/** A key, imported once however often it is asked for. */
async function keyOf(key: string | CryptoKey): Promise<CryptoKey> {
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
 * malformed, the keys included, makes it false; it never throws and never rejects.
 *
 * Not exported from the folder: a promise of false is true, so whoever forgot to await it would let
 * everything pass. The way in is `verifyRequest`, which yields an interaction only once it is verified.
 */
export async function verify(
  publicKey: PublicKeys,
  { signature, timestamp }: SignatureHeaders,
  body: Uint8Array | string,
): Promise<boolean> {
  if (!HEX_SIGNATURE.test(signature) || !TIMESTAMP.test(timestamp)) return false;
  const signed = typeof body === "string" ? encoder.encode(timestamp + body) : join(timestamp, body);
  const signatureBytes = fromHex(signature);
  for (const key of listOf(publicKey)) {
    try {
      const imported = typeof key === "string" ? await keyOf(key) : key;
      if (await crypto.subtle.verify("Ed25519", imported, signatureBytes, signed)) return true;
    } catch {
      // No key: nothing was signed with it.
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

function listOf(keys: PublicKeys): readonly (string | CryptoKey)[] {
  return typeof keys === "string" || keys instanceof CryptoKey ? [keys] : keys;
}

/** Takes hexadecimal digits that have been checked. */
function fromHex(hex: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(hex.length / 2);
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = digit(hex.charCodeAt(2 * index)) << 4 | digit(hex.charCodeAt(2 * index + 1));
  }
  return bytes;
}

/** The value of a hexadecimal digit, by its character code: the letters are 9 above their low four bits. */
function digit(code: number): number {
  return (code & 15) + (code >> 6) * 9;
}
