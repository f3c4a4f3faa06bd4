import type { IrcMessage } from "../messages/message.ts";
import type { Isupport } from "../support/isupport.ts";

/**
 * What clients say to each other by tags of their own, which a server passes on unread: with a text, or without one, by
 * TAGMSG.
 */
export interface ClientTags {
  /** The id of the message that it replies to. ([IRCv3 reply](https://ircv3.net/specs/client-tags/reply)) */
  readonly replyTo: string | undefined;
  /** A reaction to that, such as an emoji. ([IRCv3 react](https://ircv3.net/specs/client-tags/react), a draft) */
  readonly reaction: string | undefined;
  /** A reaction to that which is taken back. */
  readonly unreaction: string | undefined;
  /** Whether somebody is typing; undefined: it does not say. ([IRCv3 typing](https://ircv3.net/specs/client-tags/typing)) */
  readonly typing: TypingState | undefined;
  /** In which channel a text to us alone is to be shown. ([IRCv3 channel-context](https://ircv3.net/specs/client-tags/channel-context)) */
  readonly channelContext: string | undefined;
}

/** What somebody does who is writing a text: goes on, has paused, or has given it up. */
export type TypingState = "active" | "paused" | "done";

type Read<Value> = (message: IrcMessage) => Value;

const REPLY = ["+reply", "+draft/reply"] as const;
const REACT = ["+react", "+draft/react"] as const;
const UNREACT = ["+unreact", "+draft/unreact"] as const;
const CONTEXT = ["+channel-context", "+draft/channel-context"] as const;

/** The value of the first of these tags that is there; "empty tag values" are missing ones. */
const oneOf = (names: readonly string[]): Read<string | undefined> => (message) => {
  for (const name of names) {
    const value = message.tag(name);
    if (value) return value;
  }
  return undefined;
};

/** How each of them is read. */
export const CLIENT_TAGS: { readonly [Name in keyof ClientTags]: Read<ClientTags[Name]> } = {
  replyTo: oneOf(REPLY),
  reaction: oneOf(REACT),
  unreaction: oneOf(UNREACT),
  typing: (message) => {
    const state = message.tag("+typing");
    return state === "active" || state === "paused" || state === "done" ? state : undefined;
  },
  channelContext: oneOf(CONTEXT),
};

/** The tags that reply to a message, as many as the server passes on: the draft's name is what most clients know. */
export function replyTags(id: string, isupport: Isupport): Record<string, string> {
  const names = REPLY.filter((name) => isupport.passesTag(name));
  return Object.fromEntries(names.map((name) => [name, id]));
}
