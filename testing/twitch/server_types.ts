import type { IrcMessage } from "@parley/parley/irc";
import type { Instant } from "@parley/parley/protocol";
import type { Limits } from "./_connection.ts";
import type { TwitchStanding } from "./_rooms.ts";

export type { TwitchStanding };

/** How a Twitch server for tests is set up. */
export interface TwitchServerOptions {
  /**
   * The accounts that can log in: the token of each login, without `oauth:`, or what tells whether one is.
   *
   * @default none
   */
  readonly accounts?: Readonly<Record<string, string>> | ((login: string, token: string) => boolean);
  /** The channels that exist. @default all */
  readonly channels?: readonly string[];
  /** Channels that are suspended. @default {[]} */
  readonly suspended?: readonly string[];
  /** How much an account may do: joins and logins per 10 s, messages per 30 s. @default Twitch's */
  readonly limits?: Limits;
  /** How often it asks for a PONG, in milliseconds. @default {300_000} */
  readonly pingInterval?: number;
  /** Whether it echoes the JOIN of who is in the channel already; what Twitch does is not documented. @default {false} */
  readonly echoesAll?: boolean;
  /** How long a link stays open after RECONNECT, in milliseconds. @default {15_000} */
  readonly reconnectGrace?: number;
}

/** What can be done to a Twitch server, or by people on it who have no link. */
export type TwitchServerCommand =
  /** Somebody says something in a channel; settles with the message's id. */
  | {
    readonly kind: "say";
    readonly channel: string;
    readonly login: string;
    readonly text: string;
    readonly tags?: Readonly<Record<string, string>>;
  }
  /** Somebody announces something in a channel; settles with the notice's id. */
  | {
    readonly kind: "announce";
    readonly channel: string;
    readonly login: string;
    readonly text: string;
    /** `PRIMARY`, `BLUE`, … @default {"PRIMARY"} */
    readonly color?: string;
  }
  /** Asks every client, or those of one login, to reconnect, and closes what is left after the grace. */
  | { readonly kind: "reconnect"; readonly login?: string }
  /** Drops every link, or those of one login, without a word. */
  | { readonly kind: "drop"; readonly login?: string }
  /** Neither hears nor says anything on the links there are, which stay open. */
  | { readonly kind: "freeze" }
  /** A channel is suspended: everybody is thrown out, nobody can join it or talk in it. */
  | { readonly kind: "suspend"; readonly channel: string }
  /** Bans somebody from a channel, or silences them for so many seconds. */
  | { readonly kind: "ban"; readonly channel: string; readonly login: string; readonly seconds?: number }
  /** Ends a ban, or a silence. */
  | { readonly kind: "unban"; readonly channel: string; readonly login: string }
  /** Deletes a message, or all of a channel. */
  | { readonly kind: "delete"; readonly channel: string; readonly id?: string }
  /** Puts a channel in slow mode, or with 0 out of it. */
  | { readonly kind: "slow"; readonly channel: string; readonly seconds: number }
  /** Makes an account a moderator or VIP of a channel, or neither; it is told with the next USERSTATE. */
  | {
    readonly kind: "stand";
    readonly channel: string;
    readonly login: string;
    readonly as: TwitchStanding;
  }
  /** Takes the links there are, or those of one login, out of a channel without a word. */
  | { readonly kind: "forget"; readonly channel: string; readonly login?: string }
  /** Echoes the next so many JOINs of a channel, and lets nobody in. */
  | { readonly kind: "ghost"; readonly channel: string; readonly count: number }
  /** Drops the next so many messages to a channel in silence. */
  | { readonly kind: "swallow"; readonly channel: string; readonly count: number }
  /** An account has a new token, and the old one has expired; links there are stay. */
  | { readonly kind: "token"; readonly login: string; readonly token: string }
  /** Sends a line, as it stands, to those in a channel, to one login, or to all. */
  | { readonly kind: "raw"; readonly line: string; readonly channel?: string; readonly login?: string };

/** What a Twitch server tells of what happens on it. */
export type TwitchServerEvent =
  | { readonly kind: "registered"; readonly link: number; readonly login: string; readonly at: Instant }
  | { readonly kind: "left"; readonly link: number; readonly login: string; readonly at: Instant }
  /** A line a client sent. */
  | {
    readonly kind: "line";
    readonly link: number;
    readonly login: string;
    readonly message: IrcMessage;
    readonly at: Instant;
  }
  /** Something was said in a channel, by a client or by somebody without a link. */
  | ({ readonly kind: "said" } & TwitchUtterance)
  /** Something was announced in a channel. */
  | ({ readonly kind: "announced" } & TwitchUtterance);

/** Something that was said in a channel. */
export interface TwitchUtterance {
  /** The message's id. */
  readonly id: string;
  readonly channel: string;
  readonly login: string;
  readonly text: string;
  /** The tags that tell more of it. */
  readonly tags: Readonly<Record<string, string>>;
  /** The link it came by; undefined: it was said by somebody without one. */
  readonly from: number | undefined;
  /** The links of those in the channel, but that which said it. Links that are frozen get nothing. */
  readonly links: readonly number[];
  /** The links that were told to be in the channel, and are not. */
  readonly forgotten: readonly number[];
  readonly at: Instant;
}

/** What happened on a link: it opened, brought a line, went over a limit, or is gone. */
export interface TwitchServerRecord {
  readonly kind: "opened" | "line" | "limited" | "closed";
  readonly link: number;
  readonly at: Instant;
  /** The login; empty before it is known. */
  readonly login: string;
  /** The line, or which limit; tokens are left out. */
  readonly text: string;
  /** For a PRIVMSG: what the account is in the channel. */
  readonly standing?: TwitchStanding;
  /** For a PRIVMSG: how long the account has to pause after the last one there, in milliseconds. */
  readonly pause?: number;
}
