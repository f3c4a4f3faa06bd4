import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { parseMessage } from "../../src/irc/wire/messages/message.ts";
import { type TwitchMessage, typedMessage } from "../../src/twitch/wire/message.ts";

/** The event for a line that must be of a kind; we are `bot`. */
function typed<Kind extends TwitchMessage["kind"]>(
  kind: Kind,
  line: string,
): Extract<TwitchMessage, { kind: Kind }> {
  const event = typedMessage(parseMessage(line), "bot");
  assertEquals(event.kind, kind);
  assertEquals(event.message.raw, line);
  // The line above has made sure of it.
  return event as Extract<TwitchMessage, { kind: Kind }>;
}

// The lines are the examples of dev.twitch.tv/docs/chat/irc, or made after its tables.

test("TwitchMembershipEvent: tells who came or left, and whether it is us", () => {
  const join = typed("JOIN", ":ronni!ronni@ronni.tmi.twitch.tv JOIN #dallas");
  assertEquals([join.channel, join.login, join.own], ["#dallas", "ronni", false]);
  const part = typed("PART", ":bot!bot@bot.tmi.twitch.tv PART #dallas");
  assertEquals([part.channel, part.login, part.own], ["#dallas", "bot", true]);
});

test("TwitchNamesEvent: lists the logins in a channel", () => {
  const names = typed(
    "RPL_NAMREPLY",
    ":bar.tmi.twitch.tv 353 bar = #twitchdev :xhipgamer blushyface mauerbac_bot moobot",
  );
  assertEquals(names.channel, "#twitchdev");
  assertEquals(names.logins, ["xhipgamer", "blushyface", "mauerbac_bot", "moobot"]);
  assertEquals(typed("RPL_NAMREPLY", ":bar.tmi.twitch.tv 353 bar = #twitchdev :").logins, []);
  const end = typed("RPL_ENDOFNAMES", ":bar.tmi.twitch.tv 366 bar #twitchdev :End of /NAMES list");
  assertEquals(end.params[1], "#twitchdev");
});

test("TwitchNoticeEvent: has its id, and a channel if it is about one", () => {
  const notice = typed(
    "NOTICE",
    "@msg-id=slow_off :tmi.twitch.tv NOTICE #dallas :This room is no longer in slow mode.",
  );
  assertEquals([notice.id, notice.channel, notice.text, notice.userId], [
    "slow_off",
    "#dallas",
    "This room is no longer in slow mode.",
    undefined,
  ]);
  const login = typed("NOTICE", ":tmi.twitch.tv NOTICE * :Login authentication failed");
  assertEquals([login.id, login.channel, login.text], [
    undefined,
    undefined,
    "Login authentication failed",
  ]);
  const whisper = typed(
    "NOTICE",
    "@msg-id=whisper_restricted;target-user-id=12345678 :tmi.twitch.tv NOTICE #bar :Your settings prevent you.",
  );
  assertEquals(whisper.userId, "12345678");
});

test("TwitchClearChatEvent: tells clearing, a ban and a time-out apart", () => {
  const clear = typed(
    "CLEARCHAT",
    "@room-id=12345678;tmi-sent-ts=1642715695392 :tmi.twitch.tv CLEARCHAT #dallas",
  );
  assertEquals([clear.action, clear.channel, clear.login, clear.userId, clear.duration], [
    "clear",
    "#dallas",
    undefined,
    undefined,
    undefined,
  ]);
  assertEquals([clear.roomId, clear.sentAt], ["12345678", 1_642_715_695_392]);
  const ban = typed(
    "CLEARCHAT",
    "@room-id=12345678;target-user-id=87654321;tmi-sent-ts=1642715756806 :tmi.twitch.tv CLEARCHAT #dallas :ronni",
  );
  assertEquals([ban.action, ban.login, ban.userId, ban.duration], ["ban", "ronni", "87654321", undefined]);
  const timeout = typed(
    "CLEARCHAT",
    "@ban-duration=350;room-id=12345678;target-user-id=87654321;tmi-sent-ts=1642719320727 " +
      ":tmi.twitch.tv CLEARCHAT #dallas :ronni",
  );
  assertEquals([timeout.action, timeout.login, timeout.duration], ["timeout", "ronni", 350_000]);
  const broken = typed("CLEARCHAT", "@ban-duration=long :tmi.twitch.tv CLEARCHAT #dallas :ronni");
  assertEquals([broken.action, broken.duration], ["timeout", undefined]);
});

test("TwitchClearMsgEvent: tells which message of whom was removed", () => {
  const event = typed(
    "CLEARMSG",
    "@login=ronni;room-id=;target-msg-id=abc-123-def;tmi-sent-ts=1642720582342 " +
      ":tmi.twitch.tv CLEARMSG #dallas :HeyGuys",
  );
  assertEquals([event.channel, event.login, event.messageId, event.text, event.isAction], [
    "#dallas",
    "ronni",
    "abc-123-def",
    "HeyGuys",
    false,
  ]);
  assertEquals([event.roomId, event.sentAt], [undefined, 1_642_720_582_342]);
  const action = typed("CLEARMSG", ":tmi.twitch.tv CLEARMSG #dallas :\u0001ACTION waves\u0001");
  assertEquals([action.text, action.isAction], ["waves", true]);
});

test("TwitchRoomStateEvent: tells all settings on joining, and later what has changed", () => {
  const full = typed(
    "ROOMSTATE",
    "@emote-only=0;followers-only=-1;r9k=0;room-id=12345678;slow=0;subs-only=0 :tmi.twitch.tv ROOMSTATE #bar",
  );
  assertEquals([full.channel, full.roomId, full.isFull], ["#bar", "12345678", true]);
  assertEquals([full.emoteOnly, full.followersOnly, full.uniqueChat, full.slow, full.subscribersOnly], [
    false,
    false,
    false,
    0,
    false,
  ]);
  const partial = typed("ROOMSTATE", "@slow=10 :tmi.twitch.tv ROOMSTATE #dallas");
  assertEquals([partial.isFull, partial.slow, partial.roomId], [false, 10_000, undefined]);
  assertEquals([
    partial.emoteOnly,
    partial.followersOnly,
    partial.uniqueChat,
    partial.subscribersOnly,
  ], [undefined, undefined, undefined, undefined]);
  assertEquals(typed("ROOMSTATE", "@r9k=1;room-id=1 :tmi.twitch.tv ROOMSTATE #bar").uniqueChat, true);
  assertEquals(typed("ROOMSTATE", "@emote-only=1 :tmi.twitch.tv ROOMSTATE #bar").emoteOnly, true);
  assertEquals(typed("ROOMSTATE", "@subs-only=1 :tmi.twitch.tv ROOMSTATE #bar").subscribersOnly, true);
});

test("TwitchRoomStateEvent: followers-only is off, for any follower, or for those of so many minutes", () => {
  const followers = (value: string) =>
    typed("ROOMSTATE", `@followers-only=${value} :tmi.twitch.tv ROOMSTATE #bar`).followersOnly;
  assertEquals(["-1", "0", "10", "", "soon"].map(followers), [
    false,
    { duration: 0 },
    { duration: 600_000 },
    undefined,
    undefined,
  ]);
});

test("TwitchUserStateEvent: tells what we are in a channel, and the id of what we said", () => {
  const joined = typed(
    "USERSTATE",
    "@badge-info=;badges=staff/1;color=#0D4200;display-name=ronni;" +
      "emote-sets=0,33,50,237,793,2126,3517,4578,5569,9400,10337,12239;mod=1;subscriber=1;turbo=1;" +
      "user-type=staff :tmi.twitch.tv USERSTATE #dallas",
  );
  assertEquals([joined.channel, joined.messageId, joined.nonce], ["#dallas", undefined, undefined]);
  assertEquals(joined.emoteSets.length, 12);
  const { user } = joined;
  assertEquals([user.name, user.login, user.color, user.type], ["ronni", "", "#0D4200", "staff"]);
  assertEquals([user.isMod, user.isSubscriber, user.isTurbo, user.isVip], [true, true, true, false]);
  const said = typed("USERSTATE", "@client-nonce=n1;id=abc :tmi.twitch.tv USERSTATE #dallas");
  assertEquals([said.messageId, said.nonce, said.emoteSets], ["abc", "n1", []]);
});

test("TwitchGlobalUserStateEvent: tells what we are to Twitch", () => {
  const event = typed(
    "GLOBALUSERSTATE",
    "@badge-info=subscriber/8;badges=subscriber/6;color=#0D4200;display-name=dallas;emote-sets=0,33,50;" +
      "turbo=0;user-id=12345678;user-type=admin :tmi.twitch.tv GLOBALUSERSTATE",
  );
  assertEquals([event.user.id, event.user.name, event.user.type], ["12345678", "dallas", "admin"]);
  assertEquals([event.user.subscribedMonths, event.user.badge("subscriber")?.version], [8, "6"]);
  assertEquals(event.emoteSets, ["0", "33", "50"]);
});

test("TwitchWhisperEvent: has its sender, its text and its thread", () => {
  const event = typed(
    "WHISPER",
    "@badges=staff/1,bits-charity/1;color=#8A2BE2;display-name=PetsgomOO;emotes=25:6-10;message-id=306;" +
      "thread-id=12345678_87654321;turbo=0;user-id=87654321;user-type=staff " +
      ":petsgomoo!petsgomoo@petsgomoo.tmi.twitch.tv WHISPER foo :hello Kappa",
  );
  assertEquals([event.sender.login, event.sender.name, event.sender.id], [
    "petsgomoo",
    "PetsgomOO",
    "87654321",
  ]);
  assertEquals([event.recipient, event.text, event.isAction], ["foo", "hello Kappa", false]);
  assertEquals([event.id, event.threadId], ["306", "12345678_87654321"]);
  assertEquals(event.emotes.map(({ start, end }) => event.text.slice(start, end)), ["Kappa"]);
  const action = typed("WHISPER", ":a!a@a.tmi.twitch.tv WHISPER foo :\u0001ACTION waves\u0001");
  assertEquals([action.text, action.isAction], ["waves", true]);
  const typedMe = typed("WHISPER", ":a!a@a.tmi.twitch.tv WHISPER foo :/me tests");
  assertEquals([typedMe.text, typedMe.isAction], ["tests", true]);
});

test("typedMessage: what has no source is nobody's, and so not ours", () => {
  assertEquals(typed("JOIN", "JOIN #a").own, false);
  assertEquals(typed("PART", "PART #a").own, false);
});

test("TwitchHostTargetEvent: tells which channel is shown to how many", () => {
  const begins = typed("HOSTTARGET", ":tmi.twitch.tv HOSTTARGET #abc :xyz 10");
  assertEquals([begins.channel, begins.target, begins.viewers], ["#abc", "xyz", 10]);
  const ends = typed("HOSTTARGET", ":tmi.twitch.tv HOSTTARGET #abc :- 10");
  assertEquals([ends.target, ends.viewers], [undefined, 10]);
  const bare = typed("HOSTTARGET", ":tmi.twitch.tv HOSTTARGET #abc");
  assertEquals([bare.target, bare.viewers], [undefined, undefined]);
});

test("TwitchCapEvent: lists what was granted or refused", () => {
  const ack = typed("CAP", ":tmi.twitch.tv CAP * ACK :twitch.tv/membership twitch.tv/tags");
  assertEquals([ack.subcommand, ack.capabilities], ["ACK", ["twitch.tv/membership", "twitch.tv/tags"]]);
  const nak = typed("CAP", "CAP * NAK :twitch.tv/foo");
  assertEquals([nak.subcommand, nak.capabilities], ["NAK", ["twitch.tv/foo"]]);
});

test("typedMessage: PING, PONG and RECONNECT come by their name, with what they carry", () => {
  assertEquals(typed("PING", "PING :tmi.twitch.tv").text, "tmi.twitch.tv");
  assertEquals(typed("PONG", ":tmi.twitch.tv PONG tmi.twitch.tv :token").text, "token");
  assertEquals(typed("RECONNECT", ":tmi.twitch.tv RECONNECT").params, []);
});

test("typedMessage: anything else comes as its message", () => {
  const welcome = typed("unknown", ":tmi.twitch.tv 001 bot :Welcome, GLHF!");
  assertEquals([welcome.message.command, welcome.text], ["001", "Welcome, GLHF!"]);
  assertEquals(typed("unknown", ":tmi.twitch.tv SOMETHINGNEW #dallas :x").params, ["#dallas", "x"]);
});

/** Reads everything that an object's getters give, and of what those give. */
function readAll(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  if (Array.isArray(value) || value instanceof Map) return [...value].forEach(readAll);
  const names = Object.keys(value);
  for (
    let type: unknown = Object.getPrototypeOf(value);
    typeof type === "object" && type !== null && type !== Object.prototype;
    type = Object.getPrototypeOf(type)
  ) {
    for (const [name, { get }] of Object.entries(Object.getOwnPropertyDescriptors(type))) {
      if (get !== undefined) names.push(name);
    }
  }
  for (const name of names) readAll(Reflect.get(value, name));
}

const COMMANDS = [
  "PRIVMSG",
  "USERNOTICE",
  "CLEARCHAT",
  "CLEARMSG",
  "ROOMSTATE",
  "USERSTATE",
  "GLOBALUSERSTATE",
  "NOTICE",
  "WHISPER",
  "JOIN",
  "PART",
  "353",
  "366",
  "HOSTTARGET",
  "CAP",
  "PING",
  "PONG",
  "RECONNECT",
  "ELSE",
];
const NOTICES = [
  ...["sub", "resub", "subgift", "submysterygift", "giftpaidupgrade", "standardpayforward"],
  ...["raid", "sharedchatnotice", "viewermilestone", "announcement", "whatever"],
];

test("typedMessage: whatever came can be read to the end, without an exception", () => {
  const value = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("", "1", "0", "-1", "true", "25:0-4/", "25:4-0", ":0-1", ",/,", "a/b,c", "9".repeat(20)),
    fc.constantFrom(...NOTICES),
  );
  const key = fc.oneof(
    fc.constantFrom("bits", "badges", "badge-info", "emotes", "id", "tmi-sent-ts", "color", "login", "vip"),
    fc.constantFrom("msg-id", "source-msg-id", "source-room-id", "source-badges", "room-id", "display-name"),
    fc.constantFrom("reply-parent-msg-id", "pinned-chat-paid-amount", "pinned-chat-paid-level", "slow"),
    fc.constantFrom("ban-duration", "followers-only", "emote-sets", "msg-param-was-gifted", "turbo"),
    fc.constantFrom("msg-param-goal-contribution-type", "msg-param-promo-name", "msg-param-months"),
    fc.string({ unit: "grapheme-ascii" }),
  );
  const tags = fc.array(fc.tuple(key, value), { maxLength: 8 });
  const params = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("#a :\u0001ACTION", "#a :Kappa 😀", ""),
  );
  const commands = fc.constantFrom(...COMMANDS);
  fc.assert(fc.property(tags, commands, params, (pairs, command, rest) => {
    const written = pairs.map(([name, value]) => `${name}=${value}`).join(";").replaceAll(" ", "");
    const line = `@${written} :ronni!r@r ${command} ${rest}`.replaceAll("\n", "");
    const event = typedMessage(parseMessage(line), "bot");
    readAll(event);
    if (event.kind !== "PRIVMSG") return;
    assert((event.bits ?? 0) >= 0 && (event.sentAt ?? 0) >= 0);
    for (const emote of event.emotes) {
      assert(0 <= emote.start && emote.start < emote.end && emote.end <= event.text.length);
    }
  }));
});
