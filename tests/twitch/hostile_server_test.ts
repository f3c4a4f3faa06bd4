import { test } from "node:test";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { parseMessage } from "../../src/irc/wire/messages/message.ts";
import { LONGEST_REMEMBERED, MOST_REMEMBERED } from "../../src/twitch/session/bounds.ts";
import { TwitchLoginError } from "../../src/twitch/session/login/login.ts";
import { Dedupe } from "../../src/twitch/session/dedupe.ts";
import { ready, TwitchHand } from "./_hand.ts";

test("TwitchSession: PONG brings nothing back that would end a line, and is no longer than one", () => {
  const hand = ready().lines("PING :a\rQUIT :bye\0x", `PING :${"é".repeat(600)}`);
  const [short, long = ""] = hand.sent();
  assertEquals(short, "PONG :aQUIT :byex");
  assertMatch(long, /^PONG :é{252}$/);
});

test("Dedupe: remembers so many messages, and so many characters, and forgets the oldest", () => {
  const dedupe = new Dedupe();
  dedupe.begin();
  const told = (line: string, link: number) => dedupe.repeats(parseMessage(line), link, "bot");
  for (let n = 0; n < MOST_REMEMBERED + 100; n++) told(`@id=${n} :a!a@a PRIVMSG #a :x`, 1);
  assertEquals(dedupe.size, MOST_REMEMBERED);
  assertEquals([told("@id=0 :a!a@a PRIVMSG #a :x", 2), told("@id=4000 :a!a@a PRIVMSG #a :x", 2)], [
    false,
    true,
  ]);
  const long = "x".repeat(8_000);
  for (let n = 0; n < MOST_REMEMBERED; n++) told(`@tmi-sent-ts=${n} :t CLEARCHAT #a :${long}`, 1);
  assert(dedupe.size * long.length <= LONGEST_REMEMBERED, String(dedupe.size));
  assert(dedupe.size > LONGEST_REMEMBERED / (long.length + 100) - 1, String(dedupe.size));
  dedupe.end();
  assertEquals(dedupe.size, 0);
});

test("TwitchSession: a server adds no channel to ours, whatever it says of others", () => {
  const hand = ready({ channels: ["#a"] });
  for (let n = 0; n < 3_000; n++) {
    hand.lines(
      `:bot!bot@bot.tmi.twitch.tv JOIN #c${n}`,
      `@room-id=1;slow=9 :tmi.twitch.tv ROOMSTATE #c${n}`,
      `@mod=1 :tmi.twitch.tv USERSTATE #c${n}`,
      `@msg-id=msg_banned :tmi.twitch.tv NOTICE #c${n} :no`,
    );
  }
  assertEquals([hand.session.channels, hand.session.wanted, hand.session.moderates("#c1")], [
    ["#a"],
    ["#a"],
    false,
  ]);
  // A channel that we are in and do not want is left, each time we are told so.
  const actions = hand.taken();
  assertEquals([actions.length, actions.every(({ kind }) => kind === "send")], [3_000, true]);
});

test("TwitchSession: a server that keeps sending us away is dialled with growing pauses", () => {
  const hand = ready({ channels: ["#a"] });
  for (let n = 0; n < 1_000; n++) hand.lines(":tmi.twitch.tv RECONNECT");
  assertEquals(hand.asked("twitch.auth").length, 1);
  for (let n = 0; n < 1_000; n++) hand.lines(":tmi.twitch.tv PONG tmi.twitch.tv :parley-1");
  assert(hand.session.latencies.length <= 10);
});

test("TwitchSession: a server that repeats the token as it refuses it does not make the error show it", () => {
  const hand = new TwitchHand({ login: "bot", token: "oauth:abc123def" }).start().grant().open();
  hand.lines(":tmi.twitch.tv NOTICE * :Improperly formatted auth: abc123def");
  hand.close();
  const end = hand.actions.find((action) => action.kind === "end");
  assert(end?.kind === "end" && end.error instanceof TwitchLoginError);
  assertMatch(end.error.message, /Twitch says "Improperly formatted auth: …"/);
});
