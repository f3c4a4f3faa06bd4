import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { Driver } from "../../src/driver/driver.ts";
import { TimeoutError } from "../../src/protocol/errors.ts";
import { TwitchClient } from "../../src/twitch/client.ts";
import { TWITCH_URL } from "../../src/twitch/session/options.ts";
import { TwitchRefusedError } from "../../src/twitch/wire/commands/refusal.ts";
import { TwitchServer } from "../../testing/twitch/server.ts";
import { Simulation } from "../../testing/world/simulation.ts";
import { failure, privmsg, ready, TwitchHand } from "./_hand.ts";

const ECHO = ":bot!bot@bot.tmi.twitch.tv JOIN #a";
const GONE = "@msg-id=msg_channel_suspended :tmi.twitch.tv NOTICE #a :This channel has been suspended.";

const gaps = (hand: TwitchHand) => hand.told().filter(({ kind }) => kind === "gap");

test("TwitchSession: a join is not done before the channel is described", () => {
  const hand = ready();
  const join = hand.command({ kind: "join", channel: "#a" });
  hand.grant().lines(ECHO);
  assertEquals([hand.outcome(join), hand.session.channels], [undefined, []]);
  hand.lines("@room-id=1;slow=0 :tmi.twitch.tv ROOMSTATE #a");
  assertEquals([hand.outcome(join), hand.session.channels], ["done", ["#a"]]);
});

test("TwitchSession: an echo of a JOIN that is not meant is noticed, and joined again", () => {
  const hand = ready();
  const join = hand.command({ kind: "join", channel: "#a" });
  hand.grant().lines(ECHO).taken();
  hand.pass(10_000).proven().grant();
  assertEquals(hand.sent(), ["PING :parley-1", "PART #a", "JOIN #a"]);
  hand.joined("#a");
  assertEquals([hand.outcome(join), hand.session.channels], ["done", ["#a"]]);
});

test("TwitchSession: a channel that is never described fails in the end", () => {
  const hand = ready();
  const join = hand.command({ kind: "join", channel: "#a" });
  for (let attempt = 0; attempt < 5; attempt++) hand.grant().lines(ECHO).pass(10_000).proven();
  assert(failure(hand, join) instanceof TimeoutError);
  assertEquals(hand.held(), []);
});

test("TwitchSession: a JOIN that was sent later than one that is not answered is waited for as long", () => {
  const hand = ready();
  hand.command({ kind: "join", channel: "#a" });
  hand.grant().pass(5_000);
  hand.command({ kind: "join", channel: "#b" });
  hand.grant().taken();
  for (const ms of [5_000, 5_000, 6_000]) hand.pass(ms).proven().grant();
  assertEquals(hand.sent(), ["PING :parley-1", "PING :parley-2", "JOIN #a"]);
  hand.pass(5_000).grant();
  assertEquals(hand.sent().filter((line) => line.startsWith("JOIN")), ["JOIN #b"]);
});

test("TwitchSession: looks for quiet channels once, however sums of times are rounded", () => {
  // This and the 15 s in which a channel may be quiet make a time that is less than 15 s later.
  const heardAt = 31_273.04779992598;
  const hand = ready({ channels: ["#a"], timeouts: { quiet: 15_000 } });
  for (const [id, at] of [["m1", 12_000], ["m2", 24_000], ["m3", heardAt]] as const) {
    hand.pass(at - hand.now).lines(privmsg(id, "#a", "one"));
  }
  assertEquals([hand.now, hand.now + 15_000 - hand.now < 15_000], [heardAt, true]);
  hand.taken();
  // What this once was: an endless loop.
  hand.pass(15_000).grant();
  assertEquals(hand.sent().filter((line) => line.startsWith("JOIN")), ["JOIN #a"]);
});

test("TwitchSession: a channel that brings nothing for long is joined again, and trusted if nothing comes", () => {
  const hand = ready({ channels: ["#a", "#b"], timeouts: { quiet: 50_000, ping: 1_000_000 } });
  hand.pass(40_000).lines(privmsg("m1", "#b", "one")).pass(10_000).grant();
  assertEquals(hand.sent(), ["JOIN #a"]);
  hand.pass(10_000).proven();
  assertEquals([hand.session.channels, hand.held()], [["#a", "#b"], []]);
  assertEquals(gaps(hand), []);
  hand.taken();
  // And again, each in its time.
  hand.pass(30_000).proven().grant();
  assertEquals(hand.sent().filter((line) => line.startsWith("JOIN")), ["JOIN #b"]);
});

test("TwitchSession: a channel that Twitch has forgotten us in is joined again, and told as a gap", () => {
  const hand = ready({ channels: ["#a", "#b"], timeouts: { quiet: 50_000 } });
  hand.pass(5_000).lines(privmsg("m1", "#a", "one")).pass(30_000).lines(privmsg("m2", "#b", "two"));
  hand.pass(20_000).grant().taken();
  hand.pass(40).joined("#a").grant();
  // Does Twitch echo the JOIN of who is there? Now we are for certain.
  assertEquals([hand.sent(), gaps(hand)], [["JOIN #a"], []]);
  hand.pass(10_000).proven();
  assertEquals(gaps(hand), [{ kind: "gap", from: 5_000, to: 55_040, channels: ["#a"] }]);
  assertEquals(hand.session.channels, ["#b", "#a"]);
  assertEquals(hand.held(), []);
});

test("TwitchSession: an echo tells no gap where Twitch echoes every JOIN", () => {
  const hand = ready({ channels: ["#a", "#b"], timeouts: { quiet: 50_000 } });
  // Both are doubted; one echo of who is there for certain is enough.
  hand.pass(50_000).grant().joined("#a").joined("#b").grant().joined("#a");
  hand.pass(10_000).proven().pass(50_000).proven().grant().joined("#a").joined("#b").pass(10_000).proven();
  assertEquals(gaps(hand), []);
  assertEquals(hand.session.channels, ["#a", "#b"]);
  assertEquals(hand.held(), []);
});

test("TwitchSession: once it is known that Twitch echoes only who was out, a gap is told at once", () => {
  const hand = ready({ channels: ["#a", "#b"], timeouts: { quiet: 50_000 } });
  hand.pass(50_000).grant().joined("#a").grant().pass(10_000).proven();
  assertEquals(gaps(hand).length, 1);
  hand.lines(":bot!bot@bot.tmi.twitch.tv PART #b").grant().joined("#b");
  assertEquals(gaps(hand).flatMap((event) => event.kind === "gap" ? event.channels : []), ["#b"]);
});

test("TwitchSession: a link that is lost while a channel is doubted tells both gaps", () => {
  const hand = ready({ channels: ["#a"], timeouts: { quiet: 50_000, idle: 100_000 } });
  hand.pass(50_000).grant().lines(ECHO).pass(1_000).close();
  hand.pass(750).grant().welcome().grant().joined("#a");
  assertEquals(gaps(hand), [
    { kind: "gap", from: 0, to: 51_750, channels: ["#a"] },
    { kind: "gap", from: 50_000, to: 51_750, channels: ["#a"] },
  ]);
});

test("TwitchSession: a channel that throws us out for being suspended is asked once more, then given up", () => {
  const hand = ready({ channels: ["#a", "#b"] }).lines(GONE).grant();
  assertEquals(hand.sent(), ["JOIN #a"]);
  hand.told();
  hand.lines(GONE);
  // It was asked again, and may have us there still.
  assertEquals(hand.sent(), ["PART #a"]);
  const [, failed] = hand.told();
  assert(failed?.kind === "join_failed" && failed.error instanceof TwitchRefusedError);
  assertEquals([failed.channel, failed.error.id], ["#a", "msg_channel_suspended"]);
  assertEquals([hand.session.channels, hand.session.wanted], [["#b"], ["#b"]]);
  assertEquals(hand.held(), []);
});

test("TwitchSession: a PART that nobody asked for is doubted, not believed", () => {
  const hand = ready({ channels: ["#a"] }).lines(":bot!bot@bot.tmi.twitch.tv PART #a").grant();
  assertEquals(hand.sent(), ["JOIN #a"]);
  assertEquals(hand.session.channels, ["#a"]);
  hand.pass(10_000).proven();
  assertEquals([hand.session.channels, hand.held()], [["#a"], []]);
});

test("TwitchSession: a channel that is parted while it is doubted is left", () => {
  const hand = ready({ channels: ["#a"] }).lines(":bot!bot@bot.tmi.twitch.tv PART #a").grant();
  const part = hand.command({ kind: "part", channel: "#a" });
  hand.lines(":bot!bot@bot.tmi.twitch.tv PART #a");
  assertEquals([hand.outcome(part), hand.session.channels, hand.held()], ["done", [], []]);
});

test("TwitchSession: a channel that is left and joined again while it is doubted has no gap", () => {
  const hand = ready({ channels: ["#a"], timeouts: { quiet: 50_000 } });
  hand.pass(50_000).grant().joined("#a");
  hand.command({ kind: "part", channel: "#a" });
  hand.lines(":bot!bot@bot.tmi.twitch.tv PART #a");
  const join = hand.command({ kind: "join", channel: "#a" });
  hand.grant().joined("#a");
  assertEquals([hand.outcome(join), gaps(hand)], ["done", []]);
});

test("TwitchSession: without its capabilities a join is done with the echo", () => {
  const hand = ready();
  hand.close().pass(750).grant().open().lines(
    ":tmi.twitch.tv CAP * NAK :twitch.tv/tags twitch.tv/commands twitch.tv/membership",
    ":tmi.twitch.tv 001 bot :Welcome, GLHF!",
  );
  const join = hand.command({ kind: "join", channel: "#a" });
  hand.grant().lines(ECHO);
  assertEquals(hand.outcome(join), "done");
});

test("TwitchClient: that channels are quiet keeps nobody waiting who joins another", async () => {
  const world = new Simulation();
  const core = new TwitchServer();
  const server = new Driver(core, { host: world.host("server"), label: "server", deliver: () => {} });
  server.start();
  world.serve(TWITCH_URL, server);
  const channels = Array.from({ length: 99 }, (_, at) => `#c${at}`);
  const chat = new TwitchClient({ channels, runtime: world.host("bot") });
  await world.until(chat.connect());
  await world.run(60_000);
  const joins = () => core.log.filter(({ kind, text }) => kind === "line" && text.startsWith("JOIN")).length;
  const before = joins();
  let longest = 0;
  for (let round = 0; round < 80; round++) {
    await world.run(31_000);
    const from = world.clock.now();
    await world.until(chat.join("#new"));
    longest = Math.max(longest, world.clock.now() - from);
    await world.until(chat.part("#new"));
  }
  assert(longest < 1_000, `${longest} ms`);
  // All the same each is looked for every ten minutes or so.
  assert(joins() - before > 3 * 99, String(joins() - before));
  assertEquals(core.log.filter(({ kind }) => kind === "limited"), []);
  await world.until(chat.close());
});

test("TwitchSession: what nobody has heard since a time is a gap once all channels are joined, and until then not heard", () => {
  const hand = new TwitchHand({ login: "bot", token: "abc123", channels: ["#a", "#b"] });
  assertEquals(hand.session.heardUntil, undefined);
  hand.session.missedSince(-5_000);
  hand.start().grant().welcome().grant().joined("#a").pass(4_000);
  assertEquals([hand.session.heardUntil, gaps(hand)], [-5_000, []]);
  hand.joined("#b");
  assertEquals(gaps(hand), [{ kind: "gap", from: -5_000, to: 4_000, channels: ["#a", "#b"] }]);
  assertEquals(hand.session.heardUntil, 4_000);
});

test("TwitchSession: a link that brings nothing any more is heard no longer, nor is what is away until its gap is told", () => {
  const hand = ready({ channels: ["#a"] });
  hand.pass(1_000).lines(privmsg("m1", "#a", "one")).pass(7_000);
  assertEquals(hand.session.heardUntil, 1_000);
  hand.close().pass(2_000).grant().welcome();
  assertEquals([hand.session.heardUntil, gaps(hand)], [1_000, []]);
  hand.grant().joined("#a");
  assertEquals([hand.session.heardUntil, gaps(hand).length], [hand.now, 1]);
});

test("TwitchSession: a channel that nobody answers for, joined since, keeps nobody from being told of the others' gap", () => {
  const hand = ready({ channels: ["#a"] });
  hand.close({}, 1).pass(10_000).grant().welcome().grant();
  const ticket = hand.command({ kind: "join", channel: "#nobody" });
  hand.grant().told();
  hand.joined("#a");
  assertEquals(gaps(hand), [{ kind: "gap", from: 0, to: hand.now, channels: ["#a"] }]);
  assertEquals([hand.session.heardUntil, hand.outcome(ticket)], [hand.now, undefined]);
});

test("TwitchSession: a channel that nobody answers for keeps no link from taking over", () => {
  const hand = ready({ channels: ["#a"] });
  hand.command({ kind: "join", channel: "#nobody" });
  hand.grant().lines(":tmi.twitch.tv RECONNECT").grant().welcome().grant().joined("#a").proven(1);
  hand.told();
  hand.close({ code: 1000, clean: true }, 1);
  assertEquals([hand.kinds(), hand.session.channels], [[], ["#a"]]);
});
