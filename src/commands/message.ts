/**
 * What a router of commands needs of a message: the PRIVMSG of an `IrcClient` or a `TwitchClient` has it, and so may that
 * of a client of your own.
 */
export interface ChatMessage {
  /** Of others nothing is a command: no NOTICE, no history. */
  readonly kind: "PRIVMSG";
  /** What was said. */
  readonly text: string;
  /** Whether we have said it ourselves. */
  readonly own: boolean;
  /** Where it was said; undefined: to us alone. */
  readonly channel: string | undefined;
  /** Who said it, on Twitch. */
  readonly sender?: { readonly id: string | undefined; readonly login: string };
  /** Who said it, on IRC. */
  readonly nick?: string;
  /** The account of who said it, on IRC, where the server tells. */
  readonly account?: string | undefined;
  /** Where it comes from if channels share their chat, on Twitch. */
  readonly sharedChat?: { readonly isCopy: boolean } | undefined;
  /** Answers it. */
  reply(text: string): Promise<unknown>;
}

/** By what somebody is known, whatever they call themselves. */
export function keyOf({ sender, account, nick }: ChatMessage): string {
  if (sender !== undefined) return sender.id ?? sender.login;
  return account === undefined ? `nick ${nick?.toLowerCase()}` : `account ${account}`;
}
