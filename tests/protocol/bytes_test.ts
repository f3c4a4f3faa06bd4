import { test } from "node:test";
import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import * as fc from "fast-check";
import { ByteBuffer, joinBytes } from "../../src/protocol/data/bytes.ts";

const encoder = new TextEncoder();

test("joinBytes: makes one of many, and hands a single one back", () => {
  const one = encoder.encode("one");
  assertStrictEquals(joinBytes([one]), one);
  assertEquals(joinBytes([one, new Uint8Array(), encoder.encode("two")]), encoder.encode("onetwo"));
  assertEquals(joinBytes([]).length, 0);
});

test("ByteBuffer: what goes in comes out by line and by length, however it is cut", () => {
  fc.assert(fc.property(
    fc.array(fc.tuple(fc.string({ unit: "binary" }).filter((text) => !/[\r\n]/.test(text)), fc.boolean())),
    fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 10 }),
    (parts, sizes) => {
      const bytes = joinBytes(
        parts.map(([text, crlf]) => encoder.encode(crlf ? `${text}\r\n` : `${text}\n#`)),
      );
      const buffer = new ByteBuffer();
      const lines: string[] = [];
      let hashes = 0;
      for (let at = 0, turn = 0; at < bytes.length; turn++) {
        const piece = bytes.slice(at, at += sizes[turn % sizes.length] ?? 1);
        buffer.push(piece);
        piece.fill(0);
        for (;;) {
          // Behind every LF alone stands a byte to be taken by length.
          const due = parts.slice(0, lines.length).filter(([, crlf]) => !crlf).length;
          if (hashes < due) {
            if (buffer.length === 0) break;
            assertEquals([...buffer.take(1)], [35]);
            hashes++;
            continue;
          }
          const line = buffer.takeLine();
          if (line === undefined) break;
          lines.push(line);
        }
      }
      assertEquals(lines, parts.map(([text]) => text));
      assertEquals(buffer.length, 0);
    },
  ));
});

test("ByteBuffer: what was taken is the taker's own, and as much as there is", () => {
  const buffer = new ByteBuffer();
  buffer.push(encoder.encode("abc"));
  const taken = buffer.take(2);
  buffer.push(encoder.encode("defgh"));
  assertEquals(new TextDecoder().decode(taken), "ab");
  assertEquals(new TextDecoder().decode(buffer.take(100)), "cdefgh");
  buffer.push(encoder.encode("left"));
  buffer.clear();
  assertEquals([buffer.length, buffer.takeLine()], [0, undefined]);
});

test("ByteBuffer: a megabyte that comes byte by byte, with no line in it, costs little", () => {
  const buffer = new ByteBuffer();
  const byte = encoder.encode("x");
  const began = performance.now();
  let lines = 0;
  for (let i = 0; i < 1_000_000; i++) {
    buffer.push(byte);
    if (buffer.takeLine() !== undefined) lines++;
  }
  assertEquals(lines, 0);
  // Some tenths of a second; copied or searched anew each time, it would be a quarter of an hour.
  assert(performance.now() - began < 20_000);
  buffer.push(encoder.encode("\r\n"));
  assertEquals(buffer.takeLine()?.length, 1_000_000);
});

test("ByteBuffer: a line that begins with U+FEFF keeps it", () => {
  const buffer = new ByteBuffer();
  buffer.push(encoder.encode("\ufeffhello\n"));
  assertEquals(buffer.takeLine(), "\ufeffhello");
});
