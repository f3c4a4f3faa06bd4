import { test } from "node:test";
import { assert, assertEquals, assertFalse } from "@std/assert";
import fc from "fast-check";
import { parseMessage } from "../../src/irc/message.ts";
import { type TwitchMessage, TwitchPrivmsgEvent, typedMessage } from "../../src/twitch/message.ts";

function privmsg(line: string): TwitchPrivmsgEvent {
  return new TwitchPrivmsgEvent(parseMessage(line));
}

function typed(line: string): TwitchMessage {
  return typedMessage(parseMessage(line), "bot");
}

// After the examples of dev.twitch.tv/docs/chat/irc.
const CHEER = "@badge-info=;badges=staff/1,bits/1000;bits=100;color=;display-name=;emotes=;" +
  "id=b34ccfc7-4977-403a-8a94-33c6bac34fb8;mod=0;room-id=12345678;subscriber=0;tmi-sent-ts=1507246572675;" +
  "turbo=1;user-id=12345678;user-type=staff :ronni!ronni@ronni.tmi.twitch.tv PRIVMSG #ronni :cheer100";
const KAPPA = "@badge-info=;badges=turbo/1;color=#0D4200;display-name=ronni;emotes=25:0-4,12-16/1902:6-10;" +
  "id=b34ccfc7-4977-403a-8a94-33c6bac34fb8;mod=0;room-id=1337;subscriber=0;tmi-sent-ts=1507246572675;turbo=1;" +
  "user-id=1337;user-type=global_mod :ronni!ronni@ronni.tmi.twitch.tv PRIVMSG #ronni :Kappa Keepo Kappa";

test("TwitchPrivmsgEvent: reads what the tags tell", () => {
  const event = privmsg(CHEER);
  assertEquals(event.kind, "PRIVMSG");
  assertEquals([event.channel, event.text, event.isAction], ["#ronni", "cheer100", false]);
  assertEquals([event.id, event.roomId], ["b34ccfc7-4977-403a-8a94-33c6bac34fb8", "12345678"]);
  assertEquals([event.bits, event.sentAt], [100, 1_507_246_572_675]);
  assertEquals([...event.sender.badges], [["staff", "1"], ["bits", "1000"]]);
  assertEquals([event.sender.id, event.sender.login, event.sender.name], ["12345678", "ronni", "ronni"]);
  assertEquals([event.sender.color, event.emotes, event.replyTo], [undefined, [], undefined]);
  assertEquals([event.sender.isMod, event.sender.isSubscriber, event.sender.isVip], [false, false, false]);
});

test("TwitchPrivmsgEvent: emotes are in the order of the text, with ends after their last character", () => {
  assertEquals(privmsg(KAPPA).emotes, [
    { id: "25", start: 0, end: 5 },
    { id: "1902", start: 6, end: 11 },
    { id: "25", start: 12, end: 17 },
  ]);
  assertEquals(privmsg(KAPPA).sender.color, "#0D4200");
});

test("TwitchPrivmsgEvent: the display name is the name to show, unescaped", () => {
  const { sender } = privmsg("@display-name=Ron\\sni;mod=1;vip=1;subscriber=1 :ronni!r@r PRIVMSG #ronni :hi");
  assertEquals([sender.name, sender.login], ["Ron ni", "ronni"]);
  assertEquals([sender.isMod, sender.isSubscriber, sender.isVip, sender.isBroadcaster], [
    true,
    true,
    true,
    false,
  ]);
  assert(privmsg("@badges=broadcaster/1 :ronni!r@r PRIVMSG #ronni :hi").sender.isBroadcaster);
});

test("TwitchPrivmsgEvent: /me is an action, without its frame", () => {
  const event = privmsg(":ronni!r@r PRIVMSG #ronni :\u0001ACTION waves\u0001");
  assertEquals([event.text, event.isAction], ["waves", true]);
  assertEquals(privmsg(":ronni!r@r PRIVMSG #ronni :\u0001ACTION waves").text, "waves");
});

test("TwitchPrivmsgEvent: a reply names the message it answers", () => {
  assertEquals(privmsg("@reply-parent-msg-id=abc :r!r@r PRIVMSG #a :yes").replyTo, "abc");
});

test("TwitchPrivmsgEvent: malformed tags are undefined or left out, never an exception", () => {
  const event = privmsg(
    "@bits=many;badges=,/,admin,moderator/1;emotes=25:4-0,x-y,1-2/:0-1/9/30:99999999-1;id=;room-id=;" +
      "tmi-sent-ts=-5;color=blue;user-id= :ronni PRIVMSG #ronni :hi",
  );
  assertEquals([event.bits, event.id, event.roomId, event.sentAt], [
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  assertEquals([...event.sender.badges], [["moderator", "1"]]);
  assertEquals(event.emotes, [{ id: "25", start: 1, end: 3 }]);
  assertEquals([event.sender.color, event.sender.id], [undefined, undefined]);
});

test("TwitchPrivmsgEvent: a line with nothing in it still reads", () => {
  const event = privmsg("PRIVMSG");
  assertEquals([event.channel, event.text, event.sender.login, event.sender.name], ["", "", "", ""]);
});

test("typedMessage: JOIN and PART tell who, and whether it is us", () => {
  const join = typed(":ronni!ronni@ronni.tmi.twitch.tv JOIN #dallas");
  assert(join.kind === "JOIN");
  assertEquals([join.channel, join.login, join.own], ["#dallas", "ronni", false]);
  const part = typed(":bot!bot@bot.tmi.twitch.tv PART #dallas");
  assert(part.kind === "PART");
  assertEquals([part.channel, part.login, part.own], ["#dallas", "bot", true]);
});

test("typedMessage: NOTICE has its id, and a channel if it is about one", () => {
  const notice = typed(
    "@msg-id=slow_off :tmi.twitch.tv NOTICE #dallas :This room is no longer in slow mode.",
  );
  assert(notice.kind === "NOTICE");
  assertEquals([notice.id, notice.channel, notice.text], [
    "slow_off",
    "#dallas",
    "This room is no longer in slow mode.",
  ]);
  const login = typed(":tmi.twitch.tv NOTICE * :Login authentication failed");
  assert(login.kind === "NOTICE");
  assertEquals([login.id, login.channel], [undefined, undefined]);
});

test("typedMessage: other commands come by their name, with the channel they are about", () => {
  const lines: readonly [string, string, string | undefined][] = [
    ["@ban-duration=350;room-id=1 :tmi.twitch.tv CLEARCHAT #dallas :ronni", "CLEARCHAT", "#dallas"],
    ["@login=ronni;target-msg-id=abc :tmi.twitch.tv CLEARMSG #dallas :HeyGuys", "CLEARMSG", "#dallas"],
    ["@msg-id=sub :tmi.twitch.tv USERNOTICE #dallas :Great stream", "USERNOTICE", "#dallas"],
    ["@emote-only=0 :tmi.twitch.tv ROOMSTATE #dallas", "ROOMSTATE", "#dallas"],
    ["@mod=0 :tmi.twitch.tv USERSTATE #dallas", "USERSTATE", "#dallas"],
    ["@user-id=1 :tmi.twitch.tv GLOBALUSERSTATE", "GLOBALUSERSTATE", undefined],
    [":tmi.twitch.tv HOSTTARGET #abc :xyz 10", "HOSTTARGET", "#abc"],
    [":tmi.twitch.tv RECONNECT", "RECONNECT", undefined],
    [":petsgomoo!petsgomoo@petsgomoo.tmi.twitch.tv WHISPER foo :hello", "WHISPER", undefined],
    [":tmi.twitch.tv CAP * ACK :twitch.tv/tags", "CAP", undefined],
    ["PING :tmi.twitch.tv", "PING", undefined],
    [":tmi.twitch.tv PONG tmi.twitch.tv :x", "PONG", undefined],
    [":bot.tmi.twitch.tv 353 bot = #dallas :bot", "unknown", "#dallas"],
    [":tmi.twitch.tv SOMETHINGNEW #dallas :x", "unknown", "#dallas"],
  ];
  for (const [line, kind, channel] of lines) {
    const event = typed(line);
    assertEquals(event.kind, kind);
    assertEquals(event.channel, channel);
    assertEquals(event.message.raw, line);
  }
});

test("typedMessage: any line can be read to the end", () => {
  const part = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("#a", "\u0001ACTION", "25:0-4/", ",/,", ";"),
  );
  const key = fc.constantFrom(
    "bits",
    "badges",
    "emotes",
    "id",
    "tmi-sent-ts",
    "display-name",
    "color",
    "login",
  );
  const tags = fc.array(fc.tuple(key, part), { maxLength: 8 });
  fc.assert(fc.property(tags, part, (pairs, rest) => {
    const written = pairs.map(([name, value]) => `${name}=${value.replaceAll(" ", "")}`).join(";");
    const event = typed(`@${written} :ronni!r@r PRIVMSG ${rest}`.replaceAll("\n", ""));
    if (event.kind !== "PRIVMSG") return;
    const { sender } = event;
    assertFalse([sender.name, sender.login, event.text, event.channel].includes(undefined as never));
    assert((event.bits ?? 0) >= 0 && (event.sentAt ?? 0) >= 0);
    for (const emote of event.emotes) assert(emote.end > emote.start);
    assert(sender.badges.size >= 0);
  }));
});
