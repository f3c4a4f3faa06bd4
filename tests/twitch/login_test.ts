import { test } from "node:test";
import { inspect } from "node:util";
import { assert, assertEquals, assertFalse } from "@std/assert";
import { AuthenticationError } from "../../src/protocol/errors.ts";
import { TwitchLoginError } from "../../src/twitch/session/login/login.ts";
import type { TwitchAsk } from "../../src/twitch/session/outputs.ts";
import { ready, TwitchHand } from "./_hand.ts";

const REFUSED = ":tmi.twitch.tv NOTICE * :Login authentication failed";
const WELCOME = [
  ":tmi.twitch.tv CAP * ACK :twitch.tv/tags twitch.tv/commands twitch.tv/membership",
  ":tmi.twitch.tv 001 bot :Welcome, GLHF!",
];

/** The last ask for a token. */
function asked(hand: TwitchHand): TwitchAsk & { readonly id: number } {
  const ask = hand.actions.findLast((action) => action.kind === "ask" && action.ask.kind === "token");
  if (ask?.kind !== "ask" || ask.ask.kind !== "token") throw new Error("no token was asked for");
  return { id: ask.id, ...ask.ask };
}

function ended(hand: TwitchHand): TwitchLoginError | undefined {
  const end = hand.actions.find((action) => action.kind === "end");
  return end?.kind === "end" && end.error instanceof TwitchLoginError ? end.error : undefined;
}

/** Gives a token to who has asked for one. */
function give(hand: TwitchHand, token: string): void {
  hand.answer(asked(hand).id, { kind: "token", token }).grant().open();
}

test("TwitchSession: who is welcomed by what knows no capabilities is logged in", () => {
  const hand = new TwitchHand({ login: "bot", token: "abc123" }).start().grant().open();
  hand.lines(":tmi.twitch.tv 001 bot :Welcome, GLHF!");
  assertEquals(hand.kinds().includes("ready"), false);
  assert(hand.lines(":tmi.twitch.tv 376 bot :>").kinds().includes("ready"));
});

test("TwitchSession: a refused token is asked for once more, with the reason, and at once", () => {
  const hand = new TwitchHand({ login: "bot", token: { ask: true } }).start();
  assertEquals(asked(hand).refused, undefined);
  give(hand, "old");
  hand.lines(REFUSED);
  assertEquals(asked(hand).refused?.reason, "refused");
  give(hand, "new");
  assert(hand.sent().includes("PASS oauth:new"));
  hand.welcome();
  assertEquals(hand.kinds().at(-1), "ready");
  assertEquals(hand.held(), []);
});

test("TwitchSession: a token that is refused twice ends the session", () => {
  const hand = new TwitchHand({ login: "bot", token: { ask: true } }).start();
  give(hand, "old");
  hand.lines(REFUSED);
  give(hand, "old");
  hand.lines(REFUSED);
  assertEquals(ended(hand)?.reason, "refused");
  assertFalse(inspect(ended(hand)).includes("old"));
});

test("TwitchSession: one that expires on its way is followed by another, and three that are refused by the end", () => {
  const hand = new TwitchHand({ login: "bot", token: { ask: true } }).start();
  for (const token of ["one", "two"]) {
    give(hand, token);
    hand.lines(REFUSED);
    assertEquals([asked(hand).token, ended(hand)], [token, undefined]);
  }
  give(hand, "three");
  hand.lines(REFUSED);
  assertEquals(ended(hand)?.reason, "refused");
});

test("TwitchSession: what comes behind the refusal of a login, or the end of its session, lets nobody in", () => {
  const hand = new TwitchHand({ login: "bot", token: { ask: true }, channels: ["#a"] }).start();
  for (const token of ["one", "two", "three"]) {
    give(hand, token);
    hand.lines(REFUSED, ...WELCOME);
  }
  assertEquals(ended(hand)?.reason, "refused");
  const closed = new TwitchHand({ login: "bot", token: "abc123", channels: ["#a"] }).start().grant().open();
  closed.shutdown().lines(...WELCOME);
  assertEquals(closed.asked(), []);
});

test("TwitchSession: a token that was accepted once has expired", () => {
  const hand = new TwitchHand({ login: "bot", token: { ask: true } }).start();
  give(hand, "same");
  hand.welcome().close().pass(750);
  give(hand, "same");
  hand.lines(REFUSED);
  assertEquals(asked(hand).refused?.reason, "expired");
  give(hand, "fresh");
  hand.welcome();
  assertEquals(ended(hand), undefined);
  // The next one that expires may be asked for again.
  hand.close().pass(1_500);
  assertEquals(asked(hand).refused, undefined);
});

test("TwitchSession: a token that cannot be asked for and has expired ends the session", () => {
  const hand = ready().close().pass(750).grant().open().lines(REFUSED);
  assertEquals(ended(hand)?.reason, "expired");
});

test("TwitchSession: what is no token, and who has none, is told apart", () => {
  const malformed = new TwitchHand({ login: "bot", token: { ask: true } }).start();
  malformed.answer(asked(malformed).id, { kind: "token", token: "not a token" });
  assertEquals(ended(malformed)?.reason, "malformed");
  const missing = new TwitchHand({ login: "bot", token: { ask: true } }).start();
  missing.answer(asked(missing).id, { kind: "error", error: new AuthenticationError("revoked") });
  assertEquals(ended(missing)?.reason, "missing");
});

test("TwitchSession: whoever fails to give a token is asked again, or the last one that was good is taken", () => {
  const hand = new TwitchHand({ login: "bot", token: { ask: true } }).start();
  hand.answer(asked(hand).id, { kind: "error", error: new Error("no network") });
  assertEquals(hand.kinds(), ["reconnecting"]);
  hand.pass(1_000);
  give(hand, "good");
  hand.welcome().close().pass(1_000).answer(asked(hand).id, {
    kind: "error",
    error: new Error("no network"),
  });
  assert(hand.grant().open().sent().includes("PASS oauth:good"));
});

test("TwitchSession: a token that expires while another link takes over is asked for once more", () => {
  const hand = new TwitchHand({ login: "bot", token: { ask: true }, channels: ["#a"] }).start();
  give(hand, "old");
  hand.welcome().grant().joined("#a").lines(":tmi.twitch.tv RECONNECT");
  give(hand, "old");
  hand.lines(REFUSED);
  assertEquals(asked(hand).refused?.reason, "expired");
  give(hand, "new");
  hand.welcome().grant().joined("#a").proven(1);
  assertEquals(hand.taken().at(-1), { kind: "close", link: 1, code: 1000, reason: "" });
});

test("Login: what else is noticed before the welcome is no refusal", () => {
  const hand = new TwitchHand({ login: "bot", token: "abc123" }).start().grant().open();
  hand.lines(":tmi.twitch.tv NOTICE * :Twitch will be slow today").welcome();
  assertEquals(hand.kinds().at(-1), "ready");
});
