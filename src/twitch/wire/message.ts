import type { IrcMessage } from "../../irc/wire/messages/message.ts";
import { IrcMessageEvent } from "../../irc/wire/events/message_event.ts";
import { LazyRecord } from "../../protocol/lazy_record.ts";
import { TwitchClearChatEvent, TwitchClearMsgEvent } from "./moderation.ts";
import type { TwitchNoticeId } from "./notice.ts";
import { TwitchPrivmsgEvent } from "./privmsg.ts";
import { TwitchGlobalUserStateEvent, TwitchRoomStateEvent, TwitchUserStateEvent } from "./state.ts";
import { tagOf, wholeNumber } from "./tags.ts";
import { TwitchUserNoticeEvent } from "./user_notice_event.ts";
import { TwitchWhisperEvent } from "./whisper.ts";

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

/** HOSTTARGET: a channel shows another one, or stops to. Twitch has ended that in 2022. */
export class TwitchHostTargetEvent extends LazyRecord {
  /** HOSTTARGET. */
  readonly kind: "HOSTTARGET";
  /** The line it came as. */
  readonly message: IrcMessage;

  /** Takes the line. */
  constructor(message: IrcMessage) {
    super();
    this.kind = "HOSTTARGET";
    this.message = message;
  }

  /** The channel that shows it, with its `#`. */
  get channel(): string {
    return this.message.param(0);
  }

  /** The login of the channel that is shown; undefined: none anymore. */
  get target(): string | undefined {
    const [target] = this.message.param(1).split(" ");
    return target === "-" || target === "" ? undefined : target;
  }

  /** How many see it. */
  get viewers(): number | undefined {
    return wholeNumber(this.message.param(1).split(" ")[1]);
  }
}

/** CAP: which capabilities the server knows, grants or refuses. */
export class TwitchCapEvent extends LazyRecord {
  /** CAP. */
  readonly kind: "CAP";
  /** The line it came as. */
  readonly message: IrcMessage;

  /** Takes the line. */
  constructor(message: IrcMessage) {
    super();
    this.kind = "CAP";
    this.message = message;
  }

  /** `ACK`, `NAK` or `LS`. */
  get subcommand(): string {
    return this.message.param(1);
  }

  /** Which capabilities: `twitch.tv/tags`. */
  get capabilities(): readonly string[] {
    return this.message.param(2).split(" ").filter((name) => name !== "");
  }
}

/**
 * What came from Twitch, told apart by `kind`; `unknown` for everything else, with its message. To PING and
 * PONG, the text is what they carry.
 */
export type TwitchMessage =
  | TwitchPrivmsgEvent
  | TwitchUserNoticeEvent
  | TwitchClearChatEvent
  | TwitchClearMsgEvent
  | TwitchRoomStateEvent
  | TwitchUserStateEvent
  | TwitchGlobalUserStateEvent
  | TwitchNoticeEvent
  | TwitchWhisperEvent
  | TwitchMembershipEvent<"JOIN">
  | TwitchMembershipEvent<"PART">
  | TwitchNamesEvent
  | TwitchHostTargetEvent
  | TwitchCapEvent
  | IrcMessageEvent<"RPL_ENDOFNAMES">
  | IrcMessageEvent<"PING">
  | IrcMessageEvent<"PONG">
  | IrcMessageEvent<"RECONNECT">
  | IrcMessageEvent<"unknown">;

/**
 * The event for a line; `login` is ours, in lower case. It costs next to nothing: what is in the line is
 * parsed when it is read.
 *
 * @example
 * ```ts
 * import { parseMessage } from "@parley/parley/irc";
 * import { typedMessage } from "@parley/parley/twitch";
 *
 * const event = typedMessage(parseMessage("@ban-duration=350 :tmi.twitch.tv CLEARCHAT #dallas :ronni"));
 * if (event.kind === "CLEARCHAT") event.action; // "timeout"
 * ```
 */
export function typedMessage(message: IrcMessage, login?: string): TwitchMessage {
  switch (message.command) {
    case "PRIVMSG":
      return new TwitchPrivmsgEvent(message, login);
    case "USERNOTICE":
      return new TwitchUserNoticeEvent(message);
    case "JOIN":
      return new TwitchMembershipEvent("JOIN", message, isOwn(message, login));
    case "PART":
      return new TwitchMembershipEvent("PART", message, isOwn(message, login));
    case "CLEARCHAT":
      return new TwitchClearChatEvent(message);
    case "CLEARMSG":
      return new TwitchClearMsgEvent(message);
    case "ROOMSTATE":
      return new TwitchRoomStateEvent(message);
    case "USERSTATE":
      return new TwitchUserStateEvent(message);
    case "GLOBALUSERSTATE":
      return new TwitchGlobalUserStateEvent(message);
    case "NOTICE":
      return new TwitchNoticeEvent(message);
    case "WHISPER":
      return new TwitchWhisperEvent(message);
    case "353":
      return new TwitchNamesEvent(message);
    case "366":
      return new IrcMessageEvent("RPL_ENDOFNAMES", message);
    case "HOSTTARGET":
      return new TwitchHostTargetEvent(message);
    case "CAP":
      return new TwitchCapEvent(message);
    case "PING":
      return new IrcMessageEvent("PING", message);
    case "PONG":
      return new IrcMessageEvent("PONG", message);
    case "RECONNECT":
      return new IrcMessageEvent("RECONNECT", message);
    default:
      return new IrcMessageEvent("unknown", message);
  }
}

function isOwn({ source }: IrcMessage, login: string | undefined): boolean {
  return login !== undefined && source?.name === login;
}
