import { assertEquals, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import { test } from "node:test";
import { parsePayload, Payload } from "../../../src/discord/gateway/mod.ts";
import { ProtocolError } from "../../../src/protocol/errors.ts";
import { Hand } from "./_drive.ts";

test("parsePayload: finds the four parts", () => {
  assertEquals(parts('{"t":"TYPING_START","s":3,"op":0,"d":{"x":[1]}}'), [0, 3, "TYPING_START", { x: [1] }]);
  assertEquals(parts('{"op":11}'), [11, null, null, undefined]);
  assertEquals(parts('{"op":10,"s":null,"t":null,"d":1}'), [10, null, null, 1]);
});

test("parsePayload: finds them however the text is written", () => {
  const d = { d: 1, t: "B", s: 7, op: 9, nested: { op: 10, t: '\\u0041"s":5', s: null } };
  const body = JSON.stringify(d);
  const texts = [
    `{"t":"TYPING_START","s":3,"op":0,"d":${body}}`,
    `{"op":0,"d":${body},"s":3,"t":"TYPING_START"}`,
    `{"d":${body},"t":"TYPING_START","op":0,"s":3}`,
    ` { "t" : "TYPING_START" , "s" : 3, "op": 0, "d": ${body} } `,
    `{"t":"\\u0054YPING_START","s":3,"op":0,"d":${body}}`,
    `{"s":3,"t":"TYPING_START","op":0,"d":${body},"new":1}`,
    `{"t":"TYPING_START","s":3,"op":0,"d":${body},"new":{"op":4}}`,
  ];
  for (const text of texts) assertEquals([text, parts(text)], [text, [0, 3, "TYPING_START", d]]);
});

test("parsePayload: says of any JSON what a full parse says", () => {
  const dispatch = fc.record({
    t: fc.constantFrom("TYPING_START", "THREAD_UPDATE", "B_2", "b", "READY", null),
    s: fc.nat(9),
    op: fc.nat(1),
    d: fc.jsonValue(),
  });
  const shuffled = fc.tuple(
    dispatch,
    fc.shuffledSubarray(["t", "s", "op", "d"] as const),
    fc.constantFrom(0, 1),
  );
  fc.assert(fc.property(shuffled, ([payload, keys, space]) => {
    const ordered = Object.fromEntries(keys.map((key) => [key, payload[key]]));
    const text = JSON.stringify(ordered, null, space);
    const { t = null, s = null, op, d } = JSON.parse(text);
    const valid = op === 1 || (op === 0 && typeof t === "string");
    const expected = op === 1 ? [1, null, null, d] : [0, s, t, d];
    if (valid) assertEquals(parts(text), expected);
    else assertEquals(parsePayload(text) instanceof Payload, false);
  }));
});

test("Payload.data: of a text that only began like a payload throws a typed error, each time", () => {
  for (
    const text of [
      '{"t":"TYPING_START","s":3,"op":0,"d":{oops}}',
      '{"t":"TYPING_START","s":3,"op":0,"d":{},"s":4}',
    ]
  ) {
    const payload = parsePayload(text);
    for (let read = 0; read < 2; read++) {
      assertThrows(() => payload instanceof Payload && payload.data, ProtocolError);
    }
  }
  // Cut short, it is told at once.
  assertEquals(parsePayload('{"t":"TYPING_START","s":3,"op":0,"d":{"x":1') instanceof Payload, false);
});

function parts(text: string): unknown[] {
  const payload = parsePayload(text);
  return payload instanceof Payload
    ? [payload.op, payload.sequence, payload.name, payload.data]
    : [payload.reason];
}

test("parsePayload: says why something is no payload", () => {
  const reasons = [
    "",
    "[]",
    '"x"',
    "null",
    '{"op":"1"}',
    '{"op":0,"s":"1","t":"TYPING_START"}',
    '{"op":0,"s":1}',
    '{"op":0.5}',
  ]
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
