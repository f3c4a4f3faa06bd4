import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { parseMessage } from "../../src/irc/wire/messages/message.ts";
import { chatLine } from "../../src/twitch/eventsub/wire/chat_line.ts";
import { typedMessage } from "../../src/twitch/wire/message.ts";
import { seededRandom } from "../../testing/world/random.ts";

const ROOM = { broadcaster_user_id: "1", broadcaster_user_login: "dallas", broadcaster_user_name: "Dallas" };
const CHATTER = {
  chatter_user_id: "7",
  chatter_user_login: "ronni",
  chatter_user_name: "Ronni",
  color: "#FF0000",
  badges: [{ set_id: "moderator", id: "1", info: "" }, { set_id: "subscriber", id: "12", info: "14" }],
};
const SENT = 1_760_000_000_000;

/** The event that EventSub's comes to. */
function told(kind: string, data: unknown) {
  const line = chatLine({ kind, data, sentAt: SENT });
  if (line === undefined) throw new Error(`"${kind}" comes to nothing`);
  return typedMessage(parseMessage(line), "parley");
}

/** What an event shows, but for its line. */
function shown(event: { toJSON(): Record<string, unknown> }): Record<string, unknown> {
  const { message: _line, ...rest } = JSON.parse(JSON.stringify(event));
  return rest;
}

test("chatLine: a message over EventSub reads as the same over IRC", () => {
  const event = told("channel.chat.message", {
    ...ROOM,
    ...CHATTER,
    message_id: "m1",
    message: {
      text: "😀 Kappa @dallas Cheer100 Kappa",
      fragments: [
        { type: "text", text: "😀 " },
        { type: "emote", text: "Kappa", emote: { id: "25", emote_set_id: "1" } },
        { type: "text", text: " " },
        { type: "mention", text: "@dallas", mention: { user_id: "1" } },
        { type: "text", text: " " },
        { type: "cheermote", text: "Cheer100", cheermote: { prefix: "Cheer", bits: 100, tier: 1 } },
        { type: "text", text: " " },
        { type: "emote", text: "Kappa", emote: { id: "25", emote_set_id: "1" } },
      ],
    },
    message_type: "channel_points_highlighted",
    cheer: { bits: 100 },
    reply: {
      parent_message_id: "m0",
      parent_message_body: "what; is this",
      parent_user_id: "8",
      parent_user_login: "foo",
      parent_user_name: "Foo",
      thread_message_id: "m0",
      thread_user_id: "8",
      thread_user_login: "foo",
      thread_user_name: "Foo",
    },
    channel_points_custom_reward_id: null,
    source_broadcaster_user_id: "2",
    source_broadcaster_user_login: "bar",
    source_broadcaster_user_name: "Bar",
    source_message_id: "m9",
    source_badges: [{ set_id: "vip", id: "1", info: "" }],
    is_source_only: true,
  });
  const line = "@badge-info=subscriber/14;badges=moderator/1,subscriber/12;bits=100;color=#FF0000;" +
    "display-name=Ronni;emotes=25:2-6,25-29;id=m1;mod=1;msg-id=highlighted-message;" +
    "reply-parent-display-name=Foo;reply-parent-msg-body=what\\:\\sis\\sthis;reply-parent-msg-id=m0;" +
    "reply-parent-user-id=8;reply-parent-user-login=foo;reply-thread-parent-display-name=Foo;" +
    "reply-thread-parent-msg-id=m0;reply-thread-parent-user-id=8;reply-thread-parent-user-login=foo;room-id=1;" +
    "source-badges=vip/1;source-id=m9;source-only=1;source-room-id=2;subscriber=1;" +
    `tmi-sent-ts=${SENT};user-id=7 :ronni!ronni@ronni.tmi.twitch.tv PRIVMSG #dallas ` +
    ":😀 Kappa @dallas Cheer100 Kappa";
  assertEquals(shown(event), shown(typedMessage(parseMessage(line), "parley")));
});

test("chatLine: an action keeps its frame, and its emotes their places", () => {
  const event = told("channel.chat.message", {
    ...ROOM,
    ...CHATTER,
    chatter_user_login: "parley",
    message: {
      text: "\u0001ACTION waves Kappa\u0001",
      fragments: [
        { type: "text", text: "\u0001ACTION waves " },
        { type: "emote", text: "Kappa", emote: { id: "25" } },
        { type: "text", text: "\u0001" },
      ],
    },
  });
  if (event.kind !== "PRIVMSG") throw new Error(event.kind);
  assertEquals([event.isAction, event.text, event.own], [true, "waves Kappa", true]);
  assertEquals(event.emotes.map(({ start, end }) => event.text.slice(start, end)), ["Kappa"]);
});

/** What happens in channels: how EventSub tells it, and how IRC does. */
const NOTICES: readonly (readonly [type: string, detail: Record<string, unknown>, tags: string])[] = [
  [
    "sub",
    { sub_tier: "1000", is_prime: true, duration_months: 1 },
    "msg-id=sub;msg-param-cumulative-months=1;msg-param-multimonth-duration=1;msg-param-sub-plan=Prime",
  ],
  [
    "resub",
    {
      cumulative_months: 10,
      duration_months: 1,
      streak_months: 3,
      sub_tier: "2000",
      is_prime: false,
      is_gift: true,
      gifter_is_anonymous: false,
      gifter_user_id: "8",
      gifter_user_login: "foo",
      gifter_user_name: "Foo",
    },
    "msg-id=resub;msg-param-cumulative-months=10;msg-param-gifter-id=8;msg-param-gifter-login=foo;" +
    "msg-param-gifter-name=Foo;msg-param-multimonth-duration=1;msg-param-streak-months=3;" +
    "msg-param-sub-plan=2000;msg-param-was-gifted=true",
  ],
  [
    "sub_gift",
    {
      duration_months: 1,
      cumulative_total: 4,
      recipient_user_id: "9",
      recipient_user_login: "baz",
      recipient_user_name: "Baz",
      sub_tier: "1000",
      community_gift_id: "c1",
    },
    "msg-id=subgift;msg-param-community-gift-id=c1;msg-param-gift-months=1;" +
    "msg-param-recipient-display-name=Baz;msg-param-recipient-id=9;msg-param-recipient-user-name=baz;" +
    "msg-param-sender-count=4;msg-param-sub-plan=1000",
  ],
  [
    "community_sub_gift",
    { id: "c1", total: 5, sub_tier: "1000", cumulative_total: 9 },
    "msg-id=submysterygift;msg-param-community-gift-id=c1;msg-param-mass-gift-count=5;" +
    "msg-param-sender-count=9;msg-param-sub-plan=1000",
  ],
  ["gift_paid_upgrade", {
    gifter_is_anonymous: false,
    gifter_user_id: "8",
    gifter_user_login: "foo",
    gifter_user_name: "Foo",
  }, "msg-id=giftpaidupgrade;msg-param-sender-id=8;msg-param-sender-login=foo;msg-param-sender-name=Foo"],
  ["gift_paid_upgrade", { gifter_is_anonymous: true }, "msg-id=anongiftpaidupgrade"],
  ["prime_paid_upgrade", { sub_tier: "1000" }, "msg-id=primepaidupgrade;msg-param-sub-plan=1000"],
  [
    "pay_it_forward",
    {
      gifter_is_anonymous: false,
      gifter_user_id: "8",
      gifter_user_login: "foo",
      gifter_user_name: "Foo",
    },
    "msg-id=communitypayforward;msg-param-prior-gifter-display-name=Foo;msg-param-prior-gifter-id=8;" +
    "msg-param-prior-gifter-user-name=foo",
  ],
  [
    "raid",
    { user_id: "7", user_login: "ronni", user_name: "Ronni", viewer_count: 12, profile_image_url: "u" },
    "msg-id=raid;msg-param-displayName=Ronni;msg-param-login=ronni;msg-param-profileImageURL=u;" +
    "msg-param-viewerCount=12",
  ],
  ["unraid", {}, "msg-id=unraid"],
  ["announcement", { color: "BLUE" }, "msg-id=announcement;msg-param-color=BLUE"],
  ["bits_badge_tier", { tier: 1000 }, "msg-id=bitsbadgetier;msg-param-threshold=1000"],
  [
    "charity_donation",
    { charity_name: "Good", amount: { value: 500, decimal_place: 2, currency: "USD" } },
    "msg-id=charitydonation;msg-param-charity-name=Good;msg-param-donation-amount=500;" +
    "msg-param-donation-currency=USD;msg-param-exponent=2",
  ],
  [
    "watch_streak",
    { streak_count: 5, channel_points_awarded: 350 },
    "msg-id=viewermilestone;msg-param-category=watch-streak;msg-param-copoReward=350;msg-param-value=5",
  ],
  ["of_tomorrow", { some_thing: 3 }, "msg-id=of_tomorrow;msg-param-some-thing=3"],
];

for (const [type, detail, tags] of NOTICES) {
  test(`chatLine: "${type}" over EventSub reads as the same over IRC (${tags.split(";", 1)[0]})`, () => {
    const notice = {
      ...ROOM,
      ...CHATTER,
      chatter_is_anonymous: false,
      system_message: "It happened",
      message_id: "m1",
      message: { text: "Great stream", fragments: [] },
    };
    const line = (tags: string) =>
      `@badge-info=subscriber/14;badges=moderator/1,subscriber/12;color=#FF0000;display-name=Ronni;id=m1;` +
      `login=ronni;mod=1;room-id=1;subscriber=1;system-msg=It\\shappened;tmi-sent-ts=${SENT};user-id=7;${tags} ` +
      ":tmi.twitch.tv USERNOTICE #dallas :Great stream";
    const own = told("channel.chat.notification", { ...notice, notice_type: type, [type]: detail });
    assertEquals(shown(own), shown(typedMessage(parseMessage(line(tags)))));
    const shared = `shared_chat_${type}`;
    const there = told("channel.chat.notification", { ...notice, notice_type: shared, [shared]: detail });
    const tagsThere = tags.replace("msg-id=", "msg-id=sharedchatnotice;source-msg-id=");
    assertEquals(shown(there), shown(typedMessage(parseMessage(line(tagsThere)))));
  });
}

test("chatLine: what is removed, who is banned, and how a channel is set", () => {
  const at = `tmi-sent-ts=${SENT}`;
  const gone = { target_user_id: "7", target_user_login: "ronni", target_user_name: "Ronni" };
  const ban = { ...ROOM, user_id: "7", user_login: "ronni", banned_at: "2026-11-22T02:00:00.123456789Z" };
  const settings = {
    ...ROOM,
    emote_mode: false,
    follower_mode: true,
    follower_mode_duration_minutes: null,
    slow_mode: true,
    slow_mode_wait_time_seconds: 30,
    subscriber_mode: false,
    unique_chat_mode: true,
  };
  const cases: readonly (readonly [kind: string, data: unknown, line: string])[] = [
    ["channel.chat.clear", ROOM, `@room-id=1;${at} :tmi.twitch.tv CLEARCHAT #dallas`],
    [
      "channel.ban",
      { ...ban, is_permanent: true, ends_at: null },
      `@room-id=1;target-user-id=7;${at} :tmi.twitch.tv CLEARCHAT #dallas ronni`,
    ],
    [
      "channel.ban",
      { ...ban, is_permanent: false, ends_at: "2026-11-22T02:10:00.123Z" },
      `@ban-duration=600;room-id=1;target-user-id=7;${at} :tmi.twitch.tv CLEARCHAT #dallas ronni`,
    ],
    [
      "channel.chat.message_delete",
      { ...ROOM, ...gone, message_id: "m1" },
      `@login=ronni;room-id=1;target-msg-id=m1;${at} :tmi.twitch.tv CLEARMSG #dallas`,
    ],
    [
      "channel.chat_settings.update",
      settings,
      "@emote-only=0;followers-only=0;r9k=1;room-id=1;slow=30;subs-only=0 :tmi.twitch.tv ROOMSTATE #dallas",
    ],
    [
      "channel.chat_settings.update",
      { ...settings, follower_mode: false, slow_mode: false },
      "@emote-only=0;followers-only=-1;r9k=1;room-id=1;slow=0;subs-only=0 :tmi.twitch.tv ROOMSTATE #dallas",
    ],
  ];
  for (const [kind, data, line] of cases) {
    assertEquals(shown(told(kind, data)), shown(typedMessage(parseMessage(line))));
  }
  const removed = told("channel.chat.clear_user_messages", { ...ROOM, ...gone });
  if (removed.kind !== "CLEARCHAT") throw new Error(removed.kind);
  assertEquals([removed.action, removed.login, removed.duration], ["remove", "ronni", undefined]);
});

test("chatLine: what Twitch could not have sent is no line, or one that can be read", () => {
  const random = seededRandom(1, "chat_line");
  const junk: readonly unknown[] = [
    null,
    undefined,
    7,
    -1,
    true,
    "",
    "a\r\nPRIVMSG #b :c\0",
    "x y",
    ":",
    [],
    [null],
    {},
    {
      text: 3,
      fragments: [null, { text: "a", emote: { id: "x" } }, { emote: 1 }],
    },
    NaN,
  ];
  const pick = () => junk[Math.floor(random() * junk.length)];
  const kinds = ["message", "notification", "clear", "clear_user_messages", "message_delete"]
    .map((kind) => `channel.chat.${kind}`).concat(
      "channel.ban",
      "channel.chat_settings.update",
      "constructor",
    );
  const names = Object.keys({
    ...CHATTER,
    user_login: "",
    message: "",
    reply: "",
    cheer: "",
    notice_type: "",
    target_user_login: "",
    message_id: "",
    follower_mode: "",
    follower_mode_duration_minutes: "",
    ends_at: "",
    source_broadcaster_user_id: "",
    sub: "",
    raid: "",
  });
  for (let round = 0; round < 4_000; round++) {
    const data: Record<string, unknown> = { broadcaster_user_login: random() < 0.9 ? "dallas" : pick() };
    for (const name of names) if (random() < 0.6) data[name] = pick();
    if (random() < 0.5) data.chatter_user_login = data.user_login = "ronni";
    if (random() < 0.5) data.notice_type = random() < 0.5 ? "sub" : "raid";
    const kind = kinds[round % kinds.length] ?? "";
    const line = chatLine({ kind, data, sentAt: SENT });
    if (line === undefined) continue;
    assertEquals(/[\r\n\0]/.test(line), false, line);
    const event = typedMessage(parseMessage(line));
    assertEquals("channel" in event && event.channel, "#dallas", line);
    shown(event);
  }
});

test("chatLine: a message of as many emotes as one may have takes no longer than its length", () => {
  const count = 25_000;
  const fragments = Array.from({ length: count }, () => ({ type: "emote", text: "K", emote: { id: "25" } }));
  const message = { text: "K".repeat(count), fragments };
  const began = performance.now();
  chatLine({ kind: "channel.chat.message", data: { ...ROOM, ...CHATTER, message }, sentAt: SENT });
  // Where each copied all before it, it took 5 s; it takes 25 ms.
  assert(performance.now() - began < 2_500);
});

test("chatLine: a kind of message that Twitch could not have named is none that is known", () => {
  for (const message_type of ["constructor", "__proto__", "toString"]) {
    const event = told("channel.chat.message", {
      ...ROOM,
      ...CHATTER,
      message: { text: "hi" },
      message_type,
    });
    assert(event.kind === "PRIVMSG");
    assertEquals([event.text, event.message.tag("msg-id")], ["hi", undefined]);
  }
});
