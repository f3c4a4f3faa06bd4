import { assert, assertEquals, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import {
  DispatchEvent,
  GatewaySession,
  type GatewaySessionOptions,
  loadCodec,
  Payload,
} from "../../../src/discord/gateway/mod.ts";
import { decodeTerm } from "../../../src/discord/gateway/wire/etf/etf.ts";
import { encodeTerm } from "../../../src/discord/gateway/wire/etf/term_writer.ts";
import { dispatchEvent } from "../../../src/discord/gateway/wire/event.ts";
import { OptionError, ProtocolError } from "../../../src/protocol/errors.ts";
import { readEtf, writeEtf } from "../../../testing/discord/gateway/_etf.ts";

const MOST = 1_000_000;
const etf = await loadCodec("etf");

/** A term of these bytes, behind the version; a string stands for its characters. */
function term(...parts: readonly (number | string)[]): Uint8Array {
  const bytes = parts.flatMap((part) =>
    typeof part === "number" ? [part] : [...part].map((character) => character.charCodeAt(0))
  );
  return Uint8Array.from([131, ...bytes]);
}

function compressed(bytes: Uint8Array, says = bytes.length - 1): Uint8Array {
  const deflated = deflateSync(bytes.subarray(1));
  const whole = new Uint8Array(6 + deflated.length);
  whole.set([131, 80]);
  new DataView(whole.buffer).setUint32(2, says);
  whole.set(deflated, 6);
  return whole;
}

test("decodeTerm: reads every kind of term that JSON has something for", () => {
  const cases: readonly (readonly [bytes: Uint8Array, value: unknown])[] = [
    [term(97, 255), 255],
    [term(98, 255, 255, 255, 255), -1],
    [term(98, 0, 1, 0, 0), 65_536],
    [term(110, 0, 0), 0],
    [term(110, 1, 1, 0), 0],
    [term(110, 4, 0, 0, 0, 0, 128), 2 ** 31],
    [term(110, 7, 1, 255, 255, 255, 255, 255, 255, 31), -Number.MAX_SAFE_INTEGER],
    [term(110, 7, 0, 0, 0, 0, 0, 0, 0, 32), "9007199254740992"],
    [term(110, 8, 0, 255, 255, 255, 255, 255, 255, 255, 255), "18446744073709551615"],
    [term(110, 8, 1, 0, 0, 0, 0, 0, 0, 0, 128), "-9223372036854775808"],
    [term(110, 8, 0, 1, 0, 0, 0, 0, 0, 0, 0), 1],
    [term(110, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1), "18446744073709551616"],
    [term(111, 0, 0, 0, 2, 0, 1, 1), 257],
    [term(70, 63, 248, 0, 0, 0, 0, 0, 0), 1.5],
    [term(99, "1.50000000000000000000e+00", 0, 0, 0, 0, 0), 1.5],
    [term(99, "-2.50000000000000000000e-03", 0, 0, 0, 0), -0.0025],
    [term(100, 0, 3, "nil"), null],
    [term(115, 4, "true"), true],
    [term(118, 0, 5, "false"), false],
    [term(119, 2, 195, 169), "é"],
    [term(100, 0, 1, 233), "é"],
    [term(109, 0, 0, 0, 3, "abc"), "abc"],
    [term(109, 0, 0, 0, 4, 0xf0, 0x9f, 0x98, 0x80), "😀"],
    [term(107, 0, 3, 0, 1, 255), [0, 1, 255]],
    [term(106), []],
    [term(108, 0, 0, 0, 2, 97, 1, 106, 106), [1, []]],
    [term(104, 2, 97, 1, 97, 2), [1, 2]],
    [term(105, 0, 0, 0, 1, 97, 1), [1]],
    [term(116, 0, 0, 0, 2, 100, 0, 1, "a", 97, 1, 109, 0, 0, 0, 1, "b", 97, 2), { a: 1, b: 2 }],
    [term(116, 0, 0, 0, 1, 110, 8, 0, 0, 0, 0, 0, 0, 0, 0, 2, 97, 1), { "144115188075855872": 1 }],
    [compressed(term(97, 7)), 7],
  ];
  for (const [bytes, value] of cases) assertEquals([bytes, decodeTerm(bytes, MOST)], [bytes, value]);
});

test("decodeTerm: refuses what JSON has nothing for, and what is cut short or lies", () => {
  const deep = (levels: number) => term(...Array.from({ length: levels }, () => [104, 1]).flat(), 106);
  decodeTerm(deep(200), MOST);
  const cases: readonly (readonly [bytes: Uint8Array, why: string])[] = [
    [term(), "cut short"],
    [Uint8Array.of(130, 97, 1), "version"],
    [term(97, 1, 97, 1), "follows"],
    [term(108, 0, 0, 0, 1, 97, 1, 97, 2), "improper"],
    [term(108, 255, 255, 255, 255, 106), "cut short"],
    [term(116, 127, 255, 255, 255, 106), "cut short"],
    [term(105, 127, 255, 255, 255), "cut short"],
    [term(109, 0, 0, 0, 9, "abc"), "cut short"],
    [term(109, 0, 0, 0, 30, "abc"), "cut short"],
    [term(109, 0, 0, 0, 1, 255), "UTF-8"],
    [term(110, 1, 2, 1), "sign"],
    [term(111, 0, 1, 0, 0, 0), "65536 bytes"],
    [term(70, 127, 240, 0, 0, 0, 0, 0, 0), "finite"],
    [term(99, "nan", ...Array.from({ length: 28 }, () => 0)), "none"],
    [term(116, 0, 0, 0, 1, 106, 97, 1), "keys"],
    [term(103), "tag"],
    [term(80), "cut short"],
    [deep(20_000), "deeper than 256"],
    [compressed(term(97, 7), 3), "inflate"],
    [compressed(term(97, 7), 1), "inflate"],
    [compressed(term(97, 7), MOST + 1), "1000001 bytes"],
    [compressed(term(97, 7), MOST), "inflate"],
    [compressed(term(97, 7)).subarray(0, -1), "inflate"],
  ];
  for (const [bytes, why] of cases) {
    const error = assertThrows(() => decodeTerm(bytes, MOST), ProtocolError);
    assert(error.message.includes(why), `${why}: ${error.message}`);
  }
});

test("decodeTerm: reads what takes more room than there is at first, wherever that ends", () => {
  const behind: readonly unknown[] = [
    '\u0001"\\\n'.repeat(30),
    -(2 ** 31),
    Number.MAX_SAFE_INTEGER,
    "18446744073709551615",
    -1.2345678901234567e-300,
    null,
    [[], {}],
    { "144115188075855872": 1 },
    Array.from({ length: 40 }, (_, byte) => byte),
    Array.from({ length: 90 }).reduce((inner: unknown) => [inner], []),
  ];
  for (const value of behind) {
    const written = encodeTerm(value).subarray(1);
    for (let length = 16_304; length < 16_384; length++) {
      for (const first of [1, 10]) {
        const bytes = new Uint8Array(26 + length + written.length).fill(106);
        bytes.set([131, 104, 22, 107, length >> 8, length & 255]);
        bytes.fill(7, 6, 5 + length);
        bytes[5 + length] = first;
        bytes.set(written, 26 + length);
        const read: unknown = Object(decodeTerm(bytes, MOST))[21];
        assertEquals(JSON.stringify(read), JSON.stringify(value), `behind ${length} numbers`);
      }
    }
  }
  const long = "\u0001é".repeat(60_000);
  assertEquals(decodeTerm(encodeTerm([long, 1]), MOST), [long, 1]);
});

test("decodeTerm: a key cannot change what the object is", () => {
  const evil = decodeTerm(encodeTerm(JSON.parse('{"__proto__":{"admin":true},"a":1}')), MOST);
  assertEquals(Object.keys(Object(evil)), ["__proto__", "a"]);
  assertEquals(Object.getPrototypeOf(evil), Object.prototype);
});

test("encodeTerm: what is written is read again as it was, by Discord too", () => {
  fc.assert(fc.property(fc.jsonValue({ depthSize: "medium" }), (value) => {
    // JSON has no -0.
    const plain: unknown = JSON.parse(JSON.stringify(value));
    assertEquals(decodeTerm(encodeTerm(plain), MOST), plain);
    assertEquals(readEtf(encodeTerm(plain)), plain);
    assertEquals(decodeTerm(writeEtf(plain), MOST), plain);
    assertEquals(decodeTerm(compressed(encodeTerm(plain)), MOST), plain);
  }));
});

test("etfCodec: says of a payload what JSON says of it", () => {
  const dispatch = fc.record({
    t: fc.constantFrom("TYPING_START", "SOMETHING_NEW", "READY", "", null),
    s: fc.oneof(fc.nat(9), fc.constant(null), fc.constant(-1)),
    op: fc.oneof(fc.nat(11), fc.constant(0.5), fc.constant(0)),
    d: fc.jsonValue(),
  }, { requiredKeys: [] });
  const { read } = { read: (data: Uint8Array) => etf.read(data, MOST) };
  fc.assert(fc.property(dispatch, (payload) => {
    const plain: unknown = JSON.parse(JSON.stringify(payload));
    const [ofEtf, ofJson] = [read(writeEtf(plain)), jsonOf(plain)];
    assertEquals(parts(ofEtf), parts(ofJson));
  }));
});

const json = await loadCodec("json");
const jsonOf = (payload: unknown) => json.read(JSON.stringify(payload), MOST);

function parts(payload: ReturnType<typeof etf.read>): unknown {
  return payload instanceof Payload
    ? [payload.op, payload.sequence, payload.name, payload.data]
    : [payload.reason];
}

test("etfCodec: the data of an event is read when somebody asks for it, and not before", () => {
  // A text that is not UTF-8 shows only then.
  const bytes = writeEtf({ t: "TYPING_START", s: 3, op: 0, d: { x: "????" } });
  const wrong = bytes.slice();
  wrong[wrong.indexOf(63)] = 255;
  const payload = etf.read(wrong, MOST);
  assert(payload instanceof Payload);
  const event = dispatchEvent(payload, "TYPING_START", 0, "one", 3);
  assertEquals(DispatchEvent.unread(event), wrong.length);
  for (let read = 0; read < 2; read++) assertThrows(() => event.data, ProtocolError, "UTF-8");

  const good = etf.read(bytes, MOST);
  assert(good instanceof Payload);
  assertEquals([good.unread, good.data, good.unread], [bytes.length, { x: "????" }, 0]);
  // Of what is no event the session reads the data itself: it is told at once.
  const hello = writeEtf({ t: null, s: null, op: 10, d: { x: "????" } });
  hello[hello.indexOf(63)] = 255;
  assertEquals(etf.read(hello, MOST) instanceof Payload, false);
});

test("etfCodec: what is cut short anywhere is told at once", () => {
  const bytes = writeEtf({ t: "TYPING_START", s: 3, op: 0, d: { x: [1, "two", null, { y: 4.5 }, 2 ** 40] } });
  for (let at = 0; at < bytes.length; at++) {
    assertEquals(etf.read(bytes.subarray(0, at), MOST) instanceof Payload, false, String(at));
  }
  assertEquals(etf.read("{}", MOST) instanceof Payload, false);
});

test("etfCodec: observers are shown JSON without secrets", () => {
  const d = { token: "aGVsbG8", session_id: "0123", id: "613425648685547541" };
  const shown = etf.shown(writeEtf({ t: "INTERACTION_CREATE", s: 1, op: 0, d }));
  assertEquals(JSON.parse(String(shown)).d, {
    token: "*",
    session_id: "*cd1415b1",
    id: "613425648685547541",
  });
  assertEquals([etf.shown("{}"), etf.shown(Uint8Array.of(131, 1))], [undefined, undefined]);
});

test("GatewaySession: speaks ETF from the first URL on, resumed and observed too", () => {
  const session = new GatewaySession({ token: "a.token", intents: 513, random: () => 0.5, codec: etf });
  const outputs = () => {
    const all = [];
    for (let output = session.poll(); output !== undefined; output = session.poll()) all.push(output);
    return all;
  };
  session.start(0);
  const [dial] = outputs();
  assertEquals(dial?.kind === "dial" && dial.url, "wss://gateway.discord.gg/?v=10&encoding=etf");
  session.opened(1, { url: "", protocol: "" }, 0);
  session.receive(1, writeEtf({ t: null, s: null, op: 10, d: { heartbeat_interval: 40_000 } }), 0);
  const [ask] = outputs();
  session.answered(ask?.kind === "ask" ? ask.id : 0, { kind: "permit" }, 0);
  const sent = outputs().flatMap((output) => output.kind === "send" ? [output] : []);
  assertEquals(sent.map(({ data }) => typeof data === "string" ? data : Object(readEtf(data)).op), [2, 1]);
  assertEquals(sent.map(({ secret, shown }) => [secret, shown]), [[true, undefined], [
    true,
    '{"op":1,"d":null}',
  ]]);
  const ready = { session_id: "one", resume_gateway_url: "wss://gateway-us-east1-b.discord.gg", guilds: [] };
  session.receive(1, writeEtf({ t: "READY", s: 1, op: 0, d: ready }), 0);
  session.receive(1, writeEtf({ t: "MESSAGE_CREATE", s: 2, op: 0, d: { id: "613425648685547541" } }), 0);
  const events = outputs().flatMap((output) => output.kind === "event" ? [output.event] : []);
  assertEquals(events.map(({ kind }) => kind), ["ready", "MESSAGE_CREATE"]);
  assertEquals(events.map((event) => "data" in event ? event.data : undefined), [
    ready,
    { id: "613425648685547541" },
  ] as unknown[]);
  session.closed(1, { code: 1006, reason: "", clean: false, cause: "lost" }, 10);
  session.tick(60_000);
  const again = outputs().find(({ kind }) => kind === "dial");
  assertEquals(
    again?.kind === "dial" && again.url,
    "wss://gateway-us-east1-b.discord.gg/?v=10&encoding=etf",
  );
});

test("GatewaySession: what is too long in the encoding it is sent in is refused, and goes in the other", () => {
  const options: GatewaySessionOptions = { token: "a.token", intents: 513, random: () => 0.5 };
  const d = Array.from({ length: 1_000 }, () => "");
  new GatewaySession(options).command({ kind: "send", op: 50, d }, 1, 0);
  const session = new GatewaySession({ ...options, codec: etf });
  const error = assertThrows(() => session.command({ kind: "send", op: 50, d }, 1, 0));
  assert(String(error).includes("4096"), String(error));
});

test("GatewaySession: payloads of ETF are not compressed one by one, and unknown encodings not spoken", () => {
  const options: GatewaySessionOptions = { token: "a.token", intents: 513, random: () => 0.5 };
  assertThrows(
    () => new GatewaySession({ ...options, codec: etf, compression: "payload" }),
    OptionError,
    "ETF",
  );
  const wrong: Pick<GatewaySessionOptions, "compression"> = JSON.parse('{"compression":"brotli"}');
  assertThrows(() => new GatewaySession({ ...options, ...wrong }), OptionError, '"brotli"');
});
