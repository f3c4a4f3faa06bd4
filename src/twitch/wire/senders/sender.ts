import type { IrcMessage } from "../../../irc/wire/messages/message.ts";
import { LazyRecord } from "../../../protocol/data/lazy_record.ts";
import { badgeInfo, parseBadges, type TwitchBadge } from "./badges.ts";
import {
  BADGE_INFO,
  BADGES,
  COLOR,
  DISPLAY_NAME,
  LazyTags,
  LOGIN,
  MOD,
  NICK,
  SUBSCRIBER,
  tagOf,
  TURBO,
  USER_ID,
  VIP,
  wholeNumber,
} from "../tags.ts";

/**
 * Who sent a message, or whose state it tells, read from its tags as they are asked for.
 * ([Twitch IRC, PRIVMSG tags](https://dev.twitch.tv/docs/chat/irc/))
 */
export class TwitchSender extends LazyRecord {
  readonly #message: IrcMessage;
  readonly #tags: LazyTags;
  #badges: readonly TwitchBadge[] | undefined;

  /** Takes the message, and its tags if something else reads them, too. */
  constructor(message: IrcMessage, tags: LazyTags = new LazyTags(message)) {
    super();
    this.#message = message;
    this.#tags = tags;
    this.#badges = undefined;
  }

  /** The account's id, which stays when the login changes. */
  get id(): string | undefined {
    return this.#tags.all[USER_ID] || undefined;
  }

  /** The account's login, in lower case; empty if the message does not tell it. */
  get login(): string {
    const { source, command } = this.#message;
    // Who says something stands before the command, where it costs less to find than among the tags.
    if (command === "PRIVMSG") return this.#tags.read?.[NICK] || source?.nick || "";
    return this.#tags.all[LOGIN] || this.#tags.all[NICK] || source?.nick || "";
  }

  /** The name to show: the display name, or the login where there is none. */
  get name(): string {
    return this.#tags.all[DISPLAY_NAME] || this.login;
  }

  /** The colour of the name as `#RRGGBB`, if one was chosen. */
  get color(): string | undefined {
    return this.#tags.all[COLOR];
  }

  /** The badges shown beside the name, in their order. */
  get badges(): readonly TwitchBadge[] {
    return this.#badges ??= parseBadges(this.#tags.all[BADGES], this.#tags.all[BADGE_INFO]);
  }

  /** The badge of a name, if it is shown. */
  badge(name: string): TwitchBadge | undefined {
    return this.badges.find((badge) => badge.name === name);
  }

  /** For how many months the sender has subscribed to the channel, also where no badge shows it. */
  get subscribedMonths(): number | undefined {
    return wholeNumber(this.#subscription());
  }

  /** Whether it is the channel's own account. */
  get isBroadcaster(): boolean {
    return this.badge("broadcaster") !== undefined;
  }

  /** Whether the sender is a moderator of the channel, a lead moderator too. The broadcaster is none to Twitch. */
  get isMod(): boolean {
    return this.#tags.all[MOD] !== undefined || this.badge("lead_moderator") !== undefined;
  }

  /** Whether the sender may moderate the channel: its broadcaster, or a moderator of any rank. */
  get moderates(): boolean {
    return this.isMod || this.isBroadcaster;
  }

  /** Whether the sender subscribes to the channel; a founder, who was one of its first, too. */
  get isSubscriber(): boolean {
    return this.#tags.all[SUBSCRIBER] !== undefined || this.#subscription() !== undefined;
  }

  /** Whether the sender is one of the channel's VIPs. */
  get isVip(): boolean {
    // "check for the presence of the tag", which says Twitch's documentation, and shows one with `vip=0`.
    const vip = this.#tags.all[VIP];
    return vip !== undefined && vip !== "0";
  }

  /** Whether the sender has Turbo, Twitch without advertisements. */
  get isTurbo(): boolean {
    return this.#tags.all[TURBO] !== undefined;
  }

  /** What the sender is to Twitch: `admin`, `global_mod`, `staff`, or `mod` to the channel; else undefined. */
  get type(): string | undefined {
    return tagOf(this.#message, "user-type");
  }

  /** What is told of the months of a subscription. */
  #subscription(): string | undefined {
    const info = this.#tags.all[BADGE_INFO];
    return badgeInfo(info, "subscriber") ?? badgeInfo(info, "founder");
  }
}
