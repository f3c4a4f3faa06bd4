import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type IrcEvent, IrcTextEvent, plainEvent } from "../../../src/irc/wire/events/event.ts";
import { IrcMessageEvent } from "../../../src/irc/wire/events/message_event.ts";
import { FIELDS } from "../../../src/irc/wire/events/event_fields.ts";
import { eventOf } from "../../../src/irc/wire/events/event_of.ts";
import { Isupport } from "../../../src/irc/wire/support/isupport.ts";
import { IrcSource, parseMessage } from "../../../src/irc/wire/messages/message.ts";
import { NUMERICS } from "../../../src/irc/wire/events/numerics.ts";
import { logged } from "../../_logged.ts";

const event = (line: string): IrcEvent => eventOf(parseMessage(line), { isOwn: (nick) => nick === "bot" });

/** Its kind and its fields. */
function fieldsOf(line: string): [kind: string, fields: Record<string, unknown>] {
  const told = event(line);
  const names = Object.keys(Object.getOwnPropertyDescriptors(Object.getPrototypeOf(told)))
    .filter((name) => name !== "constructor");
  return [told.kind, Object.fromEntries(names.map((name) => [name, Reflect.get(told, name)]))];
}

const TAGGED = {
  nick: "dan",
  target: "#a",
  channelContext: undefined,
  reaction: undefined,
  replyTo: undefined,
  typing: undefined,
  unreaction: undefined,
};

const CASES: readonly (readonly [line: string, kind: string, fields: Record<string, unknown>])[] = [
  [":dan!d@h ACCOUNT dan", "ACCOUNT", { account: "dan" }],
  [":dan!d@h ACCOUNT *", "ACCOUNT", { account: undefined }],
  ["AUTHENTICATE +", "AUTHENTICATE", { data: "+" }],
  [":dan!d@h AWAY :at lunch", "AWAY", { reason: "at lunch" }],
  [":dan!d@h AWAY", "AWAY", { reason: undefined }],
  ["BATCH +a netsplit x y", "BATCH", { reference: "a", isStart: true, type: "netsplit", args: ["x", "y"] }],
  ["BATCH -a", "BATCH", { reference: "a", isStart: false, type: undefined, args: [] }],
  ["CAP * ls * :a b=c", "CAP", { subcommand: "LS", capabilities: ["a", "b=c"], isLast: false }],
  ["CAP bot ACK :a", "CAP", { subcommand: "ACK", capabilities: ["a"], isLast: true }],
  [":dan!d@h CHGHOST user host", "CHGHOST", { user: "user", host: "host" }],
  ["ERROR :Closing Link", "ERROR", { reason: "Closing Link" }],
  ["FAIL JOIN CODE a b :No", "FAIL", { command: "JOIN", code: "CODE", context: ["a", "b"] }],
  ["WARN * CODE :No", "WARN", { command: "*", code: "CODE", context: [] }],
  ["NOTE * CODE :No", "NOTE", { command: "*", code: "CODE", context: [] }],
  [":dan!d@h INVITE bot #a", "INVITE", { nick: "bot", channel: "#a" }],
  [":oper KILL bot :bye now", "KILL", { nick: "bot", reason: "bye now" }],
  [":dan!d@h MODE #a +ov-l a b", "MODE", { nick: "dan", target: "#a", modes: "+ov-l", args: ["a", "b"] }],
  ["PING :a b", "PING", { token: "a b" }],
  [":s PONG s :a b", "PONG", { token: "a b" }],
  [":dan!d@h QUIT :gone away", "QUIT", { reason: "gone away" }],
  [":dan!d@h QUIT", "QUIT", { reason: "" }],
  [":dan!d@h SETNAME :Dan D", "SETNAME", { realname: "Dan D" }],
  ["@+typing=active :dan!d@h TAGMSG #a", "TAGMSG", { ...TAGGED, typing: "active" }],
  ["@+typing=other :dan!d@h TAGMSG #a", "TAGMSG", TAGGED],
  ["@+draft/reply=1;+draft/react=👋 :dan!d@h TAGMSG #a", "TAGMSG", {
    ...TAGGED,
    replyTo: "1",
    reaction: "👋",
  }],
  ["@+reply=2;+draft/reply=1;+draft/unreact=👋 :dan!d@h TAGMSG #a", "TAGMSG", {
    ...TAGGED,
    replyTo: "2",
    unreaction: "👋",
  }],
  ["CHATHISTORY TARGETS dan 2019-01-04T14:33:26.123Z", "CHATHISTORY", {
    subcommand: "TARGETS",
    target: "dan",
    time: 1_546_612_406_123,
  }],
  [":s MARKREAD #a timestamp=2019-01-04T14:33:26.123Z", "MARKREAD", {
    target: "#a",
    time: 1_546_612_406_123,
  }],
  [":s MARKREAD #a *", "MARKREAD", { target: "#a", time: undefined }],
  [":dan!d@h REDACT #a 123 :bad example", "REDACT", {
    nick: "dan",
    target: "#a",
    id: "123",
    reason: "bad example",
  }],
  [":dan!d@h REDACT #a 123", "REDACT", { nick: "dan", target: "#a", id: "123", reason: undefined }],
  [":dan!d@h RENAME #a #b :", "RENAME", { nick: "dan", channel: "#a", name: "#b", reason: "" }],
  [":s REGISTER VERIFICATION_REQUIRED dan :Sent", "REGISTER", {
    status: "VERIFICATION_REQUIRED",
    account: "dan",
  }],
  [":s VERIFY SUCCESS dan :Done", "VERIFY", { status: "SUCCESS", account: "dan" }],
  [":dan!d@h TOPIC #a :", "TOPIC", { nick: "dan", channel: "#a", topic: "" }],
  [":s 001 bot :Welcome", "RPL_WELCOME", { nick: "bot" }],
  [":s 004 bot s v1 io bk", "RPL_MYINFO", {
    server: "s",
    version: "v1",
    userModes: "io",
    channelModes: "bk",
  }],
  [":s 005 bot A=1 B :are supported", "RPL_ISUPPORT", { tokens: ["A=1", "B"] }],
  [":s 010 bot other 6697 :go", "RPL_BOUNCE", { hostname: "other", port: 6697 }],
  [":s 212 bot PING 12", "RPL_STATSCOMMANDS", { command: "PING", count: 12 }],
  [":s 219 bot u :End", "RPL_ENDOFSTATS", { query: "u" }],
  [":s 221 bot +iw", "RPL_UMODEIS", { modes: "+iw", args: [] }],
  [":s 252 bot 3 :operators", "RPL_LUSEROP", { count: 3 }],
  [":s 253 bot many :unknown", "RPL_LUSERUNKNOWN", { count: undefined }],
  [":s 254 bot 7 :channels", "RPL_LUSERCHANNELS", { count: 7 }],
  [":s 265 bot 5 9 :local", "RPL_LOCALUSERS", { users: 5, most: 9 }],
  [":s 266 bot :global", "RPL_GLOBALUSERS", { users: undefined, most: undefined }],
  [":s 263 bot LIST :wait", "RPL_TRYAGAIN", { command: "LIST" }],
  [":s 301 bot dan :lunch", "RPL_AWAY", { nick: "dan" }],
  [":s 302 bot :dan*=-d@h eve=+e@i nonsense", "RPL_USERHOST", {
    replies: [
      { nick: "dan", user: "d", host: "h", isOperator: true, isAway: true },
      { nick: "eve", user: "e", host: "i", isOperator: false, isAway: false },
    ],
  }],
  [":s 303 bot :dan  eve ", "RPL_ISON", { nicks: ["dan", "eve"] }],
  [":s 311 bot dan d h * :Dan D", "RPL_WHOISUSER", { nick: "dan", user: "d", host: "h", realname: "Dan D" }],
  [":s 312 bot dan irc.x :info", "RPL_WHOISSERVER", { nick: "dan", server: "irc.x" }],
  [":s 313 bot dan :oper", "RPL_WHOISOPERATOR", { nick: "dan" }],
  [":s 314 bot dan d h * :Dan D", "RPL_WHOWASUSER", { nick: "dan", user: "d", host: "h", realname: "Dan D" }],
  [":s 315 bot #a :End", "RPL_ENDOFWHO", { mask: "#a" }],
  [":s 317 bot dan 12 1700000000 :idle", "RPL_WHOISIDLE", {
    nick: "dan",
    idle: 12_000,
    signedOnAt: 1_700_000_000_000,
  }],
  [":s 317 bot dan 12 :idle", "RPL_WHOISIDLE", { nick: "dan", idle: 12_000, signedOnAt: undefined }],
  [":s 318 bot dan :End", "RPL_ENDOFWHOIS", { nick: "dan" }],
  [":s 319 bot dan :@#a #b", "RPL_WHOISCHANNELS", { nick: "dan", channels: ["@#a", "#b"] }],
  [":s 322 bot #a 12 :A topic", "RPL_LIST", { channel: "#a", users: 12, topic: "A topic" }],
  [":s 324 bot #a +kl key 5", "RPL_CHANNELMODEIS", { channel: "#a", modes: "+kl", args: ["key", "5"] }],
  [":s 329 bot #a 1700000000", "RPL_CREATIONTIME", { channel: "#a", createdAt: 1_700_000_000_000 }],
  [":s 330 bot dan account :is", "RPL_WHOISACCOUNT", { nick: "dan", account: "account" }],
  [":s 331 bot #a :No topic", "RPL_NOTOPIC", { channel: "#a" }],
  [":s 332 bot #a :A topic", "RPL_TOPIC", { channel: "#a", topic: "A topic" }],
  [":s 333 bot #a dan!d@h 1700000000", "RPL_TOPICWHOTIME", {
    channel: "#a",
    setBy: "dan!d@h",
    setAt: 1_700_000_000_000,
  }],
  [":s 341 bot dan #a", "RPL_INVITING", { nick: "dan", channel: "#a" }],
  [":s 346 bot #a *!*@x", "RPL_INVEXLIST", {
    channel: "#a",
    mask: "*!*@x",
    setBy: undefined,
    setAt: undefined,
  }],
  [":s 351 bot v1 irc.x :comments", "RPL_VERSION", { version: "v1", server: "irc.x" }],
  [":s 352 bot #a d h irc.x dan G*@ :2 Dan D", "RPL_WHOREPLY", {
    channel: "#a",
    user: "d",
    host: "h",
    server: "irc.x",
    nick: "dan",
    flags: "G*@",
    isAway: true,
    isOperator: true,
    hops: 2,
    realname: "Dan D",
  }],
  [":s 353 bot = #a :@+dan eve!e@h [x]", "RPL_NAMREPLY", {
    symbol: "=",
    channel: "#a",
    names: [
      { prefix: "@+", nick: "dan", user: undefined, host: undefined },
      { prefix: "", nick: "eve", user: "e", host: "h" },
      { prefix: "", nick: "[x]", user: undefined, host: undefined },
    ],
  }],
  [":s 353 bot #a :dan", "RPL_NAMREPLY", {
    symbol: undefined,
    channel: "#a",
    names: [{ prefix: "", nick: "dan", user: undefined, host: undefined }],
  }],
  [":s 364 bot a b :1 info here", "RPL_LINKS", { server: "a", behind: "b", hops: 1, info: "info here" }],
  [":s 366 bot #a :End", "RPL_ENDOFNAMES", { channel: "#a" }],
  [":s 367 bot #a *!*@x dan 1700000000", "RPL_BANLIST", {
    channel: "#a",
    mask: "*!*@x",
    setBy: "dan",
    setAt: 1_700_000_000_000,
  }],
  [":s 391 bot irc.x :Monday", "RPL_TIME", { server: "irc.x" }],
  [":s 396 bot cloak :is now", "RPL_VISIBLEHOST", { host: "cloak" }],
  [":s 704 bot index :Help", "RPL_HELPSTART", { subject: "index" }],
  [":s 731 bot :dan,eve", "RPL_MONOFFLINE", { nicks: ["dan", "eve"] }],
  [":s 900 bot bot!b@h acc :You are", "RPL_LOGGEDIN", { mask: "bot!b@h", account: "acc" }],
  [":s 908 bot PLAIN,EXTERNAL :are", "RPL_SASLMECHS", { mechanisms: ["PLAIN", "EXTERNAL"] }],
  [":s 401 bot dan :No such", "ERR_NOSUCHNICK", { nick: "dan" }],
  [":s 402 bot irc.x :No such", "ERR_NOSUCHSERVER", { server: "irc.x" }],
  [":s 403 bot #a :No such", "ERR_NOSUCHCHANNEL", { channel: "#a" }],
  [":s 421 bot FOO :Unknown", "ERR_UNKNOWNCOMMAND", { command: "FOO" }],
  [":s 433 * dan :In use", "ERR_NICKNAMEINUSE", { nick: "dan" }],
  [":s 441 bot dan #a :Not on", "ERR_USERNOTINCHANNEL", { nick: "dan", channel: "#a" }],
  [":s 696 bot #a k x :bad", "ERR_INVALIDMODEPARAM", { target: "#a", mode: "k", parameter: "x" }],
  [":s 734 bot 100 dan,eve :full", "ERR_MONLISTFULL", { limit: 100, nicks: ["dan", "eve"] }],
];

test("IrcMessageEvent: has what its kind has by name", () => {
  for (const [line, kind, fields] of CASES) assertEquals(fieldsOf(line), [kind, fields], line);
});

test("IrcEvent: shows all that it says when it is logged or turned into JSON, and its line when it is cloned", () => {
  for (const [line, kind, fields] of CASES) {
    const { message, ...json } = JSON.parse(JSON.stringify(event(line)));
    assertEquals([json.kind, message.raw], [kind, line]);
    assertEquals({ ...json, ...JSON.parse(JSON.stringify(fields)) }, json, line);
  }
  const line = "@account=dan :dan!d@h PRIVMSG #a :\x01ACTION waves\x01";
  const said = event(line);
  assertEquals(JSON.parse(JSON.stringify(said)), {
    kind: "PRIVMSG",
    message: {
      raw: line,
      command: "PRIVMSG",
      tags: { account: "dan" },
      source: { raw: "dan!d@h", name: "dan", nick: "dan", user: "d", host: "h" },
      params: ["#a", "\x01ACTION waves\x01"],
      text: "\x01ACTION waves\x01",
    },
    replyTarget: "#a",
    own: false,
    status: "",
    command: "PRIVMSG",
    nick: "dan",
    account: "dan",
    bot: false,
    isHistory: false,
    source: { raw: "dan!d@h", name: "dan", nick: "dan", user: "d", host: "h" },
    target: "#a",
    text: "waves",
    isAction: true,
    ctcp: { command: "ACTION", params: "waves" },
  });
  for (const part of ["waves", "replyTarget", "account", "host"]) assert(logged(said).includes(part), part);
  const kept = {
    kind: "PRIVMSG",
    message: { raw: line, command: "PRIVMSG" },
    replyTarget: "#a",
    own: false,
    channel: undefined,
    status: "",
    member: undefined,
  };
  assertEquals<unknown>(structuredClone(said), kept);
  assert("message" in said && { ...said }.message.raw === line);
});

test("IrcMessageEvent: RPL_MONONLINE has sources", () => {
  const told = event(":s 730 bot :dan!d@h,eve");
  assert(told.kind === "RPL_MONONLINE");
  assertEquals(told.sources.map(({ nick, host }) => [nick, host]), [["dan", "h"], ["eve", undefined]]);
  assert(told.sources[0] instanceof IrcSource);
});

test("IrcMessageEvent: is of no other kind than its line, and keeps it", () => {
  const told = event(":s 332 bot #a :A topic");
  assert(told instanceof IrcMessageEvent && told.kind === "RPL_TOPIC");
  assertEquals([told.channel, told.text, told.source?.name, told.params.length], ["#a", "A topic", "s", 3]);
  assertEquals(told.message.raw, ":s 332 bot #a :A topic");
  const other = event(":s 376 bot :End");
  assert(other.kind === "RPL_ENDOFMOTD");
  assert(!("channel" in other));
});

test("eventOf: a text has who said it, where, when, and how it is known", () => {
  const isupport = new Isupport();
  isupport.take(["bot", "STATUSMSG=@+", "CHANTYPES=#", "are supported"]);
  const text = (line: string) => {
    const event = eventOf(parseMessage(line), {
      isOwn: (nick) => nick === "bot",
      isupport,
      isHistory: (batch) => batch === "old",
    });
    assert(event instanceof IrcTextEvent);
    return event;
  };
  const tags = "@time=2026-11-22T01:00:00.000Z;msgid=7;account=dan;bot";
  const said = text(`${tags} :dan!d@h PRIVMSG @#a :hello`);
  assertEquals(
    [said.kind, said.nick, said.channel, said.status, said.time, said.id, said.account, said.bot, said.own],
    ["PRIVMSG", "dan", "#a", "@", Date.UTC(2026, 10, 22, 1), "7", "dan", true, false],
  );
  const alone = text(":dan!d@h NOTICE bot :psst");
  assertEquals(
    [alone.kind, alone.channel, alone.status, alone.time, alone.id, alone.account, alone.bot],
    ["NOTICE", undefined, "", undefined, undefined, undefined, false],
  );
  const echo = text(":bot!b@h PRIVMSG dan :hi");
  assertEquals([echo.kind, echo.command, echo.own, echo.replyTarget], ["echo", "PRIVMSG", true, "dan"]);
  const old = text("@batch=old :bot!b@h NOTICE #a :hi");
  assertEquals([old.kind, old.command, old.own, old.isHistory, old.channel], [
    "history",
    "NOTICE",
    true,
    true,
    "#a",
  ]);
  assertEquals(text("@batch=new :dan!d@h PRIVMSG #a :hi").isHistory, false);
  const query = text(":dan!d@h PRIVMSG bot :\x01VERSION\x01");
  assertEquals([query.kind, query.ctcp?.command, query.replyTarget], ["ctcp", "VERSION", "dan"]);
  const action = text(":dan!d@h PRIVMSG #a :\x01ACTION waves\x01");
  assertEquals([action.kind, action.isAction, action.text], ["PRIVMSG", true, "waves"]);
});

test("eventOf: a text has what its sender has put to it for clients", () => {
  const isupport = new Isupport();
  const told = (line: string) => {
    const event = eventOf(parseMessage(line), { isOwn: (nick) => nick === "bot", isupport });
    assert(event instanceof IrcTextEvent);
    return [event.replyTo, event.channelContext];
  };
  assertEquals(told("@+reply=7;+channel-context=#a :dan!d@h NOTICE bot :hi"), ["7", "#a"]);
  assertEquals(told("@+draft/reply=7 :dan!d@h PRIVMSG #a :hi"), ["7", undefined]);
  // "Clients MUST ignore this tag if it is not attached to a private PRIVMSG or NOTICE message."
  assertEquals(told("@+reply=;+channel-context=#b :dan!d@h PRIVMSG #a :hi"), [undefined, undefined]);
});

test("eventOf: the prefixes of names are those of the server, and others are letters", () => {
  const isupport = new Isupport();
  isupport.take(["bot", "PREFIX=(Yohvx)!@%+-", "are supported"]);
  const message = parseMessage(":s 353 bot = #a :-hid !@boss ~tilde");
  const event = eventOf(message, { isOwn: () => false, isupport });
  assertEquals(event.kind === "RPL_NAMREPLY" && event.names.map(({ prefix, nick }) => [prefix, nick]), [
    ["-", "hid"],
    ["!@", "boss"],
    ["", "~tilde"],
  ]);
});

test("plainEvent: names every numeric, and keeps what has no name", () => {
  for (const [digits, name] of Object.entries(NUMERICS)) {
    assertEquals(plainEvent(parseMessage(`:s ${digits} bot :x`)).kind, name);
  }
  for (const line of [":s 299x bot", ":s 222 bot :x", "FOO bar", "TOSTRING a", "CONSTRUCTOR", "KIND x"]) {
    const told = plainEvent(parseMessage(line));
    assertEquals([told.kind, (told as IrcMessageEvent).message.raw], ["unknown", line]);
  }
});

test("plainEvent: reads fields of any line without throwing", () => {
  const kinds = [...Object.entries(NUMERICS).map(([digits]) => digits), ...Object.keys(FIELDS)];
  const param = fc.stringMatching(/^[^\0\r\n :][^\0\r\n ]*$/);
  fc.assert(fc.property(fc.constantFrom(...kinds), fc.array(param, { maxLength: 8 }), (command, params) => {
    fieldsOf([command, ...params].join(" "));
  }));
});

test("IrcTextEvent: tells an ACTION from text, and other CTCP from both", () => {
  const text = (line: string) => {
    const told = event(line);
    assert(told.kind === "PRIVMSG" || told.kind === "NOTICE");
    return [told.text, told.isAction, told.ctcp, told.replyTarget];
  };
  assertEquals(text(":dan!d@h PRIVMSG #a :hello"), ["hello", false, undefined, "#a"]);
  assertEquals(text(":dan!d@h PRIVMSG bot :\x01ACTION waves\x01"), [
    "waves",
    true,
    { command: "ACTION", params: "waves" },
    "dan",
  ]);
  assertEquals(text(":dan!d@h NOTICE bot :\x01PING 1\x01")[2], { command: "PING", params: "1" });
});

test("IrcMembershipEvent: has the account and the real name of extended-join", () => {
  const join = (line: string) => {
    const told = event(line);
    assert(told.kind === "JOIN" || told.kind === "KICK");
    return [told.channel, told.nick, told.account, told.realname, told.reason, told.own];
  };
  assertEquals(join(":dan!d@h JOIN #a dan :Dan D"), ["#a", "dan", "dan", "Dan D", "", false]);
  assertEquals(join(":bot!b@h JOIN #a * :B"), ["#a", "bot", undefined, "B", "", true]);
  assertEquals(join(":dan!d@h JOIN #a"), ["#a", "dan", undefined, undefined, "", false]);
  assertEquals(join(":dan!d@h KICK #a bot :too loud"), ["#a", "bot", undefined, undefined, "too loud", true]);
});
