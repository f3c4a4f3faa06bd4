import { test } from "node:test";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { CommandError, ParleyError } from "../../src/protocol/errors.ts";
import { TwitchRefusedError } from "../../src/twitch/wire/commands/refusal.ts";
import { failure, ready, TwitchHand } from "./_hand.ts";

const RATE = { per: 30_200 };
const CHANNEL = { scope: "twitch.message.channel", key: "bot #a", limit: 1, per: 1_200 };
const ORDINARY = { scope: "twitch.message.ordinary", key: "bot", limit: 20, ...RATE };
const ALL = { scope: "twitch.message", key: "bot", limit: 100, ...RATE };
const MODERATOR = "@badges=moderator/1;mod=1 :tmi.twitch.tv USERSTATE #a";
const VIP = "@badges=vip/1;mod=0 :tmi.twitch.tv USERSTATE #a";

const say = (hand: TwitchHand, text: string, channel = "#a") => hand.command({ kind: "say", channel, text });

/** What Twitch has taken of a say. */
function accepted(hand: TwitchHand, ticket: number): { id?: string; text?: string; nonce?: string }[] {
  const outcome = hand.outcomes.get(ticket);
  if (outcome?.kind !== "done" || !Array.isArray(outcome.value)) throw new Error(`${outcome?.kind}`);
  return outcome.value;
}

/** The permits that have been asked for, oldest first. */
function permits(hand: TwitchHand) {
  return hand.taken().flatMap((action) =>
    action.kind === "ask" && action.ask.kind === "permit" ? [action.ask.permit] : []
  );
}

/** Time in which a message is sent, with its permits granted. */
function sentAfter(hand: TwitchHand, ms: number): string[] {
  return hand.pass(ms).grant().sent();
}

test("TwitchSession: a say is accepted by its USERSTATE, with id, nonce, text and state", () => {
  const hand = ready({ channels: ["#a"] });
  const ticket = say(hand, "hello");
  hand.grant().accepted("#a", "m-1");
  const [message] = accepted(hand, ticket);
  assertEquals([message?.id, message?.text], ["m-1", "hello"]);
  const sent = hand.actions.flatMap((action) => action.kind === "send" ? [String(action.data)] : []).at(-1);
  assertEquals(sent, `@client-nonce=${message?.nonce} PRIVMSG #a hello\r\n`);
  assertEquals(hand.held(), []);
});

test("TwitchSession: one message is under way in a channel at a time", () => {
  const hand = ready({ channels: ["#a", "#b"] });
  const [one, two, other] = [say(hand, "one"), say(hand, "two"), say(hand, "other", "#b")];
  assertEquals(hand.grant().sent(), ["PRIVMSG #a one", "PRIVMSG #b other"]);
  hand.accepted("#a", "m-1");
  assertEquals([hand.outcome(one), hand.outcome(two), hand.outcome(other)], ["done", undefined, undefined]);
  assertEquals(sentAfter(hand, 1_200), ["PRIVMSG #a two"]);
  hand.lines("@msg-id=msg_banned :tmi.twitch.tv NOTICE #a :Your message was not sent.").accepted("#b");
  assertEquals([hand.outcome(two), hand.outcome(other)], ["failed", "done"]);
  assertEquals(hand.held(), []);
});

for (
  const [id, text, retryAfter] of [
    ["msg_banned", "You are permanently banned from talking in a.", undefined],
    ["msg_slowmode", "This room is in slow mode. You will be able to talk again in 4 seconds.", 4_000],
    ["msg_timedout", "You are banned from talking in a for 9 more seconds.", 9_000],
    ["msg_followersonly", "This room is in 10 minutes followers-only mode.", undefined],
    ["msg_channel_suspended", "This channel has been suspended.", undefined],
    ["msg_duplicate", "Your message is identical to one you sent less than 30 seconds ago.", undefined],
    ["unrecognized_cmd", "Unrecognized command: /ban", undefined],
  ] as const
) {
  test(`TwitchSession: a say that ${id} refuses says so`, () => {
    const hand = ready({ channels: ["#a"], bypassDuplicates: false });
    const ticket = say(hand, "hello");
    hand.grant().lines(`@msg-id=${id} :tmi.twitch.tv NOTICE #a :${text}`);
    const error = failure(hand, ticket);
    assert(error instanceof TwitchRefusedError);
    assertEquals([error.code, error.id, error.channel, error.retryAfter], ["refused", id, "#a", retryAfter]);
    assertStringIncludes(error.message, text);
    assertEquals(hand.held(), []);
  });
}

test("TwitchSession: notices about a channel's settings settle nothing", () => {
  const hand = ready({ channels: ["#a"] });
  const ticket = say(hand, "hello");
  hand.grant().lines("@msg-id=slow_off :tmi.twitch.tv NOTICE #a :This room is no longer in slow mode.");
  assertEquals(hand.outcome(ticket), undefined);
});

test("TwitchSession: the USERSTATE of a JOIN is not taken for that of a message", () => {
  const hand = ready();
  const ticket = say(hand, "hello");
  hand.grant();
  hand.command({ kind: "join", channel: "#a" });
  hand.grant().joined("#a");
  assertEquals(hand.outcome(ticket), undefined);
  hand.accepted("#a");
  assertEquals(hand.outcome(ticket), "done");
});

test("TwitchSession: the USERSTATE of a JOIN that is undone is not taken for that of a message", () => {
  const hand = ready();
  hand.command({ kind: "join", channel: "#a" });
  hand.grant();
  hand.command({ kind: "part", channel: "#a" });
  const ticket = say(hand, "hello");
  assertEquals(hand.grant().sent(), ["JOIN #a", "PART #a"]);
  hand.joined("#a").lines(":bot!bot@bot.tmi.twitch.tv PART #a").grant();
  assertEquals(hand.outcome(ticket), undefined);
  hand.accepted("#a");
  assertEquals(hand.outcome(ticket), "done");
});

test("TwitchSession: the USERSTATE of a JOIN that is echoed again is not taken for that of a message", () => {
  const hand = ready({ channels: ["#a"] });
  const ticket = say(hand, "hello");
  hand.grant().joined("#a");
  assertEquals(hand.outcome(ticket), undefined);
  hand.accepted("#a");
  assertEquals(hand.outcome(ticket), "done");
});

test("TwitchSession: the USERSTATE of a JOIN that was given up is not taken for that of a message", () => {
  const hand = ready({ timeouts: { join: 2_000 } });
  const join = hand.command({ kind: "join", channel: "#a" });
  for (let attempt = 0; attempt < 2; attempt++) hand.grant().pass(2_000).proven().pass(10_200);
  assertEquals(hand.outcome(join), "failed");
  const ticket = say(hand, "hello");
  hand.grant().joined("#a");
  assertEquals(hand.outcome(ticket), undefined);
  hand.accepted("#a", "m-1");
  assertEquals(hand.outcome(ticket), "done");
});

test("TwitchSession: a message waits for the JOIN of its channel", () => {
  const hand = ready();
  hand.command({ kind: "join", channel: "#a" });
  say(hand, "hello");
  assertEquals(hand.asked("twitch.message.channel"), []);
  assertEquals(hand.grant().sent(), ["JOIN #a"]);
  assertEquals(hand.joined("#a").grant().sent(), ["PRIVMSG #a hello"]);
});

test("TwitchSession: a message nobody answers is unconfirmed after its time", () => {
  const hand = ready({ channels: ["#a"], timeouts: { say: 5_000 } });
  const ticket = say(hand, "hello");
  hand.grant().pass(4_999);
  assertEquals(hand.outcome(ticket), undefined);
  const error = failure(hand.pass(1), ticket);
  assert(error instanceof CommandError);
  assertEquals(error.code, "unconfirmed");
  // It may still be on its way, and would then count from when it arrives.
  assertEquals(hand.held().length, 3);
  hand.proven();
  assertEquals(hand.held(), []);
});

test("TwitchSession: an answer that comes too late is not taken for that to the next message", () => {
  const hand = ready({ channels: ["#a"], timeouts: { say: 5_000 } });
  const first = hand.command({ kind: "say", channel: "#a", text: "one", nonce: "n-1" });
  hand.grant().pass(5_000);
  const second = hand.command({ kind: "say", channel: "#a", text: "two", nonce: "n-2" });
  assertEquals([...hand.grant().sent()].at(-1), "PING :parley-1");
  hand.proven();
  sentAfter(hand, 1_200);
  hand.accepted("#a", "x1", "client-nonce=n-1");
  assertEquals([hand.outcome(first), hand.outcome(second)], ["failed", undefined]);
  hand.accepted("#a", "x2", "client-nonce=n-2");
  assertEquals(accepted(hand, second)[0]?.id, "x2");
  assertEquals(hand.held(), []);
});

test("TwitchSession: a message under way when its link dies is lost, one that waits is sent on the next", () => {
  const hand = ready({ channels: ["#a"] });
  const sent = say(hand, "one");
  hand.grant();
  const waiting = say(hand, "two");
  hand.close();
  assertEquals([hand.outcome(sent), hand.outcome(waiting)], ["lost", undefined]);
  assertEquals(hand.held(), []);
  hand.pass(750).grant().welcome().grant().joined("#a");
  assertEquals(sentAfter(hand, 450).at(-1), "PRIVMSG #a two");
});

test("TwitchSession: what waits with its permits gives them back when the link is lost", () => {
  const hand = ready({ channels: ["#a"] });
  say(hand, "one");
  const [id = 0] = hand.asked("twitch.message.channel");
  hand.grant(1).close();
  assertEquals(hand.released().get(id), false);
  assertEquals(hand.asked("twitch.message"), []);
});

test("TwitchSession: a message is cancelled while it waits, not once it is sent", () => {
  const hand = ready({ channels: ["#a"] });
  const [waiting, sent] = [say(hand, "one"), say(hand, "two")];
  hand.cancel(waiting).grant().cancel(sent);
  assertEquals(hand.sent(), ["PRIVMSG #a two"]);
  assertEquals([hand.outcome(waiting), hand.outcome(sent)], ["cancelled", undefined]);
});

test("TwitchSession: a message to a channel that it does not moderate needs three permits", () => {
  const hand = ready({ channels: ["#a"] });
  say(hand, "one");
  hand.grant();
  assertEquals(permits(hand), [CHANNEL, ORDINARY, ALL]);
  // The channel of one's own, and where one moderates.
  say(hand, "mine", "#bot");
  hand.grant().lines(MODERATOR).pass(1_200);
  permits(hand);
  say(hand, "two");
  assertEquals(permits(hand), [ALL]);
});

test("TwitchSession: a verified bot's messages count in their channel and together", () => {
  const hand = ready({ channels: ["#a"], limits: { verified: true, jitter: 0 } });
  say(hand, "one");
  hand.grant();
  const all = { scope: "twitch.message", key: "bot", limit: 7_500, per: 30_000 };
  assertEquals(permits(hand), [
    { ...CHANNEL, per: 1_000 },
    { ...ORDINARY, key: "bot #a", per: 30_000 },
    all,
  ]);
  hand.lines(MODERATOR);
  say(hand, "two");
  hand.grant();
  assertEquals(permits(hand), [
    { scope: "twitch.message.moderated", key: "bot #a", limit: 100, per: 30_000 },
    all,
  ]);
});

test("TwitchSession: a message that Twitch counts otherwise than was thought is counted afterwards", () => {
  const hand = ready({ channels: ["#a"] }).lines(MODERATOR);
  say(hand, "one");
  hand.grant().taken();
  hand.accepted("#a", "x1", "badges=;mod=0");
  assertEquals(permits(hand), [ORDINARY]);
  const [debt = 0] = hand.asked("twitch.message.ordinary");
  assertEquals(hand.grant().released().get(debt), true);
});

test("TwitchSession: messages to a channel are kept a second apart, from the answer on", () => {
  const hand = ready({ channels: ["#a"] });
  say(hand, "one");
  const [pause = 0] = hand.asked("twitch.message.channel");
  hand.grant().pass(3_000);
  assert(hand.held().includes(pause));
  // It counts from its release.
  assertEquals(hand.accepted("#a").released().get(pause), true);
  say(hand, "two");
  assertEquals(permits(hand), [CHANNEL, ORDINARY, ALL, CHANNEL]);
});

test("TwitchSession: messages to a channel in slow mode are kept as far apart as that says", () => {
  const hand = ready({ channels: ["#a"] });
  say(hand, "one");
  hand.grant(1).taken();
  const [granted = 0] = hand.held();
  hand.lines("@room-id=1337;slow=30 :tmi.twitch.tv ROOMSTATE #a", "@room-id=1337;r9k=1 :t ROOMSTATE #a");
  // What was granted by the old rule is worth nothing.
  assertEquals(hand.released().get(granted), false);
  assertEquals(permits(hand), [{ ...CHANNEL, per: 30_200 }]);
  hand.lines("@room-id=1337;slow=0 :tmi.twitch.tv ROOMSTATE #a");
  assertEquals(permits(hand), [CHANNEL]);
});

test("TwitchSession: a message that has to wait holds no permit that others could use", () => {
  const hand = ready({ channels: ["#a"] });
  say(hand, "one");
  hand.grant().accepted("#a").pass(5_000);
  say(hand, "two");
  hand.grant(2);
  assertEquals(hand.held().length, 2);
  hand.lines("@room-id=1337;slow=30 :tmi.twitch.tv ROOMSTATE #a");
  assertEquals([hand.held(), hand.asked()], [[], []]);
  assertEquals(sentAfter(hand, 25_200).at(-1), "PRIVMSG #a two");
});

test("TwitchSession: slow mode that begins counts from the last message", () => {
  const hand = ready({ channels: ["#a"] });
  say(hand, "one");
  hand.grant().accepted("#a").pass(5_000).lines("@room-id=1337;slow=30 :tmi.twitch.tv ROOMSTATE #a").taken();
  say(hand, "two");
  // The permit of the first has been over for long.
  assertEquals(sentAfter(hand, 25_199), []);
  assertEquals(sentAfter(hand, 1), ["PRIVMSG #a two"]);
});

for (const [who, state] of [["moderators", MODERATOR], ["VIPs", VIP]] as const) {
  test(`TwitchSession: messages of ${who} follow each other at once`, () => {
    const hand = ready({ channels: ["#a"] }).lines("@slow=30 :tmi.twitch.tv ROOMSTATE #a", state);
    say(hand, "one");
    hand.grant().lines(state).taken();
    say(hand, "one");
    assertEquals(hand.asked("twitch.message.channel"), []);
    // The same message is not refused to them either.
    assertEquals(hand.grant().sent(), ["PRIVMSG #a one"]);
  });
}

test("TwitchSession: waits as long as Twitch says that it must", () => {
  const hand = ready({ channels: ["#a"] });
  say(hand, "one");
  hand.grant().lines("@msg-id=msg_slowmode :t NOTICE #a :You will be able to talk again in 4 seconds.")
    .taken();
  say(hand, "two");
  assertEquals(sentAfter(hand, 4_199), []);
  assertEquals(sentAfter(hand, 1), ["PRIVMSG #a two"]);
});

test("TwitchSession: the same text again is made another that looks the same", () => {
  const hand = ready({ channels: ["#a", "#b"] });
  const repeat = (text: string) => {
    const ticket = say(hand, text);
    const [line] = sentAfter(hand, 1_200);
    hand.accepted("#a");
    assertEquals(hand.outcome(ticket), "done");
    return line;
  };
  assertEquals(repeat("same"), "PRIVMSG #a same");
  assertEquals(repeat("same"), "PRIVMSG #a :same \u{E0000}");
  assertEquals(repeat("same"), "PRIVMSG #a same");
  say(hand, "same", "#b");
  assertEquals(hand.grant().sent(), ["PRIVMSG #b same"]);
  hand.accepted("#b").pass(31_000);
  assertEquals(repeat("same"), "PRIVMSG #a same");
  const long = "x".repeat(499);
  assertEquals([repeat(long), repeat(long)], [`PRIVMSG #a ${long}`, `PRIVMSG #a ${long}`]);
});

test("TwitchSession: a text that another process of the account has just said is said again, once, so that it differs", () => {
  const same =
    "@msg-id=msg_duplicate :tmi.twitch.tv NOTICE #a :Your message is identical to the previous one.";
  const hand = ready({ channels: ["#a"] });
  const tickets = [say(hand, "same"), say(hand, "next")];
  assertEquals(hand.grant().sent(), ["PRIVMSG #a same"]);
  hand.lines(same);
  assertEquals(sentAfter(hand, 1_200), ["PRIVMSG #a :same \u{E0000}"]);
  hand.accepted("#a");
  assertEquals(sentAfter(hand, 1_200), ["PRIVMSG #a next"]);
  hand.accepted("#a");
  assertEquals(tickets.map((ticket) => hand.outcome(ticket)), ["done", "done"]);
  const refused = say(hand, "next");
  assertEquals(sentAfter(hand, 1_200), ["PRIVMSG #a :next \u{E0000}"]);
  hand.lines(same);
  assertEquals([hand.outcome(refused), sentAfter(hand, 20_000), hand.held()], ["failed", [], []]);
  // What is longer than a message keeps its order.
  const [first, second] = ["a".repeat(480), "b".repeat(480)];
  say(hand, `${first} ${second}`);
  assertEquals(sentAfter(hand, 20_000), [`PRIVMSG #a ${first}`]);
  hand.lines(same);
  assertEquals(sentAfter(hand, 1_200), [`PRIVMSG #a :${first} \u{E0000}`]);
  hand.accepted("#a");
  assertEquals(sentAfter(hand, 1_200), [`PRIVMSG #a ${second}`]);
  hand.accepted("#a");
  // Where nothing can be made to differ.
  const long = say(hand, "x".repeat(499));
  hand.grant().lines(same);
  assertEquals(hand.outcome(long), "failed");
});

test("TwitchSession: the same text again is left as it is, if so wished", () => {
  const hand = ready({ channels: ["#a"], bypassDuplicates: false });
  say(hand, "same");
  hand.grant().accepted("#a").taken();
  say(hand, "same");
  assertEquals(sentAfter(hand, 1_200), ["PRIVMSG #a same"]);
});

test("TwitchSession: a text that is too long is said in parts, each in its turn, and settles once", () => {
  const hand = ready({ channels: ["#a"] });
  const parts = ["a", "b", "c"].map((letter) => letter.repeat(400));
  const ticket = hand.command({ kind: "say", channel: "#a", text: parts.join(" "), nonce: "n" });
  say(hand, "next");
  const sent: string[] = [];
  for (let index = 0; index < 4; index++) {
    const lines = hand.grant().pass(1_200).grant().taken();
    sent.push(...lines.flatMap((action) => action.kind === "send" ? [String(action.data)] : []));
    hand.accepted("#a", `m-${index}`);
    assertEquals(hand.outcome(ticket), index < 2 ? undefined : "done");
  }
  assertEquals(sent.slice(0, 3), [
    `@client-nonce=n PRIVMSG #a ${parts[0]}\r\n`,
    `@client-nonce=n-2 PRIVMSG #a ${parts[1]}\r\n`,
    `@client-nonce=n-3 PRIVMSG #a ${parts[2]}\r\n`,
  ]);
  assert(sent[3]?.endsWith(" PRIVMSG #a next\r\n"));
  assertEquals(accepted(hand, ticket).map(({ id }) => id), ["m-0", "m-1", "m-2"]);
});

test("TwitchSession: a text of which a part is refused is not said any further", () => {
  const hand = ready({ channels: ["#a"] });
  const ticket = say(hand, `${"a".repeat(400)} ${"b".repeat(400)} ${"c".repeat(400)}`);
  hand.grant().accepted("#a").pass(1_200).grant();
  hand.lines("@msg-id=msg_timedout :tmi.twitch.tv NOTICE #a :For 5 more seconds.").taken();
  assert(failure(hand, ticket) instanceof TwitchRefusedError);
  assertEquals(sentAfter(hand, 30_000), []);
});

test("TwitchSession: a text that is said in part when the session ends is not said any further", () => {
  const hand = ready({ channels: ["#a"] });
  const ticket = say(hand, `${"a".repeat(400)} ${"b".repeat(400)}`);
  hand.grant().shutdown();
  assertEquals((failure(hand, ticket) as CommandError).code, "closed");
  hand.accepted("#a", "x1").close({ cause: "peer" });
  assertEquals(hand.held(), []);
  assertEquals(hand.actions.at(-1), { kind: "end" });
});

test("TwitchSession: replies name the message they answer, actions are said with /me", () => {
  const hand = ready({ channels: ["#a", "#b", "#c"] });
  const replyTo = "b34ccfc7-4977-403a-8a94-33c6bac34fb8";
  hand.command({ kind: "say", channel: "#a", text: "yes", replyTo });
  hand.command({ kind: "say", channel: "#b", text: "waves", action: true });
  hand.command({ kind: "say", channel: "#c", text: `${"x".repeat(490)} y`, action: true });
  assertEquals(hand.grant().sent(), [
    `@reply-parent-msg-id=${replyTo} PRIVMSG #a yes`,
    "PRIVMSG #b :/me waves",
    `PRIVMSG #c :/me ${"x".repeat(490)}`,
  ]);
});

test("TwitchSession: what cannot be said is refused at once", () => {
  const hand = ready({ channels: ["#a"] });
  for (
    const wrong of [{ text: " " }, { text: "a\r\nQUIT" }, { text: "a", nonce: "a b" }, {
      text: "a",
      replyTo: "",
    }]
  ) {
    const error = assertThrows(() => hand.command({ kind: "say", channel: "#a", ...wrong }), CommandError);
    assertEquals(error.code, "invalid_command");
  }
  assertEquals(hand.asked(), []);
});

test("TwitchSession: asks for no proof on a link that it gives up at the same time as the answer", () => {
  const hand = ready({ channels: ["#a"], timeouts: { idle: 5_000, pong: 5_000, say: 10_000 } });
  const ticket = say(hand, "hello");
  hand.grant().pass(10_000);
  const kinds = hand.actions.map(({ kind }) => kind);
  assertEquals(kinds.slice(kinds.indexOf("abort")).includes("send"), false);
  assertEquals([hand.outcome(ticket), hand.held()], ["failed", []]);
});

test("TwitchSession: once it ends it asks for no more permits, whatever Twitch says of what was under way", () => {
  const hand = ready({ channels: ["#a"] }).lines(MODERATOR);
  say(hand, "hello");
  hand.grant().shutdown();
  // It was sent as a moderator's, and Twitch has counted it among the others.
  hand.accepted("#a", "m-1").close();
  assertEquals(hand.actions.at(-1)?.kind, "end");
  assertEquals([hand.asked(), hand.held()], [[], []]);
});

test("TwitchSession: an anonymous session says nothing", () => {
  const hand = new TwitchHand({ channels: ["#a"] }).start();
  assertThrows(() => say(hand, "hello"), CommandError, "anonymous");
});

test("TwitchSession: no more than a thousand messages wait", () => {
  const hand = ready();
  for (let index = 0; index < 1_000; index++) say(hand, `${index}`);
  assertThrows(() => say(hand, "more"), ParleyError, "1000 messages");
  hand.grant().accepted("#a").pass(1_200);
  say(hand, "more");
});

test("TwitchSession: a refusal that comes too late is not taken for that of the next message", () => {
  const hand = ready({ channels: ["#a"], timeouts: { say: 5_000 } });
  const first = say(hand, "one");
  hand.grant().pass(5_000).taken();
  const second = say(hand, "two");
  hand.lines("@msg-id=msg_banned :tmi.twitch.tv NOTICE #a :You are banned.");
  assertEquals([hand.outcome(first), hand.outcome(second)], ["failed", undefined]);
  assertEquals(sentAfter(hand, 1_200).filter((line) => line.startsWith("PRIVMSG")), ["PRIVMSG #a two"]);
  hand.accepted("#a");
  assertEquals(hand.outcome(second), "done");
});

test("TwitchSession: a message that is under way in a channel that is left ends as Twitch answers it", () => {
  const hand = ready({ channels: ["#a"] });
  const ticket = say(hand, "bye");
  hand.grant();
  hand.command({ kind: "part", channel: "#a" });
  hand.lines(":bot!bot@bot.tmi.twitch.tv PART #a").accepted("#a", "m-1");
  assertEquals([hand.outcome(ticket), hand.held()], ["done", []]);
});
