import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { ready, type TwitchHand } from "./_hand.ts";

/** The PINGs that were sent, and how the link ended, each with its time, while so much time passes. */
function watch(hand: TwitchHand, ms: number, each: (hand: TwitchHand) => void = () => {}): string[] {
  const seen: string[] = [];
  for (const until = hand.now + ms; hand.now < until;) {
    hand.pass(1_000);
    for (const action of hand.taken()) {
      if (action.kind === "send") seen.push(`${hand.now / 1_000} ${String(action.data).trim()}`);
      if (action.kind === "abort") seen.push(`${hand.now / 1_000} abort`);
    }
    each(hand);
  }
  return seen;
}

test("TwitchSession: asks by PING when nothing comes, and gives the link up when nothing answers", () => {
  const hand = ready({ timeouts: { idle: 60_000, pong: 20_000 } });
  hand.pass(60_000);
  assertEquals(hand.sent(), ["PING :parley-1"]);
  hand.proven().pass(80_000);
  assertEquals(hand.taken().slice(0, 2), [
    { kind: "send", link: 1, data: "PING :parley-2\r\n" },
    { kind: "abort", link: 1 },
  ]);
  assertEquals(hand.kinds(), ["PONG", "reconnecting"]);
});

test("TwitchSession: timeouts.idle is how long nothing may come, timeouts.pong how long a PONG may take", () => {
  const hand = ready({ timeouts: { idle: 600_000, ping: 5_000_000, pong: 300_000 } });
  assertEquals(watch(hand, 1_000_000), ["600 PING :parley-1", "900 abort"]);
});

test("TwitchSession: what comes puts off the PING that asks after silence", () => {
  const hand = ready({ timeouts: { idle: 20_000, ping: 5_000_000, pong: 10_000 } });
  hand.pass(15_000).lines(":tmi.twitch.tv NOTICE * :hello");
  assertEquals(watch(hand, 30_000), ["35 PING :parley-1", "45 abort"]);
});

test("TwitchSession: timeouts.ping is how far PINGs are apart, whatever comes and whoever else asks", () => {
  const hand = ready({ timeouts: { idle: 10_000, ping: 30_000, pong: 5_000 } });
  const answer = () => void hand.lines(":tmi.twitch.tv NOTICE * :hello").proven();
  assertEquals(watch(hand, 65_000, answer), ["30 PING :parley-1", "60 PING :parley-2"]);
  hand.command({ kind: "ping" });
  hand.proven().taken();
  assertEquals(watch(hand, 40_000, answer), ["95 PING :parley-4"]);
});

test("TwitchSession: what came before a tick counts before it, also when both wait for one drain", () => {
  const hand = ready({ timeouts: { idle: 60_000, pong: 20_000 } });
  hand.pass(60_000);
  hand.session.receive(1, ":tmi.twitch.tv PONG tmi.twitch.tv :parley-1\r\n", 80_000);
  hand.session.tick(80_000);
  hand.pass(20_000).taken();
  assertEquals(hand.kinds(), ["PONG"]);
});

test("TwitchSession: a PING of its own is not sent on a link that is being closed, which has its own time", () => {
  const hand = ready({ timeouts: { idle: 1_000, pong: 1_000, close: 30_000 } });
  hand.shutdown().taken();
  assertEquals(watch(hand, 40_000), ["30 abort"]);
});

test("TwitchSession: pings, and keeps the last latencies", () => {
  const hand = ready();
  assertEquals(hand.session.latency, undefined);
  const ping = hand.command({ kind: "ping" });
  hand.pass(40).proven();
  assertEquals(hand.outcomes.get(ping), { kind: "done", value: 40 });
  hand.pass(60_000);
  assertEquals(hand.sent().at(-1), "PING :parley-2");
  hand.pass(25).proven();
  assertEquals([hand.session.latency, hand.session.latencies], [65, [40, 65]]);
  for (let index = 0; index < 20; index++) {
    hand.command({ kind: "ping" });
    hand.pass(index).proven();
  }
  assertEquals(hand.session.latencies, [10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
});

test("TwitchSession: the latencies of a link follow those of the link before", () => {
  const hand = ready();
  hand.command({ kind: "ping" });
  hand.pass(40).proven().close().pass(750).grant().welcome();
  hand.command({ kind: "ping" });
  hand.pass(30).proven();
  assertEquals(hand.session.latencies, [40, 30]);
  hand.close();
  assertEquals([hand.session.latency, hand.session.latencies], [30, [40, 30]]);
});

test("TwitchSession: a ping is lost with its link, and without one", () => {
  const hand = ready();
  const ping = hand.command({ kind: "ping" });
  hand.close();
  const away = hand.command({ kind: "ping" });
  assertEquals([hand.outcome(ping), hand.outcome(away)], ["lost", "lost"]);
});

test("TwitchSession: asks for a PONG though much comes, and gives the link up without one", () => {
  const hand = ready({ timeouts: { ping: 30_000, pong: 5_000 } });
  for (let second = 0; second < 36; second++) hand.pass(1_000).lines(":tmi.twitch.tv NOTICE * :hello");
  assertEquals(hand.kinds(), [...Array.from({ length: 34 }, () => "NOTICE"), "reconnecting"]);
});
