import type { IrcMessage } from "../../../irc/wire/messages/message.ts";
import { LazyRecord } from "../../../protocol/data/lazy_record.ts";
import { parseBadges, type TwitchBadge } from "./badges.ts";
import { flagOf, tagOf } from "../tags.ts";

/**
 * Where a message comes from that several channels share. It arrives once in each of them that we are in,
 * each time with another id. ([Twitch IRC, Shared Chat](https://dev.twitch.tv/docs/chat/irc/#shared-chat))
 */
export class TwitchSharedChat extends LazyRecord {
  /** The id of the channel it was said in. */
  readonly roomId: string;
  readonly #message: IrcMessage;

  /** Takes the id of the channel it was said in, and the message. */
  constructor(roomId: string, message: IrcMessage) {
    super();
    this.roomId = roomId;
    this.#message = message;
  }

  /** Its id in the channel it was said in: the same in all. */
  get messageId(): string | undefined {
    return tagOf(this.#message, "source-id");
  }

  /** The sender's badges in the channel it was said in. */
  get badges(): readonly TwitchBadge[] {
    return parseBadges(this.#message.tag("source-badges"), this.#message.tag("source-badge-info"));
  }

  /** Whether it was said in another channel than the one it arrived in. */
  get isCopy(): boolean {
    return this.roomId !== this.#message.tag("room-id");
  }

  /** Whether it was said to that channel alone; undefined if Twitch does not tell. */
  get isSourceOnly(): boolean | undefined {
    return flagOf(this.#message, "source-only");
  }
}
