import type { TwitchUserStateEvent } from "./state.ts";

/** What limits a command. */
export interface TwitchCommandOptions {
  /** Takes the command back if it has not been sent. */
  readonly signal?: AbortSignal | undefined;
}

/** How something is said. */
export interface TwitchSayOptions extends TwitchCommandOptions {
  /** The id of the message that this answers. @default none */
  readonly replyTo?: string | undefined;
  /**
   * A mark of our own that Twitch gives back, in 1 to 64 letters, digits and `-`; over the API it gives back none.
   *
   * @default a random one
   */
  readonly nonce?: string | undefined;
}

/** Why somebody is banned, silenced or warned. */
export interface TwitchReasonOptions extends TwitchCommandOptions {
  /** At most 500 characters; moderators see it. @default none */
  readonly reason?: string | undefined;
}

/** A message that Twitch has taken. */
export interface TwitchAccepted {
  /** The message's id, where Twitch tells it. */
  readonly id: string | undefined;
  /** The mark that it was sent with; undefined: it was sent over the API. */
  readonly nonce: string | undefined;
  /** The text as it was sent: that of an action with `/me `, and what would be a chat command with `. ` before it. */
  readonly text: string;
  /** Our USERSTATE in the channel, with which Twitch has taken it; undefined: it was sent over the API. */
  readonly state: TwitchUserStateEvent | undefined;
}

/** What was said, as Twitch has taken it. */
export interface TwitchSaid {
  /** The id of the first message, where Twitch tells it. */
  readonly id: string | undefined;
  /** Each message; more than one where the text was too long for one. */
  readonly messages: readonly TwitchAccepted[];
}

/** Somebody, by the login, or by the id that spares to ask Twitch for it: the `sender` of a message is one. */
export type TwitchWho = string | {
  readonly id?: string | undefined;
  readonly login?: string | undefined;
};

/** What can be done about a message, by the client that brought it. */
export interface TwitchMessageActions {
  /** Answers it. */
  reply(
    to: { readonly channel: string; readonly id: string | undefined },
    text: string,
    options?: Omit<TwitchSayOptions, "replyTo">,
  ): Promise<TwitchSaid>;
  /** Removes it. */
  delete(channel: string, messageId: string, options?: TwitchCommandOptions): Promise<void>;
  /** Silences who said it. */
  timeout(channel: string, who: TwitchWho, ms: number, options?: TwitchReasonOptions): Promise<void>;
  /** Bans who said it. */
  ban(channel: string, who: TwitchWho, options?: TwitchReasonOptions): Promise<void>;
}
