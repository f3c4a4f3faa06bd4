import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { commandOf, formatCommand } from "../../../src/irc/wire/commands/command.ts";
import { secrecyOf } from "../../../src/irc/wire/commands/secrecy.ts";

test("secrecyOf: nothing is shown of a line that is a login, or that is said to be secret", () => {
  for (const line of ["PASS x", "oper a b", "AUTHENTICATE x", "WEBIRC a b c d", "@label=1 OPER a b"]) {
    assertEquals(secrecyOf(line), { secret: true }, line);
  }
  assertEquals(secrecyOf("PRIVMSG dan :the word is sesame", true), { secret: true });
  assertEquals(secrecyOf(formatCommand(commandOf("OPER", ["a", "b"]))), { secret: true });
});

test("secrecyOf: of a channel's key, and of what is said to services, all else is shown", () => {
  const shown: readonly [string, string][] = [
    ["JOIN #a,#b k1,k2", "JOIN #a,#b *"],
    ["@label=1 join #a k1", "JOIN #a *"],
    ["MODE #a +ok dan k1", "MODE #a +ok *"],
    ["PRIVMSG NickServ :IDENTIFY sesame", "PRIVMSG NickServ *"],
    ["NOTICE chanserv@services.example :x y", "NOTICE chanserv@services.example *"],
    ["PRIVMSG Q@CServe.quakenet.org :AUTH a b", "PRIVMSG Q@CServe.quakenet.org *"],
    ["PRIVMSG dan,nickserv :x", "PRIVMSG dan,nickserv *"],
    ["SQUERY NickServ :x", "SQUERY NickServ *"],
    ["NickServ IDENTIFY sesame", "NICKSERV *"],
    ["ns identify sesame", "NS *"],
    ["NickServ :IDENTIFY sesame", "NICKSERV *"],
    ["REGISTER dan dan@example.org sesame", "REGISTER *"],
  ];
  for (const [line, rest] of shown) assertEquals(secrecyOf(line), { secret: true, shown: rest }, line);
});

test("secrecyOf: any other line is shown as it is", () => {
  const lines = [
    "NICK x",
    "JOIN #a,#b",
    "PRIVMSG a :PASS x",
    "MODE #a +o kim",
    "MODE #a k",
    "PRIVMSG serve :x",
  ];
  for (const line of [...lines, "PRIVMSG #nickserv :x", "NS", "CAP LS 302"]) {
    assertEquals(secrecyOf(line), {}, line);
  }
});
