import { assertEquals, assertRejects } from "@std/assert";
import * as fc from "fast-check";
import { test } from "node:test";
import { importPublicKey, readSignature, verify } from "../../../src/discord/interactions/verify.ts";
import { OptionError } from "../../../src/protocol/errors.ts";
import { Signer } from "./_signing.ts";

const signer = await Signer.create();
const key = await importPublicKey(signer.publicKey);
const BODY = new TextEncoder().encode('{"type":1}');

async function good(): Promise<{ signature: string; timestamp: string }> {
  const headers = readSignature(new Headers(await signer.sign(BODY)));
  if (headers === undefined) throw new Error("the signer made no headers");
  return headers;
}

test("verify: what was signed passes, by an imported key and by its digits in any case", async () => {
  const headers = await good();
  for (const publicKey of [key, signer.publicKey, signer.publicKey.toUpperCase()]) {
    assertEquals(await verify(publicKey, headers, BODY), true);
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
  assertEquals(await verify(stranger.publicKey, headers, BODY), false);
});

test("verify: a malformed signature, timestamp or key is false", async () => {
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
  for (const publicKey of ["", "zz", signer.publicKey.slice(2), `${signer.publicKey}00`, "g".repeat(64)]) {
    assertEquals(await verify(publicKey, headers, BODY), false);
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
    fc.oneof(fc.constant(key), text),
    text,
    text,
    fc.uint8Array(),
    async (publicKey, signature, timestamp, body) =>
      await verify(publicKey, { signature, timestamp }, body) === false,
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
  for (const hex of ["", "abc", "g".repeat(64), signer.publicKey + "00"]) {
    await assertRejects(() => importPublicKey(hex), OptionError, "Developer Portal");
  }
});
