import { createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { ecdsaSigner } from "../../../src/irc/host/ecdsa_signer.ts";
import { OptionError } from "../../../src/protocol/errors.ts";

function keyPair(namedCurve = "P-256"): { sec1: string; pkcs8: string } {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve });
  return {
    sec1: privateKey.export({ type: "sec1", format: "pem" }).toString(),
    pkcs8: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const PRIME = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
type Point = readonly [x: bigint, y: bigint] | undefined;
const BASE: Point = [
  0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
  0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
];

const mod = (a: bigint, m: bigint) => ((a % m) + m) % m;

function power(base: bigint, exponent: bigint, m: bigint): bigint {
  let result = 1n;
  for (let b = mod(base, m), e = exponent; e > 0n; e >>= 1n, b = (b * b) % m) {
    if (e & 1n) result = (result * b) % m;
  }
  return result;
}

function add(p: Point, q: Point): Point {
  if (p === undefined || q === undefined) return p ?? q;
  const [px, py] = p;
  const [qx, qy] = q;
  if (px === qx && mod(py + qy, PRIME) === 0n) return undefined;
  const slope = px === qx
    ? mod((3n * px * px - 3n) * power(2n * py, PRIME - 2n, PRIME), PRIME)
    : mod((qy - py) * power(qx - px, PRIME - 2n, PRIME), PRIME);
  const x = mod(slope * slope - px - qx, PRIME);
  return [x, mod(slope * (px - x) - py, PRIME)];
}

function times(p: Point, factor: bigint): Point {
  let sum: Point;
  for (let point = p, left = factor; left > 0n; left >>= 1n, point = add(point, point)) {
    if (left & 1n) sum = add(sum, point);
  }
  return sum;
}

/** Verifies a signature of what was not hashed, which no library does: FIPS 186-5 section 6.4.2. */
function verifies(pem: string, challenge: Uint8Array, der: Uint8Array): boolean {
  const { x = "", y = "" } = createPublicKey(createPrivateKey(pem)).export({ format: "jwk" });
  const integer = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
  const key: Point = [integer(Buffer.from(x, "base64url")), integer(Buffer.from(y, "base64url"))];
  assertEquals([der[0], der[1], der[2]], [0x30, der.length - 2, 0x02]);
  const end = 4 + (der[3] ?? 0);
  const [r, s] = [integer(der.subarray(4, end)), integer(der.subarray(end + 2))];
  const w = power(s, ORDER - 2n, ORDER);
  const point = add(times(BASE, mod(integer(challenge) * w, ORDER)), times(key, mod(r * w, ORDER)));
  return point !== undefined && mod(point[0], ORDER) === r;
}

test("ecdsaSigner: signs the challenge itself, not a hash of it, with a key in either form", async () => {
  const { sec1, pkcs8 } = keyPair();
  const challenge = Uint8Array.from({ length: 32 }, (_, n) => n * 7 % 256);
  for (const pem of [sec1, pkcs8]) {
    // Several, since each has another random number in it, and lengths differ.
    for (let n = 0; n < 4; n++) assert(verifies(sec1, challenge, await ecdsaSigner(pem)(challenge)));
  }
  const other = challenge.with(0, 1);
  assertEquals(verifies(sec1, other, await ecdsaSigner(sec1)(challenge)), false);
});

test("ecdsaSigner: never signs twice with the same random number", async () => {
  const sign = ecdsaSigner(keyPair().sec1);
  const signatures = await Promise.all([1, 2, 3].map(() => sign(new Uint8Array(32))));
  assertEquals(new Set(signatures.map((der) => Buffer.from(der.subarray(4, 30)).toString("hex"))).size, 3);
});

test("ecdsaSigner: refuses what is no private key of the curve, without showing it", () => {
  const { pkcs8 } = keyPair();
  for (
    const pem of [
      "",
      "hunter2",
      keyPair("P-384").sec1,
      pkcs8.replaceAll("PRIVATE", "PUBLIC"),
      pkcs8.slice(0, 60),
    ]
  ) {
    const error = assertThrows(() => ecdsaSigner(pem), OptionError);
    assert(!error.message.includes("hunter2"));
  }
});
