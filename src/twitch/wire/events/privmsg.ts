import type { IrcMessage } from "../../../irc/wire/messages/message.ts";
import { CommandError } from "../../../protocol/errors.ts";
import { LazyRecord } from "../../../protocol/data/lazy_record.ts";
import type { Instant } from "../../../protocol/protocol.ts";
import { parseEmotes, type TwitchEmote } from "../texts/emotes.ts";
import { partsOf, type TwitchMessagePart } from "../texts/parts.ts";
import type {
  TwitchCommandOptions,
  TwitchMessageActions,
  TwitchReasonOptions,
  TwitchSaid,
  TwitchSayOptions,
} from "./said.ts";
import { TwitchSender } from "../senders/sender.ts";
import { TwitchSharedChat } from "../senders/shared_chat.ts";
import {
  BITS,
  CHANNEL,
  EMOTES,
  FIRST_MSG,
  flagOf,
  ID,
  LazyTags,
  numberOf,
  REPLY_PARENT_DISPLAY_NAME,
  REPLY_PARENT_MSG_ID,
  REPLY_PARENT_USER_ID,
  REPLY_PARENT_USER_LOGIN,
  RETURNING_CHATTER,
  ROOM_ID,
  SOURCE_ROOM_ID,
  tagOf,
  TEXT,
  TMI_SENT_TS,
  wholeNumber,
} from "../tags.ts";
import { namedUser, type TwitchUser } from "../senders/named_user.ts";

/** The message that another one answers, read from the other's tags as they are asked for. */
export class TwitchReply extends LazyRecord {
  /** Its id. */
  readonly messageId: string;
  /** Who said it. */
  readonly user: TwitchUser;
  readonly #message: IrcMessage;

  /** Takes the id, who said it, and the message that answers. */
  constructor(messageId: string, user: TwitchUser, message: IrcMessage) {
    super();
    this.messageId = messageId;
    this.user = user;
    this.#message = message;
  }

  /** What it says. */
  get text(): string | undefined {
    return this.#message.tag("reply-parent-msg-body");
  }

  /** The id of the message that the thread began with. */
  get threadMessageId(): string | undefined {
    return tagOf(this.#message, "reply-thread-parent-msg-id");
  }

  /** Who began the thread. */
  get threadUser(): TwitchUser {
    return namedUser(
      this.#message,
      "reply-thread-parent-user-id",
      "reply-thread-parent-user-login",
      "reply-thread-parent-display-name",
    );
  }
}

/** What was paid to have a message pinned (Hype Chat). */
export interface TwitchPinnedChat {
  /** How much, in the smallest unit that `exponent` makes: 200 with the exponent 2 is 2.00. */
  readonly amount: number;
  /** In what, by its code in ISO 4217. */
  readonly currency: string | undefined;
  /** How many of the amount's digits are behind the point. */
  readonly exponent: number | undefined;
  /** Which level that reaches: 1 to 10. */
  readonly level: number | undefined;
  /** Whether the sender wrote nothing, and Twitch filled in the text. */
  readonly isSystemMessage: boolean | undefined;
}

const LEVELS = ["ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE", "TEN"];

const SOH = 0x01;
const ACTION = "\u0001ACTION ";

/** Whether a text was said with `/me`. */
export function isAction(text: string): boolean {
  return text.charCodeAt(0) === SOH && text.startsWith(ACTION);
}

/** What was said; for `/me` without its frame. */
export function withoutAction(text: string): string {
  if (!isAction(text)) return text;
  return text.slice(ACTION.length, text.endsWith("\u0001") ? -1 : undefined);
}

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
export class TwitchPrivmsgEvent extends LazyRecord {
  /** PRIVMSG. */
  readonly kind: "PRIVMSG";
  /** The line it came as. */
  readonly message: IrcMessage;
  readonly #login: string | undefined;
  readonly #tags: LazyTags;
  #sender: TwitchSender | undefined;
  #emotes: readonly TwitchEmote[] | undefined;
  #actions: TwitchMessageActions | undefined;

  /** Takes the line, and our login if we have one. */
  constructor(message: IrcMessage, login?: string) {
    super();
    this.kind = "PRIVMSG";
    this.message = message;
    this.#login = login;
    this.#tags = new LazyTags(message);
    this.#sender = undefined;
    this.#emotes = undefined;
    this.#actions = undefined;
  }

  /** Lets it be answered and moderated by what brought it; a client does that. Returns itself. */
  through(actions: TwitchMessageActions): this {
    this.#actions = actions;
    return this;
  }

  /**
   * Answers it in its thread; otherwise as `say` of the client that brought it.
   *
   * @throws {CommandError} `invalid_command` if no client has brought it.
   *
   * @example
   * ```ts
   * import type { TwitchClient } from "@parley/parley/twitch";
   *
   * function greet(chat: TwitchClient): void {
   *   chat.on("PRIVMSG", (event) => event.text === "!hello" ? event.reply("Hello") : undefined);
   * }
   * ```
   */
  reply(text: string, options?: Omit<TwitchSayOptions, "replyTo">): Promise<TwitchSaid> {
    return this.#through("answer").reply(this, text, options);
  }

  /**
   * Removes it; needs the client's `api`, and the scope `moderator:manage:chat_messages`.
   *
   * @throws {CommandError} `invalid_command` if no client has brought it.
   *
   * @example
   * ```ts
   * import type { TwitchClient } from "@parley/parley/twitch";
   *
   * function moderate(chat: TwitchClient): void {
   *   chat.on("PRIVMSG", async (event) => {
   *     if (event.sender.moderates || !event.parts.some(({ kind }) => kind === "link")) return;
   *     await event.delete();
   *     await event.timeout(60_000, { reason: "link" });
   *   });
   * }
   * ```
   */
  delete(options?: TwitchCommandOptions): Promise<void> {
    return this.#through("remove").delete(this.channel, this.id ?? "", options);
  }

  /**
   * Silences who said it for so many milliseconds, 1 s to 14 days; needs the client's `api`, and the scope
   * `moderator:manage:banned_users`.
   *
   * @throws {CommandError} `invalid_command` if no client has brought it.
   */
  timeout(ms: number, options?: TwitchReasonOptions): Promise<void> {
    return this.#through("silence the sender of").timeout(this.channel, this.sender, ms, options);
  }

  /** Bans who said it; otherwise as {@linkcode TwitchPrivmsgEvent.timeout}. */
  ban(options?: TwitchReasonOptions): Promise<void> {
    return this.#through("ban the sender of").ban(this.channel, this.sender, options);
  }

  /** The channel it was said in, with its `#`. */
  get channel(): string {
    return this.#tags.read?.[CHANNEL] ?? this.message.param(0);
  }

  /** The id of the channel's account. */
  get roomId(): string | undefined {
    return this.#tags.all[ROOM_ID] || undefined;
  }

  /** The message's id, which a reply names. */
  get id(): string | undefined {
    return this.#tags.all[ID] || undefined;
  }

  /** Who said it. */
  get sender(): TwitchSender {
    return this.#sender ??= new TwitchSender(this.message, this.#tags);
  }

  /** Whether our own account said it, elsewhere: what this client says does not come back. */
  get own(): boolean {
    return this.#login !== undefined && this.sender.login === this.#login;
  }

  /** What was said; for `/me` without the frame. */
  get text(): string {
    return withoutAction(this.#said());
  }

  /** The text in parts as they are to be shown: text, emotes, cheermotes, mentions and links. */
  get parts(): readonly TwitchMessagePart[] {
    return partsOf(this.text, this.emotes, this.bits);
  }

  /** Whether it was said with `/me`. */
  get isAction(): boolean {
    return isAction(this.#said());
  }

  /** The emotes in the text, in its order. Ranges that are none are left out. */
  get emotes(): readonly TwitchEmote[] {
    return this.#emotes ??= parseEmotes(this.#tags.all[EMOTES], this.text);
  }

  /** Whether the text is nothing but emotes. */
  get isEmoteOnly(): boolean {
    return flagOf(this.message, "emote-only") === true;
  }

  /** How many bits were cheered with it, if any. */
  get bits(): number | undefined {
    return wholeNumber(this.#tags.all[BITS]);
  }

  /** The id of the channel's reward that was redeemed with it, if one was. */
  get rewardId(): string | undefined {
    return tagOf(this.message, "custom-reward-id");
  }

  /** Which animation it is shown with, if it is an `animated-message`. */
  get animationId(): string | undefined {
    return tagOf(this.message, "animation-id");
  }

  /**
   * What is special about it, if anything is: `highlighted-message`, `gigantified-emote-message`,
   * `animated-message`, … (the tag `msg-id`).
   */
  get type(): string | undefined {
    return tagOf(this.message, "msg-id");
  }

  /** Whether the sender had never said anything in this channel before. */
  get isFirst(): boolean {
    return this.#tags.all[FIRST_MSG] !== undefined;
  }

  /** Whether the sender is new, and has begun to come back. */
  get isReturningChatter(): boolean {
    return this.#tags.all[RETURNING_CHATTER] !== undefined;
  }

  /** The message this is a reply to, if it is one. */
  get parent(): TwitchReply | undefined {
    const tags = this.#tags.all;
    const id = tags[REPLY_PARENT_MSG_ID];
    if (!id) return undefined;
    const login = tags[REPLY_PARENT_USER_LOGIN] || undefined;
    const name = tags[REPLY_PARENT_DISPLAY_NAME] || login;
    return new TwitchReply(id, { id: tags[REPLY_PARENT_USER_ID] || undefined, login, name }, this.message);
  }

  /** What was paid to have it pinned, if anything was. */
  get pinned(): TwitchPinnedChat | undefined {
    const { message } = this;
    const amount = numberOf(message, "pinned-chat-paid-amount");
    if (amount === undefined) return undefined;
    const level = LEVELS.indexOf(message.tag("pinned-chat-paid-level") ?? "") + 1;
    return {
      amount,
      currency: tagOf(message, "pinned-chat-paid-currency"),
      exponent: numberOf(message, "pinned-chat-paid-exponent"),
      level: level === 0 ? undefined : level,
      isSystemMessage: flagOf(message, "pinned-chat-paid-is-system-message"),
    };
  }

  /** Where it comes from if the channel shares its chat with others; undefined if it does not. */
  get sharedChat(): TwitchSharedChat | undefined {
    const roomId = this.#tags.all[SOURCE_ROOM_ID];
    return roomId ? new TwitchSharedChat(roomId, this.message) : undefined;
  }

  /** What the sender's client made up to know it by, if it did. */
  get nonce(): string | undefined {
    return tagOf(this.message, "client-nonce");
  }

  /** When Twitch got it, in milliseconds of Unix time. */
  get sentAt(): Instant | undefined {
    return wholeNumber(this.#tags.all[TMI_SENT_TS]);
  }

  #through(what: string): TwitchMessageActions {
    if (this.#actions !== undefined) return this.#actions;
    throw new CommandError("invalid_command", `Cannot ${what} a message that no client has brought`);
  }

  #said(): string {
    return this.#tags.read?.[TEXT] ?? this.message.param(1);
  }
}
