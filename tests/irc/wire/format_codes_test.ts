import { test } from "node:test";
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  formatText,
  parseFormatting,
  stripFormatting,
  type TextColor,
  type TextSpan,
} from "../../../src/irc/wire/texts/format_codes.ts";

test("stripFormatting: takes every code away, and no text with it", () => {
  assertEquals(stripFormatting("\x02a\x1db\x1fc\x1ed\x11e\x16f\x0fg"), "abcdefg");
  assertEquals(stripFormatting("\x034a\x0304,12b\x03,c\x034,d\x03"), "ab,c,d");
  assertEquals(stripFormatting("\x03123\x031,234"), "34");
  assertEquals(stripFormatting("\x04ff0000a\x04ff0000,00FF00b\x04c"), "abc");
  assertEquals(stripFormatting("\x04fff"), "fff");
});

test("parseFormatting: toggles, resets and colours", () => {
  assertEquals(parseFormatting("a\x02b\x1dc\x02d\x0fe"), [
    { text: "a" },
    { text: "b", bold: true },
    { text: "c", bold: true, italic: true },
    { text: "d", italic: true },
    { text: "e" },
  ]);
  assertEquals(parseFormatting("\x0304,12a\x035b\x03c"), [
    { text: "a", foreground: 4, background: 12 },
    { text: "b", foreground: 5, background: 12 },
    { text: "c" },
  ]);
  assertEquals(parseFormatting("\x03,a\x034,a"), [{ text: ",a" }, { text: ",a", foreground: 4 }]);
  assertEquals(parseFormatting("\x0399,98a"), [{ text: "a", background: 98 }]);
  assertEquals(parseFormatting("\x04FF0000,00ff00a\x04b"), [
    { text: "a", foreground: "#ff0000", background: "#00ff00" },
    { text: "b" },
  ]);
  for (
    const [code, name] of [["\x1f", "underline"], ["\x1e", "strikethrough"], ["\x11", "monospace"], [
      "\x16",
      "reverse",
    ]]
  ) {
    assertEquals(parseFormatting(`${code}a${code}b`), [{ text: "a", [name ?? ""]: true }, { text: "b" }]);
  }
  assertEquals(parseFormatting(""), []);
});

test("formatText: writes colours that swallow no text", () => {
  assertEquals(formatText([{ text: "5", foreground: 4 }]), "\x03045");
  assertEquals(formatText([{ text: ",5", foreground: 4 }]), "\x0304\x02\x02,5");
  assertEquals(formatText([{ text: "a\x02b\x03", bold: true }, { text: "" }, { text: "c" }]), "\x02ab\x0fc");
  assertEquals(formatText([{ text: "a", foreground: 99 }, { text: "b", foreground: -1 }]), "ab");
});

test("formatText: parses back to the same pieces", () => {
  const color = fc.option(
    fc.oneof<fc.Arbitrary<TextColor>[]>(
      fc.integer({ min: 0, max: 98 }),
      fc.stringMatching(/^[0-9a-f]{6}$/).map((hex): TextColor => `#${hex}`),
    ),
    { nil: undefined },
  );
  const flag = fc.constantFrom(true, undefined);
  const span = fc.record({
    text: fc.oneof(fc.stringMatching(/^[0-9a-f,]{1,8}$/), fc.string({ minLength: 1 })),
    bold: flag,
    italic: flag,
    underline: flag,
    strikethrough: flag,
    monospace: flag,
    reverse: flag,
    foreground: color,
    background: color,
  }).map((span) => {
    return Object.fromEntries(
      Object.entries(span).filter(([, value]) => value !== undefined),
    ) as unknown as TextSpan;
  });
  const merged = (spans: readonly TextSpan[]) => {
    const result: TextSpan[] = [];
    for (const { text, ...style } of spans) {
      const { text: before = "", ...last } = result.at(-1) ?? {};
      const same =
        JSON.stringify(Object.entries(last).sort()) === JSON.stringify(Object.entries(style).sort());
      if (result.length > 0 && same) result.pop();
      result.push({ text: result.length >= 0 && same ? before + text : text, ...style });
    }
    return result;
  };
  fc.assert(fc.property(fc.array(span, { maxLength: 6 }), (spans) => {
    assertEquals(merged(parseFormatting(formatText(spans))), merged(spans));
    assertEquals(stripFormatting(formatText(spans)), spans.map(({ text }) => text).join(""));
  }));
});
