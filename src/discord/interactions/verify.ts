import { OptionError } from "../../protocol/errors.ts";

const encoder = new TextEncoder();
const HEX_KEY = /^[0-9a-f]{64}$/i;
const HEX_SIGNATURE = /^[0-9a-f]{128}$/i;
// Seconds. Digits only, so that nothing of a body can pass for the end of a timestamp.
const TIMESTAMP = /^\d{1,20}$/;

/** What a request brings along to prove that Discord sent it. */
export interface SignatureHeaders {
  /** `X-Signature-Ed25519`: 128 hexadecimal digits. */
  readonly signature: string;
  /** `X-Signature-Timestamp`: seconds since 1970. */
  readonly timestamp: string;
}

/**
 * Checks that a text can be an application's public key: 64 hexadecimal digits.
 *
 * @throws {OptionError} if it cannot.
 */
export function checkPublicKey(hex: string): void {
  if (typeof hex === "string" && HEX_KEY.test(hex)) return;
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
  checkPublicKey(hex);
  return await crypto.subtle.importKey("raw", fromHex(hex), "Ed25519", false, ["verify"]);
}

/** Reads the two headers; undefined if either is missing or malformed. */
export function readSignature(headers: { get(name: string): string | null }): SignatureHeaders | undefined {
  const signature = headers.get("x-signature-ed25519");
  const timestamp = headers.get("x-signature-timestamp");
  if (signature === null || timestamp === null) return undefined;
  return HEX_SIGNATURE.test(signature) && TIMESTAMP.test(timestamp) ? { signature, timestamp } : undefined;
}

/**
 * Whether a body was signed with a key: Ed25519 over the timestamp and the raw bytes. Whatever is malformed,
 * the key included, makes it false; it never throws and never rejects.
 *
 * Not exported from the folder: a promise of false is true, so whoever forgot to await it would let
 * everything pass. The way in is `verifyRequest`, which yields an interaction only once it is verified.
 */
export async function verify(
  publicKey: CryptoKey | string,
  { signature, timestamp }: SignatureHeaders,
  body: Uint8Array,
): Promise<boolean> {
  try {
    if (!HEX_SIGNATURE.test(signature) || !TIMESTAMP.test(timestamp)) return false;
    const key = typeof publicKey === "string" ? await importPublicKey(publicKey) : publicKey;
    const stamp = encoder.encode(timestamp);
    const signed = new Uint8Array(stamp.length + body.length);
    signed.set(stamp);
    signed.set(body, stamp.length);
    return await crypto.subtle.verify("Ed25519", key, fromHex(signature), signed);
  } catch {
    return false;
  }
}

/** Takes hexadecimal digits that have been checked. */
function fromHex(hex: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(hex.length / 2);
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = digit(hex.charCodeAt(2 * index)) << 4 | digit(hex.charCodeAt(2 * index + 1));
  }
  return bytes;
}

/** The value of a digit by its character code: letters, of either case, have bit 6 set and begin at 1. */
function digit(code: number): number {
  return (code & 15) + (code >> 6) * 9;
}
