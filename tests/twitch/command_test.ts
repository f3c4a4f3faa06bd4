import { test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { parseMessage } from "../../src/irc/message.ts";
import { CommandError } from "../../src/protocol/errors.ts";
import { channelName, formatTwitchCommand } from "../../src/twitch/command.ts";

test("channelName: is lower case with a hash, however it is given", () => {
  assertEquals(["Dallas", "#dallas", "#DALLAS_1"].map(channelName), ["#dallas", "#dallas", "#dallas_1"]);
});

test("channelName: refuses what is no name", () => {
  for (const name of ["", "#", "a b", "#a,#b", "##a", "é", "a\r\nQUIT", "x".repeat(26), "#a\n"]) {
    const error = assertThrows(() => channelName(name), CommandError, "1 to 25");
    assertEquals(error.code, "invalid_command");
  }
});

test("formatTwitchCommand: writes JOIN, PART, PRIVMSG and replies", () => {
  assertEquals(formatTwitchCommand({ kind: "join", channel: "Dallas" }), "JOIN #dallas");
  assertEquals(formatTwitchCommand({ kind: "part", channel: "Dallas" }), "PART #dallas");
  assertEquals(
    formatTwitchCommand({ kind: "say", channel: "dallas", text: "HeyGuys <3" }),
    "PRIVMSG #dallas :HeyGuys <3",
  );
  assertEquals(
    formatTwitchCommand({ kind: "say", channel: "#a", text: ":)", replyTo: "b34ccfc7-4977" }),
    "@reply-parent-msg-id=b34ccfc7-4977 PRIVMSG #a ::)",
  );
});

test("formatTwitchCommand: counts a text in code points, up to 500", () => {
  formatTwitchCommand({ kind: "say", channel: "#a", text: "🎉".repeat(500) });
  assertThrows(
    () => formatTwitchCommand({ kind: "say", channel: "#a", text: "🎉".repeat(501) }),
    CommandError,
    "501 characters of at most 500",
  );
});

test("formatTwitchCommand: refuses blank texts, line ends, NUL, and ids that are none", () => {
  const say = (text: string, replyTo?: string) => () =>
    formatTwitchCommand({ kind: "say", channel: "#a", text, replyTo });
  for (const text of ["", "  ", "a\nb", "a\rb", "a\0b"]) assertThrows(say(text), CommandError);
  for (const id of ["", "a b", "a;b", "a\r\nQUIT"]) {
    assertThrows(say("hello", id), CommandError, "id of a message");
  }
});

test("formatTwitchCommand: whatever the text, one line comes of it, or an error", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), fc.string(), (text, channel) => {
    let line: string;
    try {
      line = formatTwitchCommand({ kind: "say", channel, text });
    } catch (error) {
      return assert(error instanceof CommandError);
    }
    assertEquals(/[\r\n\0]/.test(line), false);
    assertEquals(parseMessage(line).param(1), text);
  }));
});
