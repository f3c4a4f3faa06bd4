import { test } from "node:test";
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { parseMessage } from "../../src/irc/wire/messages/message.ts";
import * as tags from "../../src/twitch/wire/tags.ts";
import { CHANNEL, NICK, readTags, TEXT, wholeNumber } from "../../src/twitch/wire/tags.ts";

const PLACES: readonly (readonly [name: string, place: number])[] = [
  ["badge-info", tags.BADGE_INFO],
  ["badges", tags.BADGES],
  ["bits", tags.BITS],
  ["color", tags.COLOR],
  ["display-name", tags.DISPLAY_NAME],
  ["emotes", tags.EMOTES],
  ["first-msg", tags.FIRST_MSG],
  ["id", tags.ID],
  ["login", tags.LOGIN],
  ["mod", tags.MOD],
  ["reply-parent-display-name", tags.REPLY_PARENT_DISPLAY_NAME],
  ["reply-parent-msg-id", tags.REPLY_PARENT_MSG_ID],
  ["reply-parent-user-id", tags.REPLY_PARENT_USER_ID],
  ["reply-parent-user-login", tags.REPLY_PARENT_USER_LOGIN],
  ["returning-chatter", tags.RETURNING_CHATTER],
  ["room-id", tags.ROOM_ID],
  ["source-room-id", tags.SOURCE_ROOM_ID],
  ["subscriber", tags.SUBSCRIBER],
  ["tmi-sent-ts", tags.TMI_SENT_TS],
  ["turbo", tags.TURBO],
  ["user-id", tags.USER_ID],
  ["vip", tags.VIP],
];

const FLAGS = ["first-msg", "mod", "returning-chatter", "subscriber", "turbo"];

function check(written: string): void {
  const message = parseMessage(`@${written} :ronni!ronni@ronni.tmi.twitch.tv PRIVMSG #ronni :id=5;mod=1 vip`);
  const read = readTags(message);
  for (const [name, place] of PLACES) {
    const value = message.tag(name);
    const isKept = FLAGS.includes(name)
      ? value === "1"
      : name !== "color" || /^#[0-9a-f]{6}$/i.test(value ?? "");
    assertEquals(read[place], isKept ? value : undefined, `${name} of @${written}`);
  }
  assertEquals([read[NICK], read[CHANNEL], read[TEXT]], ["ronni", "#ronni", "id=5;mod=1 vip"]);
}

test("readTags: finds each tag at its place", () => {
  assertEquals(new Set(PLACES.map(([, place]) => place)).size, PLACES.length);
  check(PLACES.map(([name], index) => `${name}=value${index}`).join(";"));
  check(PLACES.map(([name]) => `${name}=${name === "color" ? "#1E90ff" : "1"}`).join(";"));
  assertEquals(readTags(parseMessage("PRIVMSG #a :id=5")), []);
});

test("readTags: finds them in any order, among tags it does not know, escaped, repeated or without a value", () => {
  check(PLACES.toReversed().map(([name], index) => `${name}=value${index}`).join(";"));
  check("aaa=1;badges=admin/1;brand-new=2;color=#fff;id;idle=3;mod=1;zzz=4");
  check("display-name=Ron\\sni;id=a\\:b;room-id=7");
  check("id=1;id=2;mod=0;id=3");
  check("mod=1;id=3;mod=0");
  check("color=#123456;badges=;color=");
  check(";;id=;=x;mod");
  check("bad=1");
  for (const color of ["", "red", "#12345", "#1234567", "#12345G", "#1E90FF"]) check(`color=${color};mod=1`);
});

test("readTags: finds what is always there in its order, and what is left out, repeated or elsewhere", () => {
  const always = [
    ["badge-info", "subscriber/14"],
    ["badges", "subscriber/12,premium/1"],
    ["color", "#1E90FF"],
    ["display-name", "Ronni"],
    ["emotes", "25:0-4"],
    ["first-msg", "0"],
    ["flags", ""],
    ["id", "b34ccfc7"],
    ["mod", "1"],
    ["returning-chatter", "0"],
    ["room-id", "12345678"],
    ["subscriber", "1"],
    ["tmi-sent-ts", "1507246572675"],
    ["turbo", "0"],
    ["user-id", "1337"],
    ["user-type", ""],
  ].map((tag) => tag.join("="));
  const others = ["bits=100", "client-nonce=5", "login=ronni", "reply-parent-msg-id=6", "vip=1", "zzz=7"];
  const again = ["color=", "display-name=Ron\\sni", "id=", "mod=0", "turbo=2", "user-id"];
  check(always.join(";"));
  for (const tag of [...others, ...again]) check([...always, tag].toSorted().join(";"));
  for (let at = 0; at < always.length; at++) {
    check(always.toSpliced(at, 1).join(";"));
    for (const tag of [...others, ...again]) check(always.toSpliced(at, 0, tag).join(";"));
  }
});

test("readTags: finds nick, channel and text only where a PRIVMSG is as Twitch writes it", () => {
  const rests = [
    ":ronni!r@r PRIVMSG #a hi",
    ":ronni!r@r PRIVMSG #a",
    ":ronni PRIVMSG #a :hi",
    ":ronni!r@r  PRIVMSG #a :hi",
    ":ronni!r@r PRIVMSG :#a :hi",
    ":ronni!r@r NOTICE #a :hi",
    "PRIVMSG #a :hi",
    ":ronni!r@r privmsg #a :hi",
  ];
  for (const rest of rests) {
    const read = readTags(parseMessage(`@id=5 ${rest}`));
    assertEquals([read[tags.ID], read[NICK], read[CHANNEL], read[TEXT]], [
      "5",
      undefined,
      undefined,
      undefined,
    ]);
  }
});

test("readTags: gives what IrcMessage.tag gives, whatever the tags are", () => {
  const name = fc.oneof(
    fc.constantFrom(...PLACES.map(([name]) => name)),
    fc.constantFrom("flags", "user-type", "msg-param-months", "client-nonce", "reply-parent-msg-body"),
    fc.string({ unit: fc.constantFrom(..."abdimo-=+/") }),
  );
  const value = fc.string({ unit: fc.constantFrom(..."ab01/,:-=\\s") });
  const tag = fc.oneof(
    fc.tuple(name, value).map(([name, value]) => `${name}=${value}`),
    name,
    fc.constant(""),
  );
  fc.assert(fc.property(fc.array(tag, { maxLength: 12 }), (written) => check(written.join(";"))));
  // And in Twitch's order.
  fc.assert(fc.property(fc.array(tag, { maxLength: 12 }), (written) => check(written.toSorted().join(";"))));
});

test("wholeNumber: takes digits, as many as are exact, and nothing else", () => {
  assertEquals(["0", "007", "350", "999999999999999"].map(wholeNumber), [0, 7, 350, 999_999_999_999_999]);
  const none = ["", "-1", "+1", "1.5", " 1", "1e3", "0x1", "٣", "1".repeat(16), undefined];
  assertEquals(none.map(wholeNumber), none.map(() => undefined));
});

test("readTags: finds what is said in a thread and paid for, with what stands between", () => {
  const written = [
    "badge-info=;badges=;color=;display-name=Ronni;emotes=;first-msg=0;flags=;id=5;mod=0",
    "pinned-chat-paid-amount=200;pinned-chat-paid-canonical-amount=200;pinned-chat-paid-currency=USD",
    "pinned-chat-paid-exponent=2;pinned-chat-paid-is-system-message=0;pinned-chat-paid-level=ONE",
    "reply-parent-display-name=Dallas;reply-parent-msg-body=hi;reply-parent-msg-id=4;reply-parent-user-id=3",
    "reply-parent-user-login=dallas;reply-thread-parent-display-name=Dallas;reply-thread-parent-msg-id=2",
    "reply-thread-parent-user-id=3;reply-thread-parent-user-login=dallas",
    "returning-chatter=1;room-id=7;subscriber=1;tmi-sent-ts=9;turbo=1;user-id=8;user-type=",
  ];
  check(written.join(";"));
  // One of either that is new.
  check(written.join(";").replace(";returning", ";reply-thread-parent-zzz=1;returning"));
  check(written.join(";").replace(";reply-parent-display", ";pinned-chat-paid-zzz=1;reply-parent-display"));
});
