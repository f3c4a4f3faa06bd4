import { test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { CommandError, OptionError, ParleyError } from "../../src/protocol/errors.ts";
import { TwitchPool, type TwitchPoolOptions } from "../../src/twitch/session/pool.ts";
import { privmsg, texts, TwitchHand } from "./_hand.ts";

const CHANNELS = ["#a", "#b", "#c"];

/** A pool driven by hand; its links are numbered in the order they are dialled. */
function pool(options: Partial<TwitchPoolOptions> = {}): { hand: TwitchHand; core: TwitchPool } {
  const core = new TwitchPool({
    login: "bot",
    token: "abc123",
    channels: CHANNELS,
    channelsPerConnection: 2,
    random: () => 0.5,
    ...options,
  });
  return { core, hand: new TwitchHand({}, core) };
}

/** A pool whose connections are all there, and in their channels. */
function joined(options: Partial<TwitchPoolOptions> = {}) {
  const { hand, core } = pool(options);
  hand.start().grant();
  for (let link = 1; link <= core.connections.length; link++) hand.welcome("bot", link).grant();
  core.connections.forEach((_, index) => {
    for (const channel of CHANNELS.slice(index * 2, index * 2 + 2)) hand.joined(channel, "bot", index + 1);
  });
  hand.taken();
  return { hand, core };
}

test("TwitchPool: spreads its channels over as many connections as they need", () => {
  const { hand, core } = joined();
  assertEquals(core.connections, [
    { connection: 0, channels: ["#a", "#b"], latencies: [] },
    { connection: 1, channels: ["#c"], latencies: [] },
  ]);
  assertEquals(core.channels, CHANNELS);
  const ready = hand.told().flatMap((event) => event.kind === "ready" ? [event.connection] : []);
  assertEquals(ready, [0, 1]);
  assertEquals(hand.held(), []);
});

test("TwitchPool: joins on a connection that has room, else on a new one", () => {
  const { hand, core } = joined();
  hand.command({ kind: "join", channel: "#d" });
  hand.grant();
  assertEquals(hand.sent(), ["JOIN #d"]);
  hand.command({ kind: "join", channel: "#e" });
  assertEquals([core.connections.length, hand.link], [3, 2]);
  hand.grant();
  assertEquals(hand.link, 3);
  hand.welcome().grant().joined("#e");
  assertEquals(core.connections[2]?.channels, ["#e"]);
});

test("TwitchPool: says and parts where the channel is, with permits of the one account", () => {
  const { hand, core } = joined();
  const say = hand.command({ kind: "say", channel: "#c", text: "hello" });
  const part = hand.command({ kind: "part", channel: "#a" });
  hand.grant();
  const sends = hand.taken().flatMap((action) =>
    action.kind === "send" ? [[action.link, String(action.data).trimEnd().split(" ").slice(-2)]] : []
  );
  assertEquals(sends, [[1, ["PART", "#a"]], [2, ["#c", "hello"]]]);
  hand.on(2, "@id=x1 :tmi.twitch.tv USERSTATE #c").on(1, ":bot!bot@bot.tmi.twitch.tv PART #a");
  assertEquals([hand.outcome(say), hand.outcome(part)], ["done", "done"]);
  assertEquals(core.channels, ["#b", "#c"]);
  const keys = hand.actions.flatMap((action) =>
    action.kind === "ask" && action.ask.kind === "permit" ? [action.ask.permit.key] : []
  );
  assertEquals(new Set(keys), new Set(["bot", "bot #c"]));
});

test("TwitchPool: joins a channel where it is speaking in it", () => {
  const { hand, core } = joined();
  hand.command({ kind: "say", channel: "#d", text: "hello" });
  hand.command({ kind: "join", channel: "#d" });
  hand.grant().joined("#d", "bot", 1).grant().on(1, "@id=x1 :tmi.twitch.tv USERSTATE #d");
  assertEquals(core.connections.map(({ channels }) => channels), [["#a", "#b", "#d"], ["#c"]]);
  // Nothing is said there any more.
  hand.command({ kind: "part", channel: "#d" });
  hand.on(1, ":bot!bot@bot.tmi.twitch.tv PART #d");
  hand.command({ kind: "join", channel: "#d" });
  hand.grant().joined("#d", "bot", 2);
  assertEquals(core.connections[1]?.channels, ["#c", "#d"]);
});

test("TwitchPool: one connection that is lost takes no channel of the others with it", () => {
  const { hand, core } = joined();
  hand.close({}, 1).on(2, privmsg("m1", "#c", "one"));
  assertEquals([core.channels, texts(hand.told())], [["#c"], ["one"]]);
  hand.pass(750).grant().welcome().grant().joined("#a").joined("#b");
  assertEquals(hand.told().filter(({ kind }) => kind === "gap" || kind === "ready"), [
    { kind: "ready", login: "bot", connection: 0 },
    { kind: "gap", from: 0, to: 750, channels: ["#a", "#b"] },
  ]);
});

test("TwitchPool: a whisper that every connection brings is told once", () => {
  const { hand } = joined();
  const whisper = (id: number) =>
    `@message-id=${id};thread-id=1_2 :ronni!ronni@ronni.tmi.twitch.tv WHISPER bot :hello`;
  for (const link of [1, 2]) hand.on(link, whisper(1), whisper(2));
  assertEquals(hand.kinds().filter((kind) => kind === "WHISPER").length, 2);
});

test("TwitchPool: Twitch's cap on channels is an error before anything is sent", () => {
  const channels = Array.from({ length: 101 }, (_, index) => `#c${index}`);
  assertThrows(() => pool({ channels }), OptionError, "101 channels");
  assertEquals(pool({ channels: [...channels.slice(1), "#bot"] }).core.connections.length, 51);
  assertEquals(pool({ channels, limits: { channels: 200 } }).core.connections.length, 51);
  const { hand } = joined({ limits: { channels: 3 } });
  const error = assertThrows(() => hand.command({ kind: "join", channel: "#d" }), ParleyError, "3 channels");
  assertEquals(error.code, "rate_limited");
  // Those that it moderates do not count.
  hand.on(1, "@badges=moderator/1;mod=1 :tmi.twitch.tv USERSTATE #a");
  hand.command({ kind: "join", channel: "#d" });
  hand.command({ kind: "join", channel: "#bot" });
  assertThrows(() => hand.command({ kind: "join", channel: "#e" }), ParleyError, "3 channels");
  assertThrows(() => pool({ channelsPerConnection: 0 }), OptionError, "at least 1");
});

test("TwitchPool: a login that is refused ends all of it", () => {
  const { hand } = pool();
  hand.start().grant().open(1).open(2).on(2, ":tmi.twitch.tv NOTICE * :Login authentication failed").pass(
    3_000,
  );
  const end = hand.actions.at(-1);
  assert(end?.kind === "end" && end.error !== undefined);
  assertEquals(hand.held(), []);
  assertThrows(() => hand.command({ kind: "join", channel: "#d" }), CommandError, "ended");
});

test("TwitchPool: shutdown closes every connection and ends last", () => {
  const { hand, core } = joined();
  hand.shutdown();
  assertEquals(hand.taken().map(({ kind }) => kind), ["close", "close"]);
  hand.close({ cause: "peer", clean: true }, 1);
  assertEquals(hand.actions.some(({ kind }) => kind === "end"), false);
  hand.close({ cause: "peer", clean: true }, 2);
  assertEquals(hand.actions.at(-1), { kind: "end" });
  assertEquals(core.deadline(), Infinity);
});

test("TwitchPool: without channels there is one connection", () => {
  const { hand, core } = pool({ channels: [] });
  hand.start().grant().welcome();
  const join = hand.command({ kind: "join", channel: "#a" });
  hand.grant().joined("#a");
  assertEquals([hand.outcome(join), core.connections.length], ["done", 1]);
});

test("TwitchPool: a channel that is wanted already is joined where it is wanted, however full all is", () => {
  const { hand, core } = joined({ limits: { channels: 3 } });
  const again = hand.command({ kind: "join", channel: "#c" });
  assertEquals([hand.outcome(again), hand.sent(), core.connections.length], ["done", [], 2]);
});

test("TwitchPool: nothing is dialled once it is shut down", () => {
  const { hand, core } = joined({ channelsPerConnection: 2 });
  hand.command({ kind: "join", channel: "#d" });
  hand.grant();
  hand.shutdown().taken();
  assertThrows(() => hand.command({ kind: "join", channel: "#e" }), CommandError, "ended");
  assertEquals([hand.taken(), core.connections.length], [[], 2]);
});
