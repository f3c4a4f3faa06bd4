import type { IrcMessage } from "../../../irc/wire/messages/message.ts";
import { flagOf, numberOf, tagOf } from "../tags.ts";
import { namedUser, type TwitchUser } from "../senders/named_user.ts";
import type {
  TwitchContributor,
  TwitchGiftMatch,
  TwitchGiftOrigin,
  TwitchGoal,
  TwitchNotice,
  TwitchPromotion,
  TwitchSharedChatNotice,
} from "./user_notice.ts";

// The account that gives where nobody is to know who does: AnAnonymousGifter.
const ANONYMOUS_GIFTER = "274598607";
const SHA1_OF_NOTHING = "da39a3ee5e6b4b0d3255bfef95601890afd80709";

/** Reads what a USERNOTICE tells. */
export function readNotice(message: IrcMessage): TwitchNotice {
  const id = message.tag("msg-id") ?? "";
  if (id !== "sharedchatnotice") return readOwn(message, id);
  return { id, original: readOwn(message, message.tag("source-msg-id") ?? "") };
}

function readOwn(message: IrcMessage, id: string): Exclude<TwitchNotice, TwitchSharedChatNotice> {
  const text = (name: string) => tagOf(message, `msg-param-${name}`);
  const number = (name: string) => numberOf(message, `msg-param-${name}`);
  switch (id) {
    case "sub":
    case "resub":
      return {
        id,
        months: number("cumulative-months"),
        // "This is zero (0) if msg-param-should-share-streak is 0."
        streakMonths: number("streak-months") || undefined,
        plan: text("sub-plan"),
        planName: text("sub-plan-name"),
        multimonthDuration: number("multimonth-duration"),
        multimonthTenure: number("multimonth-tenure"),
        gift: giftOf(message),
        goal: goalOf(message),
      };
    case "subgift":
    case "anonsubgift":
      return {
        id,
        isAnonymous: isAnonymous(message, id),
        recipient: paramUser(message, "recipient"),
        months: number("months"),
        giftMonths: number("gift-months"),
        plan: text("sub-plan"),
        planName: text("sub-plan-name"),
        senderTotal: number("sender-count") || undefined,
        originId: originOf(message),
        communityGiftId: text("community-gift-id"),
        theme: text("gift-theme"),
        goal: goalOf(message),
      };
    case "submysterygift":
    case "anonsubmysterygift":
      return {
        id,
        isAnonymous: isAnonymous(message, id),
        count: number("mass-gift-count"),
        plan: text("sub-plan"),
        senderTotal: number("sender-count") || undefined,
        originId: originOf(message),
        communityGiftId: text("community-gift-id"),
        theme: text("gift-theme"),
        match: matchOf(message),
        goal: goalOf(message),
      };
    case "giftpaidupgrade":
      return {
        id,
        gifter: namedUser(message, "msg-param-sender-id", "msg-param-sender-login", "msg-param-sender-name"),
        promotion: promotionOf(message),
      };
    case "anongiftpaidupgrade":
      return { id, promotion: promotionOf(message) };
    case "primepaidupgrade":
      return { id, plan: text("sub-plan") };
    case "standardpayforward":
      return { id, priorGifter: priorGifterOf(message), recipient: paramUser(message, "recipient") };
    case "communitypayforward":
      return { id, priorGifter: priorGifterOf(message) };
    case "primecommunitygiftreceived":
      return { id, giftName: text("gift-name"), recipient: text("recipient") };
    case "rewardgift":
      return {
        id,
        domain: text("domain"),
        triggerType: text("trigger-type"),
        triggerAmount: number("trigger-amount"),
        selectedCount: number("selected-count"),
        totalRewardCount: number("total-reward-count"),
      };
    case "extendsub":
      return {
        id,
        plan: text("sub-plan"),
        months: number("cumulative-months"),
        endMonth: number("sub-benefit-end-month"),
      };
    case "raid":
      return {
        id,
        raider: namedUser(message, "user-id", "msg-param-login", "msg-param-displayName"),
        viewers: number("viewerCount"),
        profileImageUrl: text("profileImageURL"),
      };
    case "unraid":
      return { id };
    case "ritual":
      return { id, name: text("ritual-name") };
    case "bitsbadgetier":
      return { id, threshold: number("threshold") };
    case "announcement":
      return { id, color: text("color") };
    case "viewermilestone":
      return {
        id,
        category: text("category"),
        value: number("value"),
        reward: number("copoReward"),
        milestoneId: text("id"),
      };
    case "modiversary":
      return { id, months: number("months") };
    case "onetapgiftredeemed":
      return { id, gift: text("gift-id"), bits: number("bits-spent") };
    case "onetapstreakstarted":
      return { id, gift: text("gift-id"), remaining: number("ms-remaining") };
    case "onetapbreakpointachieved":
      return {
        id,
        gift: text("gift-id"),
        breakpoint: number("breakpoint-number"),
        threshold: number("breakpoint-threshold-bits"),
      };
    case "onetapstreakexpired":
      return {
        id,
        gift: text("gift-id"),
        bits: number("streak-size-bits"),
        taps: number("streak-size-taps"),
        contributors: contributorsOf(message),
      };
    case "charitydonation":
      return {
        id,
        charity: text("charity-name"),
        amount: number("donation-amount"),
        currency: text("donation-currency"),
        exponent: number("exponent"),
      };
    case "socialsharingbadge":
      return { id, level: number("current-badge-level") };
    default:
      return { id: "unknown", type: id, params: paramsOf(message) };
  }
}

function isAnonymous(message: IrcMessage, id: string): boolean {
  return id.startsWith("anon") || message.tag("user-id") === ANONYMOUS_GIFTER;
}

/** Somebody whom `msg-param-recipient-…` or `msg-param-prior-gifter-…` tell. */
function paramUser(message: IrcMessage, who: "recipient" | "prior-gifter"): TwitchUser {
  const user = namedUser(
    message,
    `msg-param-${who}-id`,
    `msg-param-${who}-user-name`,
    `msg-param-${who}-display-name`,
  );
  if (user.login !== undefined) return user;
  // In one of Twitch's examples the login has another name than in its list of the tags.
  const login = tagOf(message, `msg-param-${who}-name`);
  return { ...user, login, name: user.name ?? login };
}

function priorGifterOf(message: IrcMessage): TwitchUser | undefined {
  if (flagOf(message, "msg-param-prior-gifter-anonymous")) return undefined;
  return paramUser(message, "prior-gifter");
}

function giftOf(message: IrcMessage): TwitchGiftOrigin | undefined {
  if (!flagOf(message, "msg-param-was-gifted")) return undefined;
  const gifter = namedUser(message, "msg-param-gifter-id", "msg-param-gifter-login", "msg-param-gifter-name");
  return {
    gifter: flagOf(message, "msg-param-anon-gift") ? undefined : gifter,
    months: numberOf(message, "msg-param-gift-months"),
    month: numberOf(message, "msg-param-gift-month-being-redeemed"),
  };
}

/** What gifts have in common; one that is given by itself has the SHA-1 of nothing, as all such have. */
function originOf(message: IrcMessage): string | undefined {
  const id = tagOf(message, "msg-param-origin-id");
  return id?.replaceAll(" ", "") === SHA1_OF_NOTHING ? undefined : id;
}

function matchOf(message: IrcMessage): TwitchGiftMatch | undefined {
  const type = message.tag("msg-param-gift-match");
  if (type === undefined) return undefined;
  return {
    type: type || undefined,
    gifter: tagOf(message, "msg-param-gift-match-gifter-display-name"),
    extraCount: numberOf(message, "msg-param-gift-match-extra-count"),
    bonusCount: numberOf(message, "msg-param-gift-match-bonus-count"),
  };
}

function contributorsOf(message: IrcMessage): readonly TwitchContributor[] {
  return ["1", "2", "3"].flatMap((rank) => {
    const name = tagOf(message, `msg-param-contributor-${rank}`);
    return name === undefined
      ? []
      : [{ name, taps: numberOf(message, `msg-param-contributor-${rank}-taps`) }];
  });
}

function goalOf(message: IrcMessage): TwitchGoal | undefined {
  const type = tagOf(message, "msg-param-goal-contribution-type");
  if (type === undefined) return undefined;
  return {
    type,
    description: tagOf(message, "msg-param-goal-description"),
    current: numberOf(message, "msg-param-goal-current-contributions"),
    target: numberOf(message, "msg-param-goal-target-contributions"),
    contribution: numberOf(message, "msg-param-goal-user-contributions"),
  };
}

function promotionOf(message: IrcMessage): TwitchPromotion | undefined {
  const name = tagOf(message, "msg-param-promo-name");
  return name === undefined ? undefined : { name, gifts: numberOf(message, "msg-param-promo-gift-total") };
}

function paramsOf(message: IrcMessage): ReadonlyMap<string, string> {
  return new Map([...message.tags].filter(([name]) => name.startsWith("msg-param-")));
}
