import { test } from "node:test";
import { TWITCH_URL } from "../../src/twitch/session/options.ts";
import { assertEquals, assertFalse } from "@std/assert";
import { privmsg, ready, texts } from "./_hand.ts";

test("TwitchSession: RECONNECT opens a link that joins everything before the old one closes", () => {
  const hand = ready({ channels: ["#a", "#b"] });
  hand.on(1, privmsg("m1", "#a", "one"), ":tmi.twitch.tv RECONNECT", privmsg("m2", "#a", "two"));
  hand.grant();
  assertEquals(hand.link, 2);
  hand.welcome().grant();
  hand.on(1, privmsg("m3", "#b", "three"));
  hand.joined("#a");
  // Both links are in #a now.
  hand.on(2, privmsg("m4", "#a", "four")).on(1, privmsg("m4", "#a", "four"), privmsg("m5", "#b", "five"));
  assertFalse(hand.taken().some(({ kind }) => kind === "close"));
  hand.joined("#b");
  // What was on its way on the old link still counts, once.
  assertFalse(hand.taken().some(({ kind }) => kind === "close"));
  hand.on(2, privmsg("m6", "#a", "six")).on(1, privmsg("m6", "#a", "six"), privmsg("m7", "#a", "seven"));
  hand.proven(1);
  assertEquals(hand.taken().at(-1), { kind: "close", link: 1, code: 1000, reason: "" });
  hand.close({ cause: "peer" }, 1).on(2, privmsg("m7", "#a", "seven"), privmsg("m8", "#b", "eight"));
  const told = hand.told();
  assertEquals(texts(told), ["one", "two", "three", "four", "five", "six", "seven", "eight"]);
  assertFalse(told.some(({ kind }) => kind === "gap" || kind === "reconnecting" || kind === "ready"));
  assertEquals(hand.session.channels, ["#a", "#b"]);
});

test("TwitchSession: a JOIN the old link never answers fails nothing once the new one is in the channel", () => {
  const hand = ready({ channels: ["#a"], timeouts: { say: 30_000 } }).lines(":tmi.twitch.tv RECONNECT");
  const say = hand.command({ kind: "say", channel: "#a", text: "hello" });
  const join = hand.command({ kind: "join", channel: "#b" });
  hand.grant().welcome().grant().joined("#a").joined("#b");
  assertEquals(hand.outcome(join), "done");
  hand.proven(1).pass(10_000).grant().pass(15_000).on(1, ":bot!bot@bot.tmi.twitch.tv JOIN #b").pass(5_000);
  assertEquals(hand.outcome(say), "failed");
  hand.proven(1);
  assertFalse(hand.sent().some((line) => line.startsWith("PART")));
  assertFalse(hand.kinds().includes("join_failed"));
  assertEquals(hand.session.channels, ["#a", "#b"]);
  assertEquals(hand.held(), []);
});

test("TwitchSession: a link from which another has taken over joins nothing more", () => {
  const hand = ready({ channels: ["#a"], timeouts: { say: 30_000 } }).lines(":tmi.twitch.tv RECONNECT");
  hand.command({ kind: "say", channel: "#a", text: "never answered" });
  hand.grant().welcome().grant().joined("#a").taken();
  hand.on(1, ":bot!bot@bot.tmi.twitch.tv PART #a").grant();
  assertEquals(hand.sent(), []);
  // The one that has would ask whether we still are there.
  hand.on(2, ":bot!bot@bot.tmi.twitch.tv PART #a").grant();
  assertEquals(hand.sent(), ["JOIN #a"]);
});

test("TwitchSession: after a handover what was remembered is forgotten", () => {
  const hand = ready({ channels: ["#a"] }).lines(":tmi.twitch.tv RECONNECT").grant().welcome().grant();
  hand.on(1, privmsg("m1", "#a", "one")).joined("#a").proven(1).close({ cause: "peer" }, 1).pass(15_000);
  hand.told();
  // It may still be on its way, until a PONG comes that must be behind it.
  hand.on(2, privmsg("m1", "#a", "one")).proven().pass(10_000);
  assertEquals(texts(hand.told()), []);
  hand.on(2, privmsg("m1", "#a", "one"));
  assertEquals(texts(hand.told()), ["one"]);
});

test("TwitchSession: a handover whose old link dies first goes on, and tells the gap", () => {
  const hand = ready({ channels: ["#a"] });
  hand.pass(1_000).on(1, privmsg("m1", "#a", "one"), ":tmi.twitch.tv RECONNECT").grant();
  hand.pass(1_000).close({}, 1);
  assertEquals(hand.told().at(-1), {
    kind: "reconnecting",
    after: 0,
    attempt: 0,
    cause: "lost",
    reason: "the connection was lost",
    url: TWITCH_URL,
    connection: 0,
  });
  hand.pass(1_000).welcome().grant().joined("#a").on(2, privmsg("m2", "#a", "two"));
  const told = hand.told();
  assertEquals(texts(told), ["two"]);
  assertEquals(told.filter(({ kind }) => kind === "gap" || kind === "ready"), [
    { kind: "ready", login: "bot", connection: 0 },
    { kind: "gap", from: 1_000, to: 3_000, channels: ["#a"] },
  ]);
});

test("TwitchSession: a handover whose new link fails is tried again while the old one serves", () => {
  const hand = ready({ channels: ["#a"] }).lines(":tmi.twitch.tv RECONNECT").grant();
  hand.close({ cause: "refused" }, 2).on(1, privmsg("m1", "#a", "one"));
  assertEquals(hand.kinds(), ["RECONNECT", "reconnecting", "PRIVMSG"]);
  hand.pass(750).grant().welcome().grant().joined("#a").proven(1);
  assertEquals(hand.taken().at(-1), { kind: "close", link: 1, code: 1000, reason: "" });
});

test("TwitchSession: a handover that takes many attempts remembers all along", () => {
  const hand = ready({ channels: ["#a"] }).lines(":tmi.twitch.tv RECONNECT").grant();
  for (const after of [750, 1_500, 3_000, 6_000]) {
    hand.close({ cause: "refused" }).proven(1).pass(after).grant();
  }
  hand.welcome().grant().joined("#a");
  hand.on(1, privmsg("m1", "#a", "one")).on(hand.link, privmsg("m1", "#a", "one"));
  assertEquals(texts(hand.told()), ["one"]);
});

test("TwitchSession: a handover whose old link dies with what it alone brings tells a gap", () => {
  const hand = ready({ channels: ["#a"] });
  hand.pass(1_000).on(1, ":tmi.twitch.tv RECONNECT").grant().pass(1_000).welcome().grant().joined("#a");
  hand.told();
  hand.pass(500).close({}, 1);
  assertEquals(hand.told(), [{ kind: "gap", from: 1_000, to: 2_500, channels: ["#a"] }]);
});

test("TwitchSession: answers due on the old link are awaited there", () => {
  const hand = ready({ channels: ["#a", "#b"] });
  const before = hand.command({ kind: "say", channel: "#a", text: "one" });
  hand.grant().lines(":tmi.twitch.tv RECONNECT").grant().welcome().grant();
  const during = hand.command({ kind: "say", channel: "#b", text: "two" });
  hand.grant().joined("#a").joined("#b");
  const after = hand.command({ kind: "say", channel: "#a", text: "three" });
  hand.grant();
  hand.proven(1).on(1, "@id=x1 :tmi.twitch.tv USERSTATE #a").pass(1_200).grant();
  const sends = hand.taken().flatMap((action) => {
    const text = action.kind === "send" ? String(action.data) : "";
    return action.kind === "send" && text.includes("PRIVMSG") ? [[action.link, text.split(" ").at(-1)]] : [];
  });
  // One is under way in a channel at a time, on whichever link.
  assertEquals(sends, [[1, "one\r\n"], [1, "two\r\n"], [2, "three\r\n"]]);
  assertFalse(hand.actions.some(({ kind }) => kind === "close"));
  hand.on(2, "@id=x3 :tmi.twitch.tv USERSTATE #a").on(1, "@id=x2 :tmi.twitch.tv USERSTATE #b");
  assertEquals([before, during, after].map((ticket) => hand.outcome(ticket)), ["done", "done", "done"]);
  assertEquals(hand.taken().filter(({ kind }) => kind === "close").length, 1);
});

test("TwitchSession: what we say on one link is not told when it comes back on the other", () => {
  const hand = ready({ channels: ["#a"] }).lines(":tmi.twitch.tv RECONNECT").grant().welcome().grant();
  hand.command({ kind: "say", channel: "#a", text: "waves", action: true });
  hand.grant().joined("#a");
  hand.on(2, privmsg("x1", "#a", "\u0001ACTION waves\u0001", "bot")).on(
    1,
    "@id=x1 :tmi.twitch.tv USERSTATE #a",
  );
  hand.on(2, privmsg("x2", "#a", "what another client of our account says", "bot"));
  assertEquals(texts(hand.told()), ["what another client of our account says"]);
});

test("TwitchSession: what we say on one link is not told when it comes back on the other, however late it is answered", () => {
  const hand = ready({ channels: ["#a"], timeouts: { say: 5_000 } });
  const ticket = hand.command({ kind: "say", channel: "#a", text: "hello" });
  hand.grant().pass(5_000).proven();
  assertEquals(hand.outcome(ticket), "failed");
  hand.lines(":tmi.twitch.tv RECONNECT").grant().welcome().grant();
  hand.on(1, "@id=x1 :tmi.twitch.tv USERSTATE #a").joined("#a").on(2, privmsg("x1", "#a", "hello", "bot"));
  assertEquals(texts(hand.told()), []);
});

test("TwitchSession: a server that sends every link away is dialled with a growing pause", () => {
  const hand = ready().lines(":tmi.twitch.tv RECONNECT").grant().welcome();
  for (const [index, after] of [750, 1_031.25, 1_417.968_75].entries()) {
    hand.lines(":tmi.twitch.tv RECONNECT");
    const reason = "the server asked to reconnect again";
    assertEquals(hand.told().at(-1), {
      kind: "reconnecting",
      after,
      attempt: index + 1,
      cause: "reconnect",
      reason,
      url: TWITCH_URL,
      connection: 0,
    });
    assertEquals(hand.asked(), []);
    hand.pass(after).grant().welcome();
  }
});
