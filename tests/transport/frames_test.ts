import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { closeFrame, FrameDecoder, messageFrame, pongFrame } from "../../src/transport/websocket/_frames.ts";

type Told =
  | readonly ["message", string | Uint8Array]
  | readonly ["ping", Uint8Array]
  | readonly ["close", number, string]
  | readonly ["violation", number];

/** Decodes pieces, each of which is read over as soon as it was taken in. */
function decode(
  pieces: readonly Uint8Array[],
  maxMessage = 1_000_000,
): { told: Told[]; batches: number[] } {
  const told: Told[] = [];
  const batches: number[] = [];
  const decoder = new FrameDecoder({
    message: (data) => {
      told.push(["message", data]);
      batches.push(1);
    },
    messages: (batch) => {
      told.push(...batch.map((data) => ["message", data] as const));
      batches.push(batch.length);
    },
    ping: (payload) => told.push(["ping", payload.slice()]),
    peerCloses: (code, reason) => told.push(["close", code, reason]),
    violation: (code) => told.push(["violation", code]),
  }, maxMessage);
  for (const piece of pieces) {
    const lent = piece.slice();
    decoder.push(lent);
    lent.fill(0xff);
  }
  return { told, batches };
}

/** A frame as a server sends it. */
function frame(opcode: number, payload: Uint8Array | string, final = true): Uint8Array {
  const bytes = typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
  const { length } = bytes;
  const header = length < 126
    ? [length]
    : length < 65_536
    ? [126, length >> 8, length & 255]
    : [127, 0, 0, 0, 0, 0, (length >> 16) & 255, (length >> 8) & 255, length & 255];
  return new Uint8Array([(final ? 0x80 : 0) | opcode, ...header, ...bytes]);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

/** Cuts at the places given, which need not be in order. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const at = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...at].map((from, i) => bytes.slice(from, at[i] ?? bytes.length));
}

/** What a server says: each item's frames, and what is to be told of it. */
const said = fc.array(
  fc.oneof(
    fc.tuple(
      fc.oneof(
        fc.string({ unit: "binary", maxLength: 300 }).filter((text) => text.isWellFormed()),
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom("", "\ufeffa", "\ufffd", "x".repeat(70_000)),
      ),
      fc.array(fc.nat(), { maxLength: 4 }),
      fc.array(fc.uint8Array({ maxLength: 125 }), { maxLength: 4 }),
    ).map(([data, places, pings]) => {
      const text = typeof data === "string";
      const parts = cut(text ? new TextEncoder().encode(data) : data, places);
      // A ping may come between the parts of a message, and is told before it.
      const frames = parts.flatMap((part, i) => [
        ...(i > 0 && pings[i - 1] !== undefined ? [frame(9, pings[i - 1] ?? "")] : []),
        frame(i > 0 ? 0 : text ? 1 : 2, part, i === parts.length - 1),
      ]);
      const told: Told[] = pings.slice(0, parts.length - 1).map((ping) => ["ping", ping] as const);
      return { frames, told: [...told, ["message", data] as const] };
    }),
    fc.uint8Array({ maxLength: 125 }).map((payload) => ({ frames: [frame(10, payload)], told: [] })),
  ),
  { maxLength: 8 },
);

test("FrameDecoder: tells the same however the bytes and the messages are cut", () => {
  fc.assert(fc.property(said, fc.array(fc.nat(), { maxLength: 30 }), (items, places) => {
    const bytes = joined(items.flatMap(({ frames }) => frames));
    assertEquals(decode(cut(bytes, places)).told, items.flatMap(({ told }) => told));
  }));
});

test("FrameDecoder: tells the same byte by byte", () => {
  const bytes = joined([
    frame(1, "é", false),
    frame(9, "?"),
    frame(0, "x".repeat(200)),
    frame(2, "ab"),
    frame(8, ""),
  ]);
  assertEquals(decode([...bytes].map((byte) => new Uint8Array([byte]))).told, [
    ["ping", new Uint8Array([63])],
    ["message", `é${"x".repeat(200)}`],
    ["message", new Uint8Array([97, 98])],
    ["close", 1005, ""],
  ]);
});

test("FrameDecoder: whatever comes, nothing is thrown, and after a close or a violation nothing is told", () => {
  const noise = fc.array(fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.tuple(fc.nat(255), fc.uint8Array({ maxLength: 140 })).map(([first, payload]) =>
      new Uint8Array([first, ...frame(0, payload).slice(1)])
    ),
  ));
  fc.assert(fc.property(noise, (pieces) => {
    const { told } = decode(pieces);
    const last = told.findIndex(([kind]) => kind === "close" || kind === "violation");
    assert(last === -1 || last === told.length - 1);
  }));
});

test("FrameDecoder: what breaks the protocol is told with the code to close with", () => {
  const broken: [why: string, frames: Uint8Array[], code: number][] = [
    ["a reserved bit", [new Uint8Array([0xc1, 0])], 1002],
    ["a mask", [new Uint8Array([0x81, 0x80])], 1002],
    ["an opcode that is not", [new Uint8Array([0x83, 0])], 1002],
    ["a control opcode that is not", [new Uint8Array([0x8b, 0])], 1002],
    ["a ping in parts", [frame(9, "", false)], 1002],
    ["a ping that is too long", [frame(9, "x".repeat(126))], 1002],
    ["a part of nothing", [frame(0, "x")], 1002],
    ["a message within another", [frame(1, "x", false), frame(1, "y")], 1002],
    ["a close of one byte", [frame(8, "x")], 1002],
    ["a close code that is never sent", [frame(8, new Uint8Array([3, 237]))], 1002],
    ["a close code that is not", [frame(8, new Uint8Array([0, 1]))], 1002],
    ["a reason that is not UTF-8", [frame(8, new Uint8Array([3, 232, 0xff]))], 1007],
    ["a text that is not UTF-8", [frame(1, new Uint8Array([0xc3]))], 1007],
    ["a text in parts that is not UTF-8", [frame(1, new Uint8Array([0xc3]), false), frame(0, "x")], 1007],
    ["a message that is too long", [frame(2, "x".repeat(101))], 1009],
    ["parts that are too long together", [frame(2, "x".repeat(60), false), frame(0, "x".repeat(60))], 1009],
    ["a length with its top bit set", [new Uint8Array([0x82, 127, 128, 0, 0, 0, 0, 0, 0, 0])], 1002],
    ["a length that nothing has", [new Uint8Array([0x82, 127, 127, 255, 255, 255, 0, 0, 0, 0])], 1009],
  ];
  for (const [why, frames, code] of broken) {
    assertEquals([why, decode([joined(frames)], 100).told], [why, [["violation", code]]]);
  }
});

test("FrameDecoder: what came in one piece is told as one batch, and before what follows it", () => {
  const bytes = joined([frame(1, "a"), frame(1, "b"), frame(1, "c")]);
  assertEquals(decode([bytes]).batches, [3]);
  assertEquals(decode(cut(bytes, [4])).batches, [1, 2]);
  const { told, batches } = decode([joined([bytes, frame(9, "p"), frame(1, "d"), frame(3, "")])]);
  assertEquals(told.map(([kind]) => kind), ["message", "message", "message", "ping", "message", "violation"]);
  assertEquals(batches, [3, 1]);
});

test("messageFrame: is masked, final, and as long as it says", () => {
  const mask = new Uint8Array([1, 2, 3, 4]);
  for (const [length, header] of [[0, 2], [125, 2], [126, 4], [65_535, 4], [65_536, 10]] as const) {
    const sent = messageFrame("x".repeat(length), mask);
    assertEquals(sent.length, header + 4 + length);
    assertEquals([...sent.subarray(header, header + 4)], [...mask]);
    const unmasked = sent.map((byte, i) => i < header + 4 ? byte : byte ^ (mask[(i - header) % 4] ?? 0));
    const asServer = new Uint8Array([...unmasked.subarray(0, header), ...unmasked.subarray(header + 4)]);
    assertEquals((asServer[1] ?? 0) & 0x80, 0x80);
    asServer[1] = (asServer[1] ?? 0) & 0x7f;
    assertEquals(decode([asServer]).told, [["message", "x".repeat(length)]]);
  }
  const none = new Uint8Array(4);
  assertEquals([...messageFrame(new Uint8Array([7]), none)], [0x82, 0x81, 0, 0, 0, 0, 7]);
  assertEquals([...pongFrame(new Uint8Array([7]), none)], [0x8a, 0x81, 0, 0, 0, 0, 7]);
  assertEquals([...closeFrame(undefined, "", none)], [0x88, 0x80, 0, 0, 0, 0]);
  assertEquals([...closeFrame(4000, "é", none)], [0x88, 0x84, 0, 0, 0, 0, 15, 160, 195, 169]);
});
