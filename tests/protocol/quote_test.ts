import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { closeReason } from "../../src/protocol/connection/close_reason.ts";
import { printable, quote, shownUrl } from "../../src/protocol/data/quote.ts";

test("printable: spells out controls, and what turns the direction of text, and nothing else", () => {
  const unseen = [
    ...[0, 7, 10, 13, 27, 31, 127, 128, 0x9b, 0x9f, 0x61c, 0x200e, 0x200f, 0x2028, 0x2029],
    ...[0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069],
  ];
  for (const code of unseen) {
    const spelt = `a\\u${code.toString(16).padStart(4, "0")}b`;
    assertEquals(printable(`a${String.fromCharCode(code)}b`), spelt);
  }
  const seen = 'a "\\ ~\u00a0é\u061b\u200d\u2030\u2065ßשלום مرحبا 😀\ufeff';
  assertEquals(printable(seen), seen);
});

test("quote: is JSON's quotation, printable, and cut", () => {
  assertEquals(quote('a"b\n\u009b2J\u202e'), '"a\\"b\\n\\u009b2J\\u202e"');
  assertEquals(quote("x".repeat(81)), `"${"x".repeat(80)}…"`);
  assertEquals(quote("x".repeat(81), 81), `"${"x".repeat(81)}"`);
});

test("closeReason: what the server says is printable", () => {
  const info = { code: 4000, reason: "\u009b2J\u202e", clean: true, cause: "peer" } as const;
  assertEquals(closeReason(info), "the server closed the connection (\\u009b2J\\u202e)");
});

test("shownUrl: is without user and password, and else as it was", () => {
  const shown: [url: string, shown: string][] = [
    ["ircs://irc.example", "ircs://irc.example"],
    ["irc://user:pass@irc.example:6667/x", "irc://irc.example:6667/x"],
    ["wss://user:p%40ss@host/@path?a=@", "wss://host/@path?a=@"],
    ["wss:user:pass@host", "wss://host/"],
    ["wss://host/@path", "wss://host/@path"],
    ["wss://us er:pass@ho st/", "wss://ho st/"],
    ["user:pass@host", "host"],
  ];
  for (const [url, expected] of shown) assertEquals(shownUrl(url), expected);
});
