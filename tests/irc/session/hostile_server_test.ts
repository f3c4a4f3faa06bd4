import { test } from "node:test";
import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  MOST_CAPABILITIES,
  MOST_CHANNELS,
  MOST_OWN,
  MOST_REMAPS,
  MOST_TOKENS,
} from "../../../src/irc/wire/bounds.ts";
import { ChannelMembership } from "../../../src/irc/session/channels/channel_membership.ts";
import type { IrcSessionOptions } from "../../../src/irc/session/options.ts";
import { IrcHand } from "../_registering.ts";

/** Let in, with what was sent for that out of the way. */
function ready(options: Partial<IrcSessionOptions> = {}, nick = "bot"): IrcHand {
  const hand = new IrcHand(options).start().offers("").lines(`:s 001 ${nick} :hi`, `:s 422 ${nick} :No MOTD`);
  hand.sent();
  hand.told();
  return hand;
}

function reconnect(hand: IrcHand): string[] {
  hand.close().pass(60_000).offers("");
  hand.sent();
  return hand.lines(":s 001 bot :hi", ":s 422 bot :No MOTD").sent().filter((line) => line.startsWith("JOIN"));
}

function malformed(hand: IrcHand): string[] {
  return hand.told().flatMap((event) => event.kind === "malformed" ? [event.reason] : []);
}

const UNSENDABLE = [
  "#a\rQUIT",
  `#a,${"b".repeat(99)}`,
  "#a\0",
  ":#a b",
  "#a\x7f",
  "#a,#b",
  "::a",
  `#${"a".repeat(510)}`,
];

test("IrcSession: a channel whose name cannot be sent back is not kept, and a JOIN of it told as malformed", () => {
  for (const name of UNSENDABLE) {
    const hand = ready({ channels: [{ name: "#k", key: "k" }] }).lines(`:bot!u@h JOIN ${name}`);
    const [told] = hand.events.filter((event) => event.kind === "malformed");
    assert(told?.kind === "malformed" && told.text.length <= 64, JSON.stringify(name));
    assertEquals([hand.session.channels, malformed(hand).length], [[], 1], JSON.stringify(name));
    assertEquals(reconnect(hand), ["JOIN #k k"], JSON.stringify(name));
  }
});

test("IrcSession: a channel we are sent to whose name cannot be sent back is not kept", () => {
  for (const name of UNSENDABLE.filter((name) => !name.startsWith(":"))) {
    const hand = ready();
    hand.command({ kind: "JOIN", channel: "#old" });
    hand.lines(`:s 470 bot #old ${name} :Forwarding`);
    assertEquals(malformed(hand).length, 1, JSON.stringify(name));
    hand.command({ kind: "PART", channel: "#old" });
    assertEquals(hand.pass(60_000).sent().filter((line) => line.startsWith("PART")), ["PART #old"]);
  }
});

test("IrcSession: a nick that cannot be sent back is not taken for ours", () => {
  const named = ready().lines(":bot!u@h NICK :a b");
  assertEquals([named.session.nick, malformed(named).length], ["bot", 1]);
  const welcomed = new IrcHand().start().offers("").lines(":s 001 b\0t :hi");
  assertEquals([welcomed.session.nick, malformed(welcomed).length], ["bot", 1]);
  const comma = ready().lines(":bot!u@h NICK :bot,eve");
  assertEquals([comma.session.nick, malformed(comma).length], ["bot", 1]);
});

test("IrcSession: PONG brings nothing back that would end a line, and is no longer than one", () => {
  const hand = ready().lines("PING :a\rQUIT :bye\0x", `PING :${"é".repeat(600)}`);
  const [short, long = ""] = hand.sent();
  assertEquals(short, "PONG :aQUIT :byex");
  assertMatch(long, /^PONG :é{252}$/);
});

test("IrcSession: keeps no more channels than that, and tells of those it does not keep", () => {
  const hand = ready({ channels: ["#mine"] });
  for (let n = 0; n < MOST_CHANNELS + 50; n++) hand.lines(`:bot!u@h JOIN #chan${n}`);
  assertEquals([hand.session.channels.length, malformed(hand).length], [MOST_CHANNELS - 1, 51]);
  // The user may want more.
  hand.command({ kind: "JOIN", channel: "#more" });
  hand.lines(":bot!u@h JOIN #more", ":bot!u@h JOIN #mine");
  assertEquals(hand.session.channels.length, MOST_CHANNELS + 1);
});

test("ChannelMembership: finds a channel in as many steps however many there are", () => {
  const channels = new ChannelMembership({ settle: () => {}, joinFailed: () => {}, random: () => 0.5 });
  for (let n = 0; n < 500; n++) {
    channels.want(`#${n}`);
    channels.forward(`#${n}`, `#to${n}`);
  }
  let folds = 0;
  const fold = channels.fold;
  channels.fold = (name) => {
    folds++;
    return fold.call(channels, name);
  };
  channels.get("#nowhere");
  assertEquals([channels.get("#to499")?.name, folds], ["#499", 2]);
});

test("ChannelMembership: names that turn out to be one channel's are one channel, and what waits for them is told", () => {
  const settled: number[] = [];
  const channels = new ChannelMembership({
    settle: (ticket) => void settled.push(ticket),
    joinFailed: () => {},
    random: () => 0.5,
  });
  channels.remap("ascii");
  channels.want("#a[", undefined, 1);
  channels.want("#a{", "key", 2);
  channels.remap("rfc1459");
  channels.sawJoin("#A{", 0);
  assertEquals([settled, channels.joinedNames(), channels.get("#a[")?.key], [[1, 2], ["#a["], "key"]);
});

test("IrcSession: folds all names anew only so often on a link", () => {
  const hand = ready({ channels: ["#a"] });
  for (let n = 0; n < 50; n++) hand.lines(`:s 005 bot CASEMAPPING=${n % 2 === 0 ? "ascii" : "rfc1459"} :x`);
  // The mapping at which it stops is that of every second line.
  assertEquals(malformed(hand).length, (50 - MOST_REMAPS) / 2);
  assertEquals(reconnect(hand), ["JOIN #a"]);
  assertEquals(malformed(hand.lines(":s 005 bot CASEMAPPING=ascii :x")).length, 0);
});

test("IrcSession: keeps no more parameters of ISUPPORT and no more capabilities than that, and says so", () => {
  const hand = ready();
  for (let n = 0; n < MOST_TOKENS + 5; n++) hand.lines(`:s 005 bot T${n}=x :are supported`);
  assertEquals([[...hand.session.isupport.entries()].length, malformed(hand).length], [MOST_TOKENS, 5]);
  hand.lines(":s 005 bot T0=y :are supported");
  assertEquals([hand.session.isupport.get("T0"), malformed(hand).length], ["y", 0]);
  for (let n = 0; n < MOST_CAPABILITIES + 5; n++) hand.lines(`:s CAP bot ACK :c${n}`);
  assertEquals([hand.session.capabilities.size, malformed(hand).length], [MOST_CAPABILITIES, 5]);
});

test("IrcSession.room: a server that tells of endless names leaves room to say something", () => {
  const hand = ready().lines(":s 005 bot USERLEN=999999999 HOSTLEN=999999999 :are supported");
  const least = hand.session.room("PRIVMSG", "#a");
  assert(least >= 150 && least < 250, String(least));
  hand.lines(`:s 396 bot ${"h".repeat(4_000)} :is now your host`);
  assertEquals(hand.session.room("PRIVMSG", "#a"), least);
});

test("IrcSession: asks for its nick at most every ten seconds, and once at a time, however often it is free", () => {
  const hand = ready({}, "bot_");
  for (let n = 0; n < 2_000; n++) {
    hand.lines(":bot!u@h QUIT :x", ":other!u@h NICK bot", ":bot!u@h NICK other");
  }
  const asked = () => hand.sent().filter((line) => line === "NICK bot").length;
  assertEquals(asked(), 1);
  for (let second = 0; second < 60; second++) {
    hand.lines(":s PONG s parley-1", ":bot!u@h QUIT :x").pass(1_000);
  }
  const more = asked();
  assert(more >= 1 && more <= 6, String(more));
});

test("IrcSession: what somebody in chat makes it send leaves every second place to the user's lines", () => {
  const hand = ready({ ctcp: { limit: 1_000 } }, "bot_");
  const saying = Array.from(
    { length: 20 },
    (_, n) => hand.command({ kind: "PRIVMSG", target: "#a", text: `${n}` }),
  );
  for (let n = 0; n < 600; n++) {
    hand.lines(":x!u@h PRIVMSG bot_ :\x01VERSION\x01", ":bot!u@h QUIT :x");
    hand.lines(
      ...hand.sent().filter((line) => line.startsWith("PING")).map((line) => `:s PONG s ${line.slice(5)}`),
    );
    hand.pass(1_000);
  }
  assertEquals(saying.map((ticket) => hand.outcome(ticket)), saying.map(() => "done" as const));
});

test("IrcSession: what it has to send of itself does not pile up", () => {
  const hand = ready({ ctcp: { limit: 1_000 }, flood: { line: 10_000, ahead: 20_000 } });
  for (let n = 0; n < 500; n++) hand.lines(`:x${n}!u@h PRIVMSG bot :\x01PING ${n}\x01`);
  let answers = 0;
  for (let n = 0; n < 600; n++) {
    const sent = hand.sent();
    answers += sent.filter((line) => line.startsWith("NOTICE")).length;
    hand.lines(...sent.filter((line) => line.startsWith("PING")).map((line) => `:s PONG s ${line.slice(5)}`))
      .pass(1_000);
  }
  assert(answers >= MOST_OWN && answers <= MOST_OWN + 2, String(answers));
});

test("IrcSession: MONITOR is tried once on a link, and its list being full told once", () => {
  const hand = ready({}, "bot_");
  for (let n = 0; n < 200; n++) hand.lines(":s 005 bot_ MONITOR=1 :x", ":s 734 bot_ 1 bot :full");
  const sent = hand.pass(10_000).sent().filter((line) => /^(?:MONITOR|ISON)/.test(line));
  assertEquals(sent, ["MONITOR + bot", "ISON bot"]);
});

test("IrcSession: a flood of PINGs keeps the user's lines waiting for a minute at most", () => {
  const hand = ready();
  hand.lines(...Array.from({ length: 1_000 }, () => "PING x"));
  hand.command({ kind: "PRIVMSG", target: "#a", text: "hello" });
  hand.sent();
  const sent: string[] = [];
  // The server keeps quiet and answers our PINGs.
  for (let second = 0; second < 60; second++) {
    sent.push(...hand.pass(1_000).sent());
    hand.lines(":s PONG s parley");
  }
  assert(sent.includes("PRIVMSG #a hello"), sent.join());
});

test("IrcSession: the key of a channel is in no observation, all else of a JOIN is", () => {
  const hand = ready({ channels: [{ name: "#k", key: "sesame" }, "#a"] });
  const shown = () =>
    hand.taken().flatMap((action) =>
      action.kind === "send" ? [action.secret ? action.shown : action.data] : []
    );
  reconnect(hand);
  hand.close().pass(60_000).offers("");
  hand.taken();
  hand.lines(":s 001 bot :hi", ":s 422 bot :No MOTD");
  assert(shown().includes("JOIN #k,#a *\r\n"));
  hand.command({ kind: "JOIN", channel: "#j", key: "sesame" });
  hand.command({ kind: "send", command: "MODE", params: ["#a", "+k", "sesame"] });
  hand.command({ kind: "PRIVMSG", target: "NickServ", text: "IDENTIFY sesame" });
  hand.command({ kind: "send", command: "OPER", params: ["dan", "sesame"] });
  const lines = hand.pass(60_000).taken().flatMap((action) => action.kind === "send" ? [action] : []);
  assertEquals(lines.filter(({ data }) => String(data).includes("sesame")).map(({ shown }) => shown), [
    "JOIN #j *\r\n",
    "MODE #a +k *\r\n",
    "PRIVMSG NickServ *\r\n",
    undefined,
  ]);
  assertEquals(lines.every(({ data, secret }) => secret || !String(data).includes("sesame")), true);
});

test("IrcSession: a server that repeats our password as it refuses it does not make an error show it", () => {
  for (
    const line of [
      ":s 464 * :hunter2 is wrong",
      ":s 465 * :banned for hunter2",
      "ERROR :Bad password hunter2",
    ]
  ) {
    const hand = new IrcHand({ password: "hunter2", backoff: { attempts: 1 } }).start().open().lines(line);
    hand.close({ cause: "peer" }).pass(600_000);
    const told = hand.events.flatMap((event) =>
      event.kind === "reconnecting" ? [event.reason, event.said] : []
    );
    assert(hand.failure !== undefined || told.length > 0, line);
    assert(!`${hand.failure?.message} ${told.join()}`.includes("hunter2"), line);
  }
});

test("IrcSession: asks nothing about a channel whose name cannot be sent back", () => {
  for (const name of [...UNSENDABLE, ":"]) {
    const hand = ready({ state: "who" }).lines(
      ":s 005 bot WHOX :are supported",
      `:bot!u@h JOIN ${name}`,
      `:s 366 bot ${name}${name.startsWith(":") ? "" : " :End"}`,
    );
    assertEquals(hand.pass(1).sent(), [], JSON.stringify(name));
  }
});

test("IrcSession: asks about no more channels than it keeps, however they are named and renamed", () => {
  const hand = ready({ state: "who", flood: false });
  for (let n = 0; n < 50; n++) {
    hand.lines(`:bot!u@h JOIN #a${n}`, `:op!o@h RENAME #a${n} #a :`, `:bot!u@h JOIN #a`);
  }
  hand.lines(...Array.from({ length: MOST_CHANNELS + 50 }, (_, n) => `:bot!u@h JOIN #c${n}`));
  const asked: string[] = [];
  for (let sent = hand.sent(); sent.length > 0; sent = hand.sent()) {
    asked.push(...sent);
    for (const line of sent) hand.lines(`:s 324 bot ${line.slice("MODE ".length)} +`);
  }
  assertEquals(asked, ["#a0", "#a", ...asked.slice(2).map((_, n) => `#c${n}`)].map((name) => `MODE ${name}`));
  assertEquals(asked.length, MOST_CHANNELS + 1);
});

test("IrcSession: asks about a channel that was renamed meanwhile by the name that it has now", () => {
  const hand = ready({ state: "who" }).lines(
    ":bot!u@h JOIN #a",
    ":bot!u@h JOIN #b",
    ":op!o@h RENAME #b #c :",
  );
  assertEquals(hand.lines(":s 366 bot #c :End").sent(), ["MODE #a"]);
  assertEquals(hand.lines(":s 324 bot #a +").sent(), ["MODE #c"]);
  assertEquals(hand.lines(":s 324 bot #c +").sent(), ["WHO #c"]);
});

test("IrcSession: answers no CTCP query by a line that is longer than one", () => {
  const hand = ready({ ctcp: { limit: 10 } });
  hand.lines(`:x!u@h PRIVMSG bot :\x01PING ${"1".repeat(600)}\x01`, ":x!u@h PRIVMSG bot :\x01PING 1\x01");
  assertEquals(hand.sent(), ["NOTICE x :\x01PING 1\x01"]);
});

test("IrcSession: a server that repeats the password of our account later does not make an error show it", async () => {
  const hand = new IrcHand({ sasl: { username: "bot", password: "sesame", mechanisms: ["PLAIN"] } }).start();
  await hand.offers("sasl").lines(":s CAP bot ACK sasl", "AUTHENTICATE +", ":s 903 bot :ok").answerAll();
  hand.lines(":s 468 bot :sesame is no user name");
  assertMatch(String(hand.failure), /user name/);
  assert(!String(hand.failure).includes("sesame"), String(hand.failure));
});
