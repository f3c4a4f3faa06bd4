import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { Hono } from "hono";
import { test } from "node:test";
import { command, InteractionRouter, option } from "../../src/discord/interactions/mod.ts";
import { interactions, webhookEvents } from "../../src/hono/mod.ts";
import { SigningKeys } from "../../testing/mod.ts";

const keys = await SigningKeys.generate();
const { publicKey } = keys;
const maxBodyBytes = 2_000;
const router = new InteractionRouter().add(
  command("ping", "Answers pong", (i) => i.reply("pong")),
  command(
    "echo",
    "Says it",
    { text: option.string("What", { required: true }) },
    (i) => i.reply(i.options.text),
  ),
);
const failed: unknown[] = [];
const app = new Hono()
  .onError((error) => {
    failed.push(error);
    return new Response("failed", { status: 500 });
  })
  .post("/interactions", interactions({ publicKey, router, maxBodyBytes }))
  .post("/events", webhookEvents({ publicKey, on: {}, maxBodyBytes }));

const valid = [
  { type: 1 },
  { id: "1", application_id: "2", token: "t", type: 2, data: { id: "3", name: "ping", type: 1 } },
  { type: 0 },
  { type: 1, application_id: "2", event: { type: "ENTITLEMENT_CREATE", timestamp: "t", data: {} } },
].map((payload) => new TextEncoder().encode(JSON.stringify({ ...payload, name: "ä😀" })));

/** Bodies: right, cut off anywhere, with bytes changed, far too long, or anything at all. */
const body = fc.oneof(
  fc.constantFrom(...valid),
  fc.tuple(fc.constantFrom(...valid), fc.nat(100)).map(([bytes, end]) => bytes.slice(0, end)),
  fc.tuple(fc.constantFrom(...valid), fc.nat(100), fc.nat(255)).map(([bytes, at, byte]) => {
    const changed = Uint8Array.from(bytes);
    changed[at % changed.length] = byte;
    return changed;
  }),
  fc.integer({ min: 1_900, max: 100_000 }).map((length) => new Uint8Array(length).fill(32)),
  fc.uint8Array({ maxLength: 200 }),
  fc.constantFrom('{"__proto__":{"type":1}}', '{"type":2,"constructor":{}}', '"\ud800"', "[".repeat(1_000))
    .map((text) => new TextEncoder().encode(text)),
);
/** None of those bodies. */
const another = new Uint8Array(300);
const length = fc.oneof(
  fc.constant(undefined),
  fc.constantFrom("-1", "1e9", "NaN", "0", "12", "9".repeat(400), "0x10", ""),
  fc.nat(3_000).map(String),
);

for (const [name, path] of Object.entries({ interactions: "/interactions", webhookEvents: "/events" })) {
  test(`${name}: whatever body of whatever length is signed, or not, the answer is right, 400, 401 or 413`, async () => {
    const property = fc.asyncProperty(body, length, fc.boolean(), async (body, length, isSigned) => {
      const headers: Record<string, string> = await keys.sign(isSigned ? body : another);
      if (length !== undefined) headers["Content-Length"] = length;
      const { status } = await app.request(path, { method: "POST", headers, body: Uint8Array.from(body) });
      return (isSigned ? [200, 204, 400, 401, 413] : [401, 413]).includes(status);
    });
    await fc.assert(property, { numRuns: 400 });
    assertEquals(failed, []);
  });
}
