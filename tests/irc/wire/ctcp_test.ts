import { test } from "node:test";
import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { CtcpResponder, formatCtcp, parseCtcp } from "../../../src/irc/wire/texts/ctcp.ts";
import { parseMessage } from "../../../src/irc/wire/messages/message.ts";
import { CommandError, OptionError } from "../../../src/protocol/errors.ts";

const query = (text: string, source = ":dan!d@h ") => parseMessage(`${source}PRIVMSG bot :\x01${text}\x01`);

test("parseCtcp: takes the command and what goes with it", () => {
  assertEquals(parseCtcp("\x01ACTION waves  twice\x01"), { command: "ACTION", params: "waves  twice" });
  assertEquals(parseCtcp("\x01version\x01"), { command: "VERSION", params: "" });
  assertEquals(parseCtcp("\x01PING 1 2"), { command: "PING", params: "1 2" });
  for (const text of ["", "hello", "a\x01PING\x01", "\x01\x01", "\x01", "\x01 a\x01"]) {
    assertEquals(parseCtcp(text), undefined);
  }
});

test("formatCtcp: parses back to the same, and lets nothing through that would not", () => {
  const text = fc.string({ unit: "binary" });
  fc.assert(fc.property(text, text, (command, params) => {
    let line: string;
    try {
      line = formatCtcp(command, params);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      return;
    }
    assertEquals(parseCtcp(line), { command: command.toUpperCase(), params });
    assertEquals(/[\0\r\n]/.test(line), false);
  }));
  assertThrows(() => formatCtcp("A B"), CommandError);
  assertThrows(() => formatCtcp("ACTION", "a\x01b"), CommandError);
});

test("CtcpResponder: answers VERSION, PING, TIME and CLIENTINFO", () => {
  const responder = new CtcpResponder({ version: "mybot 1", limit: 10 });
  const answer = (text: string) => responder.answer(query(text), Date.UTC(2026, 0, 2, 3, 4, 5));
  assertEquals(answer("VERSION"), "NOTICE dan :\x01VERSION mybot 1\x01");
  assertEquals(answer("ping 12 34"), "NOTICE dan :\x01PING 12 34\x01");
  assertEquals(answer("TIME"), "NOTICE dan :\x01TIME Fri, 02 Jan 2026 03:04:05 GMT\x01");
  assertEquals(answer("CLIENTINFO"), "NOTICE dan :\x01CLIENTINFO ACTION CLIENTINFO PING TIME VERSION\x01");
});

test("CtcpResponder: answers no action, nothing unknown, no server, and nothing that cannot be sent", () => {
  const responder = new CtcpResponder();
  assertEquals(responder.answer(query("ACTION waves"), 0), undefined);
  assertEquals(responder.answer(query("FINGER"), 0), undefined);
  assertEquals(responder.answer(query("VERSION", ":irc.test "), 0), undefined);
  assertEquals(responder.answer(query("VERSION", ""), 0), undefined);
  assertEquals(responder.answer(query("PING a\0b"), 0), undefined);
});

test("CtcpResponder: answers no more than its limit", () => {
  const responder = new CtcpResponder({ limit: 2, per: 1_000 });
  const answered = [0, 1, 2, 999, 1_000, 1_001, 1_002].map((now) =>
    responder.answer(query("PING x"), now) !== undefined
  );
  assertEquals(answered, [true, true, false, false, true, true, false]);
});

test("CtcpResponder: leaves out what it is told to, and takes no version that cannot be sent", () => {
  const responder = new CtcpResponder({ version: "", time: false });
  assertEquals(responder.answer(query("VERSION"), 0), undefined);
  assertEquals(responder.answer(query("TIME"), 0), undefined);
  assertEquals(
    responder.answer(query("CLIENTINFO"), 0),
    "NOTICE dan :\x01CLIENTINFO ACTION CLIENTINFO PING\x01",
  );
  assertThrows(() => new CtcpResponder({ version: "a\r\nQUIT" }), OptionError);
  assertThrows(() => new CtcpResponder({ limit: 0 }), OptionError);
});
