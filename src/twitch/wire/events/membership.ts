import type { IrcMessage } from "../../../irc/wire/messages/message.ts";
import { LazyRecord } from "../../../protocol/data/lazy_record.ts";

/** JOIN or PART: somebody came to a channel or left it. Twitch tells them late and in bunches, if at all. */
export class TwitchMembershipEvent<Kind extends "JOIN" | "PART" = "JOIN" | "PART"> extends LazyRecord {
  /** Which of the two. */
  readonly kind: Kind;
  /** The line it came as. */
  readonly message: IrcMessage;
  /** Whether it is about ourselves. */
  readonly own: boolean;

  /** Takes the kind, the line, and whether it is about ourselves. */
  constructor(kind: Kind, message: IrcMessage, own: boolean) {
    super();
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
 * RPL_NAMREPLY: who is in a channel, as far as Twitch tells; several may come. RPL_ENDOFNAMES follows.
 * ([Twitch IRC, joining](https://dev.twitch.tv/docs/chat/irc/))
 */
export class TwitchNamesEvent extends LazyRecord {
  /** RPL_NAMREPLY. */
  readonly kind: "RPL_NAMREPLY";
  /** The line it came as. */
  readonly message: IrcMessage;

  /** Takes the line. */
  constructor(message: IrcMessage) {
    super();
    this.kind = "RPL_NAMREPLY";
    this.message = message;
  }

  /** The channel, with its `#`. */
  get channel(): string {
    return this.message.param(2);
  }

  /** The logins of those who are in it. */
  get logins(): readonly string[] {
    return this.message.param(3).split(" ").filter((login) => login !== "");
  }
}
