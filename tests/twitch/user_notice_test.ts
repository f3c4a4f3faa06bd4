import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { parseMessage } from "../../src/irc/wire/messages/message.ts";
import type { TwitchNotice } from "../../src/twitch/wire/notices/user_notice.ts";
import { TwitchUserNoticeEvent } from "../../src/twitch/wire/notices/user_notice_event.ts";

function userNotice(line: string): TwitchUserNoticeEvent {
  return new TwitchUserNoticeEvent(parseMessage(line));
}

function tagged(tags: string): TwitchUserNoticeEvent {
  return userNotice(`@login=ronni;${tags};user-id=87654321 :tmi.twitch.tv USERNOTICE #dallas`);
}

// The examples of dev.twitch.tv/docs/chat/irc.
const RESUB = "@badge-info=;badges=staff/1,broadcaster/1,turbo/1;color=#008000;display-name=ronni;emotes=;" +
  "id=db25007f-7a18-43eb-9379-80131e44d633;login=ronni;mod=0;msg-id=resub;msg-param-cumulative-months=6;" +
  "msg-param-streak-months=2;msg-param-should-share-streak=1;msg-param-sub-plan=Prime;" +
  "msg-param-sub-plan-name=Prime;room-id=12345678;subscriber=1;" +
  "system-msg=ronni\\shas\\ssubscribed\\sfor\\s6\\smonths!;tmi-sent-ts=1507246572675;turbo=1;user-id=87654321;" +
  "user-type=staff :tmi.twitch.tv USERNOTICE #dallas :Great stream -- keep it up!";
const SUBGIFT = "@badge-info=;badges=staff/1,premium/1;color=#0000FF;display-name=TWW2;emotes=;" +
  "id=e9176cd8-5e22-4684-ad40-ce53c2561c5e;login=tww2;mod=0;msg-id=subgift;msg-param-months=1;" +
  "msg-param-recipient-display-name=Mr_Woodchuck;msg-param-recipient-id=55554444;" +
  "msg-param-recipient-name=mr_woodchuck;msg-param-sub-plan-name=House\\sof\\sNyoro~n;msg-param-sub-plan=1000;" +
  "room-id=19571752;subscriber=0;system-msg=TWW2\\sgifted\\sa\\sTier\\s1\\ssub\\sto\\sMr_Woodchuck!;" +
  "tmi-sent-ts=1521159445153;turbo=0;user-id=87654321;user-type=staff :tmi.twitch.tv USERNOTICE #forstycup";
const RAID = "@badge-info=;badges=turbo/1;color=#9ACD32;display-name=TestChannel;emotes=;" +
  "id=3d830f12-795c-447d-af3c-ea05e40fbddb;login=testchannel;mod=0;msg-id=raid;" +
  "msg-param-displayName=TestChannel;msg-param-login=testchannel;msg-param-viewerCount=15;room-id=33332222;" +
  "subscriber=0;system-msg=15\\sraiders\\sfrom\\sTestChannel\\shave\\sjoined\\n!;tmi-sent-ts=1507246572675;" +
  "turbo=1;user-id=123456;user-type= :tmi.twitch.tv USERNOTICE #othertestchannel";

test("TwitchUserNoticeEvent: has channel, ids, sender, both texts and when it was sent", () => {
  const event = userNotice(RESUB);
  assertEquals(event.kind, "USERNOTICE");
  assertEquals([event.channel, event.roomId, event.id], [
    "#dallas",
    "12345678",
    "db25007f-7a18-43eb-9379-80131e44d633",
  ]);
  const { sender } = event;
  assertEquals([sender.login, sender.name, sender.id, sender.color], [
    "ronni",
    "ronni",
    "87654321",
    "#008000",
  ]);
  assertEquals([sender.isBroadcaster, sender.isSubscriber, sender.isTurbo, sender.isVip], [
    true,
    true,
    true,
    false,
  ]);
  assertEquals(event.text, "Great stream -- keep it up!");
  assertEquals(event.systemText, "ronni has subscribed for 6 months!");
  assertEquals([event.sentAt, event.emotes, event.sharedChat], [1_507_246_572_675, [], undefined]);
  assertEquals(userNotice(RAID).text, undefined);
  assertEquals(userNotice(RAID).systemText, "15 raiders from TestChannel have joined\n!");
});

test("TwitchUserNoticeEvent: the emotes are those of the sender's text", () => {
  const event = userNotice("@emotes=25:3-7;msg-id=resub :tmi.twitch.tv USERNOTICE #dallas :hi Kappa");
  assertEquals(event.emotes.map(({ start, end }) => event.text?.slice(start, end)), ["Kappa"]);
});

test("TwitchUserNoticeEvent: kind and id narrow to the notice's own fields", () => {
  const { notice } = userNotice(RESUB);
  assert(notice.id === "resub");
  const months: number | undefined = notice.months;
  assertEquals(months, 6);
});

const NO_GIFT = { gift: undefined, goal: undefined };
const NOBODY = { id: undefined, login: undefined, name: undefined };
const GOAL = "msg-param-goal-contribution-type=SUBS;msg-param-goal-current-contributions=142;" +
  "msg-param-goal-description=a\\snew\\schair;msg-param-goal-target-contributions=1000;" +
  "msg-param-goal-user-contributions=5";
const PRIOR = "msg-param-prior-gifter-anonymous=false;msg-param-prior-gifter-display-name=Foo;" +
  "msg-param-prior-gifter-id=1;msg-param-prior-gifter-user-name=foo";
const RECIPIENT =
  "msg-param-recipient-display-name=Bar;msg-param-recipient-id=2;msg-param-recipient-user-name=bar";

/** What is told, by its `msg-id`, as made after Twitch's tables; and of what it is read. */
const NOTICES: readonly (readonly [tags: string, notice: TwitchNotice])[] = [
  [
    "msg-id=sub;msg-param-cumulative-months=1;msg-param-months=0;msg-param-multimonth-duration=3;" +
    "msg-param-multimonth-tenure=1;msg-param-should-share-streak=0;msg-param-streak-months=0;" +
    "msg-param-sub-plan-name=Channel\\sSubscription;msg-param-sub-plan=1000;msg-param-was-gifted=false",
    {
      id: "sub",
      months: 1,
      streakMonths: undefined,
      plan: "1000",
      planName: "Channel Subscription",
      multimonthDuration: 3,
      multimonthTenure: 1,
      ...NO_GIFT,
    },
  ],
  [
    "msg-id=resub;msg-param-cumulative-months=6;msg-param-streak-months=2;msg-param-should-share-streak=1;" +
    "msg-param-sub-plan=Prime;msg-param-sub-plan-name=Prime;msg-param-was-gifted=true;msg-param-anon-gift=false;" +
    "msg-param-gift-months=12;msg-param-gift-month-being-redeemed=6;msg-param-gifter-id=1;" +
    `msg-param-gifter-login=foo;msg-param-gifter-name=Foo;${GOAL}`,
    {
      id: "resub",
      months: 6,
      streakMonths: 2,
      plan: "Prime",
      planName: "Prime",
      multimonthDuration: undefined,
      multimonthTenure: undefined,
      gift: { gifter: { id: "1", login: "foo", name: "Foo" }, months: 12, month: 6 },
      goal: { type: "SUBS", description: "a new chair", current: 142, target: 1000, contribution: 5 },
    },
  ],
  [
    "msg-id=subgift;msg-param-gift-months=3;msg-param-gift-theme=party;msg-param-months=14;" +
    `msg-param-origin-id=abc;${RECIPIENT};msg-param-sender-count=7;msg-param-sub-plan-name=Nyoro~n;` +
    "msg-param-sub-plan=2000",
    {
      id: "subgift",
      isAnonymous: false,
      recipient: { id: "2", login: "bar", name: "Bar" },
      months: 14,
      giftMonths: 3,
      plan: "2000",
      planName: "Nyoro~n",
      senderTotal: 7,
      originId: "abc",
      communityGiftId: undefined,
      theme: "party",
      goal: undefined,
    },
  ],
  [
    `msg-id=anonsubgift;msg-param-months=1;${RECIPIENT};msg-param-sub-plan=1000`,
    {
      id: "anonsubgift",
      isAnonymous: true,
      recipient: { id: "2", login: "bar", name: "Bar" },
      months: 1,
      giftMonths: undefined,
      plan: "1000",
      planName: undefined,
      senderTotal: undefined,
      originId: undefined,
      communityGiftId: undefined,
      theme: undefined,
      goal: undefined,
    },
  ],
  [
    "msg-id=submysterygift;msg-param-mass-gift-count=20;msg-param-origin-id=abc;msg-param-sender-count=100;" +
    "msg-param-sub-plan=1000",
    {
      id: "submysterygift",
      isAnonymous: false,
      count: 20,
      plan: "1000",
      senderTotal: 100,
      originId: "abc",
      communityGiftId: undefined,
      theme: undefined,
      match: undefined,
      goal: undefined,
    },
  ],
  [
    "msg-id=anonsubmysterygift;msg-param-mass-gift-count=5;msg-param-sub-plan=3000",
    {
      id: "anonsubmysterygift",
      isAnonymous: true,
      count: 5,
      plan: "3000",
      senderTotal: undefined,
      originId: undefined,
      communityGiftId: undefined,
      theme: undefined,
      match: undefined,
      goal: undefined,
    },
  ],
  [
    "msg-id=giftpaidupgrade;msg-param-promo-gift-total=2;msg-param-promo-name=Subtember\\s2018;" +
    "msg-param-sender-login=foo;msg-param-sender-name=Foo",
    {
      id: "giftpaidupgrade",
      gifter: { id: undefined, login: "foo", name: "Foo" },
      promotion: { name: "Subtember 2018", gifts: 2 },
    },
  ],
  [
    "msg-id=anongiftpaidupgrade;msg-param-promo-name=Subtember\\s2018",
    { id: "anongiftpaidupgrade", promotion: { name: "Subtember 2018", gifts: undefined } },
  ],
  ["msg-id=primepaidupgrade;msg-param-sub-plan=1000", { id: "primepaidupgrade", plan: "1000" }],
  [
    `msg-id=standardpayforward;${PRIOR};${RECIPIENT}`,
    {
      id: "standardpayforward",
      priorGifter: { id: "1", login: "foo", name: "Foo" },
      recipient: { id: "2", login: "bar", name: "Bar" },
    },
  ],
  [
    `msg-id=communitypayforward;${PRIOR}`,
    { id: "communitypayforward", priorGifter: { id: "1", login: "foo", name: "Foo" } },
  ],
  [
    "msg-id=primecommunitygiftreceived;msg-param-gift-name=Care\\sPackage;msg-param-middle-man=foo;" +
    "msg-param-recipient=bar;msg-param-sender=ronni",
    { id: "primecommunitygiftreceived", giftName: "Care Package", recipient: "bar" },
  ],
  [
    "msg-id=rewardgift;msg-param-domain=pride;msg-param-selected-count=10;msg-param-total-reward-count=12;" +
    "msg-param-trigger-amount=20;msg-param-trigger-type=SUBGIFT",
    {
      id: "rewardgift",
      domain: "pride",
      triggerType: "SUBGIFT",
      triggerAmount: 20,
      selectedCount: 10,
      totalRewardCount: 12,
    },
  ],
  [
    "msg-id=extendsub;msg-param-cumulative-months=16;msg-param-sub-benefit-end-month=4;msg-param-sub-plan=1000",
    { id: "extendsub", plan: "1000", months: 16, endMonth: 4 },
  ],
  [
    "msg-id=raid;msg-param-displayName=Ronni;msg-param-login=ronni;" +
    "msg-param-profileImageURL=https://example.com/70x70.png;msg-param-viewerCount=15",
    {
      id: "raid",
      raider: { id: "87654321", login: "ronni", name: "Ronni" },
      viewers: 15,
      profileImageUrl: "https://example.com/70x70.png",
    },
  ],
  ["msg-id=unraid", { id: "unraid" }],
  ["msg-id=ritual;msg-param-ritual-name=new_chatter", { id: "ritual", name: "new_chatter" }],
  ["msg-id=bitsbadgetier;msg-param-threshold=10000", { id: "bitsbadgetier", threshold: 10_000 }],
  ["msg-id=announcement;msg-param-color=PRIMARY", { id: "announcement", color: "PRIMARY" }],
  [
    "msg-id=viewermilestone;msg-param-category=watch-streak;msg-param-copoReward=450;msg-param-id=a872953b;" +
    "msg-param-value=3",
    { id: "viewermilestone", category: "watch-streak", value: 3, reward: 450, milestoneId: "a872953b" },
  ],
  [
    "msg-id=onetapgiftredeemed;msg-param-bits-spent=5;msg-param-gift-id=heart",
    { id: "onetapgiftredeemed", gift: "heart", bits: 5 },
  ],
  [
    "msg-id=onetapstreakstarted;msg-param-gift-id=dino;msg-param-ms-remaining=60000",
    { id: "onetapstreakstarted", gift: "dino", remaining: 60_000 },
  ],
  [
    "msg-id=onetapbreakpointachieved;msg-param-gift-id=dino;msg-param-breakpoint-number=2;" +
    "msg-param-breakpoint-threshold-bits=500",
    { id: "onetapbreakpointachieved", gift: "dino", breakpoint: 2, threshold: 500 },
  ],
  [
    "msg-id=onetapstreakexpired;msg-param-gift-id=dino;msg-param-streak-size-bits=45;msg-param-streak-size-taps=9;" +
    "msg-param-contributor-1=Ronni;msg-param-contributor-1-taps=7;msg-param-contributor-2=Dallas",
    {
      id: "onetapstreakexpired",
      gift: "dino",
      bits: 45,
      taps: 9,
      contributors: [{ name: "Ronni", taps: 7 }, { name: "Dallas", taps: undefined }],
    },
  ],
  [
    "msg-id=charitydonation;msg-param-charity-name=Direct\\sRelief;msg-param-donation-amount=500;" +
    "msg-param-donation-currency=USD;msg-param-exponent=2",
    { id: "charitydonation", charity: "Direct Relief", amount: 500, currency: "USD", exponent: 2 },
  ],
  ["msg-id=socialsharingbadge;msg-param-current-badge-level=3", { id: "socialsharingbadge", level: 3 }],
  ["msg-id=modiversary;msg-param-months=108", { id: "modiversary", months: 108 }],
  [
    "msg-id=sharedchatnotice;msg-param-color=BLUE;source-msg-id=announcement",
    { id: "sharedchatnotice", original: { id: "announcement", color: "BLUE" } },
  ],
  [
    "msg-id=brandnew;msg-param-amount=5;msg-param-charity-name=a\\sgood\\sone",
    {
      id: "unknown",
      type: "brandnew",
      params: new Map([["msg-param-amount", "5"], ["msg-param-charity-name", "a good one"]]),
    },
  ],
];

for (const [tags, notice] of NOTICES) {
  test(`TwitchNotice: reads ${notice.id}`, () => {
    assertEquals(tagged(tags).notice, notice);
  });
}

test("TwitchNotice: an unknown one leaves sender and text to the event", () => {
  const event = userNotice(
    "@display-name=Ronni;login=ronni;msg-id=brandnew;system-msg=It\\sis\\snew :tmi.twitch.tv USERNOTICE #a :wow",
  );
  assertEquals([event.notice.id, event.sender.name, event.text, event.systemText], [
    "unknown",
    "Ronni",
    "wow",
    "It is new",
  ]);
  assertEquals(tagged("x=1").notice, { id: "unknown", type: "", params: new Map() });
});

test("TwitchNotice: a gift of Twitch's own account is anonymous", () => {
  for (const id of ["subgift", "submysterygift"] as const) {
    const { notice } = userNotice(`@msg-id=${id};user-id=274598607 :tmi.twitch.tv USERNOTICE #a`);
    assert(notice.id === id && notice.isAnonymous);
  }
});

test("TwitchNotice: gifts of one submysterygift share an id, and the SHA-1 of nothing is none", () => {
  const nothing =
    "da\\s39\\sa3\\see\\s5e\\s6b\\s4b\\s0d\\s32\\s55\\sbf\\sef\\s95\\s60\\s18\\s90\\saf\\sd8\\s07\\s09";
  const single = tagged(`msg-id=subgift;msg-param-origin-id=${nothing}`).notice;
  const shared =
    tagged("msg-id=subgift;msg-param-community-gift-id=17130216;msg-param-origin-id=17130216").notice;
  assert(single.id === "subgift" && shared.id === "subgift");
  assertEquals([single.originId, single.communityGiftId], [undefined, undefined]);
  assertEquals([shared.originId, shared.communityGiftId], ["17130216", "17130216"]);
});

test("TwitchNotice: where the giver is not to be known, there is none", () => {
  const prior = "msg-param-prior-gifter-anonymous=true;msg-param-prior-gifter-id=1";
  assertEquals(tagged(`msg-id=communitypayforward;${prior}`).notice, {
    id: "communitypayforward",
    priorGifter: undefined,
  });
  const { notice } = tagged(
    "msg-id=resub;msg-param-was-gifted=true;msg-param-anon-gift=true;msg-param-gifter-id=1",
  );
  assert(notice.id === "resub");
  assertEquals(notice.gift, { gifter: undefined, months: undefined, month: undefined });
});

test("TwitchNotice: reads Twitch's example of a gift, which names the recipient otherwise", () => {
  const { notice } = userNotice(SUBGIFT);
  assert(notice.id === "subgift");
  assertEquals(notice.recipient, { id: "55554444", login: "mr_woodchuck", name: "Mr_Woodchuck" });
  assertEquals([notice.months, notice.planName], [1, "House of Nyoro~n"]);
});

test("TwitchNotice: what is missing or malformed is undefined", () => {
  assertEquals(tagged("msg-id=subgift;msg-param-months=many;msg-param-sub-plan=").notice, {
    id: "subgift",
    isAnonymous: false,
    recipient: NOBODY,
    months: undefined,
    giftMonths: undefined,
    plan: undefined,
    planName: undefined,
    senderTotal: undefined,
    originId: undefined,
    communityGiftId: undefined,
    theme: undefined,
    goal: undefined,
  });
  assertEquals(tagged("msg-id=sharedchatnotice").notice, {
    id: "sharedchatnotice",
    original: { id: "unknown", type: "", params: new Map() },
  });
});

test("TwitchUserNoticeEvent: in a shared chat it tells where it happened", () => {
  const event = userNotice(
    "@id=2;login=ronni;msg-id=sharedchatnotice;room-id=7;source-badges=staff/1;source-id=1;" +
      "source-msg-id=raid;source-room-id=12826;msg-param-viewerCount=3 :tmi.twitch.tv USERNOTICE #dallas",
  );
  assertEquals([event.sharedChat?.roomId, event.sharedChat?.messageId, event.sharedChat?.isCopy], [
    "12826",
    "1",
    true,
  ]);
  const { notice } = event;
  assert(notice.id === "sharedchatnotice" && notice.original.id === "raid");
  assertEquals(notice.original.viewers, 3);
});

test("TwitchUserNoticeEvent: what Twitch adds to somebody's gifts", () => {
  const line = (tags: string) =>
    new TwitchUserNoticeEvent(
      parseMessage(`@login=twitch;msg-id=submysterygift${tags} :tmi.twitch.tv USERNOTICE #dallas`),
    )
      .notice;
  const matched = line(
    ";msg-param-gift-match=extra;msg-param-gift-match-bonus-count=2;msg-param-gift-match-extra-count=5;" +
      "msg-param-gift-match-gifter-display-name=Ronni;msg-param-mass-gift-count=7",
  );
  assertEquals(matched.id === "submysterygift" && [matched.count, matched.match], [
    7,
    { type: "extra", gifter: "Ronni", extraCount: 5, bonusCount: 2 },
  ]);
  const bare = line(";msg-param-gift-match=extra");
  assertEquals(bare.id === "submysterygift" && bare.match, {
    type: "extra",
    gifter: undefined,
    extraCount: undefined,
    bonusCount: undefined,
  });
  const plain = line("");
  assertEquals(plain.id === "submysterygift" && plain.match, undefined);
});
