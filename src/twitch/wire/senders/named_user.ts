import type { IrcMessage } from "../../../irc/wire/messages/message.ts";
import { tagOf } from "../tags.ts";

/** Somebody a message names besides its sender. What Twitch does not tell is undefined. */
export interface TwitchUser {
  /** The account's id. */
  readonly id: string | undefined;
  /** The account's login, in lower case. */
  readonly login: string | undefined;
  /** The name to show: the display name, or the login where only that is told. */
  readonly name: string | undefined;
}

/** The user whom three tags tell, by their names; each may be missing. */
export function namedUser(message: IrcMessage, id: string, login: string, name: string): TwitchUser {
  const told = tagOf(message, login);
  return { id: tagOf(message, id), login: told, name: tagOf(message, name) ?? told };
}
