import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { matchesMask } from "../../../src/irc/wire/support/mask.ts";
import { IrcSource } from "../../../src/irc/wire/messages/message.ts";

test("matchesMask: takes stars, question marks, and what is escaped", () => {
  const cases: [mask: string, source: string, matches: boolean][] = [
    ["*", "", true],
    ["*", "dan!d@h", true],
    ["", "", true],
    ["", "a", false],
    ["dan!*@*", "dan!d@h", true],
    ["dan!*@*", "daniel!d@h", false],
    ["*!*@*.example.org", "dan!d@a.b.example.org", true],
    ["*!*@*.example.org", "dan!d@example.org", false],
    ["d?n!*", "dan!d@h", true],
    ["d?n!*", "daan!d@h", false],
    ["d\\?n*", "d?n!d@h", true],
    ["d\\?n*", "dan!d@h", false],
    ["\\*", "*", true],
    ["\\*", "x", false],
    ["a\\b", "a\\b", true],
    ["a?c", "a😀c", true],
    ["*ab*ab*", "xxabxabx", true],
    ["*ab*ab*", "xxabx", false],
    ["a*b", "ab", true],
    ["a*?b", "ab", false],
  ];
  for (const [mask, source, matches] of cases) {
    assertEquals(matchesMask(mask, source), matches, `${mask} and ${source}`);
    assertEquals(matchesMask(mask, new IrcSource(source)), matches);
  }
});

test("matchesMask: folds as the server does", () => {
  assert(matchesMask("DAN[1]!*", "dan{1}!d@h", "rfc1459"));
  assert(matchesMask("a~*", "A^!d@h", "rfc1459"));
  assert(!matchesMask("a~*", "A^!d@h", "rfc1459-strict"));
  assert(!matchesMask("DAN[1]!*", "dan{1}!d@h", "ascii"));
  assert(matchesMask("DAN*", "dan!d@h", "ascii"));
});

test("matchesMask: says what a regular expression would", () => {
  const characters = fc.array(fc.constantFrom("a", "b", "*", "?"), { maxLength: 8 }).map((all) =>
    all.join("")
  );
  const text = fc.array(fc.constantFrom("a", "b"), { maxLength: 10 }).map((all) => all.join(""));
  fc.assert(fc.property(characters, text, (mask, source) => {
    const expression = new RegExp(`^${mask.replaceAll("*", ".*").replaceAll("?", ".")}$`);
    assertEquals(matchesMask(mask, source), expression.test(source));
  }));
});

test("matchesMask: takes no time to speak of on what makes others hang", () => {
  assertEquals(matchesMask("*a".repeat(200) + "b", "a".repeat(500)), false);
});
