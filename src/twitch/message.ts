import type { IrcMessage } from "../irc/message.ts";
import type { Instant } from "../protocol/protocol.ts";

/** One emote in a text. */
export interface TwitchEmote {
  /** Which emote. */
  readonly id: string;
  /** Where it begins in the text, in code points as Twitch counts; for `/me` within what follows it. */
  readonly start: number;
  /** Where it ends, in code points; the first one after it. */
  readonly end: number;
}

/**
 * Who sent a message, read from its tags as they are asked for.
 * ([Twitch IRC, PRIVMSG tags](https://dev.twitch.tv/docs/chat/irc/))
 */
export class TwitchSender {
  readonly #message: IrcMessage;
  #badges: ReadonlyMap<string, string> | undefined;

  /** Takes the message that the sender sent. */
  constructor(message: IrcMessage) {
    this.#message = message;
    this.#badges = undefined;
  }

  /** The account's id, which stays when the login changes. */
  get id(): string | undefined {
    return nonEmpty(this.#message.tag("user-id"));
  }

  /** The account's login, in lower case. */
  get login(): string {
    return nonEmpty(this.#message.tag("login")) ?? this.#message.source?.name ?? "";
  }

  /** The name to show: the display name, or the login where there is none. */
  get name(): string {
    return nonEmpty(this.#message.tag("display-name")) ?? this.login;
  }

  /** The colour of the name as `#RRGGBB`, if the sender has chosen one. */
  get color(): string | undefined {
    const color = this.#message.tag("color");
    return color !== undefined && /^#[0-9a-f]{6}$/i.test(color) ? color : undefined;
  }

  /** The badges shown beside the name, with their versions: `subscriber` → `12`. */
  get badges(): ReadonlyMap<string, string> {
    return this.#badges ??= parseBadges(this.#message.tag("badges"));
  }

  /** Whether it is the channel's own account. */
  get isBroadcaster(): boolean {
    return this.badges.has("broadcaster");
  }

  /** Whether the sender moderates the channel. */
  get isMod(): boolean {
    return this.#message.tag("mod") === "1";
  }

  /** Whether the sender subscribes to the channel. */
  get isSubscriber(): boolean {
    return this.#message.tag("subscriber") === "1";
  }

  /** Whether the sender is one of the channel's VIPs. The tag counts by being there. */
  get isVip(): boolean {
    return this.#message.tag("vip") !== undefined;
  }
}

const ACTION = "\u0001ACTION ";

/**
 * PRIVMSG: somebody said something in a channel. Nothing is parsed before it is read, and what is missing
 * or malformed reads as undefined.
 * ([Twitch IRC, PRIVMSG tags](https://dev.twitch.tv/docs/chat/irc/))
 *
 * @example
 * ```ts
 * import { parseMessage } from "@parley/parley/irc";
 * import { TwitchPrivmsgEvent } from "@parley/parley/twitch";
 *
 * const event = new TwitchPrivmsgEvent(
 *   parseMessage("@bits=100;display-name=Ronni;mod=1 :ronni!ronni@ronni.tmi.twitch.tv PRIVMSG #dallas :cheer100"),
 * );
 * event.sender.name; // "Ronni"
 * event.text; // "cheer100"
 * event.bits; // 100
 * ```
 */
export class TwitchPrivmsgEvent {
  /** PRIVMSG. */
  readonly kind: "PRIVMSG";
  /** The line it came as. */
  readonly message: IrcMessage;
  #sender: TwitchSender | undefined;
  #emotes: readonly TwitchEmote[] | undefined;

  /** Takes the line. */
  constructor(message: IrcMessage) {
    this.kind = "PRIVMSG";
    this.message = message;
    this.#sender = undefined;
    this.#emotes = undefined;
  }

  /** The channel it was said in, with its `#`. */
  get channel(): string {
    return this.message.param(0);
  }

  /** What was said; for `/me` without the frame. */
  get text(): string {
    const text = this.message.param(1);
    if (!text.startsWith(ACTION)) return text;
    return text.slice(ACTION.length, text.endsWith("\u0001") ? -1 : undefined);
  }

  /** Whether it was said with `/me`. */
  get isAction(): boolean {
    return this.message.param(1).startsWith(ACTION);
  }

  /** Who said it. */
  get sender(): TwitchSender {
    return this.#sender ??= new TwitchSender(this.message);
  }

  /** The message's id, which a reply names. */
  get id(): string | undefined {
    return nonEmpty(this.message.tag("id"));
  }

  /** The id of the channel's account. */
  get roomId(): string | undefined {
    return nonEmpty(this.message.tag("room-id"));
  }

  /** How many bits were cheered with it, if any. */
  get bits(): number | undefined {
    return wholeNumber(this.message.tag("bits"));
  }

  /** The emotes in the text, in its order. Ranges that are none are left out. */
  get emotes(): readonly TwitchEmote[] {
    return this.#emotes ??= parseEmotes(this.message.tag("emotes"));
  }

  /** When Twitch got it, in milliseconds of Unix time. */
  get sentAt(): Instant | undefined {
    return wholeNumber(this.message.tag("tmi-sent-ts"));
  }

  /** The id of the message this is a reply to, if it is one. */
  get replyTo(): string | undefined {
    return nonEmpty(this.message.tag("reply-parent-msg-id"));
  }
}

/** JOIN or PART: somebody came to a channel or left it. Twitch tells them late and in bunches, if at all. */
export class TwitchMembershipEvent<Kind extends "JOIN" | "PART" = "JOIN" | "PART"> {
  /** Which of the two. */
  readonly kind: Kind;
  /** The line it came as. */
  readonly message: IrcMessage;
  /** Whether it is about ourselves. */
  readonly own: boolean;

  /** Takes the kind, the line, and whether it is about ourselves. */
  constructor(kind: Kind, message: IrcMessage, own: boolean) {
    this.kind = kind;
    this.message = message;
    this.own = own;
  }

  /** The channel, with its `#`. */
  get channel(): string {
    return this.message.param(0);
  }

  /** Who came or left. */
  get login(): string {
    return this.message.source?.name ?? "";
  }
}

/**
 * NOTICE: the server says something to us, about a channel or about the login.
 * ([Twitch IRC, NOTICE message ids](https://dev.twitch.tv/docs/irc/msg-id/))
 */
export class TwitchNoticeEvent {
  /** NOTICE. */
  readonly kind: "NOTICE";
  /** The line it came as. */
  readonly message: IrcMessage;

  /** Takes the line. */
  constructor(message: IrcMessage) {
    this.kind = "NOTICE";
    this.message = message;
  }

  /** The channel it is about, with its `#`; undefined if it is about none. */
  get channel(): string | undefined {
    return channelOf(this.message);
  }

  /** What it says, for programs: `msg_banned`, `slow_on`. */
  get id(): string | undefined {
    return nonEmpty(this.message.tag("msg-id"));
  }

  /** What it says, for people. */
  get text(): string {
    return this.message.param(1);
  }
}

/** Commands that arrive by their name and have no shape of their own here. */
export type TwitchPlainKind = (typeof PLAIN_KINDS)[number];

const PLAIN_KINDS = [
  "CAP",
  "CLEARCHAT",
  "CLEARMSG",
  "GLOBALUSERSTATE",
  "HOSTTARGET",
  "PING",
  "PONG",
  "RECONNECT",
  "ROOMSTATE",
  "USERNOTICE",
  "USERSTATE",
  "WHISPER",
] as const;

/** A command whose parts are read from its message; `unknown` for numerics and what has no name here. */
export class TwitchMessageEvent<Kind extends TwitchPlainKind | "unknown" = TwitchPlainKind | "unknown"> {
  /** The command, or `unknown`. */
  readonly kind: Kind;
  /** The line it came as. */
  readonly message: IrcMessage;

  /** Takes the kind and the line. */
  constructor(kind: Kind, message: IrcMessage) {
    this.kind = kind;
    this.message = message;
  }

  /** The channel it is about, with its `#`; undefined if it is about none. */
  get channel(): string | undefined {
    return channelOf(this.message);
  }

  /** The last parameter. */
  get text(): string {
    return this.message.text;
  }
}

// Each kind a member of its own, so that a union of them can be told apart by kind.
type EachOf<Kind extends TwitchPlainKind | "unknown"> = Kind extends string ? TwitchMessageEvent<Kind>
  : never;

/** What came from Twitch, told apart by `kind`. */
export type TwitchMessage =
  | TwitchPrivmsgEvent
  | TwitchMembershipEvent<"JOIN">
  | TwitchMembershipEvent<"PART">
  | TwitchNoticeEvent
  | EachOf<TwitchPlainKind | "unknown">;

const PLAIN: ReadonlyMap<string, TwitchPlainKind> = new Map(PLAIN_KINDS.map((kind) => [kind, kind]));

/** The event for a line; `login` is ours, in lower case. */
export function typedMessage(message: IrcMessage, login: string | undefined): TwitchMessage {
  switch (message.command) {
    case "PRIVMSG":
      return new TwitchPrivmsgEvent(message);
    case "JOIN":
      return new TwitchMembershipEvent("JOIN", message, message.source?.name === login);
    case "PART":
      return new TwitchMembershipEvent("PART", message, message.source?.name === login);
    case "NOTICE":
      return new TwitchNoticeEvent(message);
    default:
      // One class serves every kind; the union only tells them apart.
      return new TwitchMessageEvent(PLAIN.get(message.command) ?? "unknown", message) as TwitchMessage;
  }
}

function channelOf(message: IrcMessage): string | undefined {
  return message.params.find((param) => param.startsWith("#"));
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === "" ? undefined : value;
}

function wholeNumber(value: string | undefined): number | undefined {
  if (value === undefined || !/^[0-9]{1,15}$/.test(value)) return undefined;
  return Number(value);
}

/** `subscriber/12,premium/1` */
function parseBadges(value: string | undefined): ReadonlyMap<string, string> {
  const badges = new Map<string, string>();
  for (const badge of value?.split(",") ?? []) {
    const slash = badge.indexOf("/");
    if (slash > 0) badges.set(badge.slice(0, slash), badge.slice(slash + 1));
  }
  return badges;
}

/** `25:0-4,12-16/1902:6-10`, where Twitch's end is the last character of the emote. */
function parseEmotes(value: string | undefined): readonly TwitchEmote[] {
  const emotes: TwitchEmote[] = [];
  for (const emote of value?.split("/") ?? []) {
    // Ids may hold a colon, ranges do not.
    const colon = emote.lastIndexOf(":");
    if (colon < 1) continue;
    const id = emote.slice(0, colon);
    for (const range of emote.slice(colon + 1).split(",")) {
      const match = /^([0-9]{1,6})-([0-9]{1,6})$/.exec(range);
      if (match === null) continue;
      const start = Number(match[1]);
      const end = Number(match[2]) + 1;
      if (end > start) emotes.push({ id, start, end });
    }
  }
  return emotes.sort((a, b) => a.start - b.start);
}
