import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import { test } from "node:test";
import {
  checkPublicKeys,
  importPublicKey,
  importPublicKeys,
  readSignature,
  verify,
} from "../../../src/discord/interactions/endpoint/verify.ts";
import { OptionError } from "../../../src/protocol/errors.ts";
import { Signer } from "./_signing.ts";

const signer = await Signer.create();
const key = await importPublicKeys(signer.publicKey);
const P = 2n ** 255n - 19n;
const D = mod(-121665n * power(121666n, P - 2n));
const Y_8 = BigInt("0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7");

function mod(value: bigint): bigint {
  return (value % P + P) % P;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let bit = exponent; bit > 0n; bit >>= 1n) {
    if (bit & 1n) result = result * base % P;
    base = base * base % P;
  }
  return result;
}

/** Whether a point of that y is the neutral one once it was doubled three times: by the curve, not by a list. */
function hasSmallOrder(y: bigint): boolean {
  for (let doublings = 0; doublings < 3; doublings++) {
    const xx = mod((y * y - 1n) * power(mod(D * y * y + 1n), P - 2n));
    // y of 2P is (y² + x²) / (1 - d x² y²).
    y = mod((y * y + xx) * power(mod(1n - D * xx * y * y), P - 2n));
  }
  return y === 1n;
}

function littleEndian(value: bigint): string {
  return (value.toString(16).padStart(64, "0").match(/../g) ?? []).reverse().join("");
}

/** Every way to write a point of small order: its y, or P + y where that fits in 255 bits; with either sign of x. */
const smallOrder = [0n, 1n, P - 1n, Y_8, P - Y_8].flatMap((y) => [y, P + y]).filter((y) => y < 2n ** 255n)
  .flatMap((y) => [y, y + 2n ** 255n]).map(littleEndian);

const BODY = new TextEncoder().encode('{"type":1}');

async function good(): Promise<{ signature: string; timestamp: string }> {
  const headers = readSignature(new Headers(await signer.sign(BODY)));
  if (headers === undefined) throw new Error("the signer made no headers");
  return headers;
}

test("verify: what was signed passes, by an imported key and by its digits in any case", async () => {
  const headers = await good();
  const one = await importPublicKey(signer.publicKey);
  for (const publicKey of [one, signer.publicKey, signer.publicKey.toUpperCase(), [one, signer.publicKey]]) {
    assertEquals(await verify(await importPublicKeys(publicKey), headers, BODY), true);
  }
  assertEquals(await verify(key, { ...headers, signature: headers.signature.toUpperCase() }, BODY), true);
});

test("verify: a body, timestamp, signature or key that differs is false", async () => {
  const headers = await good();
  const stranger = await Signer.create();
  const flipped = (headers.signature[0] === "0" ? "1" : "0") + headers.signature.slice(1);
  assertEquals(await verify(key, headers, new TextEncoder().encode('{"type":2}')), false);
  assertEquals(await verify(key, headers, new Uint8Array()), false);
  assertEquals(await verify(key, { ...headers, timestamp: "1700000001" }, BODY), false);
  assertEquals(await verify(key, { ...headers, signature: flipped }, BODY), false);
  assertEquals(await verify(await importPublicKeys(stranger.publicKey), headers, BODY), false);
});

test("verify: a malformed signature or timestamp is false", async () => {
  const headers = await good();
  const { signature } = headers;
  const malformed = [
    "",
    "zz",
    signature.slice(2),
    `${signature}00`,
    `${signature.slice(1)}g`,
    ` ${signature}`,
    `0x${signature}`,
  ];
  for (const signature of malformed) assertEquals(await verify(key, { ...headers, signature }, BODY), false);
  for (const timestamp of ["", "x", "-1", "1.5", "1e9", "1700000000\n"]) {
    assertEquals(await verify(key, { ...headers, timestamp }, BODY), false);
  }
});

test("verify: nothing of the body can pass for the end of the timestamp", async () => {
  const { signature } = await good();
  const shifted = new TextEncoder().encode('0{"type":1}');
  // The same bytes are signed: it verifies, but a body that starts with a digit is no object.
  assertEquals(await verify(key, { signature, timestamp: "170000000" }, shifted), true);
  const body = new TextEncoder().encode('"type":1}');
  assertEquals(await verify(key, { signature, timestamp: "1700000000{" }, body), false);
});

test("verify: whatever comes, it neither throws nor passes", async () => {
  const hex = fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: 128, maxLength: 128 });
  const text = fc.oneof(fc.string({ unit: "binary" }), hex, fc.constant("1700000000"));
  const property = fc.asyncProperty(
    text,
    text,
    fc.uint8Array(),
    async (signature, timestamp, body) => await verify(key, { signature, timestamp }, body) === false,
  );
  await fc.assert(property, { numRuns: 300 });
});

test("readSignature: a header that is missing, malformed or doubled is none", async () => {
  const headers = new Headers(await signer.sign(BODY));
  for (const name of ["X-Signature-Ed25519", "X-Signature-Timestamp"]) {
    const missing = new Headers(headers);
    missing.delete(name);
    assertEquals(readSignature(missing), undefined);
    const doubled = new Headers(headers);
    doubled.append(name, headers.get(name) ?? "");
    assertEquals(readSignature(doubled), undefined);
  }
});

test("importPublicKey: what cannot be a key is refused, with what to do", async () => {
  for (const hex of ["", "abc", "zz", "g".repeat(64), signer.publicKey.slice(2), signer.publicKey + "00"]) {
    await assertRejects(() => importPublicKey(hex), OptionError, "Developer Portal");
    assertThrows(() => checkPublicKeys([signer.publicKey, hex]), OptionError, "Developer Portal");
  }
});

test("importPublicKey: a key that anybody can sign for is refused, however it is written", async () => {
  assertEquals(smallOrder.length, 14);
  for (const hex of smallOrder) {
    for (const digits of [hex, hex.toUpperCase()]) {
      await assertRejects(() => importPublicKey(digits), OptionError, "anybody can sign");
      assertThrows(() => checkPublicKeys([signer.publicKey, digits]), OptionError, "anybody can sign");
    }
  }
});

test("importPublicKey: whatever is of small order is refused, and nothing else", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }), fc.integer({ min: -3, max: 22 }), (y, near) => {
      for (
        const encoded of [y, BigInt(near) % P, P + BigInt(near), Y_8 + BigInt(near), P - Y_8 + BigInt(near)]
      ) {
        const bits = ((encoded % 2n ** 256n) + 2n ** 256n) % 2n ** 256n;
        const small = hasSmallOrder(bits % 2n ** 255n % P);
        try {
          checkPublicKeys(littleEndian(bits));
          if (small) return false;
        } catch (error) {
          if (!small) throw error;
        }
      }
      return true;
    }),
  );
});

test("importPublicKeys: a CryptoKey that importPublicKey has not made is refused, for anybody may sign for it", async () => {
  const pair = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
  if (!("privateKey" in pair)) throw new Error("Ed25519 has key pairs");
  const own = await importPublicKey(signer.publicKey);
  assertEquals(await importPublicKeys(own), [own]);
  for (const key of [pair.privateKey, pair.publicKey]) {
    await assertRejects(() => importPublicKeys([own, key]), OptionError, "importPublicKey");
  }
});
