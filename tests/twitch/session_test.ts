import { test } from "node:test";
import { inspect } from "node:util";
import { assert, assertEquals, assertFalse, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  AuthenticationError,
  CommandError,
  ConnectionError,
  OptionError,
} from "../../src/protocol/errors.ts";
import { ParleyError, TimeoutError } from "../../src/protocol/errors.ts";
import { TWITCH_URL } from "../../src/twitch/session/options.ts";
import { TwitchSession } from "../../src/twitch/session/session.ts";
import { failure, privmsg, ready, TwitchHand } from "./_hand.ts";

const CAP = "CAP REQ :twitch.tv/tags twitch.tv/commands twitch.tv/membership";

/** The error the session ended with, or undefined if it has not ended. */
function ending(hand: TwitchHand): { readonly error: Error | undefined } | undefined {
  const end = hand.actions.find((action) => action.kind === "end");
  return end?.kind === "end" ? { error: end.error } : undefined;
}

test("TwitchSession: from the dial to ready, to a lost link, to recovery", () => {
  const hand = new TwitchHand({ channels: ["Dallas", "#twitchdev"] }).start();
  const permit = { scope: "twitch.auth", key: "anonymous", limit: 20, per: 10_200 };
  assertEquals(hand.taken(), [{ kind: "ask", id: 1, ask: { kind: "permit", permit } }]);
  hand.grant();
  assertEquals(hand.taken(), [{ kind: "dial", link: 1, url: TWITCH_URL, maxMessage: 262_144 }]);
  hand.open();
  assertEquals(hand.sent(), [CAP, "NICK justinfan55000"]);
  hand.welcome("justinfan55000").grant();
  assertEquals(hand.sent(), ["JOIN #dallas", "JOIN #twitchdev"]);
  hand.lines(
    ":justinfan55000!j@j.tmi.twitch.tv JOIN #dallas",
    ":tmi.twitch.tv ROOMSTATE #dallas",
    ":justinfan55000!j@j.tmi.twitch.tv JOIN #twitchdev",
    ":tmi.twitch.tv ROOMSTATE #twitchdev",
  );
  assertEquals(hand.kinds(), ["CAP", "unknown", "ready", "JOIN", "ROOMSTATE", "JOIN", "ROOMSTATE"]);
  assertEquals(hand.session.channels, ["#dallas", "#twitchdev"]);
  assertEquals(hand.held(), []);

  hand.pass(5_000).close();
  assertEquals(hand.told(), [{
    kind: "reconnecting",
    after: 750,
    attempt: 1,
    cause: "lost",
    reason: "the connection was lost",
    url: TWITCH_URL,
    connection: 0,
  }]);
  assertEquals(hand.session.channels, []);
  hand.pass(750).grant().welcome("justinfan55000").grant();
  assertEquals(hand.sent(), [CAP, "NICK justinfan55000", "JOIN #dallas", "JOIN #twitchdev"]);
  assertEquals(hand.kinds(), ["CAP", "unknown", "ready"]);
  hand.joined("#dallas", "justinfan55000").pass(100).joined("#twitchdev", "justinfan55000");
  assertEquals(hand.told().filter(({ kind }) => kind === "gap"), [{
    kind: "gap",
    from: 0,
    to: 5_850,
    channels: ["#dallas", "#twitchdev"],
  }]);
});

test("TwitchSession: logs in with PASS before NICK, and marks PASS as secret", () => {
  const hand = new TwitchHand({ login: "Bot", token: "oauth:abc123" }).start().grant().open();
  const sends = hand.actions.filter((action) => action.kind === "send");
  assertEquals(sends, [
    { kind: "send", link: 1, data: `${CAP}\r\n` },
    { kind: "send", link: 1, data: "PASS oauth:abc123\r\n", secret: true },
    { kind: "send", link: 1, data: "NICK bot\r\n" },
  ]);
  hand.welcome();
  assertEquals(hand.told().at(-1), { kind: "ready", login: "bot", connection: 0 });
});

test("TwitchSession: a token is not in what can be inspected", () => {
  const hand = ready();
  assertFalse(inspect(hand.session, { depth: 9, showHidden: true }).includes("abc123"));
  assertFalse(JSON.stringify(hand.session).includes("abc123"));
});

test("TwitchSession: asks for a token before each login, and ends if there is none", () => {
  const hand = new TwitchHand({ login: "bot", token: { ask: true } }).start();
  assertEquals(hand.taken(), [{ kind: "ask", id: 1, ask: { kind: "token" } }]);
  hand.answer(1, { kind: "token", token: "first" }).grant().open();
  assert(hand.sent().includes("PASS oauth:first"));
  hand.welcome().close().pass(750);
  assertEquals(hand.taken().at(-1), { kind: "ask", id: 3, ask: { kind: "token" } });
  hand.answer(3, { kind: "token", token: "second" }).grant().open();
  assert(hand.sent().includes("PASS oauth:second"));
  hand.close().pass(1_500);
  const cause = new AuthenticationError("revoked");
  hand.answer(5, { kind: "error", error: cause });
  const error = ending(hand)?.error;
  assert(error instanceof AuthenticationError);
  assertEquals(error.cause, cause);
});

test("TwitchSession: what a provider gives that is no token ends it without showing it", () => {
  const hand = new TwitchHand({ login: "bot", token: { ask: true } }).start();
  hand.answer(1, { kind: "token", token: "se cret\r\nQUIT" });
  const error = ending(hand)?.error;
  assert(error instanceof AuthenticationError);
  assertFalse(inspect(error).includes("cret\\r"));
});

for (
  const text of [
    "Login authentication failed",
    "Improperly formatted auth",
    "Login unsuccessful",
    "Invalid NICK",
  ]
) {
  test(`TwitchSession: "${text}" ends it with an AuthenticationError`, () => {
    const hand = new TwitchHand({ login: "bot", token: "abc123" }).start().grant().open();
    const say = hand.command({ kind: "say", channel: "#dallas", text: "hello" });
    const join = hand.command({ kind: "join", channel: "#dallas" });
    hand.lines(`:tmi.twitch.tv NOTICE * :${text}`);
    assertEquals(hand.kinds(), ["NOTICE"]);
    const error = ending(hand)?.error;
    assert(error instanceof AuthenticationError);
    assertStringIncludes(error.message, text);
    assertFalse(error.message.includes("abc123"));
    assertEquals([hand.outcome(say), hand.outcome(join)], ["failed", "failed"]);
    assertEquals(hand.released().get(1), true);
    assertEquals(hand.core.deadline(), Infinity);
  });
}

test("TwitchSession: a message that only looks like a refused login does not end it", () => {
  const hand = ready({ channels: ["#dallas"] });
  hand.lines(
    ":tmi.twitch.tv NOTICE #dallas :Login authentication failed",
    privmsg("1", "#dallas", "Login authentication failed"),
  );
  assertEquals(hand.kinds(), ["NOTICE", "PRIVMSG"]);
  assertEquals(ending(hand), undefined);
});

test("TwitchSession: CAP NAK is told and does not hold up the login", () => {
  const hand = new TwitchHand().start().grant().open().lines(
    ":tmi.twitch.tv CAP * NAK :twitch.tv/tags",
    ":tmi.twitch.tv 001 justinfan55000 :Welcome, GLHF!",
  );
  assertEquals(hand.kinds(), ["CAP", "unknown", "ready"]);
});

test("TwitchSession: options that are not acceptable are refused without showing a token", () => {
  const make = (options: object) => () => new TwitchSession({ random: () => 0.5, ...options });
  assertThrows(make({ url: "gopher://irc.chat.twitch.tv" }), OptionError, "gopher:");
  assertThrows(make({ login: "bot" }), OptionError, "together");
  assertThrows(make({ token: "abc" }), OptionError, "together");
  assertThrows(make({ login: "not a login", token: "abc" }), OptionError, "not a login");
  const error = assertThrows(make({ login: "bot", token: "se\ncret" }), OptionError);
  assertFalse(error.message.includes("cret"));
  assertThrows(make({ channels: ["#a b"] }), OptionError, "#a b");
  for (const limit of [0, -1, 1.5, NaN]) {
    assertThrows(make({ limits: { join: limit } }), OptionError, `Cannot keep to a limit of "${limit}"`);
  }
});

test("TwitchSession: answers PING in the same drain, with what it brought", () => {
  const hand = ready().lines("PING :tmi.twitch.tv");
  assertEquals(hand.sent(), ["PONG :tmi.twitch.tv"]);
  assertEquals(hand.kinds(), ["PING"]);
});

test("TwitchSession: a join is done with its echo, and a second one at once", () => {
  const hand = ready();
  const first = hand.command({ kind: "join", channel: "Dallas" });
  const also = hand.command({ kind: "join", channel: "#dallas" });
  assertEquals(hand.asked("twitch.join").length, 1);
  hand.grant();
  assertEquals(hand.sent(), ["JOIN #dallas"]);
  assertEquals(hand.outcome(first), undefined);
  hand.joined("#dallas");
  assertEquals([hand.outcome(first), hand.outcome(also)], ["done", "done"]);
  const again = hand.command({ kind: "join", channel: "#dallas" });
  assertEquals(hand.outcome(again), "done");
  assertEquals(hand.session.channels, ["#dallas"]);
});

for (const id of ["msg_channel_suspended", "msg_banned", "tos_ban"]) {
  test(`TwitchSession: a join refused by ${id} fails, and its channel is not wanted again`, () => {
    const hand = ready();
    const join = hand.command({ kind: "join", channel: "#foo" });
    hand.grant().lines(
      `@msg-id=${id} :tmi.twitch.tv NOTICE #foo :This channel does not exist or has been suspended.`,
    );
    const error = failure(hand, join);
    assert(error instanceof CommandError);
    assertEquals(error.code, "refused");
    assertStringIncludes(error.message, id);
    assertEquals(hand.told().map(({ kind }) => kind), ["NOTICE", "join_failed"]);
    assertEquals(hand.held(), []);
    hand.close().pass(750).grant().welcome();
    hand.taken();
    assertEquals(hand.grant().sent(), []);
  });
}

test("TwitchSession: a join that nobody answers is tried again once, in another window of the limit, then fails", () => {
  const hand = ready();
  const join = hand.command({ kind: "join", channel: "#nobody" });
  hand.grant();
  assertEquals(hand.sent(), ["JOIN #nobody"]);
  hand.pass(10_000);
  assertEquals(hand.sent(), ["PING :parley-1"]);
  assertEquals(hand.outcome(join), undefined);
  // Until then the server may have dropped it for JOINs that a link brought to it which is gone.
  hand.proven().pass(10_199).grant();
  assertEquals(hand.sent(), []);
  hand.pass(1).grant();
  assertEquals(hand.sent(), ["JOIN #nobody"]);
  hand.pass(10_000);
  assertEquals(hand.outcome(join), undefined);
  hand.proven();
  assert(failure(hand, join) instanceof TimeoutError);
  assertEquals(hand.kinds(), ["PONG", "PONG", "join_failed"]);
  assertEquals(hand.held(), []);
  // Too late: we are in it and do not want to be.
  hand.taken();
  hand.joined("#nobody");
  assertEquals(hand.sent(), ["PART #nobody"]);
});

test("TwitchSession: a link on which nothing gets through is given up, and not the channels to be joined", () => {
  const hand = ready({ channels: ["#a"] });
  const join = hand.command({ kind: "join", channel: "#b" });
  hand.grant().pass(10_000);
  // What comes still comes; what goes does not.
  hand.lines(privmsg("m1", "#a", "one")).pass(20_000);
  assertEquals(hand.told().map(({ kind }) => kind), ["PRIVMSG", "reconnecting"]);
  assertEquals(hand.outcome(join), undefined);
  hand.pass(750).grant().welcome().grant().joined("#a").joined("#b");
  assertEquals(hand.outcome(join), "done");
});

test("TwitchSession: a JOIN holds its permit until it is answered, also if it is parted meanwhile", () => {
  const hand = ready();
  hand.command({ kind: "join", channel: "#a" });
  hand.grant();
  const [permit] = hand.held();
  hand.command({ kind: "part", channel: "#a" });
  assertEquals(hand.held(), [permit]);
  hand.joined("#a").lines(":bot!bot@bot.tmi.twitch.tv PART #a");
  assertEquals(hand.held(), []);
  assertEquals(hand.session.channels, []);
});

test("TwitchSession: a PART that is never answered does not keep its channel from being joined again", () => {
  const hand = ready({ channels: ["#a"] });
  const part = hand.command({ kind: "part", channel: "#a" });
  const join = hand.command({ kind: "join", channel: "#a" });
  hand.pass(10_000);
  assert(failure(hand, part) instanceof TimeoutError);
  hand.proven().grant().joined("#a");
  assertEquals(hand.outcome(join), "done");
});

test("TwitchSession: JOINs go out one for each permit, and hold it until their echo", () => {
  const channels = Array.from({ length: 30 }, (_, index) => `#channel${index}`);
  const hand = new TwitchHand({ login: "bot", token: "abc123", channels }).start().grant().welcome();
  hand.taken();
  assertEquals(hand.asked("twitch.join").length, 20);
  hand.grant(20);
  assertEquals(hand.sent(), channels.slice(0, 20).map((channel) => `JOIN ${channel}`));
  assertEquals(hand.held().length, 20);
  hand.joined("#channel0");
  assertEquals(hand.held().length, 19);
  hand.grant();
  assertEquals(hand.sent(), channels.slice(20).map((channel) => `JOIN ${channel}`));
});

test("TwitchSession: a lost link counts the JOINs under way, and gives back what was not sent", () => {
  const hand = new TwitchHand({ login: "bot", token: "abc123", channels: ["#a", "#b"] }).start().grant()
    .welcome();
  const [first = 0, second = 0] = hand.asked("twitch.join");
  hand.grant(1).close();
  assertEquals(hand.released().get(first), true);
  assertEquals(hand.released().get(second), false);
});

test("TwitchSession: a dial that fails gives its permit back unused", () => {
  const hand = new TwitchHand().start().grant().close({ cause: "refused" });
  assertEquals(hand.released().get(1), false);
  assertEquals(hand.told(), [{
    kind: "reconnecting",
    after: 750,
    attempt: 1,
    cause: "refused",
    reason: "nothing listens at that host and port",
    url: TWITCH_URL,
    connection: 0,
  }]);
});

test("TwitchSession: a link that let us in and is lost after 20 s is no failure of the server", () => {
  const hand = new TwitchHand().start();
  for (let n = 0; n < 6; n++) hand.grant().welcome().pass(20_000).close().pass(1_000);
  const waits = hand.told().flatMap((event) => event.kind === "reconnecting" ? [event.after] : []);
  assertEquals(waits, [750, 750, 750, 750, 750, 750]);
});

test("TwitchSession: gives up after as many attempts as are allowed", () => {
  const hand = new TwitchHand({ backoff: { attempts: 2 } }).start().grant().close({ cause: "refused" });
  hand.pass(750).grant().close({ cause: "refused" });
  const error = ending(hand)?.error;
  assert(error instanceof ConnectionError);
  assertEquals(error.code, "unreachable");
});

test("TwitchSession: a link that is not let in in time is given up", () => {
  const hand = new TwitchHand({ timeouts: { dial: 5_000, register: 7_000 } }).start().grant().pass(5_000);
  assertEquals(hand.taken().at(-2), { kind: "abort", link: 1 });
  hand.pass(750).grant().open().pass(7_000);
  assertEquals(hand.kinds(), ["reconnecting", "reconnecting"]);
});

test("TwitchSession: a channel parted while away is not rejoined", () => {
  const hand = ready({ channels: ["#a", "#b"] }).close();
  const part = hand.command({ kind: "part", channel: "#a" });
  assertEquals(hand.outcome(part), "done");
  hand.pass(750).grant().welcome();
  hand.taken();
  hand.grant();
  assertEquals(hand.sent(), ["JOIN #b"]);
});

test("TwitchSession: a part is done with its echo, or when the link is gone", () => {
  const hand = ready({ channels: ["#a", "#b"] });
  const a = hand.command({ kind: "part", channel: "#a" });
  const b = hand.command({ kind: "part", channel: "#b" });
  assertEquals(hand.sent(), ["PART #a", "PART #b"]);
  hand.lines(":bot!bot@bot.tmi.twitch.tv PART #a");
  assertEquals([hand.outcome(a), hand.outcome(b)], ["done", undefined]);
  hand.close();
  assertEquals(hand.outcome(b), "done");
});

test("TwitchSession: a join that is parted before it is sent fails as cancelled", () => {
  const hand = ready();
  const join = hand.command({ kind: "join", channel: "#a" });
  const part = hand.command({ kind: "part", channel: "#a" });
  const error = failure(hand, join);
  assert(error instanceof CommandError);
  assertEquals(error.code, "cancelled");
  assertEquals(hand.outcome(part), "done");
  assertEquals(hand.grant().sent(), []);
});

test("TwitchSession: part and join again ends in the channel, whatever comes in between", () => {
  const hand = ready({ channels: ["#a"] });
  const part = hand.command({ kind: "part", channel: "#a" });
  const join = hand.command({ kind: "join", channel: "#a" });
  hand.grant();
  // A JOIN now might be told from an earlier one by nothing but the order of echoes.
  assertEquals(hand.sent(), ["PART #a"]);
  hand.lines(":bot!bot@bot.tmi.twitch.tv PART #a").grant();
  assertEquals(hand.sent(), ["JOIN #a"]);
  hand.joined("#a");
  assertEquals([hand.outcome(part), hand.outcome(join)], ["done", "done"]);
  assertEquals(hand.session.channels, ["#a"]);
});

test("TwitchSession: a join is cancelled while it waits for a permit, not once it is sent", () => {
  const hand = ready();
  const waiting = hand.command({ kind: "join", channel: "#a" });
  hand.cancel(waiting);
  assertEquals(hand.outcome(waiting), "cancelled");
  assertEquals(hand.asked("twitch.join"), []);
  const sent = hand.command({ kind: "join", channel: "#b" });
  hand.grant().cancel(sent);
  assertEquals(hand.outcome(sent), undefined);
  hand.joined("#b");
  assertEquals(hand.outcome(sent), "done");
});

test("TwitchSession: a permit that is refused fails what it was for", () => {
  const hand = ready({ channels: ["#a"] });
  const say = hand.command({ kind: "say", channel: "#a", text: "one" });
  const join = hand.command({ kind: "join", channel: "#b" });
  for (const id of hand.asked()) hand.answer(id, { kind: "error", error: new Error("the store is down") });
  for (const ticket of [say, join]) {
    const error = failure(hand, ticket);
    assert(error instanceof ParleyError);
    assertEquals(error.code, "rate_limited");
  }
});

test("TwitchSession: what came before a link was lost is told before the loss", () => {
  const url = "ircs://irc.chat.twitch.tv:6697";
  const hand = new TwitchHand({ login: "bot", token: "abc123", url }).start().grant().welcome();
  hand.told();
  hand.core.receive(1, `${privmsg("m1", "#a", "one")}\r\n${privmsg("m2", "#a", "two")}\r\nPRIVM`, 10);
  hand.core.closed(1, { code: 0, reason: "", clean: false, cause: "lost" }, 10);
  hand.cancel(99);
  assertEquals(hand.kinds(), ["PRIVMSG", "PRIVMSG", "malformed", "reconnecting"]);
});

test("TwitchSession: an echo that waits to be read is read before its JOIN times out", () => {
  const hand = ready();
  const join = hand.command({ kind: "join", channel: "#a" });
  hand.grant().pass(10_000).grant().pass(9_999);
  const lines = [":bot!bot@bot.tmi.twitch.tv JOIN #a", ":tmi.twitch.tv ROOMSTATE #a", ""];
  hand.core.receive(1, lines.join("\r\n"), 20_000);
  hand.core.tick(20_000);
  hand.now = 20_000;
  hand.cancel(99);
  assertEquals(hand.outcome(join), "done");
});

test("TwitchSession: links that are gone are ignored", () => {
  const hand = ready({ channels: ["#a"] });
  hand.close().on(1, privmsg("m1", "#a", "late")).close({}, 1).open(1).open(77).close({}, 77);
  assertEquals(hand.kinds(), ["reconnecting"]);
  hand.answer(1, { kind: "permit" }).answer(99, { kind: "permit" });
  assertEquals(hand.told(), []);
});

test("TwitchSession: shutdown settles what waits, closes the link and ends last", () => {
  const hand = ready({ channels: ["#a"] });
  const sent = hand.command({ kind: "say", channel: "#a", text: "one" });
  hand.grant();
  const waiting = hand.command({ kind: "say", channel: "#a", text: "two" });
  const join = hand.command({ kind: "join", channel: "#b" });
  hand.taken();
  hand.shutdown();
  assertEquals([hand.outcome(sent), hand.outcome(waiting), hand.outcome(join)], [
    undefined,
    "failed",
    "failed",
  ]);
  assert(hand.taken().some(({ kind }) => kind === "close"));
  hand.on(1, "@id=x1 :tmi.twitch.tv USERSTATE #a", privmsg("m1", "#a", "late"));
  assertEquals(hand.outcome(sent), "done");
  assertThrows(() => hand.command({ kind: "join", channel: "#c" }), CommandError, "ended");
  assertEquals(ending(hand), undefined);
  hand.close({ cause: "peer", clean: true });
  assertEquals(hand.actions.at(-1), { kind: "end" });
  assertEquals(hand.kinds(), ["USERSTATE", "PRIVMSG"]);
  assertEquals(hand.held(), []);
  assertEquals(hand.asked(), []);
});

test("TwitchSession: once it closes its link it sends nothing on it and asks for nothing, whatever comes", () => {
  const hand = ready({ channels: ["#a", "#d"] });
  for (const channel of ["#b", "#c"]) hand.command({ kind: "join", channel });
  hand.grant(1).pass(10_000).command({ kind: "part", channel: "#a" });
  const [ask = 0] = hand.asked("twitch.join");
  hand.shutdown();
  const closed = hand.actions.findIndex(({ kind }) => kind === "close");
  hand.answer(ask, { kind: "permit" }).proven().lines(
    ":bot!bot@bot.tmi.twitch.tv PART #a",
    ":bot!bot@bot.tmi.twitch.tv PART #d",
    ":bot!bot@bot.tmi.twitch.tv JOIN #b",
    ":bot!bot@bot.tmi.twitch.tv JOIN #x",
    "PING :tmi.twitch.tv",
  );
  const after = hand.actions.slice(closed + 1).map(({ kind }) => kind);
  assertEquals(after.filter((kind) => kind === "send" || kind === "ask"), []);
  hand.close();
  assertEquals([ending(hand), hand.asked(), hand.held()], [{ error: undefined }, [], []]);
});

test("TwitchSession: shutdown ends by itself if the server does not close", () => {
  const hand = ready({ channels: ["#a"] });
  const say = hand.command({ kind: "say", channel: "#a", text: "one" });
  hand.grant().shutdown().pass(3_000);
  assertEquals(hand.outcome(say), "lost");
  assertEquals(ending(hand), { error: undefined });
});

test("TwitchSession: shutdown at any time before ready ends at once", () => {
  assertEquals(ending(new TwitchHand().start().shutdown()), { error: undefined });
  assertEquals(ending(new TwitchHand().start().grant().shutdown()), { error: undefined });
  const asking = new TwitchHand({ login: "bot", token: { ask: true } }).start().shutdown();
  assertEquals(asking.released().get(1), false);
  assertEquals(ending(asking), { error: undefined });
  const away = ready().close().shutdown();
  assertEquals(ending(away), { error: undefined });
  assertEquals(away.core.deadline(), Infinity);
});

const SCRIPT = [
  ":tmi.twitch.tv CAP * ACK :twitch.tv/tags twitch.tv/commands twitch.tv/membership",
  ":tmi.twitch.tv 001 bot :Welcome, GLHF!",
  ":tmi.twitch.tv 376 bot :>",
  ":bot!bot@bot.tmi.twitch.tv JOIN #a",
  "@emote-only=0;followers-only=-1;r9k=0;room-id=1337;slow=0;subs-only=0 :tmi.twitch.tv ROOMSTATE #a",
  privmsg("m1", "#a", "Grüße, 世界 🎉"),
  "PING :tmi.twitch.tv",
  "@ban-duration=350;room-id=1337;target-user-id=8765;tmi-sent-ts=1642719320727 :tmi.twitch.tv CLEARCHAT #a :ronni",
  "",
  ":",
  "@login=ronni;msg-id=sub;system-msg=ronni\\shas\\ssubscribed! :tmi.twitch.tv USERNOTICE #a",
].map((line) => `${line}\r\n`).join("");

/** What a session tells of pieces that arrive one after the other. */
function tell(pieces: readonly (string | Uint8Array)[], url: string): unknown[] {
  const hand = new TwitchHand({ login: "bot", token: "abc123", channels: ["#a"], url }).start().grant()
    .open();
  for (const piece of pieces) hand.receive(piece).grant();
  hand.close();
  return hand.told().map((event) => "message" in event ? [event.kind, event.message.raw] : event);
}

test("TwitchSession: any re-split of the same bytes gives the same events", () => {
  const bytes = new TextEncoder().encode(SCRIPT);
  const url = "ircs://irc.chat.twitch.tv:6697";
  const whole = tell([bytes], url);
  assertEquals(whole.length, 12);
  fc.assert(fc.property(fc.array(fc.nat(bytes.length), { maxLength: 20 }), (cuts) => {
    const sorted = [0, ...cuts.sort((a, b) => a - b), bytes.length];
    const pieces = sorted.slice(1).map((end, index) => bytes.slice(sorted[index], end));
    assertEquals(tell(pieces, url), whole);
  }));
});

const line = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    ...SCRIPT.split("\r\n"),
    ":tmi.twitch.tv RECONNECT",
    ":bot!b@b JOIN #\u0000",
    "NOTICE",
    "001",
    "@",
  ),
  fc.tuple(
    fc.constantFrom(
      "JOIN",
      "PART",
      "NOTICE",
      "USERSTATE",
      "ROOMSTATE",
      "PING",
      "CAP",
      "001",
      "RECONNECT",
      "PRIVMSG",
      "376",
    ),
    fc.array(fc.oneof(fc.constantFrom("#a", "*", "ACK", "bot", "\r"), fc.string())),
    fc.string(),
  ).map(([command, params, tags]) =>
    `@msg-id=${tags};id=${tags} :bot!bot@bot ${command} ${params.join(" ")}`
  ),
);

test("TwitchSession: nothing that comes makes it throw", () => {
  const data = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.string({ unit: "binary", maxLength: 300 }),
    fc.array(line, { maxLength: 20 }).map((lines) => lines.join("\r\n") + "\r\n"),
  );
  fc.assert(fc.property(fc.array(fc.tuple(data, fc.nat(30_000))), fc.boolean(), (received, early) => {
    const hand = new TwitchHand({ login: "bot", token: "abc123", channels: ["#a"] }).start().grant().open();
    if (!early) hand.welcome().grant();
    hand.command({ kind: "say", channel: "#a", text: "hello" });
    for (const [piece, wait] of received) {
      if (ending(hand) === undefined) hand.receive(piece, 1).grant().pass(wait);
    }
    for (const event of hand.told()) {
      if (event.kind === "PRIVMSG") {
        void [event.sender.badges, event.emotes, event.bits, event.text, event.sentAt];
      }
    }
    hand.shutdown().pass(60_000);
    assert(ending(hand) !== undefined);
    assertEquals(hand.outcomes.size, 1);
    assertEquals(hand.held(), []);
  }));
});

test("TwitchSession: what cannot be understood is told with how it begins", () => {
  const hand = ready({ channels: ["#a"] });
  hand.lines("@ :" + "x".repeat(100));
  const [event] = hand.told();
  assert(event?.kind === "malformed", event?.kind);
  assertEquals(event.text, "@ :" + "x".repeat(61));
});

test("TwitchSession: who parts a channel twice has left it by one answer", () => {
  const hand = ready({ channels: ["#a"] });
  const parts = [1, 2].map(() => hand.command({ kind: "part", channel: "#a" }));
  assertEquals(hand.sent(), ["PART #a"]);
  assertEquals(parts.map((part) => hand.outcome(part)), [undefined, undefined]);
  hand.lines(":bot!bot@bot.tmi.twitch.tv PART #a");
  assertEquals(parts.map((part) => hand.outcome(part)), ["done", "done"]);
});

test("TwitchSession: refuses limits for messages that are none", () => {
  for (const limits of [{ message: 0 }, { moderated: -1 }, { site: 0.5 }]) {
    const [[, value] = []] = Object.entries(limits);
    const made = () => new TwitchSession({ random: () => 0.5, login: "bot", token: "abc123", limits });
    assertThrows(made, OptionError, `Cannot keep to a limit of "${value}"`);
  }
});

test("TwitchSession: a JOIN that is answered behind its PART is left by that, and by no other", () => {
  const hand = ready();
  hand.command({ kind: "join", channel: "#a" });
  hand.grant();
  const part = hand.command({ kind: "part", channel: "#a" });
  assertEquals(hand.sent(), ["JOIN #a", "PART #a"]);
  hand.lines(":bot!bot@bot.tmi.twitch.tv JOIN #a");
  assertEquals([hand.sent(), hand.outcome(part)], [[], undefined]);
  hand.lines(":bot!bot@bot.tmi.twitch.tv PART #a");
  assertEquals([hand.sent(), hand.outcome(part), hand.session.channels], [[], "done", []]);
});
