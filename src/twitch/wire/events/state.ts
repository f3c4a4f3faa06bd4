import type { IrcMessage } from "../../../irc/wire/messages/message.ts";
import { LazyRecord } from "../../../protocol/data/lazy_record.ts";
import { TwitchSender } from "../senders/sender.ts";
import { flagOf, numberOf, tagOf } from "../tags.ts";

const SETTINGS = ["emote-only", "followers-only", "r9k", "slow", "subs-only"];

/** Only followers may say something. */
export interface TwitchFollowersOnly {
  /** How long one must have followed the channel, in milliseconds; 0: any time. */
  readonly duration: number;
}

/**
 * ROOMSTATE: who may say what in a channel. All of it comes when we have joined, and then what changes: what
 * is undefined stays as it was. ([Twitch IRC, ROOMSTATE tags](https://dev.twitch.tv/docs/chat/irc/))
 */
export class TwitchRoomStateEvent extends LazyRecord {
  /** ROOMSTATE. */
  readonly kind: "ROOMSTATE";
  /** The line it came as. */
  readonly message: IrcMessage;

  /** Takes the line. */
  constructor(message: IrcMessage) {
    super();
    this.kind = "ROOMSTATE";
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

  /** Whether it tells everything, as on joining, or only what has changed. */
  get isFull(): boolean {
    return SETTINGS.every((name) => this.message.tag(name) !== undefined);
  }

  /** Whether messages must be nothing but emotes. */
  get emoteOnly(): boolean | undefined {
    return flagOf(this.message, "emote-only");
  }

  /** Whether one must follow the channel, and for how long one must have. */
  get followersOnly(): TwitchFollowersOnly | false | undefined {
    if (this.message.tag("followers-only") === "-1") return false;
    const minutes = numberOf(this.message, "followers-only");
    return minutes === undefined ? undefined : { duration: minutes * 60_000 };
  }

  /** Whether a message must differ from all others (unique-chat mode; the tag `r9k`). */
  get uniqueChat(): boolean | undefined {
    return flagOf(this.message, "r9k");
  }

  /** How long to wait between two messages, in milliseconds; 0: slow mode is off. */
  get slow(): number | undefined {
    const seconds = numberOf(this.message, "slow");
    return seconds === undefined ? undefined : seconds * 1_000;
  }

  /** Whether one must be a subscriber or moderator. */
  get subscribersOnly(): boolean | undefined {
    return flagOf(this.message, "subs-only");
  }
}

/** What USERSTATE and GLOBALUSERSTATE have in common: they tell what we are. */
export abstract class TwitchOwnState<Kind extends "USERSTATE" | "GLOBALUSERSTATE"> extends LazyRecord {
  /** USERSTATE or GLOBALUSERSTATE. */
  readonly kind: Kind;
  /** The line it came as. */
  readonly message: IrcMessage;
  #user: TwitchSender | undefined;

  /** Takes which of both it is, and the line. */
  constructor(kind: Kind, message: IrcMessage) {
    super();
    this.kind = kind;
    this.message = message;
    this.#user = undefined;
  }

  /** We, as the channel or, in a GLOBALUSERSTATE, all channels see us. */
  get user(): TwitchSender {
    return this.#user ??= new TwitchSender(this.message);
  }

  /** The sets of emotes we may use. */
  get emoteSets(): readonly string[] {
    return (this.message.tag("emote-sets") ?? "").split(",").filter((set) => set !== "");
  }
}

/**
 * USERSTATE: what we are in a channel. It comes when we have joined, and when Twitch has taken what we said.
 * ([Twitch IRC, USERSTATE tags](https://dev.twitch.tv/docs/chat/irc/))
 */
export class TwitchUserStateEvent extends TwitchOwnState<"USERSTATE"> {
  /** Takes the line. */
  constructor(message: IrcMessage) {
    super("USERSTATE", message);
  }

  /** The channel, with its `#`. */
  get channel(): string {
    return this.message.param(0);
  }

  /** The id of what we said, if this answers that. */
  get messageId(): string | undefined {
    return tagOf(this.message, "id");
  }

  /** What we made up to know it by, if we did. */
  get nonce(): string | undefined {
    return tagOf(this.message, "client-nonce");
  }
}

/**
 * GLOBALUSERSTATE: what we are to Twitch. It comes after the login.
 * ([Twitch IRC, GLOBALUSERSTATE tags](https://dev.twitch.tv/docs/chat/irc/))
 */
export class TwitchGlobalUserStateEvent extends TwitchOwnState<"GLOBALUSERSTATE"> {
  /** Takes the line. */
  constructor(message: IrcMessage) {
    super("GLOBALUSERSTATE", message);
  }
}
