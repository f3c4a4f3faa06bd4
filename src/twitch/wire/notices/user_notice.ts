import type { TwitchUser } from "../senders/named_user.ts";

/** What a subscription to a channel costs: `Prime`, or `1000`, `2000`, `3000` for the tiers 1 to 3. */
export type TwitchPlan = "Prime" | "1000" | "2000" | "3000" | (string & Record<never, never>);

/** A goal of the channel, to which what happened has contributed. */
export interface TwitchGoal {
  /** What counts: `SUBS`, `SUB_POINTS`, … */
  readonly type: string;
  /** What the channel calls it. */
  readonly description: string | undefined;
  /** How far it has come. */
  readonly current: number | undefined;
  /** How far it is to come. */
  readonly target: number | undefined;
  /** How much this has contributed. */
  readonly contribution: number | undefined;
}

/** A promotion of Twitch during which subscriptions were given away. */
export interface TwitchPromotion {
  /** What it is called: `Subtember 2018`. */
  readonly name: string;
  /** How many the one who gave has given in it. */
  readonly gifts: number | undefined;
}

/** Where a subscription that was a gift comes from. */
export interface TwitchGiftOrigin {
  /** Who gave it; undefined if nobody is to know. */
  readonly gifter: TwitchUser | undefined;
  /** For how many months it was given. */
  readonly months: number | undefined;
  /** Which of them this one is, from 1. */
  readonly month: number | undefined;
}

/** Somebody subscribed, for the first time or again. */
export interface TwitchSubscription<Id extends "sub" | "resub"> {
  readonly id: Id;
  /** How many months the sender has subscribed in all. */
  readonly months: number | undefined;
  /** How many in a row; undefined if the sender does not share it. */
  readonly streakMonths: number | undefined;
  readonly plan: TwitchPlan | undefined;
  /** What the channel calls the plan. */
  readonly planName: string | undefined;
  /** For how many months it was bought at once. */
  readonly multimonthDuration: number | undefined;
  /** How many of those have passed. */
  readonly multimonthTenure: number | undefined;
  /** Where it comes from if it was a gift. */
  readonly gift: TwitchGiftOrigin | undefined;
  readonly goal: TwitchGoal | undefined;
}

/** Somebody gave somebody a subscription. */
export interface TwitchSubGift<Id extends "subgift" | "anonsubgift"> {
  readonly id: Id;
  /** Whether nobody is to know who gave it. Twitch mostly says `subgift` then, too, from its own account. */
  readonly isAnonymous: boolean;
  readonly recipient: TwitchUser;
  /** How many months the recipient has subscribed in all. */
  readonly months: number | undefined;
  /** For how many months it is. */
  readonly giftMonths: number | undefined;
  readonly plan: TwitchPlan | undefined;
  /** What the channel calls the plan. */
  readonly planName: string | undefined;
  /** How many the sender has given in this channel; undefined if that is not told, as in one of many. */
  readonly senderTotal: number | undefined;
  /** What the gifts of one `submysterygift` have in common with it; undefined for one that was given by itself. */
  readonly originId: string | undefined;
  /** As `originId`, in newer lines. */
  readonly communityGiftId: string | undefined;
  /** How it looks: `showlove`, `party`, `lul`, `biblethump`. */
  readonly theme: string | undefined;
  readonly goal: TwitchGoal | undefined;
}

/**
 * Gifts that Twitch adds to somebody's: "We added 5 Gift Subs AND 2 Bonus Gift Subs to Ronni's gift!". Twitch does not
 * document it: these are the tags that tmi.js 2 knows.
 */
export interface TwitchGiftMatch {
  /** Of which kind. */
  readonly type: string | undefined;
  /** Who gave first, by the display name. */
  readonly gifter: string | undefined;
  /** How many are added. */
  readonly extraCount: number | undefined;
  /** How many besides. */
  readonly bonusCount: number | undefined;
}

/** Somebody gave subscriptions to as many in the channel; a `subgift` for each of them follows. */
export interface TwitchSubMysteryGift<Id extends "submysterygift" | "anonsubmysterygift"> {
  readonly id: Id;
  /** Whether nobody is to know who gave them. */
  readonly isAnonymous: boolean;
  /** How many. */
  readonly count: number | undefined;
  readonly plan: TwitchPlan | undefined;
  /** How many the sender has given in this channel. */
  readonly senderTotal: number | undefined;
  /** What the gifts have in common with this. */
  readonly originId: string | undefined;
  /** As `originId`, in newer lines. */
  readonly communityGiftId: string | undefined;
  /** How it looks: `showlove`, `party`, `lul`, `biblethump`. */
  readonly theme: string | undefined;
  /** To whose gifts these are added; undefined: to nobody's, the sender gives them. */
  readonly match: TwitchGiftMatch | undefined;
  readonly goal: TwitchGoal | undefined;
}

/** Somebody goes on with a subscription that was a gift. */
export interface TwitchGiftPaidUpgrade {
  readonly id: "giftpaidupgrade";
  /** Who gave it. Twitch does not tell the id. */
  readonly gifter: TwitchUser;
  readonly promotion: TwitchPromotion | undefined;
}

/** Somebody goes on with a subscription that was a gift of nobody knows whom. */
export interface TwitchAnonGiftPaidUpgrade {
  readonly id: "anongiftpaidupgrade";
  readonly promotion: TwitchPromotion | undefined;
}

/** Somebody goes on with a subscription by Prime as a paid one. */
export interface TwitchPrimePaidUpgrade {
  readonly id: "primepaidupgrade";
  readonly plan: TwitchPlan | undefined;
}

/** Somebody who was given a subscription gives somebody one. */
export interface TwitchStandardPayForward {
  readonly id: "standardpayforward";
  /** Who had given the first; undefined if nobody is to know. */
  readonly priorGifter: TwitchUser | undefined;
  readonly recipient: TwitchUser;
}

/** Somebody who was given a subscription gives some to the channel. */
export interface TwitchCommunityPayForward {
  readonly id: "communitypayforward";
  /** Who had given the first; undefined if nobody is to know. */
  readonly priorGifter: TwitchUser | undefined;
}

/** A viewer was given something of Prime by the sender. */
export interface TwitchPrimeCommunityGift {
  readonly id: "primecommunitygiftreceived";
  /** What it is. */
  readonly giftName: string | undefined;
  /** The login of who got it. */
  readonly recipient: string | undefined;
}

/** What the sender gave or cheered brought others in the chat a reward. */
export interface TwitchRewardGift {
  readonly id: "rewardgift";
  /** Which rewards: `pride_megacommerce_2020`. */
  readonly domain: string | undefined;
  /** What brought it: `SUBGIFT`, `CHEER`. */
  readonly triggerType: string | undefined;
  /** How many subscriptions or bits that was. */
  readonly triggerAmount: number | undefined;
  /** How many were rewarded. */
  readonly selectedCount: number | undefined;
  /** How many the sender's rewards are in all. */
  readonly totalRewardCount: number | undefined;
}

/** Somebody has extended a subscription. */
export interface TwitchExtendSub {
  readonly id: "extendsub";
  readonly plan: TwitchPlan | undefined;
  /** How many months the sender has subscribed in all. */
  readonly months: number | undefined;
  /** The month it goes to, from 1 for January. */
  readonly endMonth: number | undefined;
}

/** Another channel's viewers have come. */
export interface TwitchRaid {
  readonly id: "raid";
  /** Whose viewers. */
  readonly raider: TwitchUser;
  /** How many. */
  readonly viewers: number | undefined;
  /** The raider's picture. */
  readonly profileImageUrl: string | undefined;
}

/** The channel's raid was called off. */
export interface TwitchUnraid {
  readonly id: "unraid";
}

/** What Twitch does by itself, as it greets somebody new. */
export interface TwitchRitual {
  readonly id: "ritual";
  /** Which: `new_chatter`. */
  readonly name: string | undefined;
}

/** Somebody has earned a badge by cheering. */
export interface TwitchBitsBadgeTier {
  readonly id: "bitsbadgetier";
  /** For how many bits: 1000. */
  readonly threshold: number | undefined;
}

/** A moderator announces something, which is the event's text. */
export interface TwitchAnnouncement {
  readonly id: "announcement";
  /** How it is highlighted: `PRIMARY`, the channel's own colour, `BLUE`, `GREEN`, `ORANGE`, `PURPLE`. */
  readonly color: string | undefined;
}

/** Somebody shares how faithfully they watch. */
export interface TwitchViewerMilestone {
  readonly id: "viewermilestone";
  /** Of which kind: `watch-streak`. */
  readonly category: string | undefined;
  /** How many streams in a row. */
  readonly value: number | undefined;
  /** How many of the channel's points that brought. */
  readonly reward: number | undefined;
  /** The milestone's id, which is not the message's. */
  readonly milestoneId: string | undefined;
}

/** Somebody shares for how long they have moderated the channel. */
export interface TwitchModiversary {
  readonly id: "modiversary";
  /** How many months in all. */
  readonly months: number | undefined;
}

/** Somebody added to a combo: a gift that costs bits, by one tap. */
export interface TwitchOneTapGiftRedeemed {
  readonly id: "onetapgiftredeemed";
  /** Which gift: `heart`, `awww`, `dino`, `horselul`. */
  readonly gift: string | undefined;
  /** How many bits it cost. */
  readonly bits: number | undefined;
}

/** A combo of gifts has begun. */
export interface TwitchOneTapStreakStarted {
  readonly id: "onetapstreakstarted";
  /** Which gift: `heart`, `awww`, `dino`, `horselul`. */
  readonly gift: string | undefined;
  /** How long one may join it, in milliseconds. */
  readonly remaining: number | undefined;
}

/** A combo of gifts has reached its next level. */
export interface TwitchOneTapBreakpointAchieved {
  readonly id: "onetapbreakpointachieved";
  /** Which gift: `heart`, `awww`, `dino`, `horselul`. */
  readonly gift: string | undefined;
  /** Which level. */
  readonly breakpoint: number | undefined;
  /** How many bits that takes. */
  readonly threshold: number | undefined;
}

/** Who gave much to a combo. */
export interface TwitchContributor {
  /** The name to show. */
  readonly name: string;
  /** How many taps. */
  readonly taps: number | undefined;
}

/** A combo of gifts is over. */
export interface TwitchOneTapStreakExpired {
  readonly id: "onetapstreakexpired";
  /** Which gift: `heart`, `awww`, `dino`, `horselul`. */
  readonly gift: string | undefined;
  /** How many bits were given in it. */
  readonly bits: number | undefined;
  /** How many taps it had. */
  readonly taps: number | undefined;
  /** Who gave most, at most three, in their order. */
  readonly contributors: readonly TwitchContributor[];
}

/** Somebody gave to the charity for which the channel raises money. */
export interface TwitchCharityDonation {
  readonly id: "charitydonation";
  /** What the charity is called. */
  readonly charity: string | undefined;
  /** How much, in the smallest unit that `exponent` makes: 500 with the exponent 2 is 5.00. */
  readonly amount: number | undefined;
  /** In what, by its code in ISO 4217. */
  readonly currency: string | undefined;
  /** How many of the amount's digits are behind the point. */
  readonly exponent: number | undefined;
}

/** Somebody has earned a badge by sharing the channel's clips. */
export interface TwitchSocialSharingBadge {
  readonly id: "socialsharingbadge";
  /** Which level it has reached. */
  readonly level: number | undefined;
}

/** What happened in another channel that shares its chat with this one. */
export interface TwitchSharedChatNotice {
  readonly id: "sharedchatnotice";
  /** What it is there. */
  readonly original: Exclude<TwitchNotice, TwitchSharedChatNotice>;
}

/** What has no shape here. The event has its sender and its text. */
export interface TwitchUnknownNotice {
  readonly id: "unknown";
  /** What Twitch calls it; empty if it does not say. */
  readonly type: string;
  /** All that it tells: `msg-param-…`, by the whole names. */
  readonly params: ReadonlyMap<string, string>;
}

/** What a USERNOTICE tells, told apart by `id`: Twitch's `msg-id`, or `unknown`. */
export type TwitchNotice =
  | TwitchSubscription<"sub">
  | TwitchSubscription<"resub">
  | TwitchSubGift<"subgift">
  | TwitchSubGift<"anonsubgift">
  | TwitchSubMysteryGift<"submysterygift">
  | TwitchSubMysteryGift<"anonsubmysterygift">
  | TwitchGiftPaidUpgrade
  | TwitchAnonGiftPaidUpgrade
  | TwitchPrimePaidUpgrade
  | TwitchStandardPayForward
  | TwitchCommunityPayForward
  | TwitchPrimeCommunityGift
  | TwitchRewardGift
  | TwitchExtendSub
  | TwitchRaid
  | TwitchUnraid
  | TwitchRitual
  | TwitchBitsBadgeTier
  | TwitchAnnouncement
  | TwitchViewerMilestone
  | TwitchModiversary
  | TwitchOneTapGiftRedeemed
  | TwitchOneTapStreakStarted
  | TwitchOneTapBreakpointAchieved
  | TwitchOneTapStreakExpired
  | TwitchCharityDonation
  | TwitchSocialSharingBadge
  | TwitchSharedChatNotice
  | TwitchUnknownNotice;
