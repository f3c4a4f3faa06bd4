import type { IrcMessage } from "../irc/message.ts";
import { parseBadges, type TwitchBadge } from "./badges.ts";
import { flagOf, tagOf } from "./tags.ts";

/**
 * Where a message comes from that several channels share. It arrives once in each of them that we are in,
 * each time with another id. ([Twitch IRC, Shared Chat](https://dev.twitch.tv/docs/chat/irc/#shared-chat))
 */
export interface TwitchSharedChat {
  /** The id of the channel it was said in. */
  readonly roomId: string;
  /** Its id in the channel it was said in: the same in all. */
  readonly messageId: string | undefined;
  /** The sender's badges in the channel it was said in. */
  readonly badges: readonly TwitchBadge[];
  /** Whether it was said in another channel than the one it arrived in. */
  readonly isCopy: boolean;
  /** Whether it was said to that channel alone; undefined if Twitch does not tell. */
  readonly isSourceOnly: boolean | undefined;
}

/** What a message tells of the shared chat it is in; undefined if it is in none. */
export function sharedChatOf(message: IrcMessage): TwitchSharedChat | undefined {
  const roomId = tagOf(message, "source-room-id");
  if (roomId === undefined) return undefined;
  return {
    roomId,
    messageId: tagOf(message, "source-id"),
    badges: parseBadges(message.tag("source-badges"), message.tag("source-badge-info")),
    isCopy: roomId !== tagOf(message, "room-id"),
    isSourceOnly: flagOf(message, "source-only"),
  };
}
