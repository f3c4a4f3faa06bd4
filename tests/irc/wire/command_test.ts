import { test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { commandOf, formatCommand, type IrcCommand } from "../../../src/irc/wire/commands/command.ts";
import {
  COMMANDS,
  type KnownCommand,
  type ParameterValue,
} from "../../../src/irc/wire/commands/command_table.ts";
import { parseMessage } from "../../../src/irc/wire/messages/message.ts";
import { CommandError } from "../../../src/protocol/errors.ts";

const line = (command: KnownCommand, ...values: readonly ParameterValue[]) =>
  formatCommand(commandOf(command, values));

/** What is given, and the line it makes: each command in each of its forms. */
const LINES:
  readonly (readonly [line: string, command: KnownCommand, ...values: readonly ParameterValue[]])[] = [
    ["PASS secret", "PASS", "secret"],
    ["NICK dan", "NICK", "dan"],
    ["USER dan 8 * :Dan D", "USER", "dan", 8, "*", "Dan D"],
    ["OPER dan secret", "OPER", "dan", "secret"],
    ["MODE dan", "MODE", "dan"],
    ["MODE dan +i", "MODE", "dan", "+i"],
    ["MODE #a +ov dan eve", "MODE", "#a", "+ov", ["dan", "eve"]],
    ["SERVICE dict * *.fr 0 0 French", "SERVICE", "dict", "*", "*.fr", "0", "0", "French"],
    ["QUIT", "QUIT"],
    ["QUIT :good bye", "QUIT", "good bye"],
    ["SQUIT irc.x", "SQUIT", "irc.x"],
    ["SQUIT irc.x :bad link", "SQUIT", "irc.x", "bad link"],
    ["JOIN #a", "JOIN", "#a"],
    ["JOIN #a,#b k,l", "JOIN", ["#a", "#b"], ["k", "l"]],
    ["JOIN 0", "JOIN", "0"],
    ["PART #a,#b", "PART", ["#a", "#b"]],
    ["PART #a :so long", "PART", "#a", "so long"],
    ["TOPIC #a", "TOPIC", "#a"],
    ["TOPIC #a :A topic", "TOPIC", "#a", "A topic"],
    ["TOPIC #a :", "TOPIC", "#a", ""],
    ["NAMES", "NAMES"],
    ["NAMES #a,#b irc.x", "NAMES", ["#a", "#b"], "irc.x"],
    ["LIST", "LIST"],
    ["LIST >100", "LIST", ">100"],
    ["LIST #a,#b irc.x", "LIST", ["#a", "#b"], "irc.x"],
    ["INVITE dan #a", "INVITE", "dan", "#a"],
    ["KICK #a dan", "KICK", "#a", "dan"],
    ["KICK #a dan,eve :too loud", "KICK", "#a", ["dan", "eve"], "too loud"],
    ["KICK #a,#b dan,eve", "KICK", ["#a", "#b"], ["dan", "eve"]],
    ["PRIVMSG #a :hello there", "PRIVMSG", "#a", "hello there"],
    ["PRIVMSG #a,dan ::)", "PRIVMSG", ["#a", "dan"], ":)"],
    ["NOTICE dan hello", "NOTICE", "dan", "hello"],
    ["MOTD", "MOTD"],
    ["MOTD irc.x", "MOTD", "irc.x"],
    ["LUSERS", "LUSERS"],
    ["LUSERS *.x irc.x", "LUSERS", "*.x", "irc.x"],
    ["VERSION irc.x", "VERSION", "irc.x"],
    ["STATS", "STATS"],
    ["STATS u irc.x", "STATS", "u", "irc.x"],
    ["LINKS", "LINKS"],
    ["LINKS *.x", "LINKS", undefined, "*.x"],
    ["LINKS irc.x *.x", "LINKS", "irc.x", "*.x"],
    ["TIME irc.x", "TIME", "irc.x"],
    ["CONNECT irc.x 6667", "CONNECT", "irc.x", 6667],
    ["CONNECT irc.x 6667 irc.y", "CONNECT", "irc.x", 6667, "irc.y"],
    ["TRACE", "TRACE"],
    ["TRACE irc.x", "TRACE", "irc.x"],
    ["ADMIN irc.x", "ADMIN", "irc.x"],
    ["INFO irc.x", "INFO", "irc.x"],
    ["SERVLIST", "SERVLIST"],
    ["SERVLIST * 0", "SERVLIST", "*", "0"],
    ["SQUERY dict :how do", "SQUERY", "dict", "how do"],
    ["WHO", "WHO"],
    ["WHO #a o", "WHO", "#a", "o"],
    ["WHO #a %tcuhnfar,42", "WHO", "#a", "%tcuhnfar,42"],
    ["WHOIS dan", "WHOIS", undefined, "dan"],
    ["WHOIS irc.x dan,eve", "WHOIS", "irc.x", ["dan", "eve"]],
    ["WHOWAS dan,eve 5 irc.x", "WHOWAS", ["dan", "eve"], 5, "irc.x"],
    ["KILL dan :bad bot", "KILL", "dan", "bad bot"],
    ["PING token irc.x", "PING", "token", "irc.x"],
    ["PONG token", "PONG", "token"],
    ["PONG", "PONG"],
    ["AWAY", "AWAY"],
    ["AWAY :at lunch", "AWAY", "at lunch"],
    ["REHASH", "REHASH"],
    ["DIE", "DIE"],
    ["RESTART", "RESTART"],
    ["SUMMON dan irc.x #a", "SUMMON", "dan", "irc.x", "#a"],
    ["USERS irc.x", "USERS", "irc.x"],
    ["WALLOPS :hear me", "WALLOPS", "hear me"],
    ["USERHOST dan eve", "USERHOST", ["dan", "eve"]],
    ["ISON dan eve", "ISON", ["dan", "eve"]],
    ["CAP LIST", "CAP", "LIST"],
    ["CAP REQ :a -b", "CAP", "REQ", "a -b"],
    ["AUTHENTICATE PLAIN", "AUTHENTICATE", "PLAIN"],
    ["TAGMSG #a,dan", "TAGMSG", ["#a", "dan"]],
    ["BATCH +a draft/multiline #a", "BATCH", "+a", "draft/multiline", ["#a"]],
    ["BATCH -a", "BATCH", "-a"],
    ["MONITOR + dan,eve", "MONITOR", "+", ["dan", "eve"]],
    ["MONITOR C", "MONITOR", "C"],
    ["SETNAME :Dan D", "SETNAME", "Dan D"],
    ["WEBIRC pw gate host 0::1", "WEBIRC", "pw", "gate", "host", "0::1"],
    ["CHATHISTORY LATEST #a * 50", "CHATHISTORY", "LATEST", "#a", ["*", "50"]],
    ["ISUPPORT", "ISUPPORT"],
    ["MARKREAD #a", "MARKREAD", "#a"],
    [
      "MARKREAD #a timestamp=2019-01-04T14:33:26.123Z",
      "MARKREAD",
      "#a",
      "timestamp=2019-01-04T14:33:26.123Z",
    ],
    ["REDACT #a 123 :bad example", "REDACT", "#a", "123", "bad example"],
    ["REGISTER * * :a b", "REGISTER", "*", "*", "a b"],
    ["RENAME #a #b", "RENAME", "#a", "#b"],
    ["VERIFY dan 39gv", "VERIFY", "dan", "39gv"],
  ];

test("commandOf: writes every command in each of its forms", () => {
  for (const [expected, command, ...values] of LINES) {
    assertEquals(line(command, ...values), expected);
  }
  const tested = new Set(LINES.map(([, command]) => command));
  assertEquals(Object.keys(COMMANDS).filter((command) => !tested.has(command as KnownCommand)), []);
});

test("commandOf: names the parameter that cannot be sent, and shows no secret", () => {
  const cases: [message: string, command: KnownCommand, ...values: ParameterValue[]][] = [
    ["Cannot send KICK: the nick is empty", "KICK", "#a", ""],
    ["Cannot send KICK: the nicks is missing", "KICK", "#a"],
    ["Cannot send KICK: the nicks are empty", "KICK", "#a", []],
    ['Cannot send KICK: the nick "a b" contains a space or a control character', "KICK", "#a", ["x", "a b"]],
    ['Cannot send JOIN: the channel "#a,#b" contains a comma', "JOIN", "#a,#b"],
    ['Cannot send INVITE: the channel ":#a" begins with a colon', "INVITE", "dan", ":#a"],
    ["Cannot send JOIN: the key contains a space or a control character", "JOIN", "#a", "my key"],
    ["Cannot send MODE: the argument contains a space or a control character", "MODE", "#a", "+k", [
      "my key",
    ]],
    ["Cannot send JOIN: there are more keys than channels", "JOIN", "#a", ["k", "l"]],
    ["Cannot send KICK: there must be one channel, or as many as nicks", "KICK", ["#a", "#b"], [
      "x",
      "y",
      "z",
    ]],
    ["Cannot send TOPIC: the topic contains CR, LF or NUL", "TOPIC", "#a", "a\nb"],
    ["Cannot send PRIVMSG: the text is empty", "PRIVMSG", "#a", ""],
    ["Cannot send TIME: the target must be one", "TIME", ["a", "b"]],
    ["Cannot send WHOWAS: the target needs the count before it", "WHOWAS", "dan", undefined, "irc.x"],
    ["Cannot send OPER: the name contains a space or a control character", "OPER", "hunter 2", "x"],
    ["Cannot send PASS: the password contains CR, LF or NUL", "PASS", "hunter2\r\nQUIT"],
    ["Cannot send AUTHENTICATE: the data takes more than 400 bytes", "AUTHENTICATE", "x".repeat(401)],
    [`Cannot send AWAY: the line takes 512 bytes of at most 510`, "AWAY", "x".repeat(507)],
  ];
  for (const [message, command, ...values] of cases) {
    const error = assertThrows(() => line(command, ...values), CommandError);
    assertEquals([error.message, error.code], [
      message,
      "invalid_command",
    ]);
  }
});

test("formatCommand: checks tags and whole lines, too", () => {
  const send = (tags: Record<string, string>) =>
    formatCommand({ kind: "send", command: "TAGMSG", params: ["#a"], tags });
  assertEquals(send({ "+typing": "active", "label": "a;b" }), "@+typing=active;label=a\\:b TAGMSG #a");
  assertThrows(() => send({ "a b": "" }), CommandError);
  assertThrows(
    () => send({ "+x": "é".repeat(2_100) }),
    CommandError,
    "the tags take 4205 bytes of at most 4096",
  );
  const raw = (line: string) => formatCommand({ kind: "raw", line });
  assertEquals(raw("@a=b PRIVMSG  #a  :hi "), "@a=b PRIVMSG  #a  :hi ");
  for (const line of ["", " ", "@a", "A\r\nB", "A\0", `A ${"x".repeat(510)}`, `@${"x".repeat(4_096)} A`]) {
    assertThrows(() => raw(line), CommandError);
  }
});

test("formatCommand: no string of a user's reaches the wire with CR, LF or NUL, or as another command", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(fc.constantFrom("a", " ", ":", ",", "\r", "\n", "\0", "@", "#"), { maxLength: 6 }).map((all) =>
      all.join("")
    ),
  );
  const extras = fc.record({
    tags: fc.option(fc.dictionary(text, text, { maxKeys: 2 }), { nil: undefined }),
  });
  const value = fc.oneof(text, fc.array(text, { maxLength: 3 }), fc.constant(undefined));
  const known = fc.tuple(
    fc.constantFrom(...Object.keys(COMMANDS) as KnownCommand[]),
    fc.array(value, { maxLength: 6 }),
    extras,
  )
    .map(([command, values, extras]) => () => [command, commandOf(command, values, extras)] as const);
  const any = fc.oneof(
    fc.tuple(text, text).map(([channel, key]): IrcCommand => ({ kind: "JOIN", channel, key })),
    fc.tuple(text, text).map(([channel, reason]): IrcCommand => ({ kind: "PART", channel, reason })),
    fc.tuple(text, text).map(([target, text]): IrcCommand => ({ kind: "PRIVMSG", target, text })),
    text.map((nick): IrcCommand => ({ kind: "NICK", nick })),
    text.map((reason): IrcCommand => ({ kind: "QUIT", reason })),
  ).map((command) => () => [command.kind, command] as const);
  const open = fc.tuple(text, fc.array(text, { maxLength: 4 }), extras).map(
    ([command, params, { tags }]) => () =>
      [command.toUpperCase(), { kind: "send", command, params, tags } satisfies IrcCommand] as const,
  );
  const raw = text.map((line) => () => ["", { kind: "raw", line } satisfies IrcCommand] as const);
  fc.assert(
    fc.property(fc.oneof(known, any, open, raw), (make) => {
      let name: string;
      let line: string;
      try {
        const [kind, command] = make();
        name = kind;
        line = formatCommand(command);
      } catch (error) {
        if (!(error instanceof CommandError)) throw error;
        return;
      }
      assert(!/[\r\n\0]/.test(line));
      if (name !== "") assertEquals(parseMessage(line).command, name);
    }),
    { numRuns: 2_000 },
  );
});
