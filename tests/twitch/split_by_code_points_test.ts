import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { splitByCodePoints } from "../../src/twitch/wire/texts/split_by_code_points.ts";

test("splitByCodePoints: splits between words, as late as it can", () => {
  assertEquals(splitByCodePoints("one two three four", 8), ["one two", "three", "four"]);
  assertEquals(splitByCodePoints("one two", 7), ["one two"]);
  assertEquals(splitByCodePoints("one two x", 7), ["one two", "x"]);
  assertEquals(splitByCodePoints("one    two", 5), ["one", "two"]);
});

test("splitByCodePoints: cuts a word that is too long, and no code point", () => {
  assertEquals(splitByCodePoints("abcdefgh", 3), ["abc", "def", "gh"]);
  assertEquals(splitByCodePoints("🎉🎉🎉", 2), ["🎉🎉", "🎉"]);
  assertEquals(splitByCodePoints("a 🎉🎉🎉🎉", 3), ["a", "🎉🎉🎉", "🎉"]);
});

test("splitByCodePoints: cuts no grapheme, unless that alone is too long", () => {
  const family = "👨‍👩‍👧‍👦";
  assertEquals(splitByCodePoints(family.repeat(3), 15), [family.repeat(2), family]);
  assertEquals(splitByCodePoints(`a ${family}`, 4), ["a", "👨\u200d👩\u200d", "👧\u200d👦"]);
});

test("splitByCodePoints: leaves what is short as it is, and makes nothing of spaces", () => {
  assertEquals(splitByCodePoints(" as  it is "), [" as  it is "]);
  assertEquals([splitByCodePoints(""), splitByCodePoints(" ".repeat(600))], [[], []]);
  assertEquals(splitByCodePoints("a\u2003b", 1), ["a", "b"]);
});

test("splitByCodePoints: parts are short enough, not blank, and have all that is no space, in order", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 1, max: 20 }), (text, limit) => {
    const parts = splitByCodePoints(text, limit);
    for (const part of parts) assert([...part].length <= limit && part.trim() !== "");
    // Unicode knows more spaces than one, and all of them may go.
    const bare = (text: string) => text.replaceAll(/\s/g, "");
    assertEquals(bare(parts.join("")), bare(text));
  }));
});
