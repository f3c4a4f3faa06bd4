import { test } from "node:test";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import type { IrcSessionOptions } from "../../../src/irc/session/options.ts";
import { IrcSession } from "../../../src/irc/session/session.ts";
import {
  AuthenticationError,
  CommandError,
  ConnectionError,
  OptionError,
} from "../../../src/protocol/errors.ts";
import { Hand } from "../../_hand.ts";

const URL = "ircs://irc.test:6697";

function session(options: Partial<IrcSessionOptions> = {}) {
  return new Hand(new IrcSession({ url: URL, nick: "bot", random: () => 0.5, ...options }));
}

/** Registered, with the lines of the registration taken out of the way. */
function ready(options: Partial<IrcSessionOptions> = {}) {
  const hand = session(options).start().open().lines(
    ":irc.test CAP * LS :",
    ":s 001 bot :Welcome",
    ":s 422 bot :No MOTD",
    ":irc.test 005 bot CASEMAPPING=ascii :are supported",
  );
  hand.sent();
  hand.told();
  return hand;
}

/** Answers the PINGs among what was sent, which prove it. */
function prove(hand: ReturnType<typeof ready>) {
  const sent = hand.sent();
  for (const line of sent) {
    if (line.startsWith("PING ")) hand.lines(`:s PONG s ${line.slice(5)}`);
  }
  return sent.filter((line) => !line.startsWith("PING "));
}

test("IrcSession: from the dial to ready, to a lost link, to recovery", () => {
  const hand = session({ channels: ["#a", { name: "#b", key: "k" }] }).start();
  assertEquals(hand.taken(), [{ kind: "dial", link: 1, url: URL }]);
  hand.open();
  assertEquals(hand.sent(), ["CAP LS 302", "NICK bot", "USER bot 0 * bot"]);
  hand.lines(":irc.test CAP * LS :server-time sasl=PLAIN");
  assertEquals(hand.sent(), ["CAP REQ server-time"]);
  hand.lines(":irc.test CAP * ACK :server-time");
  assertEquals(hand.sent(), ["CAP END"]);
  hand.lines(":s 001 bot :Welcome", ":s 422 bot :No MOTD");
  assertEquals(hand.sent(), ["JOIN #b,#a k"]);
  hand.lines(":bot!b@h JOIN #b", ":bot!b@h JOIN #a");
  assertEquals(hand.kinds(), ["CAP", "CAP", "RPL_WELCOME", "ERR_NOMOTD", "ready", "JOIN", "JOIN"]);

  hand.pass(5_000).close();
  assertEquals(hand.told(), [{
    kind: "reconnecting",
    after: 750,
    attempt: 1,
    cause: "lost",
    reason: "the connection was lost",
    url: URL,
    said: undefined,
  }]);
  hand.pass(750).open().lines(":irc.test CAP * LS :", ":s 001 bot :Welcome", ":s 422 bot :No MOTD");
  assertEquals(hand.sent().at(-1), "JOIN #b,#a k");
  assertEquals(hand.kinds(), ["CAP", "RPL_WELCOME", "ERR_NOMOTD", "ready"]);
  hand.lines(":bot!b@h JOIN #b", ":bot!b@h JOIN #a");
  assertEquals(hand.told().filter(({ kind }) => kind !== "JOIN"), [{ kind: "gap", from: 0, to: 5_750 }]);
});

test("IrcSession: CAP LS over several lines is requested once, and a NAK does not hold up the rest", () => {
  const hand = session({ capabilities: ["a", "b", "c"] }).start().open();
  hand.sent();
  hand.lines(":s CAP * LS * :a x", ":s CAP * LS :b=1");
  assertEquals(hand.sent(), ["CAP REQ :a b"]);
  hand.lines(":s CAP * NAK :a b");
  assertEquals(hand.sent(), ["CAP REQ a", "CAP REQ b"]);
  hand.lines(":s CAP * NAK :a", ":s CAP * ACK :");
  assertEquals(hand.sent(), []);
  hand.lines(":s CAP * ACK :b");
  assertEquals(hand.sent(), ["CAP END"]);
});

test("IrcSession: a server without CAP lets us in all the same", () => {
  const hand = session().start().open().lines(
    ":s 421 bot CAP :Unknown command",
    ":s 001 bot :Welcome",
    ":s 422 bot :No MOTD",
  );
  assertEquals(hand.kinds(), ["ERR_UNKNOWNCOMMAND", "RPL_WELCOME", "ERR_NOMOTD", "ready"]);
});

test("IrcSession: a taken nick is replaced, by alternatives first, and not for ever", () => {
  const hand = session({ alternativeNicks: ["robot"] }).start().open();
  hand.sent();
  const tried: string[] = [];
  for (let attempt = 0; attempt < 20 && !hand.actions.some(({ kind }) => kind === "end"); attempt++) {
    hand.lines(":s 433 * x :Nickname is already in use");
    tried.push(...hand.sent());
  }
  assertEquals(tried, [
    "NICK robot",
    ..."_".repeat(5).split("").map((_, n) => `NICK bot${"_".repeat(n + 1)}`),
  ]);
  const end = hand.actions.at(-1);
  assert(end?.kind === "end" && end.error instanceof ConnectionError);
});

test("IrcSession: alternatives are asked for no more than 20 times", () => {
  const asked: number[] = [];
  const alternativeNicks = (_: string, attempt: number) => {
    asked.push(attempt);
    return `robot${attempt}`;
  };
  const hand = session({ alternativeNicks }).start().open();
  for (let attempt = 0; attempt < 30 && !hand.actions.some(({ kind }) => kind === "end"); attempt++) {
    hand.lines(":s 433 * x :Nickname is already in use");
  }
  assertEquals(asked, Array.from({ length: 20 }, (_, attempt) => attempt));
});

test("IrcSession: the nick is the one the server says", () => {
  const hand = ready();
  const core = hand.core as IrcSession;
  hand.lines(":bot!b@h NICK bot2", ":bot2!b@h JOIN #c");
  assertEquals([core.nick, core.channels], ["bot2", ["#c"]]);
});

test("IrcSession: a wrong password and a ban end it, with an error that shows no secret", () => {
  for (const [numeric, type] of [["464", AuthenticationError], ["465", ConnectionError]] as const) {
    const hand = session({ password: "hunter2" }).start().open();
    const pass = hand.actions.find((action) =>
      action.kind === "send" && String(action.data).startsWith("PASS")
    );
    assertEquals(pass, { kind: "send", link: 1, data: "PASS hunter2\r\n", secret: true });
    hand.lines(`:s ${numeric} * :No`, "ERROR :Closing Link").close({ cause: "peer" });
    const end = hand.actions.at(-1);
    assert(end?.kind === "end" && end.error instanceof type);
    assert(!String(end.error).includes("hunter2"));
    assertEquals(hand.pass(600_000).actions.at(-1), end);
  }
});

test("IrcSession: PING is answered in the same drain", () => {
  const hand = ready().lines("PING :12 34");
  assertEquals(hand.sent(), ["PONG :12 34"]);
  assertEquals(hand.kinds(), ["PING"]);
});

test("IrcSession: PRIVMSG is done when a PONG proves it, lost when the link dies, refused by a numeric", () => {
  const hand = ready();
  const [proven, refused, last] = ["#a", "#b", "#c"].map((target) =>
    hand.command({ kind: "PRIVMSG", target, text: "hi there" })
  ) as [number, number, number];
  assertEquals(hand.sent(), ["PRIVMSG #a :hi there", "PRIVMSG #b :hi there", "PRIVMSG #c :hi there"]);
  // What refuses it may come from behind who answers PING: it is not asked for at once.
  assertEquals(hand.pass(499).sent(), []);
  assertEquals(hand.pass(1).sent(), ["PING :parley-1"]);
  hand.lines(":s 404 bot #B :Cannot send to channel");
  // The server handles lines in their order.
  assertEquals([proven, refused, last].map((ticket) => hand.outcome(ticket)), ["done", "failed", undefined]);
  hand.close();
  assertEquals([refused, last].map((ticket) => hand.outcome(ticket)), ["failed", "lost"]);
});

test("IrcSession: what is said while away waits until we are back", () => {
  const hand = session().start();
  const ticket = hand.command({ kind: "PRIVMSG", target: "#a", text: "x" });
  const taken = hand.command({ kind: "PRIVMSG", target: "#a", text: "never" });
  hand.cancel(taken);
  hand.open().lines(":s 001 bot :Welcome", ":s 422 bot :No MOTD");
  assertEquals(hand.pass(500).sent().slice(3), ["PRIVMSG #a x", "PING :parley-1"]);
  hand.lines(":s PONG s :parley-1");
  assertEquals([hand.outcome(ticket), hand.outcome(taken)], ["done", "cancelled"]);
});

test("IrcSession: lines beyond the flood limit wait, and PONG does not", () => {
  const hand = ready({ flood: { line: 2_000, ahead: 6_000 } });
  for (let n = 0; n < 5; n++) hand.command({ kind: "PRIVMSG", target: "#a", text: String(n) });
  assertEquals(hand.sent(), ["PRIVMSG #a 0", "PRIVMSG #a 1"]);
  hand.lines("PING x");
  assertEquals(hand.sent(), ["PONG :x"]);
  // Three lines of 2 s each were sent; the fourth, and room for a PING, must stay within 6.
  hand.pass(3_999);
  assertEquals(hand.sent(), []);
  hand.pass(1);
  // No PING yet: it would cost as much as the line that waits.
  assertEquals(hand.sent(), ["PRIVMSG #a 2"]);
  hand.pass(2_000);
  assertEquals(hand.sent(), ["PRIVMSG #a 3"]);
  hand.pass(2_500);
  assertEquals(hand.sent(), ["PRIVMSG #a 4", "PING :parley-1"]);
});

test("IrcSession: what waits when a link dies is sent on the next, all of it and in order", () => {
  const hand = ready({ flood: { line: 2_000, ahead: 6_000 } });
  const tickets = ["0", "1", "2", "3"].map((text) => hand.command({ kind: "PRIVMSG", target: "#a", text }));
  assertEquals(hand.sent(), ["PRIVMSG #a 0", "PRIVMSG #a 1"]);
  hand.close().pass(1_000).open().lines(":s 001 bot :Welcome", ":s 422 bot :No MOTD");
  const sent: string[] = [];
  for (let n = 0; n < 10; n++) sent.push(...prove(hand.pass(2_000)));
  const said = sent.filter((line) => line.startsWith("PRIVMSG "));
  assertEquals(said, ["PRIVMSG #a 2", "PRIVMSG #a 3"]);
  assertEquals(tickets.map((ticket) => hand.outcome(ticket)), ["lost", "lost", "done", "done"]);
});

test("IrcSession: channels are folded as CASEMAPPING says, also those wanted before, and as long as nothing else is told", () => {
  const hand = session({ channels: ["#a[1]"] }).start().open().lines(
    ":s 001 bot :Welcome",
    ":s 422 bot :No MOTD",
  );
  hand.lines(":s 005 bot CASEMAPPING=ascii :are supported", ":bot!b@h JOIN #A[1]");
  const other = hand.command({ kind: "JOIN", channel: "#a{1}" });
  hand.lines(":bot!b@h JOIN #a{1}");
  assertEquals([hand.outcome(other), (hand.core as IrcSession).channels], ["done", ["#a[1]", "#a{1}"]]);
  hand.close().pass(1_000).open().lines(
    ":s 001 bot :Welcome",
    ":s 422 bot :No MOTD",
    ":s 005 bot NETWORK=Test :are supported",
  );
  assert(hand.sent().includes("JOIN #a[1],#a{1}"));
  hand.lines(":bot!b@h JOIN #a[1]", ":bot!b@h JOIN #a{1}");
  assertEquals((hand.core as IrcSession).channels, ["#a[1]", "#a{1}"]);
});

test("IrcSession: what is said while the server is closing the link wakes nobody until there is another", () => {
  const hand = ready().lines("ERROR :Closing Link: bot (Ping timeout)");
  const ticket = hand.command({ kind: "PRIVMSG", target: "#a", text: "hi" });
  assert(hand.core.deadline() > hand.now);
  assertEquals(hand.sent(), []);
  hand.close().pass(1_000).open().lines(":s 001 bot :Welcome", ":s 422 bot :No MOTD");
  prove(hand.pass(500));
  assertEquals(hand.outcome(ticket), "done");
});

test("IrcSession: JOIN settles truly", () => {
  const hand = ready();
  const joined = hand.command({ kind: "JOIN", channel: "#a" });
  const refused = hand.command({ kind: "JOIN", channel: "#b" });
  const ignored = hand.command({ kind: "JOIN", channel: "#c" });
  hand.lines(":bot!b@h JOIN #A", ":s 473 bot #b :Cannot join channel (+i)");
  assertEquals([joined, refused, ignored].map((ticket) => hand.outcome(ticket)), [
    "done",
    "failed",
    undefined,
  ]);
  // A PONG says nothing of a JOIN: somebody in between may have sent it.
  hand.command({ kind: "PRIVMSG", target: "#a", text: "x" });
  prove(hand.pass(500));
  assertEquals(hand.outcome(ignored), undefined);
  hand.pass(30_000);
  assertEquals(hand.outcome(ignored), "failed");
  const again = hand.command({ kind: "JOIN", channel: "#a" });
  assertEquals(hand.outcome(again), "done");
});

test("IrcSession: a JOIN whose link dies is tried again, as is a refused one; a parted or kicked channel is not", () => {
  const hand = ready();
  const joining = hand.command({ kind: "JOIN", channel: "#a" });
  for (const channel of ["#refused", "#parted", "#kicked", "#away", "#kept"]) {
    hand.command({ kind: "JOIN", channel });
    if (channel !== "#refused") hand.lines(`:bot!b@h JOIN ${channel}`);
  }
  hand.lines(":s 474 bot #refused :Banned", ":op!o@h KICK #kicked bot :out");
  const part = hand.command({ kind: "PART", channel: "#parted" });
  hand.close();
  assertEquals([hand.outcome(joining), hand.outcome(part)], [undefined, "done"]);
  hand.command({ kind: "PART", channel: "#away" });
  hand.pass(1_000).sent();
  hand.open().lines(":s 001 bot :Welcome", ":s 422 bot :No MOTD");
  assertEquals(hand.sent().slice(3), ["JOIN #a,#refused,#kept"]);
  hand.lines(":bot!b@h JOIN #a");
  assertEquals(hand.outcome(joining), "done");
  assertEquals(hand.kinds().includes("gap"), false);
  // Banned while away: that channel does not hold up the end of the gap.
  hand.lines(":s 474 bot #kept :Banned");
  assertEquals(hand.kinds(), ["ERR_BANNEDFROMCHAN", "join_failed", "gap"]);
});

test("IrcSession: a JOIN that the server has done before it was sent is not cancelled, too", () => {
  const hand = ready({ flood: { line: 1_000, ahead: 2_000 } });
  for (let n = 0; n < 3; n++) hand.command({ kind: "PRIVMSG", target: "#a", text: "x" });
  const ticket = hand.command({ kind: "JOIN", channel: "#b" });
  hand.lines(":bot!b@h JOIN #b").cancel(ticket);
  assertEquals(hand.outcome(ticket), "done");
});

test("IrcSession: PART and JOIN in a row leave us in the channel", () => {
  const hand = ready();
  hand.command({ kind: "JOIN", channel: "#a" });
  hand.lines(":bot!b@h JOIN #a");
  hand.command({ kind: "PART", channel: "#a" });
  const back = hand.command({ kind: "JOIN", channel: "#a" });
  hand.lines(":bot!b@h PART #a", ":bot!b@h JOIN #a");
  assertEquals(hand.outcome(back), "done");
  assertEquals((hand.core as IrcSession).channels, ["#a"]);
});

test("IrcSession: a silent server is asked, then given up", () => {
  const hand = ready().pass(60_000);
  assertEquals(hand.sent(), ["PING :parley-1"]);
  hand.lines(":s PONG s parley-1").pass(80_000);
  assertEquals(hand.taken().map(({ kind }) => kind), ["send", "abort"]);
  const told = hand.told().at(-1);
  assert(told?.kind === "reconnecting");
  assertEquals([told.reason, told.said], ["no PONG came", undefined]);
});

test("IrcSession: what was received before a tick counts before it, as do answers and the news of a link", () => {
  const hand = ready().pass(60_000);
  assertEquals(hand.sent(), ["PING :parley-1"]);
  const { core } = hand;
  const due = core.deadline();
  core.receive(1, ":s PONG s :parley-1\r\n", due);
  core.tick(due);
  hand.now = due;
  assertEquals([hand.pass(0).kinds(), hand.taken()], [["PONG"], []]);

  // Opened just in time, and lost with what it said before.
  const late = session({ timeouts: { dial: 1_000 } }).start();
  late.core.opened(1, { url: URL, protocol: "" }, 1_000);
  late.core.tick(1_000);
  late.core.receive(1, ":s CAP * LS :\r\n:s 001 bot :hi\r\n:s 422 bot :none\r\n", 1_000);
  late.core.closed(1, { code: 0, reason: "", clean: true, cause: "peer" }, 1_000);
  // Nothing more is sent on what is gone: it waits for the next link.
  const ticket = late.command({ kind: "PRIVMSG", target: "#a", text: "x" });
  assertEquals(late.kinds(), ["CAP", "RPL_WELCOME", "ERR_NOMOTD", "ready", "reconnecting"]);
  assertEquals([late.outcome(ticket), late.sent()], [undefined, []]);
});

test("IrcSession: a dial or a registration that takes too long is given up, with growing pauses", () => {
  const hand = session({ timeouts: { dial: 1_000, register: 2_000 } }).start().pass(1_000);
  assertEquals(hand.taken().map(({ kind }) => kind), ["dial", "abort"]);
  hand.pass(750).open().pass(2_000);
  assertEquals(hand.taken().at(-1), { kind: "abort", link: 2 });
  const waits = hand.told().flatMap((event) =>
    event.kind === "reconnecting" ? [[event.after, event.reason]] : []
  );
  assertEquals(waits, [[750, "dial timed out"], [1_500, "registration timed out"]]);
});

test("IrcSession: a server that lets us in and throws us out is not hammered", () => {
  const hand = session().start();
  for (let attempt = 0; attempt < 4; attempt++) {
    hand.open().lines(":s 001 bot :Welcome", ":s 422 bot :No MOTD", "ERROR :Closing Link: (Excess Flood)")
      .close({ cause: "peer" })
      .pass(7_000);
  }
  const waits = hand.told().flatMap((event) => event.kind === "reconnecting" ? [event.after] : []);
  assertEquals(waits, [750, 1_500, 3_000, 6_000]);
  hand.open().lines(":s 001 bot :Welcome", ":s 422 bot :No MOTD").pass(30_000).close();
  const last = hand.told().at(-1);
  assert(last?.kind === "reconnecting");
  assertEquals(last.after, 750);
});

test("IrcSession: a link that let us in and is lost after 20 s is no failure of the server", () => {
  const hand = session().start();
  for (let n = 0; n < 6; n++) {
    hand.open().lines(":s CAP * LS :", ":s 001 bot :Welcome", ":s 422 bot :No MOTD").pass(20_000).close()
      .pass(1_000);
  }
  const waits = hand.told().flatMap((event) => event.kind === "reconnecting" ? [event.after] : []);
  assertEquals(waits, [750, 750, 750, 750, 750, 750]);
});

test("IrcSession: gives up after as many attempts as it may make", () => {
  const hand = session({ backoff: { attempts: 2 } }).start().close({ cause: "refused" }).pass(1_000);
  hand.close({ cause: "refused", reason: "ECONNREFUSED" });
  const end = hand.actions.at(-1);
  assert(end?.kind === "end" && end.error instanceof ConnectionError);
  assertEquals(end.error.code, "unreachable");
  assertStringIncludes(end.error.message, "nothing listens at that host and port");
});

test("IrcSession: a server that answers by TLS is told from one that closes the link", () => {
  const hand = session().start().open();
  hand.receive(new Uint8Array([21, 3, 3, 0, 2, 2, 10]));
  hand.close();
  const [told] = hand.told();
  assert(told?.kind === "reconnecting", told?.kind);
  assertEquals(told.reason, "the server speaks nothing but TLS on this port");
});

test("IrcSession: QUIT goes out before the close, and what was under way is settled by the goodbye", () => {
  const hand = ready();
  const said = hand.command({ kind: "PRIVMSG", target: "#a", text: "bye" });
  hand.sent();
  const quit = hand.command({ kind: "QUIT", reason: "so long" });
  assertEquals(hand.sent(), ["QUIT :so long"]);
  hand.lines("ERROR :Closing Link");
  assertEquals(hand.taken().map(({ kind }) => kind), ["settle", "close"]);
  hand.close({ cause: "peer" });
  assertEquals(hand.taken().map(({ kind }) => kind), ["settle", "end"]);
  assertEquals([hand.outcome(said), hand.outcome(quit)], ["done", "done"]);
  assertThrows(() => hand.command({ kind: "NICK", nick: "x" }), CommandError, "was closed");
});

test("IrcSession: shutdown does not wait for a server that does not answer", () => {
  const hand = ready();
  const said = hand.command({ kind: "PRIVMSG", target: "#a", text: "bye" });
  hand.shutdown().pass(3_000);
  assertEquals(hand.taken().map(({ kind }) => kind).slice(-3), ["abort", "settle", "end"]);
  assertEquals(hand.outcome(said), "lost");
});

test("IrcSession: what came before the link closed is told before that", () => {
  const core = new IrcSession({ url: URL, nick: "bot", random: () => 0.5 });
  const hand = new Hand(core).start().open().lines(":s 001 bot :Welcome", ":s 422 bot :No MOTD");
  core.receive(1, ":a!b@c PRIVMSG bot :last words\r\n:a!b@c PRIV", hand.now);
  hand.close();
  assertEquals(hand.kinds(), ["RPL_WELCOME", "ERR_NOMOTD", "ready", "PRIVMSG", "malformed", "reconnecting"]);
});

test("IrcSession: an answer to a private message goes to its sender, one to a channel there", () => {
  const hand = ready().lines(":ann!a@h PRIVMSG BOT :psst", ":ann!a@h NOTICE #c :hey");
  const targets = hand.told().flatMap((event) =>
    event.kind === "PRIVMSG" || event.kind === "NOTICE" ? [event.replyTarget] : []
  );
  assertEquals(targets, ["ann", "#c"]);
});

test("IrcSession: the refusal of a PART does not count for the JOIN behind it", () => {
  const hand = ready();
  const part = hand.command({ kind: "PART", channel: "#a" });
  const join = hand.command({ kind: "JOIN", channel: "#a" });
  hand.lines(":s 403 bot #a :No such channel");
  assertEquals([hand.outcome(part), hand.outcome(join)], ["failed", undefined]);
  hand.lines(":bot!b@h JOIN #a");
  assertEquals(hand.outcome(join), "done");
  const again = hand.command({ kind: "JOIN", channel: "#b" });
  hand.lines(":s 403 bot #b :No such channel");
  assertEquals(hand.outcome(again), "failed");
});

test("IrcSession: of two of the same that are answered by batches without labels, each has one", () => {
  const hand = ready();
  const tickets = [1, 2].map(() => hand.command({ kind: "raw", line: "CHATHISTORY LATEST #a * 10" }));
  hand.lines(":s BATCH +x chathistory #a", ":s BATCH +y chathistory #a", ":s BATCH -x", ":s BATCH -y");
  assertEquals(tickets.map((ticket) => hand.outcome(ticket)), ["done", "done"]);
});

test("IrcSession: what cannot be sent is refused at once", () => {
  const hand = ready();
  const bad = [
    { kind: "PRIVMSG", target: "#a", text: "x\r\nQUIT" },
    { kind: "PRIVMSG", target: "#a", text: "" },
    { kind: "PRIVMSG", target: "#a b", text: "x" },
    { kind: "PRIVMSG", target: "#a", text: "é".repeat(260) },
    { kind: "JOIN", channel: "#a,#b" },
    { kind: "JOIN", channel: ":a" },
    { kind: "NICK", nick: "" },
    { kind: "send", command: "X Y", params: [] },
  ] as const;
  for (const command of bad) assertThrows(() => hand.command(command), CommandError);
  assertEquals(hand.sent(), []);
});

test("IrcSession: options are checked when given", () => {
  for (
    const options of [{ nick: "a b" }, { nick: "" }, { url: "http://x" }, { channels: ["#a b"] }, {
      user: "a\nb",
    }]
  ) {
    assertThrows(() => session(options), OptionError);
  }
  for (const state of [false, "names", "who"] as const) {
    assertEquals(session({ state }).start().link, 1);
  }
});

const line = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    "PING x",
    ":s 001 bot :Welcome",
    ":s 422 bot :No MOTD",
    ":s 001",
    ":s 433 * x :taken",
    "ERROR",
    "CAP * LS :a b",
    "CAP * ACK",
    "CAP",
    ":bot JOIN",
    ":bot JOIN #a",
    ":s KICK #a bot",
    ":s 005 bot CASEMAPPING=ascii",
    ":s 471 bot #a :full",
    ":s PONG s parley-1",
    ":bot NICK",
    ":bot NICK :",
    "@",
    ":",
  ),
);

test("IrcSession: any re-splitting of the same bytes gives the same events", () => {
  const encoder = new TextEncoder();
  const run = (pieces: readonly Uint8Array[]) => {
    const hand = session({ channels: ["#a"] }).start().open();
    for (const piece of pieces) hand.receive(piece, 1);
    return hand.events.map((event) => "message" in event ? event.message.raw : JSON.stringify(event));
  };
  fc.assert(fc.property(fc.array(line), fc.array(fc.nat(), { maxLength: 10 }), (lines, cuts) => {
    const whole = encoder.encode(lines.join("\r\n") + "\r\n");
    const at = [0, ...cuts.map((cut) => cut % (whole.length + 1)), whole.length].sort((a, b) => a - b);
    assertEquals(run(at.slice(1).map((end, index) => whole.subarray(at[index], end))), run([whole]));
  }));
});

test("IrcSession: nothing received makes it throw, in any state", () => {
  const bytes = fc.oneof(fc.uint8Array(), line.map((text) => `${text}\r\n`));
  const step = fc.oneof(
    { weight: 5, arbitrary: bytes.map((data) => (hand: Hand<never, never>) => hand.receive(data)) },
    fc.constant((hand: Hand<never, never>) => hand.open()),
    fc.constant((hand: Hand<never, never>) => hand.close()),
    fc.nat(100_000).map((ms) => (hand: Hand<never, never>) => hand.pass(ms)),
    fc.constant((hand: Hand<never, never>) => hand.shutdown()),
  );
  fc.assert(fc.property(fc.array(step), (steps) => {
    const hand = session({ channels: ["#a"] }).start();
    for (const act of steps) act(hand as unknown as Hand<never, never>);
  }));
});

test("IrcSession: what nobody has heard since a time is a gap once all channels are joined, and until then not heard", () => {
  const core = new IrcSession({ url: URL, nick: "bot", random: () => 0.5, channels: ["#a", "#b"] });
  const hand = new Hand(core);
  assertEquals(core.heardUntil, undefined);
  core.missedSince(-5_000);
  hand.start().open().lines(":irc.test CAP * LS :", ":s 001 bot :Welcome", ":s 422 bot :No MOTD");
  hand.lines(":bot!b@h JOIN #a").pass(2_000);
  assertEquals([core.heardUntil, hand.kinds().includes("gap")], [-5_000, false]);
  hand.lines(":bot!b@h JOIN #b");
  assertEquals(hand.told().at(-1), { kind: "gap", from: -5_000, to: 2_000 });
  hand.pass(3_000);
  assertEquals(core.heardUntil, 2_000);
});

test("IrcSession: a channel that cannot be joined does not hold up the gap of what nobody has heard", () => {
  const core = new IrcSession({ url: URL, nick: "bot", random: () => 0.5, channels: ["#a", "#b"] });
  const hand = new Hand(core);
  core.missedSince(-5_000);
  hand.start().open().lines(":irc.test CAP * LS :", ":s 001 bot :Welcome", ":s 422 bot :No MOTD");
  hand.lines(":bot!b@h JOIN #a", ":s 403 bot #b :No such channel");
  assert(hand.kinds().includes("gap"));
});
