import { test } from "node:test";
import { assertEquals, assertThrows } from "@std/assert";
import { Driver } from "../../src/driver/driver.ts";
import { parseMessage } from "../../src/irc/wire/messages/message.ts";
import { OptionError } from "../../src/protocol/errors.ts";
import { TwitchClient } from "../../src/twitch/client.ts";
import { TWITCH_URL } from "../../src/twitch/session/options.ts";
import { TwitchChatState } from "../../src/twitch/state/chat_state.ts";
import { typedMessage } from "../../src/twitch/wire/message.ts";
import { TwitchServer } from "../../testing/twitch/server.ts";
import { Simulation } from "../../testing/world/simulation.ts";

function state(...lines: readonly string[]): TwitchChatState {
  const state = new TwitchChatState();
  for (const line of lines) state.take(typedMessage(parseMessage(line), "bot"));
  return state;
}

const FULL =
  "@emote-only=0;followers-only=-1;r9k=0;room-id=1;slow=0;subs-only=0 :tmi.twitch.tv ROOMSTATE #dallas";

test("TwitchChatState: knows how a channel is set, by what has changed since", () => {
  const known = state(
    FULL,
    "@room-id=1;slow=30 :tmi.twitch.tv ROOMSTATE #dallas",
    "@room-id=1;followers-only=0 :tmi.twitch.tv ROOMSTATE #dallas",
    "@room-id=1;emote-only=1 :tmi.twitch.tv ROOMSTATE #dallas",
  );
  assertEquals(known.channel("Dallas"), {
    channel: "#dallas",
    roomId: "1",
    emoteOnly: true,
    followersOnly: { duration: 0 },
    slow: 30_000,
    subscribersOnly: false,
    uniqueChat: false,
    me: undefined,
  });
  known.take(typedMessage(parseMessage("@room-id=1;followers-only=-1 :tmi.twitch.tv ROOMSTATE #dallas")));
  assertEquals(known.channel("#dallas")?.followersOnly, false);
  assertEquals(known.channel("#forsen"), undefined);
});

test("TwitchChatState: knows what we are in a channel, and to Twitch", () => {
  const known = state(
    "@badges=partner/1;display-name=Bot;user-id=42 :tmi.twitch.tv GLOBALUSERSTATE",
    "@badges=moderator/1;display-name=Bot;mod=1 :tmi.twitch.tv USERSTATE #dallas",
    FULL,
  );
  const { me } = known.channel("#dallas") ?? {};
  assertEquals([me?.moderates, me?.badges.map(({ name }) => name)], [true, ["moderator"]]);
  assertEquals(known.me?.badges.map(({ name }) => name), ["partner"]);
  known.take(typedMessage(parseMessage("@badges= :tmi.twitch.tv USERSTATE #dallas")));
  assertEquals(known.channel("#dallas")?.me?.moderates, false);
});

test("TwitchChatState: forgets a channel that we leave, and nobody else's leaving", () => {
  const known = state(FULL, ":ronni!ronni@ronni.tmi.twitch.tv PART #dallas");
  assertEquals([...known.channels()].length, 1);
  known.take(typedMessage(parseMessage(":bot!bot@bot.tmi.twitch.tv PART #dallas"), "bot"));
  assertEquals([...known.channels()], []);
});

test("TwitchChatState: keeps no more channels than it is to, whatever a server makes up", () => {
  const known = new TwitchChatState({ channels: 3 });
  for (let at = 0; at < 100; at++) {
    known.take(typedMessage(parseMessage(`@room-id=${at};slow=5 :tmi.twitch.tv ROOMSTATE #c${at}`)));
  }
  known.take(typedMessage(parseMessage("@room-id=1;slow=7 :tmi.twitch.tv ROOMSTATE #c1")));
  assertEquals([...known.channels()].map(({ channel, slow }) => [channel, slow]), [
    ["#c0", 5_000],
    ["#c1", 7_000],
    ["#c2", 5_000],
  ]);
  assertThrows(() => new TwitchChatState({ channels: 0 }), OptionError);
});

test("TwitchChatState: a client's handlers see it as of their event", async () => {
  const world = new Simulation();
  const server = new Driver(new TwitchServer({ accounts: { bot: "tok1" } }), {
    host: world.host("server"),
    label: "server",
    deliver: () => {},
  });
  server.start();
  world.serve(TWITCH_URL, server);
  const state = new TwitchChatState();
  const chat = new TwitchClient({
    login: "bot",
    token: "tok1",
    channels: ["#a"],
    state,
    runtime: world.host("bot"),
  });
  const seen: unknown[] = [];
  chat.on("ROOMSTATE", ({ slow, channel }) => seen.push([slow, state.channel(channel)?.slow]));
  chat.on("PRIVMSG", ({ channel }) => seen.push(state.channel(channel)?.me?.moderates));
  await world.until(chat.connect());
  void server.command({ kind: "stand", channel: "#a", login: "bot", as: "moderator" });
  await world.run(1_000);
  void server.command({ kind: "slow", channel: "#a", seconds: 30 });
  await world.run(1_000);
  await world.until(chat.say("#a", "hello"));
  void server.command({ kind: "say", channel: "#a", login: "ronni", text: "hi" });
  await world.run(1_000);
  assertEquals(seen, [[0, 0], [30_000, 30_000], true]);
  await world.until(chat.close());
});

test("TwitchChatState: forgets what we have left, and not what others leave", () => {
  const known = state(FULL, ":ronni!ronni@ronni.tmi.twitch.tv PART #dallas");
  assertEquals([...known.channels()].length, 1);
  known.take(typedMessage(parseMessage(":bot!bot@bot.tmi.twitch.tv PART #dallas"), "bot"));
  assertEquals(known.channel("#dallas"), undefined);
});
