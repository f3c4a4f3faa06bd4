import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { test } from "node:test";
import { parsePayload, Payload } from "../../../src/discord/gateway/mod.ts";
import { Hand } from "./_drive.ts";

test("parsePayload: finds the four parts", () => {
  assertEquals(parsePayload('{"t":"A","s":3,"op":0,"d":{"x":[1]}}'), new Payload(0, 3, "A", { x: [1] }));
  assertEquals(parsePayload('{"op":11}'), new Payload(11, null, null, undefined));
  assertEquals(parsePayload('{"op":10,"s":null,"t":null,"d":1}'), new Payload(10, null, null, 1));
});

test("parsePayload: says why something is no payload", () => {
  const reasons = ["", "[]", '"x"', "null", '{"op":"1"}', '{"op":0,"t":"A"}', '{"op":0,"s":1}', '{"op":0.5}']
    .map((text) => parsePayload(text))
    .map((result) => result instanceof Payload ? "payload" : "none");
  assertEquals(new Set(reasons), new Set(["none"]));
  assertEquals(parsePayload(new Uint8Array()) instanceof Payload, false);
});

/** Payloads that are nearly right, which go deeper than noise does. */
const nearlyRight = fc.record({
  op: fc.oneof(fc.constantFrom(0, 1, 7, 9, 10, 11, 99), fc.jsonValue()),
  s: fc.oneof(fc.integer({ min: -1, max: 6 }), fc.constant(null), fc.jsonValue()),
  t: fc.oneof(fc.constantFrom("READY", "RESUMED", "MESSAGE_CREATE", "NEW", null), fc.jsonValue()),
  d: fc.oneof(
    fc.constantFrom<unknown>(true, false, null, { heartbeat_interval: 40_000 }, { heartbeat_interval: 1e-9 }),
    fc.record({ session_id: fc.string(), resume_gateway_url: fc.oneof(fc.webUrl(), fc.string()) }),
    fc.jsonValue(),
  ),
}, { requiredKeys: [] }).map((payload) => JSON.stringify(payload));

const frame = fc.oneof(nearlyRight, fc.string({ unit: "binary" }), fc.json(), fc.uint8Array());

test("GatewaySession: nothing that is received throws, at whatever stage, and it still ends", () => {
  const stages = [
    () => new Hand().start().open(),
    () => new Hand().start().open().hello(),
    () => Hand.ready(),
    () => Hand.ready().lost().redial().open().hello(),
  ];
  fc.assert(fc.property(fc.constantFrom(...stages), fc.array(frame, { maxLength: 30 }), (stage, frames) => {
    const hand = stage();
    for (const data of frames) {
      hand.raw(data).wait(500);
      if (hand.session.state === "dialling") hand.open();
    }
    hand.shutdown().wait(10_000);
    assertEquals(hand.session.state, "ended");
    assertEquals(hand.outputs.at(-1)?.kind, "end");
  }));
});
