import { OptionError } from "../../protocol/errors.ts";
import type { HostCrypto } from "../../protocol/host_crypto.ts";

/** The order of NIST P-256's group (SP 800-186 section 3.2.1.3). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const BYTES = 32;
/** The curve's name, 1.2.840.10045.3.1.7, as DER. */
const P256 = "06082a8648ce3d030107";
/** How RFC 5915 begins a private key: version 1, then 32 bytes; PKCS #8 holds the same. */
const PRIVATE_KEY = /0201010420([0-9a-f]{64})/;

/**
 * Makes a signer for SASL's ECDSA-NIST256P-CHALLENGE of a private key in PEM text ("EC PRIVATE KEY" or
 * "PRIVATE KEY", without a passphrase). It signs the 32 bytes of a challenge as they are: WebCrypto's own ECDSA
 * would hash them first, so only the point comes from there.
 *
 * Its arithmetic takes longer for some numbers than for others. Who can time one login closely enough to learn
 * from that is on the machine already; sign nothing else with it. What it returns takes its cryptography as a second
 * argument, by default the runtime's.
 *
 * @throws {OptionError} if the text holds no NIST P-256 private key.
 *
 * @example
 * ```ts
 * import { ecdsaSigner, type SaslOptions } from "@parley/parley/irc";
 *
 * function login(username: string, pem: string): SaslOptions {
 *   return { username, sign: ecdsaSigner(pem) };
 * }
 * ```
 */
export function ecdsaSigner(
  pem: string,
): (challenge: Uint8Array, source?: HostCrypto) => Promise<Uint8Array> {
  const key = privateKeyOf(pem);
  return async (challenge, source = globalThis.crypto) => {
    // FIPS 186-5 section 6.4.1, step by step, with the challenge in the hash's place: its leftmost 256 bits.
    const e = toInteger(challenge.subarray(0, BYTES));
    for (;;) {
      const { k, x } = await randomPoint(source);
      const r = x % ORDER;
      const s = (inverse(k) * (e + r * key)) % ORDER;
      if (r !== 0n && s !== 0n) return derSequence([r, s]);
    }
  };
}

function privateKeyOf(pem: string): bigint {
  for (const [, base64 = ""] of pem.matchAll(/-----BEGIN (?:EC )?PRIVATE KEY-----([^-]+)-----END/g)) {
    const der = hexOf(base64);
    const [, digits] = PRIVATE_KEY.exec(der) ?? [];
    const key = BigInt(`0x${digits ?? 0}`);
    // "EC PARAMETERS" beside the key name the curve where the key itself does not.
    const named = der.includes(P256) || [...pem.matchAll(/PARAMETERS-----([^-]+)-----END/g)]
      .some(([, parameters = ""]) => hexOf(parameters).includes(P256));
    if (named && key > 0n && key < ORDER) return key;
  }
  throw new OptionError("Cannot sign: need a NIST P-256 private key as PEM text, without a passphrase");
}

function hexOf(base64: string): string {
  try {
    return [...atob(base64.replace(/\s/g, ""))].map((c) => c.charCodeAt(0).toString(16).padStart(2, "0"))
      .join("");
  } catch {
    return "";
  }
}

/** A random k, and the x of k times the base point: what making a key pair comes to. */
async function randomPoint({ subtle }: HostCrypto): Promise<{ k: bigint; x: bigint }> {
  const pair = await subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"]);
  const { d = "", x = "" } = await subtle.exportKey("jwk", pair.privateKey);
  return { k: toInteger(fromBase64Url(d)), x: toInteger(fromBase64Url(x)) };
}

function fromBase64Url(text: string): Uint8Array {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
}

function toInteger(bytes: Uint8Array): bigint {
  return bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
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

/** "Ecdsa-Sig-Value ::= SEQUENCE { r INTEGER, s INTEGER }" (RFC 3279 section 2.2.3). */
function derSequence(integers: readonly bigint[]): Uint8Array {
  const contents = integers.flatMap((integer) => {
    const hex = integer.toString(16);
    const digits = hex.length % 2 === 0 ? hex : `0${hex}`;
    const bytes = (digits.match(/../g) ?? []).map((byte) => parseInt(byte, 16));
    // A leading bit of 1 would make it negative.
    if ((bytes[0] ?? 0) >= 0x80) bytes.unshift(0);
    return [0x02, bytes.length, ...bytes];
  });
  return new Uint8Array([0x30, contents.length, ...contents]);
}
