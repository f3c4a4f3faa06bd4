import {
  type IrcEvent,
  IrcMembershipEvent,
  IrcNamesEvent,
  IrcNickEvent,
  IrcTextEvent,
  plainEvent,
  type TextPlace,
} from "./event.ts";
import { parseCtcp } from "../texts/ctcp.ts";
import type { Isupport } from "../support/isupport.ts";
import type { IrcMessage } from "../messages/message.ts";
import type { IrcActor } from "./presence.ts";

/** What is known when a line comes. */
export interface EventContext {
  /** Whether a nick is ours. */
  readonly isOwn: (nick: string | undefined) => boolean;
  /** What the server supports. */
  readonly isupport?: Isupport;
  /** Whether the batch of this reference tells what was said before; undefined: there is none of those. */
  readonly isHistory?: ((batch: string) => boolean) | undefined;
}

/** The event a line makes, as of its time. `actor`: who has sent it, as far as that is kept account of. */
export function eventOf(message: IrcMessage, context: EventContext, actor: IrcActor = {}): IrcEvent {
  if (message.command === "BATCH" || !isPlayback(message, context)) return newsOf(message, context, actor);
  if (message.command === "PRIVMSG" || message.command === "NOTICE") {
    return textEvent(message, context, actor, "history");
  }
  return { kind: "playback", event: newsOf(message, context, actor) };
}

/** Whether a message tells what was said, or came to pass, before we came. */
export function isPlayback(message: IrcMessage, { isHistory }: EventContext): boolean {
  const batch = isHistory === undefined ? undefined : message.tag("batch");
  return batch !== undefined && isHistory?.(batch) === true;
}

function newsOf(message: IrcMessage, context: EventContext, actor: IrcActor): IrcEvent {
  const { isOwn, isupport } = context;
  switch (message.command) {
    case "PRIVMSG":
    case "NOTICE":
      return textEvent(message, context, actor);
    case "JOIN":
      return new IrcMembershipEvent("JOIN", message, isOwn(message.source?.name), actor.member);
    case "PART":
      return new IrcMembershipEvent("PART", message, isOwn(message.source?.name), actor.member);
    case "KICK":
      return new IrcMembershipEvent("KICK", message, isOwn(message.param(1)), actor.member);
    case "NICK":
      return new IrcNickEvent(message, isOwn(message.source?.name), actor.channels);
    case "353": // RPL_NAMREPLY
      if (isupport === undefined) return plainEvent(message);
      return new IrcNamesEvent(message, isupport.prefixes);
    default:
      return plainEvent(message, actor.channels);
  }
}

function textEvent(
  message: IrcMessage,
  { isOwn, isupport }: EventContext,
  { member }: IrcActor,
  kind?: "history",
): IrcEvent {
  const target = message.param(0);
  const own = isOwn(message.source?.name);
  // What was said to us alone is answered to whoever said it.
  const replyTarget = isOwn(target) ? message.source?.name ?? target : target;
  const place = { own, member, ...(isupport && placeOf(target, isupport)) };
  if (kind !== undefined) return new IrcTextEvent(kind, message, replyTarget, place);
  if (own) return new IrcTextEvent("echo", message, replyTarget, place);
  if (message.command === "NOTICE") return new IrcTextEvent("NOTICE", message, replyTarget, place);
  const ctcp = parseCtcp(message.param(1));
  return ctcp !== undefined && ctcp.command !== "ACTION"
    ? new IrcTextEvent("ctcp", message, replyTarget, place)
    : new IrcTextEvent("PRIVMSG", message, replyTarget, place);
}

/** The channel that a text is said to, and the status of those in it who alone get it. */
export function placeOf(target: string, isupport: Isupport): TextPlace {
  let length = 0;
  while (length < target.length && isupport.statusMsg.includes(target.charAt(length))) length++;
  const channel = target.slice(length);
  if (isupport.isChannel(channel)) return { channel, status: target.slice(0, length) };
  return isupport.isChannel(target) ? { channel: target } : {};
}
