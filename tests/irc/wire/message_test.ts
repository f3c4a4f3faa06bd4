import { test } from "node:test";
import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { CommandError, ProtocolError } from "../../../src/protocol/errors.ts";
import { formatMessage, IrcSource, parseMessage } from "../../../src/irc/wire/messages/message.ts";

test("parseMessage: finds every part of a full line", () => {
  const message = parseMessage("@id=234AB;+draft/x :dan!d@localhost PRIVMSG #chan :Hey what's up!\r\n");
  assertEquals(message.raw, "@id=234AB;+draft/x :dan!d@localhost PRIVMSG #chan :Hey what's up!");
  assertEquals(message.command, "PRIVMSG");
  assertEquals(message.params, ["#chan", "Hey what's up!"]);
  assertEquals(message.text, "Hey what's up!");
  assertEquals([...message.tags], [["id", "234AB"], ["+draft/x", ""]]);
  assertEquals(message.source?.nick, "dan");
  assertEquals(message.source?.user, "d");
  assertEquals(message.source?.host, "localhost");
});

test("parseMessage: takes what the grammar tolerates", () => {
  assertEquals(parseMessage("ping").command, "PING");
  assertEquals(parseMessage("  PING  a   b ").params, ["a", "b"]);
  assertEquals(parseMessage(":s 001  me  :Welcome  here ").params, ["me", "Welcome  here "]);
  assertEquals(parseMessage("TOPIC #c :").params, ["#c", ""]);
  assertEquals(parseMessage("X :").text, "");
  assertEquals(parseMessage("X a:b c").params, ["a:b", "c"]);
  assertEquals(parseMessage("X ::)").params, [":)"]);
  assertEquals(parseMessage("X").params, []);
  assertEquals(parseMessage("@;;a=1;; X").tag("a"), "1");
  assertEquals(parseMessage("@a=1;a=2 X").tag("a"), "2");
});

test("parseMessage: throws its own error on what has no command", () => {
  for (const line of ["", " ", "\r\n", ":", ":source", ":source ", "@a=1", "@a=1 ", "@a=1 :source "]) {
    assertThrows(() => parseMessage(line), ProtocolError);
  }
});

test("IrcMessage.tag: is not taken in by look-alikes", () => {
  const message = parseMessage("@xid=1;id2=2;x=id=3;id=4;idid=5 PRIVMSG #c :;id=6;");
  assertEquals(message.tag("id"), "4");
  assertEquals(message.tag("x"), "id=3");
  assertEquals(message.tag("d"), undefined);
  assertEquals(message.tag(""), undefined);
  assertEquals(parseMessage("PRIVMSG #c :;id=6;").tag("id"), undefined);
});

test("IrcMessage.tag: finds what tags has, whatever the line and the name, line after line", () => {
  const key = fc.stringMatching(/^[+a-c=;-]{0,4}$/);
  const tags = fc.array(fc.tuple(key, fc.constantFrom("", "=", "=a", "=b=c", "=\\s")), { maxLength: 300 });
  fc.assert(fc.property(fc.array(tags, { minLength: 1, maxLength: 3 }), key, (lines, other) => {
    const messages = lines.map((tags) => {
      return parseMessage(`@${tags.map(([name, value]) => name + value).join(";")} X :;a=9;`);
    });
    for (const name of [other, ...lines.flat().map(([name]) => name)]) {
      for (const message of messages) assertEquals(message.tag(name), message.tags.get(name));
    }
  }));
});

test("IrcMessage.tags: unescapes values, lone backslashes included", () => {
  const message = parseMessage("@a=\\:\\s\\\\\\r\\n\\x\\;b X");
  assertEquals(message.tag("a"), "; \\\r\nx");
  assertEquals(message.tags.get("a"), "; \\\r\nx");
  assertEquals(message.tag("b"), "");
});

test("IrcMessage.text: is the last parameter, with or without a colon", () => {
  for (const line of ["X a b", "X a :b", "X b", "X :b", "@t=1 :s X a :b"]) {
    assertEquals(parseMessage(line).text, "b");
    const message = parseMessage(line);
    message.params;
    assertEquals(message.text, "b");
  }
  assertEquals(parseMessage("X").text, "");
});

test("IrcSource: tells servers from users", () => {
  const cases: [string, string, string | undefined, string | undefined, string | undefined][] = [
    ["irc.test", "irc.test", undefined, undefined, undefined],
    ["dan", "dan", "dan", undefined, undefined],
    ["dan!d", "dan", "dan", "d", undefined],
    ["dan@host.x", "dan", "dan", undefined, "host.x"],
    ["dan!d@host.x", "dan", "dan", "d", "host.x"],
    ["dan@d!host.x", "dan@d", "dan@d", "host.x", undefined],
  ];
  for (const [raw, name, nick, user, host] of cases) {
    const source = new IrcSource(raw);
    assertEquals([source.name, source.nick, source.user, source.host], [name, nick, user, host]);
  }
});

const middle = fc.stringMatching(/^[^\0\r\n :][^\0\r\n ]*$/);
const trailing = fc.stringMatching(/^[^\0\r\n]*$/);
const parts = fc.record({
  tags: fc.dictionary(
    fc.stringMatching(/^\+?[a-z0-9-]+$/),
    fc.string({ unit: "binary" }).filter((v) => !v.includes("\0")),
  ),
  source: fc.option(middle, { nil: undefined }),
  command: fc.stringMatching(/^(?:[A-Z]+|[0-9]{3})$/),
  params: fc.tuple(fc.array(middle), fc.option(trailing, { nil: undefined })),
});

test("formatMessage: parses back to the same parts", () => {
  fc.assert(fc.property(parts, ({ tags, source, command, params: [middles, last] }) => {
    const params = last === undefined ? middles : [...middles, last];
    const line = formatMessage({ tags, command, params, ...(source !== undefined && { source }) });
    const message = parseMessage(line);
    assertEquals(message.command, command);
    assertEquals(message.params, params);
    assertEquals(message.source?.raw, source);
    assertEquals(new Map(message.tags), new Map(Object.entries(tags)));
    for (const [name, value] of Object.entries(tags)) assertEquals(message.tag(name), value);
  }));
});

test("formatMessage: lets nothing through that ends the line or moves a parameter", () => {
  const bad: Parameters<typeof formatMessage>[0][] = [
    { command: "PRIVMSG", params: ["#c", "a\r\nQUIT"] },
    { command: "PRIVMSG", params: ["#c", "a\0"] },
    { command: "PRIVMSG", params: ["a b", "c"] },
    { command: "PRIVMSG", params: [":a", "c"] },
    { command: "PRIVMSG", params: ["", "c"] },
    { command: "PRIV MSG" },
    { command: "" },
    { command: "X", source: "a b" },
    { command: "X", tags: { "a=b": "" } },
    { command: "X", tags: { "a": "\0" } },
  ];
  for (const given of bad) assertThrows(() => formatMessage(given), CommandError);
});

test("parseMessage: throws on lines without a command, and on no others", () => {
  const line = fc.array(fc.constantFrom("@", ":", " ", "a", ";", "=", "\r", "\n"), { maxLength: 10 });
  fc.assert(fc.property(line.map((all) => all.join("")), (line) => {
    const hasCommand = /^(?:@[^ ]* +|(?!@) *)(?::[^ ]* +|(?!:))[^ ]/.test(line.replace(/[\r\n]+$/, ""));
    if (hasCommand) parseMessage(line);
    else assertThrows(() => parseMessage(line), ProtocolError);
  }));
});

test("parseMessage: throws nothing but its own error, whatever the line", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (line) => {
    try {
      const message = parseMessage(line);
      void [message.tags, message.source?.nick, message.params, message.text, message.tag("id")];
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
    }
  }));
});

test("IrcMessage.param: is what params has there, whether all were read before or not", () => {
  for (
    const line of [
      "PING",
      "A b",
      "A b  c :d e",
      "A :b c",
      "A b :",
      "A b c ",
      ":s A b :c :d",
      "A  :",
      "A b:c :",
    ]
  ) {
    const { params } = parseMessage(line);
    for (let index = -1; index < 5; index++) {
      const message = parseMessage(line);
      assertEquals(message.param(index), params[index] ?? "", `${line} ${index}`);
      assertEquals([...message.params], [...params]);
      assertEquals(message.param(index), params[index] ?? "");
    }
  }
});
