import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import process from "node:process";
import { test } from "node:test";
import {
  command,
  importPublicKey,
  interactionHandler,
  InteractionRouter,
  verifyRequest,
  webhookHandler,
} from "../../../src/discord/interactions/mod.ts";
import type { Clock } from "../../../src/driver/clock/clock.ts";
import { OptionError } from "../../../src/protocol/errors.ts";
import { VirtualClock } from "../../../testing/world/time/virtual_clock.ts";
import { PING, use } from "./_payloads.ts";
import { Signer } from "./_signing.ts";

const signer = await Signer.create();
const router = new InteractionRouter().add(command("ping", "Answers pong", (i) => i.reply("pong")));
const handler = interactionHandler({ publicKey: signer.publicKey, router, maxBodyBytes: 1000 });

/** A body of so many pieces that never tells its length, and counts what is taken of it. */
function pieces(count: number, size: number): { stream: ReadableStream<Uint8Array>; taken: () => number } {
  let taken = 0;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (taken === count) return controller.close();
      taken++;
      controller.enqueue(new Uint8Array(size));
    },
  }, { highWaterMark: 0 });
  return { stream, taken: () => taken };
}

/** Lets what is under way go on. */
function turns(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; !condition(); turn++) {
    if (turn === 1_000) throw new Error("It does not come about");
    await turns();
  }
}

async function streamed(stream: ReadableStream<Uint8Array>): Promise<Request> {
  const init = { method: "POST", headers: await signer.sign(""), body: stream, duplex: "half" };
  return new Request("https://bot.example/interactions", init);
}

test("interactionHandler: a signed PING gets a PONG as JSON", async () => {
  const response = await handler(await signer.request(JSON.stringify(PING)));
  assertEquals(response.status, 200);
  assertEquals(response.headers.get("content-type"), "application/json");
  assertEquals(await response.text(), '{"type":1}');
});

test("interactionHandler: a signed command gets its reply", async () => {
  const response = await handler(await signer.request(JSON.stringify(use("ping"))));
  assertEquals(response.status, 200);
  assertEquals(await response.json(), { type: 4, data: { content: "pong" } });
});

test("interactionHandler: 401 for whatever is not Discord's signature", async () => {
  const body = JSON.stringify(PING);
  const stranger = await Signer.create();
  const requests = [
    new Request("https://bot.example/interactions"),
    new Request("https://bot.example/interactions", { method: "POST", body }),
    await stranger.request(body),
    await signer.request(body, { "X-Signature-Ed25519": "" }),
    await signer.request(body, { "X-Signature-Timestamp": "" }),
    await signer.request(body, { "X-Signature-Timestamp": "1700000001" }),
    await signer.request(body, { "X-Signature-Ed25519": "nonsense" }),
    await signer.request(body, await signer.sign("{}")),
  ];
  for (const request of requests) assertEquals((await handler(request)).status, 401);
});

test("interactionHandler: 400 for a signed body that is no interaction", async () => {
  const bodies = [
    "",
    "{",
    "null",
    "1",
    "[]",
    "{}",
    '{"type":"1"}',
    '{"type":2}',
    '{"type":2,"id":"1","token":"t"}',
    '{"type":2,"id":"1","token":"t","data":{"name":1}}',
    '{"type":3,"id":"1","token":"t","data":{}}',
    '{"__proto__":{"type":1}}',
  ];
  for (const body of bodies) assertEquals((await handler(await signer.request(body))).status, 400, body);
  const invalid = new Uint8Array([...new TextEncoder().encode('{"type":1,"x":"'), 0xff, 0x22, 0x7d]);
  assertEquals((await handler(await signer.request(invalid))).status, 400);
});

test("interactionHandler: 413 for a body longer than allowed, by its declared length", async () => {
  const request = await signer.request(JSON.stringify({ ...PING, padding: "x".repeat(1000) }));
  assertEquals((await handler(request)).status, 413);
  const fits = await signer.request(JSON.stringify({ type: 1 }).padEnd(1000));
  assertEquals((await handler(fits)).status, 200);
});

test("interactionHandler: a body of a declared length is verified just the same, and is text", async () => {
  const bytes = new TextEncoder().encode(JSON.stringify({ ...PING, name: "ä😀" }));
  const declared = { "Content-Length": String(bytes.length) };
  assertEquals((await handler(await signer.request(bytes, declared))).status, 200);
  const forged = { ...declared, ...await signer.sign("{}") };
  assertEquals((await handler(await signer.request(bytes, forged))).status, 401);
  const invalid = new Uint8Array([...new TextEncoder().encode('{"type":1,"x":"'), 0xff, 0x22, 0x7d]);
  assertEquals((await handler(await signer.request(invalid, { "Content-Length": "18" }))).status, 401);
  assertEquals((await handler(await signer.request("{", { "Content-Length": "1" }))).status, 400);
  const long = await signer.request("{}".padEnd(2000), { "Content-Length": "2" });
  assertEquals((await handler(long)).status, 413);
});

test("interactionHandler: lengths that say nothing do not let a body in that is too long", async () => {
  for (const length of ["100, 100", "+5", "1e1", "0x5", "5.0", "", "9".repeat(16), "-1", "NaN"]) {
    const { stream, taken } = pieces(1_000_000, 100);
    const request = await streamed(stream);
    request.headers.set("Content-Length", length);
    assertEquals((await handler(request)).status, 413, length);
    assertEquals(taken(), 11, length);
  }
});

test("interactionHandler: a body that trickles is given up after 3 s, with 408", async () => {
  const clock = new VirtualClock();
  const slow = interactionHandler({ publicKey: signer.publicKey, router, clock });
  const events = webhookHandler({ publicKey: signer.publicKey, on: {}, clock, bodyTimeout: 3_000 });
  for (const handler of [slow, events]) {
    for (const declared of [false, true]) {
      let cancelled = false;
      let status = 0;
      let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
      const stream = new ReadableStream<Uint8Array>({
        start: (given) => void (controller = given),
        cancel: () => void (cancelled = true),
      });
      const request = await streamed(stream);
      if (declared) request.headers.set("Content-Length", "1000");
      const answered = handler(request).then((response) => status = response.status);
      await until(() => clock.next() === clock.now() + 3_000);
      for (let second = 0; second < 3; second++) {
        assertEquals(status, 0);
        controller?.enqueue(Uint8Array.of(32));
        clock.advance(1_000);
        await turns();
      }
      await answered;
      assertEquals(status, 408);
      // What is read as text cannot be left before its end.
      assertEquals(cancelled, !declared);
      assertEquals(clock.next(), Infinity);
    }
  }
});

/** Node 22, and workerd, which calls itself one, read a body in more turns than are waited for without a timer. */
const readsSlowly = process.versions.bun === undefined && process.versions.deno === undefined &&
  Number(process.versions.node.split(".")[0]) < 24;

test("interactionHandler: a body that is there needs no timer", { skip: readsSlowly }, async () => {
  const clock = new VirtualClock();
  let timers = 0;
  const counting: Clock = {
    now: () => clock.now(),
    wall: () => clock.wall(),
    setTimer: (at, wake) => {
      timers++;
      return clock.setTimer(at, wake);
    },
  };
  const handler = interactionHandler({ publicKey: signer.publicKey, router, clock: counting });
  const body = JSON.stringify(PING);
  const request = await signer.request(body, { "Content-Length": String(body.length) });
  assertEquals((await handler(request)).status, 200);
  assertEquals(timers, 0);
});

test("interactionHandler: no timer is left once the body has come", async () => {
  const clock = new VirtualClock();
  const handler = interactionHandler({ publicKey: signer.publicKey, router, clock });
  const body = JSON.stringify(PING);
  for (const declared of [{}, { "Content-Length": String(body.length) }]) {
    let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
    const stream = new ReadableStream<Uint8Array>({ start: (given) => void (controller = given) });
    const headers = { ...await signer.sign(body), ...declared };
    const init = { method: "POST", headers, body: stream, duplex: "half" };
    const answered = handler(new Request("https://bot.example/interactions", init));
    await until(() => clock.next() < Infinity);
    controller?.enqueue(new TextEncoder().encode(body));
    controller?.close();
    assertEquals((await answered).status, 200);
    assertEquals(clock.next(), Infinity);
  }
});

test("interactionHandler: 413 for a body that goes on and on, without reading it whole", async () => {
  const { stream, taken } = pieces(1_000_000, 100);
  assertEquals((await handler(await streamed(stream))).status, 413);
  assertEquals(taken(), 11);
});

test("interactionHandler: 401 for a body that breaks off", async () => {
  const broken = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.error(new Error("gone"));
    },
  });
  const { "X-Signature-Ed25519": signature = "" } = await signer.sign("x");
  const request = await streamed(broken);
  request.headers.set("X-Signature-Ed25519", signature);
  assertEquals((await handler(request)).status, 401);
});

test("interactionHandler: a body that comes in pieces is put together", async () => {
  const bytes = new TextEncoder().encode(JSON.stringify(PING));
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const byte of bytes) controller.enqueue(new Uint8Array([byte]));
      controller.close();
    },
  });
  const init = { method: "POST", headers: await signer.sign(bytes), body: stream, duplex: "half" };
  assertEquals((await handler(new Request("https://bot.example/interactions", init))).status, 200);
});

test("interactionHandler: whatever is sent, signed or not, the answer is 200, 400, 401 or 413", async () => {
  const body = fc.oneof(
    fc.uint8Array({ maxLength: 1500 }),
    fc.json().map((text) => new TextEncoder().encode(text)),
    fc.record({
      type: fc.integer({ min: 0, max: 9 }),
      id: fc.string(),
      token: fc.string(),
      data: fc.jsonValue(),
    })
      .map((value) => new TextEncoder().encode(JSON.stringify(value))),
  );
  const property = fc.asyncProperty(body, fc.boolean(), async (body, signed) => {
    const request = await signer.request(body, signed ? {} : { "X-Signature-Timestamp": "1" });
    const { status } = await handler(request);
    return signed ? [200, 400, 413].includes(status) : [401, 413].includes(status);
  });
  await fc.assert(property, { numRuns: 200 });
});

test("interactionHandler: refuses at once a key that cannot be one, and a limit that is none", () => {
  for (const publicKey of ["", "abc", "g".repeat(64)]) {
    assertThrows(() => interactionHandler({ publicKey, router }), OptionError, "Developer Portal");
  }
  const { publicKey } = signer;
  assertThrows(() => interactionHandler({ publicKey, router, maxBodyBytes: 0 }), OptionError);
});

test("interactionHandler: a body that was read before is the caller's mistake, and said so", async () => {
  const request = await signer.request(JSON.stringify(PING));
  await request.text();
  await assertRejects(() => handler(request), OptionError, "read before");
});

test("verifyRequest: only a verified request gives its interaction away", async () => {
  const publicKey = await importPublicKey(signer.publicKey);
  const verified = await verifyRequest(await signer.request(JSON.stringify(PING)), { publicKey });
  assertEquals(verified.kind === "verified" ? verified.interaction.id : undefined, "1");
  const unsigned = await verifyRequest(
    await signer.request(JSON.stringify(PING), { "X-Signature-Timestamp": "1" }),
    {
      publicKey: signer.publicKey,
    },
  );
  assertEquals(unsigned, { kind: "unsigned", status: 401 });
  for (const publicKey of ["not a key", "0".repeat(64), "ec" + "f".repeat(62)]) {
    const request = await signer.request(JSON.stringify(PING));
    await assertRejects(() => verifyRequest(request, { publicKey }), OptionError, "Developer Portal");
    assertEquals(request.bodyUsed, false);
  }
});
