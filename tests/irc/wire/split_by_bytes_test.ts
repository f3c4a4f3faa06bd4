import { test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { splitByBytes } from "../../../src/irc/wire/texts/split_by_bytes.ts";
import { CommandError } from "../../../src/protocol/errors.ts";

const bytes = (text: string) => new TextEncoder().encode(text).length;

test("splitByBytes: leaves alone what fits, and splits at words", () => {
  assertEquals(splitByBytes("", 10), []);
  assertEquals(splitByBytes("0123456789", 10), ["0123456789"]);
  assertEquals(splitByBytes("the quick brown fox", 10), ["the quick", "brown fox"]);
  assertEquals(splitByBytes("0123456789 abc", 10), ["0123456789", "abc"]);
  assertEquals(splitByBytes("a 0123456789abc", 10), ["a", "0123456789", "abc"]);
  assertEquals(splitByBytes("abc          def", 6), ["abc   ", "def"]);
});

test("splitByBytes: counts bytes, and never splits inside a grapheme", () => {
  assertEquals(splitByBytes("ééééé", 4), ["éé", "éé", "é"]);
  const family = "👨‍👩‍👧‍👦";
  assertEquals(splitByBytes(`${family}${family}`, 30), [family, family]);
  assertEquals(splitByBytes("e\u0301e\u0301", 4), ["e\u0301", "e\u0301"]);
  assertEquals(splitByBytes("🇩🇪🇫🇷", 12), ["🇩🇪", "🇫🇷"]);
});

test("splitByBytes: splits a grapheme that is too long by itself between its characters", () => {
  const zalgo = "e" + "\u0301".repeat(20);
  const pieces = splitByBytes(zalgo, 10);
  assertEquals(pieces.join(""), zalgo);
  assert(pieces.every((piece) => bytes(piece) <= 10));
});

test("splitByBytes: needs room for any one character", () => {
  assertThrows(() => splitByBytes("abc", 3), CommandError);
  assertThrows(() => splitByBytes("abc", NaN), CommandError);
});

test("splitByBytes: every piece fits, and together they are the text but for spaces", () => {
  const text = fc.array(
    fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom(" ", "  ", "word ", "😀")),
    {
      maxLength: 60,
    },
  ).map((pieces) => pieces.join("").replace(/[\r\n]/g, ""));
  fc.assert(fc.property(text, fc.integer({ min: 4, max: 40 }), (text, room) => {
    const pieces = splitByBytes(text, room);
    for (const piece of pieces) assert(bytes(piece) <= room && piece !== "");
    assertEquals(pieces.join("").replaceAll(" ", ""), text.replaceAll(" ", ""));
  }));
});
