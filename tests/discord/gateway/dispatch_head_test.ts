import { test } from "node:test";
import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { dispatchNames } from "../../../src/discord/gateway/wire/dispatch_names.ts";
import { peekDispatch } from "../../../src/discord/gateway/wire/dispatch_head.ts";

const name = fc.constantFrom(...dispatchNames);
const sequence = fc.nat(10 ** 15 - 1);

test("peekDispatch: finds name and number of whatever is dispatched, after whatever else", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(name, sequence, fc.jsonValue()), { minLength: 5 }), (dispatches) => {
      for (const [t, s, d] of dispatches) {
        const head = peekDispatch(JSON.stringify({ t, s, op: 0, d }));
        assertEquals([head?.name, head?.sequence], [t, s]);
      }
    }),
  );
});

test("peekDispatch: sees nothing in what is not quite as Discord writes it", () => {
  fc.assert(fc.property(name, sequence, fc.nat(), fc.string({ maxLength: 1 }), (t, s, place, other) => {
    const text = JSON.stringify({ t, s, op: 0, d: {} });
    peekDispatch(text);
    const end = text.length - 2;
    const at = place % end;
    const changed = text.slice(0, at) + other + text.slice(at + 1);
    const head = peekDispatch(changed);
    if (head === undefined) return;
    // It can still be a dispatch: with another number, or data that begins otherwise.
    const [, t2, s2] = /^\{"t":"([A-Z_]+)","s":(\d{1,15}),"op":0,"d":.*\}$/s.exec(changed) ?? [];
    assertEquals([head.name, head.sequence], [t2, Number(s2)]);
  }));
  const near = [
    "",
    "{}",
    '{"t":"TYPING_START"',
    '{"t":"TYPING_START","s":,"op":0,"d":{}}',
    '{"t":"TYPING_START","s":1234567890123456,"op":0,"d":{}}',
    '{"t":"TYPING_START","s":1,"op":1,"d":{}}',
    '{"t":"TYPING_START","s":1,"op":0,"d":{"x":1',
    '{"t":"TYPING_STOP","s":1,"op":0,"d":{}}',
    '{"t":"READY","s":1,"op":0,"d":{}}',
  ];
  for (const text of near) assertEquals([text, peekDispatch(text)], [text, undefined]);
});
