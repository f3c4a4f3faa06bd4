import { builtin } from "../../world/_builtin.ts";

/** The order of NIST P-256's group (SP 800-186 section 3.2.1.3). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const BYTES = 32;

/**
 * Whether a challenge, which was not hashed, was signed with this private key. No library verifies without hashing,
 * but who holds the key can find the number that was drawn for the signature, and look at its point.
 */
export function wasSigned(pem: string, challenge: Uint8Array, der: Uint8Array): boolean {
  const crypto = builtin("node:crypto");
  if (crypto === undefined) throw new Error("Cannot check a signature: this runtime has no node:crypto");
  const { d = "" } = crypto.createPrivateKey(pem).export({ format: "jwk" });
  const [r, s] = integersOf(der);
  if (r === undefined || s === undefined || r % ORDER === 0n || s % ORDER === 0n) return false;
  const k = (toInteger(challenge) + r * toInteger(bytesOf(d))) * inverse(s) % ORDER;
  if (k === 0n) return false;
  const ecdh = crypto.createECDH("prime256v1");
  ecdh.setPrivateKey(k.toString(16).padStart(2 * BYTES, "0"), "hex");
  const x = new Uint8Array(ecdh.getPublicKey()).subarray(1, 1 + BYTES);
  return toInteger(x) % ORDER === r;
}

/** "Ecdsa-Sig-Value ::= SEQUENCE { r INTEGER, s INTEGER }" (RFC 3279 section 2.2.3). */
function integersOf(der: Uint8Array): readonly bigint[] {
  if (der[0] !== 0x30 || der[1] !== der.length - 2 || der[2] !== 0x02) return [];
  const end = 4 + (der[3] ?? 0);
  return [toInteger(der.subarray(4, end)), toInteger(der.subarray(end + 2))];
}

function toInteger(bytes: Uint8Array): bigint {
  return bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

function bytesOf(base64url: string): Uint8Array {
  const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (c) => c.charCodeAt(0));
}

/** By Fermat: the order is a prime. */
function inverse(number: bigint): bigint {
  let result = 1n;
  let base = number % ORDER;
  for (let exponent = ORDER - 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % ORDER;
    base = (base * base) % ORDER;
  }
  return result;
}
