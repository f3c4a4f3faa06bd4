import { test } from "node:test";
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { ShownLines } from "../../../src/irc/wire/commands/shown_lines.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const STREAM = ":s 001 bot :Welcome\r\n@a=b :bot!u@h PRIVMSG NickServ :IDENTIFY sesame\r\nPING :ü\r\n" +
  ":op MODE #a +k sesame\r\n:s 324 bot #a +k sesame\r\n:dan PRIVMSG #a :sesame street\r\nAUTHENTICATE sesame\r\n";

test("ShownLines: leaves out what is secret, and shows all else as it came", () => {
  const lines = new ShownLines({ messages: true });
  assertEquals(lines.shown(":bot!u@h PRIVMSG NickServ :IDENTIFY sesame"), "PRIVMSG NickServ *");
  assertEquals(lines.shown("AUTHENTICATE sesame"), "");
  assertEquals(lines.shown(":s 324 bot #a +knt sesame"), "324 bot #a +knt *");
  assertEquals(lines.shown(":s 324 bot #a +nt"), ":s 324 bot #a +nt");
  assertEquals(lines.shown("PING x\r\nAUTHENTICATE y\r\nPING z"), "PING x\r\n\nPING z");
  for (const other of ["PRIVMSG #a :sesame", "", ":", "@a", ":s 001", "\0\n\n :x", "PRIVMSG NickServ"]) {
    assertEquals(lines.shown(other), other);
  }
  // What a server could send, and nobody else.
  assertEquals(lines.shown(":op MODE #a\0 +k sesame"), "MODE #a\0 +k *");
  assertEquals(lines.shown(":bot!u@h PRIVMSG x@\0 :sesame"), "PRIVMSG x@\0 *");
  const bytes = encoder.encode("PING ü");
  assertEquals(lines.shown(bytes) === bytes, true);
});

test("ShownLines: is told of no secret however a stream is cut, and of everything else", () => {
  const whole = encoder.encode(STREAM);
  fc.assert(fc.property(fc.array(fc.nat(whole.length), { maxLength: 40 }), (cuts) => {
    const lines = new ShownLines({ messages: false });
    const at = [0, ...cuts.sort((a, b) => a - b), whole.length];
    let shown = "";
    for (const [i, end] of at.entries()) {
      const data = lines.shown(whole.subarray(at[i - 1] ?? 0, end));
      if (typeof data !== "string") shown += decoder.decode(data, { stream: true });
    }
    decoder.decode();
    for (const line of shown.split("\n")) {
      assertEquals(line.includes("sesame") && !line.includes("street"), false, JSON.stringify(line));
    }
    for (const line of [":s 001 bot :Welcome", "PING :ü", ":dan PRIVMSG #a :sesame street"]) {
      assertEquals(shown.includes(`${line}\r\n`), true, line);
    }
  }));
});
