import { test } from "node:test";
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { linesOf, multilineBatches, multilineLimits } from "../../../src/irc/wire/texts/multiline.ts";
import { splitWhole } from "../../../src/irc/wire/texts/split_text.ts";

const bytes = (text: string) => new TextEncoder().encode(text).length;
const words = fc.array(fc.constantFrom("a", "word", "ß", "早", "👋🏽", " ", "  ", "\n", "longer-than-most"), {
  maxLength: 60,
}).map((parts) => parts.join(""));

test("splitWhole: has all of the text in pieces that fit, cut behind spaces where it can", () => {
  assertEquals(splitWhole("the quick brown fox", 10, bytes), ["the quick ", "brown fox"]);
  assertEquals(splitWhole("", 10, bytes), [""]);
  fc.assert(fc.property(words, fc.integer({ min: 4, max: 30 }), (text, room) => {
    const pieces = splitWhole(text, room, bytes);
    assertEquals(pieces.join(""), text);
    for (const piece of pieces) assertEquals(bytes(piece) <= room, true);
  }));
});

test("multilineLimits: takes the limits that it knows, and needs the one of bytes", () => {
  assertEquals(multilineLimits("max-bytes=40000,max-lines=10"), { bytes: 40_000, lines: 10 });
  assertEquals(multilineLimits("other,max-bytes=40,what=1"), { bytes: 40, lines: Infinity });
  for (const value of [undefined, "", "max-lines=3", "max-bytes=0", "max-bytes=3", "max-bytes=x"]) {
    assertEquals(multilineLimits(value), undefined);
  }
});

test("multilineBatches: has all of a text but blank batches, in batches and lines within the limits", () => {
  const limits = fc.record({
    bytes: fc.integer({ min: 4, max: 100 }),
    lines: fc.integer({ min: 1, max: 6 }),
  });
  fc.assert(fc.property(words, fc.integer({ min: 4, max: 30 }), limits, (text, room, limits) => {
    const batches = multilineBatches(text, room, limits);
    const wholes = batches.map((lines) =>
      lines.map(({ text, concat }, index) => index === 0 || concat ? text : `\n${text}`).join("")
    );
    for (const [index, lines] of batches.entries()) {
      assertEquals(lines.length <= limits.lines && bytes(wholes[index] ?? "") <= limits.bytes, true);
      assertEquals(lines.some(({ text }) => text !== ""), true);
      for (const { text, concat } of lines) {
        assertEquals(bytes(text) <= room && !(text === "" && concat), true);
      }
    }
    assertEquals(wholes.join("").replaceAll("\n", ""), text.replaceAll("\n", ""));
  }));
  const fit = multilineBatches("one\n\ntwo", 100, { bytes: 8, lines: 3 });
  assertEquals(fit.map((lines) => lines.map(({ text }) => text)), [["one", "", "two"]]);
  assertEquals(multilineBatches("one\n\ntwo", 100, { bytes: 7, lines: 3 }).length, 2);
  assertEquals(linesOf("a\r\nb\rc\nd"), ["a", "b", "c", "d"]);
});
