import { test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { splitText } from "../../src/irc/wire/split_text.ts";
import { CommandError } from "../../src/protocol/errors.ts";

const bytes = (text: string) => new TextEncoder().encode(text).length;

test("splitText: leaves alone what fits, and splits at words", () => {
  assertEquals(splitText("", 10), []);
  assertEquals(splitText("0123456789", 10), ["0123456789"]);
  assertEquals(splitText("the quick brown fox", 10), ["the quick", "brown fox"]);
  assertEquals(splitText("0123456789 abc", 10), ["0123456789", "abc"]);
  assertEquals(splitText("a 0123456789abc", 10), ["a", "0123456789", "abc"]);
  assertEquals(splitText("abc          def", 6), ["abc   ", "def"]);
});

test("splitText: counts bytes, and never splits inside a grapheme", () => {
  assertEquals(splitText("ééééé", 4), ["éé", "éé", "é"]);
  const family = "👨‍👩‍👧‍👦";
  assertEquals(splitText(`${family}${family}`, 30), [family, family]);
  assertEquals(splitText("e\u0301e\u0301", 4), ["e\u0301", "e\u0301"]);
  assertEquals(splitText("🇩🇪🇫🇷", 12), ["🇩🇪", "🇫🇷"]);
});

test("splitText: splits a grapheme that is too long by itself between its characters", () => {
  const zalgo = "e" + "\u0301".repeat(20);
  const pieces = splitText(zalgo, 10);
  assertEquals(pieces.join(""), zalgo);
  assert(pieces.every((piece) => bytes(piece) <= 10));
});

test("splitText: needs room for any one character", () => {
  assertThrows(() => splitText("abc", 3), CommandError);
  assertThrows(() => splitText("abc", NaN), CommandError);
});

test("splitText: every piece fits, and together they are the text but for spaces", () => {
  const text = fc.array(
    fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom(" ", "  ", "word ", "😀")),
    {
      maxLength: 60,
    },
  ).map((pieces) => pieces.join("").replace(/[\r\n]/g, ""));
  fc.assert(fc.property(text, fc.integer({ min: 4, max: 40 }), (text, room) => {
    const pieces = splitText(text, room);
    for (const piece of pieces) assert(bytes(piece) <= room && piece !== "");
    assertEquals(pieces.join("").replaceAll(" ", ""), text.replaceAll(" ", ""));
  }));
});
