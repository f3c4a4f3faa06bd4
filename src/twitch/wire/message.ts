import type { IrcMessage } from "../../irc/wire/messages/message.ts";
import { IrcMessageEvent } from "../../irc/wire/events/message_event.ts";
import { TwitchCapEvent } from "./events/cap.ts";
import { TwitchHostTargetEvent } from "./events/host_target.ts";
import { TwitchMembershipEvent, TwitchNamesEvent } from "./events/membership.ts";
import { TwitchClearChatEvent, TwitchClearMsgEvent } from "./events/moderation.ts";
import { TwitchNoticeEvent } from "./events/notice.ts";
import { TwitchPrivmsgEvent } from "./events/privmsg.ts";
import { TwitchGlobalUserStateEvent, TwitchRoomStateEvent, TwitchUserStateEvent } from "./events/state.ts";
import { TwitchWhisperEvent } from "./events/whisper.ts";
import { TwitchUserNoticeEvent } from "./notices/user_notice_event.ts";

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
