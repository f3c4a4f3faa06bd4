import type { IrcMessage } from "../../../irc/wire/messages/message.ts";
import { LazyRecord } from "../../../protocol/data/lazy_record.ts";
import type { Instant } from "../../../protocol/protocol.ts";
import { parseEmotes, type TwitchEmote } from "../texts/emotes.ts";
import { readNotice } from "./read_notice.ts";
import { TwitchSender } from "../senders/sender.ts";
import { TwitchSharedChat } from "../senders/shared_chat.ts";
import { numberOf, tagOf } from "../tags.ts";
import type { TwitchNotice } from "./user_notice.ts";

/**
 * USERNOTICE: something happened in a channel, such as a subscription or a raid. `notice` says what.
 * ([Twitch IRC, USERNOTICE tags](https://dev.twitch.tv/docs/chat/irc/))
 *
 * @example
 * ```ts
 * import { parseMessage } from "@parley/parley/irc";
 * import { TwitchUserNoticeEvent } from "@parley/parley/twitch";
 *
 * const event = new TwitchUserNoticeEvent(
 *   parseMessage(
 *     "@login=ronni;msg-id=resub;msg-param-cumulative-months=6 :tmi.twitch.tv USERNOTICE #dallas :Great stream",
 *   ),
 * );
 * if (event.notice.id === "resub") event.notice.months; // 6
 * event.sender.login; // "ronni"
 * event.text; // "Great stream"
 * ```
 */
export class TwitchUserNoticeEvent extends LazyRecord {
  /** USERNOTICE. */
  readonly kind: "USERNOTICE";
  /** The line it came as. */
  readonly message: IrcMessage;
  #sender: TwitchSender | undefined;
  #notice: TwitchNotice | undefined;
  #emotes: readonly TwitchEmote[] | undefined;

  /** Takes the line. */
  constructor(message: IrcMessage) {
    super();
    this.kind = "USERNOTICE";
    this.message = message;
    this.#sender = undefined;
    this.#notice = undefined;
    this.#emotes = undefined;
  }

  /** The channel it happened in, with its `#`. */
  get channel(): string {
    return this.message.param(0);
  }

  /** The id of the channel's account. */
  get roomId(): string | undefined {
    return tagOf(this.message, "room-id");
  }

  /** The message's id. Twitch takes no reply to it. */
  get id(): string | undefined {
    return tagOf(this.message, "id");
  }

  /** Whose doing it is; where nobody is to know, an account of Twitch's. */
  get sender(): TwitchSender {
    return this.#sender ??= new TwitchSender(this.message);
  }

  /** What happened. */
  get notice(): TwitchNotice {
    return this.#notice ??= readNotice(this.message);
  }

  /** What Twitch says about it, for people. */
  get systemText(): string | undefined {
    return tagOf(this.message, "system-msg");
  }

  /** What the sender says to it, if anything. */
  get text(): string | undefined {
    return this.message.param(1) || undefined;
  }

  /** The emotes in the text, in its order. Ranges that are none are left out. */
  get emotes(): readonly TwitchEmote[] {
    return this.#emotes ??= parseEmotes(this.message.tag("emotes"), this.message.param(1));
  }

  /** Where it comes from if the channel shares its chat with others; undefined if it does not. */
  get sharedChat(): TwitchSharedChat | undefined {
    const roomId = this.message.tag("source-room-id");
    return roomId ? new TwitchSharedChat(roomId, this.message) : undefined;
  }

  /** When Twitch got it, in milliseconds of Unix time. */
  get sentAt(): Instant | undefined {
    return numberOf(this.message, "tmi-sent-ts");
  }
}
