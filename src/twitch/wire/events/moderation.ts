import type { IrcMessage } from "../../../irc/wire/messages/message.ts";
import { LazyRecord } from "../../../protocol/data/lazy_record.ts";
import type { Instant } from "../../../protocol/protocol.ts";
import { isAction, withoutAction } from "./privmsg.ts";
import { numberOf, tagOf } from "../tags.ts";

/**
 * CLEARCHAT: all that was said in a channel was removed, or all that somebody said, who was banned or must
 * be silent for a time. ([Twitch IRC, CLEARCHAT](https://dev.twitch.tv/docs/chat/irc/))
 */
export class TwitchClearChatEvent extends LazyRecord {
  /** CLEARCHAT. */
  readonly kind: "CLEARCHAT";
  /** The line it came as. */
  readonly message: IrcMessage;

  /** Takes the line. */
  constructor(message: IrcMessage) {
    super();
    this.kind = "CLEARCHAT";
    this.message = message;
  }

  /**
   * `clear`: everybody's messages were removed; `ban` and `timeout`: those of `login`; `remove`: those of `login`, where
   * Twitch does not tell which of both, as over EventSub.
   */
  get action(): "clear" | "ban" | "timeout" | "remove" {
    if (this.login === undefined) return "clear";
    const duration = this.message.tag("ban-duration");
    if (duration === undefined) return "ban";
    return duration === "" ? "remove" : "timeout";
  }

  /** The channel, with its `#`. */
  get channel(): string {
    return this.message.param(0);
  }

  /** The id of the channel's account. */
  get roomId(): string | undefined {
    return tagOf(this.message, "room-id");
  }

  /** Whose messages; undefined: everybody's. */
  get login(): string | undefined {
    return this.message.param(1) || undefined;
  }

  /** The id of that account. */
  get userId(): string | undefined {
    return tagOf(this.message, "target-user-id");
  }

  /** How long a time-out lasts, in milliseconds. */
  get duration(): number | undefined {
    const seconds = numberOf(this.message, "ban-duration");
    return seconds === undefined ? undefined : seconds * 1_000;
  }

  /** When it happened, in milliseconds of Unix time. */
  get sentAt(): Instant | undefined {
    return numberOf(this.message, "tmi-sent-ts");
  }
}

/** CLEARMSG: one message was removed. ([Twitch IRC, CLEARMSG](https://dev.twitch.tv/docs/chat/irc/)) */
export class TwitchClearMsgEvent extends LazyRecord {
  /** CLEARMSG. */
  readonly kind: "CLEARMSG";
  /** The line it came as. */
  readonly message: IrcMessage;

  /** Takes the line. */
  constructor(message: IrcMessage) {
    super();
    this.kind = "CLEARMSG";
    this.message = message;
  }

  /** The channel, with its `#`. */
  get channel(): string {
    return this.message.param(0);
  }

  /** The id of the channel's account. */
  get roomId(): string | undefined {
    return tagOf(this.message, "room-id");
  }

  /** Which message. */
  get messageId(): string | undefined {
    return tagOf(this.message, "target-msg-id");
  }

  /** Who had said it. */
  get login(): string | undefined {
    return tagOf(this.message, "login");
  }

  /** What it said; for `/me` without the frame. */
  get text(): string {
    return withoutAction(this.message.param(1));
  }

  /** Whether it was said with `/me`. */
  get isAction(): boolean {
    return isAction(this.message.param(1));
  }

  /** When it happened, in milliseconds of Unix time. */
  get sentAt(): Instant | undefined {
    return numberOf(this.message, "tmi-sent-ts");
  }
}
