import { test } from "node:test";
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Line, LineDecoder, LONGEST_LINE } from "../../../src/irc/wire/messages/line_decoder.ts";

function decode(pieces: readonly (string | Uint8Array)[], messages = false): Line[] {
  const decoder = new LineDecoder({ messages });
  const lines: Line[] = [];
  for (const piece of pieces) {
    decoder.push(piece);
    for (let line = decoder.next(); line !== undefined; line = decoder.next()) lines.push(line);
  }
  const rest = decoder.end();
  return rest === undefined ? lines : [...lines, rest];
}

const encoder = new TextEncoder();

test("LineDecoder: takes CRLF and LF, and leaves empty lines out", () => {
  assertEquals(decode(["a\r\nb\n\r\n\nc\r\n"]), ["a", "b", "c"].map((text) => ({ kind: "line", text })));
});

test("LineDecoder: a message of a WebSocket ends its line", () => {
  assertEquals(decode(["a", "b\r\nc", encoder.encode("d")], true).map(({ text }) => text), [
    "a",
    "b",
    "c",
    "d",
  ]);
});

test("LineDecoder: a stream that ends within a line is told", () => {
  const [line, rest] = decode(["a\r\nPRIVMSG #c :hal"]);
  assertEquals(line?.text, "a");
  assertEquals(rest, {
    kind: "malformed",
    text: "PRIVMSG #c :hal",
    reason: "the link ended within the line",
  });
});

test("LineDecoder: a character cut in two arrives whole, and invalid UTF-8 as U+FFFD", () => {
  const bytes = encoder.encode("é😀\n");
  assertEquals(decode([...bytes].map((byte) => new Uint8Array([byte])))[0]?.text, "é😀");
  assertEquals(decode([new Uint8Array([0x61, 0xff, 0xfe, 0x62, 0x0a])])[0]?.text, "a\ufffd\ufffdb");
});

test("LineDecoder: a line that is no UTF-8 is read by the fallback encoding, others are not", () => {
  const bytes = [0x67, 0x72, 0xfc, 0xdf, 0x65, 0x0d, 0x0a, ...encoder.encode("grüße\r\n"), 0xe9];
  for (const size of [1, 3, 100]) {
    const decoder = new LineDecoder({ messages: false, encoding: "windows-1252" });
    const lines: unknown[] = [];
    for (let at = 0; at < bytes.length; at += size) {
      decoder.push(new Uint8Array(bytes.slice(at, at + size)));
      for (let line = decoder.next(); line !== undefined; line = decoder.next()) lines.push(line.text);
    }
    lines.push(decoder.end()?.text);
    assertEquals(lines, ["grüße", "grüße", "é"]);
  }
  const messages = new LineDecoder({ messages: true, encoding: "windows-1252" });
  messages.push(new Uint8Array([0xe9]));
  assertEquals(messages.next()?.text, "é");
});

test("LineDecoder: a line too long is told once, whatever its encoding", () => {
  const decoder = new LineDecoder({ messages: false, encoding: "windows-1252" });
  for (let n = 0; n < 100; n++) decoder.push(new Uint8Array(1_000).fill(0xe9));
  decoder.push(encoder.encode("\r\nnext\r\n"));
  assertEquals([decoder.next()?.kind, decoder.next()?.text, decoder.next()], [
    "malformed",
    "next",
    undefined,
  ]);
});

test("LineDecoder: a line too long is told once, takes no memory, and the next is read", () => {
  const long = "x".repeat(LONGEST_LINE + 1);
  const lines = decode([long, long, long, "\r\nnext\r\n"]);
  assertEquals(lines.map(({ kind }) => kind), ["malformed", "line"]);
  assertEquals(lines[0]?.text.length, 64);
  assertEquals(decode(["x".repeat(LONGEST_LINE), "\r", "\n"])[0]?.kind, "line");
});

test("LineDecoder: any re-splitting of the same bytes gives the same lines", () => {
  const near = fc.integer({ min: LONGEST_LINE - 3, max: LONGEST_LINE + 3 }).map((length) =>
    "y".repeat(length)
  );
  const text = fc.array(
    fc.oneof(
      { weight: 20, arbitrary: fc.string({ unit: "binary" }) },
      { weight: 10, arbitrary: fc.constantFrom("\r\n", "\n") },
      { weight: 1, arbitrary: near },
    ),
    { maxLength: 30 },
  ).map((pieces) => encoder.encode(pieces.join("")));
  const bytes = fc.oneof(text, fc.uint8Array({ maxLength: 200 }));
  fc.assert(fc.property(bytes, fc.array(fc.nat(), { maxLength: 20 }), (whole, cuts) => {
    const at = [0, ...cuts.map((cut) => cut % (whole.length + 1)), whole.length].sort((a, b) => a - b);
    const pieces = at.slice(1).map((end, index) => whole.subarray(at[index], end));
    assertEquals(decode(pieces), decode([whole]));
  }));
});
