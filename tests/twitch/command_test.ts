import { test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { parseMessage } from "../../src/irc/wire/messages/message.ts";
import { CommandError } from "../../src/protocol/errors.ts";
import {
  channelName,
  membershipLine,
  sayLine,
  sayTexts,
  toldText,
} from "../../src/twitch/wire/commands/command.ts";

test("channelName: is lower case with a hash, however it is given", () => {
  assertEquals(["Dallas", "#dallas", "#DALLAS_1"].map(channelName), ["#dallas", "#dallas", "#dallas_1"]);
});

test("channelName: refuses what is no name", () => {
  for (const name of ["", "#", "a b", "#a,#b", "##a", "é", "a\r\nQUIT", "x".repeat(26), "#a\n"]) {
    const error = assertThrows(() => channelName(name), CommandError, "1 to 25");
    assertEquals(error.code, "invalid_command");
  }
});

test("membershipLine: writes JOIN and PART", () => {
  assertEquals([membershipLine("JOIN", "#a"), membershipLine("PART", "#a")], ["JOIN #a", "PART #a"]);
});

test("sayLine: writes PRIVMSG with nonce and what it replies to", () => {
  assertEquals(sayLine("#dallas", "HeyGuys <3"), "PRIVMSG #dallas :HeyGuys <3");
  assertEquals(
    sayLine("#a", ":)", { nonce: "n-1", replyTo: "b34ccfc7-4977" }),
    "@client-nonce=n-1;reply-parent-msg-id=b34ccfc7-4977 PRIVMSG #a ::)",
  );
});

test("sayTexts: one text in up to 500 code points, several in more", () => {
  const say = (text: string, action = false) => sayTexts({ kind: "say", channel: "#a", text, action });
  assertEquals(say("🎉".repeat(500)), ["🎉".repeat(500)]);
  assertEquals(say("🎉".repeat(501)), ["🎉".repeat(500), "🎉"]);
  assertEquals(say("waves", true), ["/me waves"]);
  // The frame of an action counts.
  assertEquals(say("x".repeat(500), true), [`/me ${"x".repeat(491)}`, `/me ${"x".repeat(9)}`]);
});

test("sayTexts: no text becomes a chat command, neither by how it begins nor where it is split", () => {
  const say = (text: string) => sayTexts({ kind: "say", channel: "#a", text });
  assertEquals(say("/me owns this bot"), [". /me owns this bot"]);
  assertEquals([say("/ban ronni"), say(".timeout ronni"), say(" /w ronni hi")], [
    [". /ban ronni"],
    [". .timeout ronni"],
    [".  /w ronni hi"],
  ]);
  assertEquals(say("and/or ... either"), ["and/or ... either"]);
  for (const text of ["/me is sad", ".timeout is a word", "/w ronni plan"]) {
    const parts = say(`${"x".repeat(498)} ${text} ${"y ".repeat(300)}`);
    assertEquals(parts.map((part) => part.slice(0, 3)), ["xxx", `. ${text[0]}`, "y y"]);
    assert(parts.every((part) => [...part].length <= 500));
  }
});

test("toldText: is what others see of what is sent", () => {
  const told = ["hello", "/me waves", ". /me waves", ". .5 l"].map(toldText);
  assertEquals(told, ["hello", "\u0001ACTION waves\u0001", "/me waves", ".5 l"]);
});

test("sayTexts: refuses blank texts, line ends, NUL, and ids and nonces that are none", () => {
  const say = (text: string, more = {}) => () => sayTexts({ kind: "say", channel: "#a", text, ...more });
  for (const text of ["", "  ", "a\nb", "a\rb", "a\0b"]) assertThrows(say(text), CommandError);
  for (const id of ["", "a b", "a;b", "a\r\nQUIT"]) {
    assertThrows(say("hello", { replyTo: id }), CommandError, "id of a message");
    assertThrows(say("hello", { nonce: id }), CommandError, "nonce");
  }
});

test("sayTexts, sayLine: whatever the text, each line is one, and holds its text", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 2_000 }), (text) => {
    let texts: string[];
    try {
      texts = sayTexts({ kind: "say", channel: "#a", text });
    } catch (error) {
      return assert(error instanceof CommandError);
    }
    for (const part of texts) {
      const line = sayLine("#a", part);
      assertEquals(/[\r\n\0]/.test(line), false);
      assertEquals(parseMessage(line).param(1), part);
    }
  }));
});
