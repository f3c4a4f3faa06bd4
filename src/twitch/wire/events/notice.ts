import type { IrcMessage } from "../../../irc/wire/messages/message.ts";
import { LazyRecord } from "../../../protocol/data/lazy_record.ts";
import { tagOf } from "../tags.ts";

/**
 * What a NOTICE says, for programs, as far as Twitch documents it; others come as they are.
 * ([Twitch IRC, NOTICE reference](https://dev.twitch.tv/docs/chat/irc/))
 */
export type TwitchNoticeId =
  | "emote_only_off"
  | "emote_only_on"
  | "followers_off"
  | "followers_on"
  | "followers_on_zero"
  | "msg_banned"
  | "msg_bad_characters"
  | "msg_channel_blocked"
  | "msg_channel_suspended"
  | "msg_duplicate"
  | "msg_emoteonly"
  | "msg_followersonly"
  | "msg_followersonly_followed"
  | "msg_followersonly_zero"
  | "msg_r9k"
  | "msg_ratelimit"
  | "msg_rejected"
  | "msg_rejected_mandatory"
  | "msg_requires_verified_phone_number"
  | "msg_slowmode"
  | "msg_subsonly"
  | "msg_suspended"
  | "msg_timedout"
  | "msg_verified_email"
  | "slow_off"
  | "slow_on"
  | "subs_off"
  | "subs_on"
  | "tos_ban"
  | "unrecognized_cmd"
  | (string & Record<never, never>);

/**
 * NOTICE: the server says something to us, about a channel or about the login.
 * ([Twitch IRC, NOTICE reference](https://dev.twitch.tv/docs/chat/irc/))
 */
export class TwitchNoticeEvent extends LazyRecord {
  /** NOTICE. */
  readonly kind: "NOTICE";
  /** The line it came as. */
  readonly message: IrcMessage;

  /** Takes the line. */
  constructor(message: IrcMessage) {
    super();
    this.kind = "NOTICE";
    this.message = message;
  }

  /** The channel it is about, with its `#`; undefined if it is about none. */
  get channel(): string | undefined {
    const channel = this.message.param(0);
    return channel.startsWith("#") ? channel : undefined;
  }

  /** What it says, for programs: `msg_banned`, `slow_on`. */
  get id(): TwitchNoticeId | undefined {
    return tagOf(this.message, "msg-id");
  }

  /** What it says, for people. */
  get text(): string {
    return this.message.param(1);
  }

  /** The id of the account it is about, if it is about one. */
  get userId(): string | undefined {
    return tagOf(this.message, "target-user-id");
  }
}

/**
 * The NOTICE ids that refuse a JOIN.
 * ([Twitch IRC, NOTICE message ids](https://dev.twitch.tv/docs/irc/msg-id/))
 */
export const REFUSES_JOIN: ReadonlySet<string> = new Set([
  "msg_banned",
  "msg_channel_blocked",
  "msg_channel_suspended",
  "msg_room_not_found",
  "tos_ban",
]);

// Besides those that begin with `msg_`, every one of which says why a message was not taken.
const REFUSES_SAY: ReadonlySet<string> = new Set([
  "invalid_user",
  "no_help",
  "no_permission",
  "tos_ban",
  "unavailable_command",
  "unrecognized_cmd",
]);

/** Whether a NOTICE with this id says that a message was refused. */
export function isRefusal(id: string): boolean {
  return id.startsWith("msg_") || /^(?:bad|usage|whisper)_/.test(id) || REFUSES_SAY.has(id);
}
