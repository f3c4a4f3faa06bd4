import type { IrcMessage } from "../../wire/messages/message.ts";

/** What a server said before it closed. */
export interface ServerFarewell {
  /** Its words. */
  readonly text: string;
  /** Whether it will not have us back. */
  readonly banned: boolean;
}

// "Closing Link: host (K-Lined: spam)", "[G-Lined: …]", "(Z:Line)", "User has been banned from the network".
const BANNED = /(?:^|[^a-z])[KGZDX][:-]?line(?:d|\b)|\bbanned from\b|\byou are banned\b/i;
// What an operator writes to a kill can be anything.
const KILLED = /\bkilled\b/i;

/**
 * What ERROR, or ERR_YOUREBANNEDCREEP ahead of it, means: servers tell a ban from any other end of a link only
 * in words.
 */
export function farewellOf(message: IrcMessage): ServerFarewell | undefined {
  const { command } = message;
  if (command !== "465" && command !== "ERROR") return undefined;
  const { text } = message;
  return { text, banned: command === "465" || (BANNED.test(text) && !KILLED.test(text)) };
}
