import {
  type IrcEvent,
  IrcMembershipEvent,
  IrcNickEvent,
  IrcTextEvent,
  namesEvent,
  plainEvent,
} from "./event.ts";
import type { Isupport } from "./isupport.ts";
import type { IrcMessage } from "./message.ts";

/** The event a line makes. `isOwn`: whether a nick is ours, at the time of the line; `isupport`: what the server has told. */
export function eventOf(
  message: IrcMessage,
  isOwn: (nick: string | undefined) => boolean,
  isupport?: Isupport,
): IrcEvent {
  switch (message.command) {
    case "PRIVMSG":
      return new IrcTextEvent("PRIVMSG", message, replyTarget(message, isOwn));
    case "NOTICE":
      return new IrcTextEvent("NOTICE", message, replyTarget(message, isOwn));
    case "JOIN":
      return new IrcMembershipEvent("JOIN", message, isOwn(message.source?.name));
    case "PART":
      return new IrcMembershipEvent("PART", message, isOwn(message.source?.name));
    case "KICK":
      return new IrcMembershipEvent("KICK", message, isOwn(message.param(1)));
    case "NICK":
      return new IrcNickEvent(message, isOwn(message.source?.name));
    case "353": // RPL_NAMREPLY
      if (isupport === undefined) return plainEvent(message);
      return namesEvent(message, isupport.prefix.map(({ prefix }) => prefix).join(""));
    default:
      return plainEvent(message);
  }
}

/** What was said to us alone is answered to whoever said it. */
function replyTarget(message: IrcMessage, isOwn: (nick: string) => boolean): string {
  const target = message.param(0);
  return isOwn(target) ? message.source?.name ?? target : target;
}
