import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { parseMessage } from "../../src/irc/wire/messages/message.ts";
import { TwitchPrivmsgEvent } from "../../src/twitch/wire/events/privmsg.ts";
import { logged } from "../_logged.ts";

function privmsg(line: string): TwitchPrivmsgEvent {
  return new TwitchPrivmsgEvent(parseMessage(line));
}

function tagged(tags: string, text = "hi"): TwitchPrivmsgEvent {
  return privmsg(`@${tags} :ronni!ronni@ronni.tmi.twitch.tv PRIVMSG #dallas :${text}`);
}

// The examples of dev.twitch.tv/docs/chat/irc.
const CHEER = "@badge-info=;badges=staff/1,bits/1000;bits=100;color=;display-name=ronni;emotes=;" +
  "id=b34ccfc7-4977-403a-8a94-33c6bac34fb8;mod=0;room-id=12345678;subscriber=0;tmi-sent-ts=1507246572675;" +
  "turbo=1;user-id=12345678;user-type=staff :ronni!ronni@ronni.tmi.twitch.tv PRIVMSG #ronni :cheer100";
const KAPPA = "@badge-info=;badges=turbo/1;color=#0D4200;display-name=ronni;emotes=25:0-4,12-16/1902:6-10;" +
  "id=b34ccfc7-4977-403a-8a94-33c6bac34fb8;mod=0;room-id=1337;subscriber=0;tmi-sent-ts=1507246572675;turbo=1;" +
  "user-id=1337;user-type=global_mod :ronni!ronni@ronni.tmi.twitch.tv PRIVMSG #ronni :Kappa Keepo Kappa";
const VIP = "@badge-info=;badges=vip/1,partner/1;client-nonce=cd15335a5e2059c3b087e22612de485e;color=;" +
  "display-name=fun2bfun;emotes=;first-msg=0;flags=;id=1fd20412-965f-4c96-beb3-52266448f564;mod=0;" +
  "returning-chatter=0;room-id=102336968;subscriber=0;tmi-sent-ts=1661372052425;turbo=0;user-id=12345678;" +
  "user-type=;vip=1 :fun2bfun!fun2bfun@fun2bfun.tmi.twitch.tv PRIVMSG #bar :hello";
const SHARED = "@badge-info=;badges=staff/1,twitchcon-2024---san-diego/1;" +
  "client-nonce=99a343c9cf2fcf4e96e0abc358f7b59b;color=#FF4500;display-name=TwitchDev;emotes=;flags=;" +
  "id=17152d83-1fc8-4869-9d44-5157ee212ff1;mod=0;room-id=197886470;source-badge-info=subscriber/3;" +
  "source-badges=staff/1,subscriber/0;source-id=4dcec0e7-7f79-4a82-8aed-91aac9d0640c;source-only=0;" +
  "source-room-id=12826;subscriber=0;tmi-sent-ts=1725918561648;turbo=0;user-id=141981764;user-type=staff " +
  ":twitchdev!twitchdev@twitchdev.tmi.twitch.tv PRIVMSG #twitchrivals :Howdy!";

test("TwitchPrivmsgEvent: tells channel, text, ids, bits and when it was sent", () => {
  const event = privmsg(CHEER);
  assertEquals(event.kind, "PRIVMSG");
  assertEquals([event.channel, event.text, event.isAction], ["#ronni", "cheer100", false]);
  assertEquals([event.id, event.roomId], ["b34ccfc7-4977-403a-8a94-33c6bac34fb8", "12345678"]);
  assertEquals([event.bits, event.sentAt], [100, 1_507_246_572_675]);
  assertEquals([event.emotes, event.parent, event.pinned, event.sharedChat, event.rewardId, event.nonce], [
    [],
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test("TwitchPrivmsgEvent: shows all that it says when it is logged or turned into JSON, and its line when it is cloned", () => {
  const event = privmsg(KAPPA);
  const { message, sender, ...json } = JSON.parse(JSON.stringify(event));
  assertEquals([message.raw, message.tags["user-id"], sender.name, sender.badges], [
    KAPPA,
    "1337",
    "ronni",
    [{ name: "turbo", version: "1" }],
  ]);
  assertEquals([json.channel, json.text, json.sentAt, json.isAction, json.emotes[1].start], [
    "#ronni",
    "Kappa Keepo Kappa",
    1_507_246_572_675,
    false,
    6,
  ]);
  for (const part of ["Kappa Keepo", "sender", "#0D4200"]) assert(logged(event).includes(part), part);
  assertEquals<unknown>(structuredClone(event), {
    kind: "PRIVMSG",
    message: { raw: KAPPA, command: "PRIVMSG" },
  });
});

test("TwitchSender: tells id, login, name, colour and type", () => {
  const { sender } = privmsg(KAPPA);
  assertEquals([sender.id, sender.login, sender.name], ["1337", "ronni", "ronni"]);
  assertEquals([sender.color, sender.type], ["#0D4200", "global_mod"]);
  assertEquals(privmsg(CHEER).sender.color, undefined);
});

test("TwitchSender: the display name is the name to show, unescaped; else it is the login", () => {
  assertEquals(tagged("color=;display-name=Ron\\sni;emotes=").sender.name, "Ron ni");
  assertEquals(tagged("display-name=").sender.name, "ronni");
  assertEquals(tagged("display-name").sender.name, "ronni");
});

test("TwitchSender: badges come in their order, with versions and what is told besides", () => {
  const { sender } = tagged(
    "badge-info=subscriber/14,predictions/Team\\sBlue;badges=broadcaster/1,subscriber/12,predictions/blue-1",
  );
  assertEquals(sender.badges.map(({ name, version, info }) => [name, version, info]), [
    ["broadcaster", "1", undefined],
    ["subscriber", "12", "14"],
    ["predictions", "blue-1", "Team Blue"],
  ]);
  assertEquals([sender.badge("subscriber")?.version, sender.badge("bits")], ["12", undefined]);
  assertEquals([sender.subscribedMonths, sender.isBroadcaster], [14, true]);
  assertEquals(tagged("badge-info=founder/30;badges=").sender.subscribedMonths, 30);
  assertEquals(tagged("badge-info=;badges=").sender.subscribedMonths, undefined);
});

test("TwitchSender: is moderator, subscriber, VIP, with Turbo, as far as the tags say so", () => {
  const flags = (event: TwitchPrivmsgEvent) => {
    const { isMod, isSubscriber, isVip, isTurbo, isBroadcaster } = event.sender;
    return [isMod, isSubscriber, isVip, isTurbo, isBroadcaster];
  };
  assertEquals(flags(tagged("mod=1;subscriber=1;turbo=1;vip=1")), [true, true, true, true, false]);
  assertEquals(flags(tagged("mod=0;subscriber=0;turbo=0;vip=0")), [false, false, false, false, false]);
  assertEquals(flags(tagged("vip")), [false, false, true, false, false]);
  assertEquals(flags(privmsg(VIP)), [false, false, true, false, false]);
  assertEquals(flags(tagged("badges=broadcaster/1;mod=0")), [false, false, false, false, true]);
  // Lines of 2022 and 2026: of a founder whose subscription has no badge, and of a lead moderator.
  const founder = tagged("badge-info=founder/72;badges=founder/0;mod=0;subscriber=0");
  assertEquals([founder.sender.isSubscriber, founder.sender.subscribedMonths], [true, 72]);
  assertEquals(flags(tagged("badges=lead_moderator/1;mod=0")), [true, false, false, false, false]);
});

test("TwitchSender: the broadcaster and moderators of any rank moderate", () => {
  const moderates = (tags: string) => tagged(tags).sender.moderates;
  const those = ["mod=1", "badges=lead_moderator/1;mod=0", "badges=broadcaster/1;mod=0"];
  assertEquals(those.map(moderates), [true, true, true]);
  assertEquals(["mod=0", "badges=vip/1;mod=0;vip=1", ""].map(moderates), [false, false, false]);
});

test("TwitchPrivmsgEvent: own is what our account says elsewhere", () => {
  const message = parseMessage("@display-name=Ronni :ronni!ronni@ronni.tmi.twitch.tv PRIVMSG #dallas :hi");
  const own = ["ronni", "dallas", undefined].map((login) => new TwitchPrivmsgEvent(message, login).own);
  assertEquals(own, [true, false, false]);
});

test("TwitchPrivmsgEvent: emotes are in the order of the text, where it says their names", () => {
  const event = privmsg(KAPPA);
  assertEquals(event.emotes.map((emote) => ({ ...emote })), [
    { id: "25", start: 0, end: 5, codePointStart: 0, codePointEnd: 5 },
    { id: "1902", start: 6, end: 11, codePointStart: 6, codePointEnd: 11 },
    { id: "25", start: 12, end: 17, codePointStart: 12, codePointEnd: 17 },
  ]);
  assertEquals(event.emotes.map(({ start, end }) => event.text.slice(start, end)), [
    "Kappa",
    "Keepo",
    "Kappa",
  ]);
});

test("TwitchPrivmsgEvent: emotes have their ranges in code points and in UTF-16", () => {
  const event = tagged("emotes=25:3-7,11-15/555:9-9", "😀é Kappa 😀 Kappa");
  assertEquals(event.emotes.map((emote) => ({ ...emote })), [
    { id: "25", start: 4, end: 9, codePointStart: 3, codePointEnd: 8 },
    { id: "555", start: 10, end: 12, codePointStart: 9, codePointEnd: 10 },
    { id: "25", start: 13, end: 18, codePointStart: 11, codePointEnd: 16 },
  ]);
  assertEquals(event.emotes.map(({ start, end }) => event.text.slice(start, end)), ["Kappa", "😀", "Kappa"]);
});

test("TwitchPrivmsgEvent: of /me the emotes are within what follows it", () => {
  const event = tagged("emotes=25:6-10", "\u0001ACTION waves Kappa\u0001");
  assertEquals(event.emotes.map(({ start, end }) => event.text.slice(start, end)), ["Kappa"]);
});

test("TwitchPrivmsgEvent: /me is an action, without its frame", () => {
  const event = tagged("id=1", "\u0001ACTION waves\u0001");
  assertEquals([event.text, event.isAction], ["waves", true]);
  assertEquals(tagged("id=1", "\u0001ACTION waves").text, "waves");
  assertEquals(tagged("id=1", "\u0001VERSION\u0001").isAction, false);
});

test("TwitchPrivmsgEvent: tells first messages, returning chatters, rewards, nonce and what is special", () => {
  const event = tagged(
    "client-nonce=n1;custom-reward-id=b1a8;emote-only=1;first-msg=1;msg-id=highlighted-message;returning-chatter=1",
  );
  assertEquals([event.isFirst, event.isReturningChatter, event.isEmoteOnly], [true, true, true]);
  assertEquals([event.nonce, event.rewardId, event.type], ["n1", "b1a8", "highlighted-message"]);
  const plain = privmsg(VIP);
  assertEquals([plain.isFirst, plain.isReturningChatter, plain.isEmoteOnly, plain.type], [
    false,
    false,
    false,
    undefined,
  ]);
  assertEquals(plain.nonce, "cd15335a5e2059c3b087e22612de485e");
});

test("TwitchPrivmsgEvent: a reply tells what it answers, and the thread it belongs to", () => {
  const event = tagged(
    "reply-parent-display-name=Fun2bFun;reply-parent-msg-body=what\\sis\\sthis\\:;reply-parent-msg-id=abc-1;" +
      "reply-parent-user-id=12345678;reply-parent-user-login=fun2bfun;" +
      "reply-thread-parent-display-name=Foo;reply-thread-parent-msg-id=abc-0;" +
      "reply-thread-parent-user-id=87654321;reply-thread-parent-user-login=foo",
    "@fun2bfun a reply",
  );
  const { parent } = event;
  assertEquals([parent?.messageId, parent?.text, parent?.threadMessageId], [
    "abc-1",
    "what is this;",
    "abc-0",
  ]);
  assertEquals(parent?.user, { id: "12345678", login: "fun2bfun", name: "Fun2bFun" });
  assertEquals(parent?.threadUser, { id: "87654321", login: "foo", name: "Foo" });
  const bare = tagged("reply-parent-msg-id=abc-1").parent;
  assertEquals([bare?.messageId, bare?.text, bare?.threadMessageId], ["abc-1", undefined, undefined]);
  assertEquals(bare?.user, { id: undefined, login: undefined, name: undefined });
  assertEquals(bare?.threadUser, bare?.user);
});

test("TwitchPrivmsgEvent: a pinned chat tells amount, currency, exponent and level", () => {
  const event = tagged(
    "pinned-chat-paid-amount=500;pinned-chat-paid-canonical-amount=500;pinned-chat-paid-currency=EUR;" +
      "pinned-chat-paid-exponent=2;pinned-chat-paid-is-system-message=1;pinned-chat-paid-level=TWO",
  );
  assertEquals(event.pinned, {
    amount: 500,
    currency: "EUR",
    exponent: 2,
    level: 2,
    isSystemMessage: true,
  });
  assertEquals(tagged("pinned-chat-paid-amount=500;pinned-chat-paid-level=MANY").pinned, {
    amount: 500,
    currency: undefined,
    exponent: undefined,
    level: undefined,
    isSystemMessage: undefined,
  });
  assertEquals(tagged("pinned-chat-paid-amount=much").pinned, undefined);
});

test("TwitchPrivmsgEvent: in a shared chat it tells where it was said, under which id and with which badges", () => {
  const { sharedChat } = privmsg(SHARED);
  assertEquals(sharedChat?.roomId, "12826");
  assertEquals(sharedChat?.messageId, "4dcec0e7-7f79-4a82-8aed-91aac9d0640c");
  assertEquals(sharedChat?.badges.map(({ name, version, info }) => [name, version, info]), [
    ["staff", "1", undefined],
    ["subscriber", "0", "3"],
  ]);
  assertEquals([sharedChat?.isCopy, sharedChat?.isSourceOnly], [true, false]);
  assertEquals(tagged("room-id=7;source-room-id=7").sharedChat?.isCopy, false);
  assertEquals(privmsg(VIP).sharedChat, undefined);
});

test("TwitchPrivmsgEvent: malformed tags are undefined or left out, never an exception", () => {
  const event = privmsg(
    "@bits=many;badges=,/,admin,moderator/1;emotes=25:4-0,x-y,1-2/:0-1/9/30:99999999-1/7:0-99,-,0-/8:1:0-1;id=;" +
      "room-id=;tmi-sent-ts=-5;color=blue;user-id=;badge-info=subscriber :ronni PRIVMSG #ronni :hi there",
  );
  assertEquals([event.bits, event.id, event.roomId, event.sentAt], [
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  assertEquals(event.sender.badges.map(({ name, version }) => [name, version]), [["moderator", "1"]]);
  assertEquals(event.emotes.map(({ id, start, end }) => [id, start, end]), [["25", 1, 3]]);
  assertEquals([event.sender.color, event.sender.id, event.sender.subscribedMonths], [
    undefined,
    undefined,
    undefined,
  ]);
});

test("TwitchPrivmsgEvent: a line with nothing in it still reads", () => {
  const event = privmsg("PRIVMSG");
  assertEquals([event.channel, event.text, event.sender.login, event.sender.name], ["", "", "", ""]);
  assertEquals([event.id, event.emotes, event.sender.badges, event.isFirst], [undefined, [], [], false]);
});
