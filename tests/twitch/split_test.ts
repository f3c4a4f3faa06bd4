import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { splitText } from "../../src/twitch/wire/split_text.ts";

test("splitText: splits between words, as late as it can", () => {
  assertEquals(splitText("one two three four", 8), ["one two", "three", "four"]);
  assertEquals(splitText("one two", 7), ["one two"]);
  assertEquals(splitText("one two x", 7), ["one two", "x"]);
  assertEquals(splitText("one    two", 5), ["one", "two"]);
});

test("splitText: cuts a word that is too long, and no code point", () => {
  assertEquals(splitText("abcdefgh", 3), ["abc", "def", "gh"]);
  assertEquals(splitText("🎉🎉🎉", 2), ["🎉🎉", "🎉"]);
  assertEquals(splitText("a 🎉🎉🎉🎉", 3), ["a", "🎉🎉🎉", "🎉"]);
});

test("splitText: leaves what is short as it is, and makes nothing of spaces", () => {
  assertEquals(splitText(" as  it is "), [" as  it is "]);
  assertEquals([splitText(""), splitText(" ".repeat(600))], [[], []]);
  assertEquals(splitText("a\u2003b", 1), ["a", "b"]);
});

test("splitText: parts are short enough, not blank, and have all that is no space, in order", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 1, max: 20 }), (text, limit) => {
    const parts = splitText(text, limit);
    for (const part of parts) assert([...part].length <= limit && part.trim() !== "");
    // Unicode knows more spaces than one, and all of them may go.
    const bare = (text: string) => text.replaceAll(/\s/g, "");
    assertEquals(bare(parts.join("")), bare(text));
  }));
});
