import type { CloseInfo, Instant } from "@parley/parley/protocol";
import type { Aim } from "./_aim.ts";
import type { RestRequest } from "./rest/_answers.ts";
import type { DiscordServerAnswer } from "./rest/_interactions.ts";
import type { DiscordServerLimits } from "./rest/_limits.ts";
import type { DiscordServerGuild, DiscordServerMessage, DiscordServerUser } from "./_world.ts";

/** How a Discord server is. */
export interface DiscordServerOptions {
  /** The token it accepts, without `Bot ` before it; null: any. @default {"parley.test.token"} */
  readonly token?: string | null;
  /** The bot that the token is of. @default {id "1000000000000000001", username "parley"} */
  readonly user?: DiscordServerUser;
  /** The guilds the bot is in. @default one, "197038439483310086", with the channel "81384788765712384" */
  readonly guilds?: readonly DiscordServerGuild[];
  /** What HELLO says, in milliseconds. @default {41_250} */
  readonly heartbeatInterval?: number;
  /** What `GET /gateway/bot` says of the gateway. @default where the request came to, as `ws:` or `wss:` */
  readonly url?: string;
  /** What READY says of resuming. @default where the link came to */
  readonly resumeUrl?: string;
  /** How many shards `GET /gateway/bot` recommends. @default {1} */
  readonly shards?: number;
  /** How many IDENTIFYs it takes in 5 s. @default {1} */
  readonly maxConcurrency?: number;
  /** How many IDENTIFYs it takes in a day, before it resets the token. @default {1_000} */
  readonly sessionStarts?: number;
  /** When other processes of the bot began sessions, before this server began: they count, too. @default {[]} */
  readonly earlierStarts?: readonly Instant[];
  /** Whether all members of a guild may be asked for only once in 30 s. @default {false} */
  readonly limitMembers?: boolean;
  /** Shards must come in a multiple of this. @default {1} */
  readonly shardMultiple?: number;
  /** The privileged and other intents that the bot may use. @default all */
  readonly allowedIntents?: number;
  /** How long a session waits for its client to come back, in milliseconds. @default {180_000} */
  readonly resumeWindow?: number;
  /** How many events a session keeps for replay. @default {100_000} */
  readonly bufferSize?: number;
  /** How many entries the log keeps. @default {1_000_000} */
  readonly logSize?: number;
  /** How it limits requests to its REST API. @default {{}}: not at all */
  readonly limits?: DiscordServerLimits;
}

/** What a Discord server can be told to do. */
export type DiscordServerCommand =
  /** Dispatches an event to every session that its intents and shard bring it to. */
  | { readonly kind: "dispatch"; readonly t: string; readonly d: unknown }
  /** A person says something, in a channel or else to the bot alone; settles with the message. */
  | {
    readonly kind: "message";
    readonly channel?: string;
    readonly content: string;
    readonly author?: Partial<DiscordServerUser>;
    /** What the message has besides, such as `member`, `mentions` or `message_reference`. @default {{}} */
    readonly extra?: Readonly<Record<string, unknown>>;
  }
  /** Somebody joins a guild, or leaves it; `quietly`: of which nobody is told. */
  | {
    readonly kind: "join" | "leave";
    readonly guild: string;
    readonly user: DiscordServerUser;
    readonly quietly?: boolean;
  }
  /** Somebody in a guild is given a role. */
  | { readonly kind: "role"; readonly guild: string; readonly user: string; readonly role: string }
  /** Asks clients to reconnect (op 7), and closes their links 5 s later. */
  | { readonly kind: "reconnect" } & Aim
  /** Declares sessions invalid (op 9). */
  | { readonly kind: "invalidate"; readonly resumable: boolean } & Aim
  /** Asks for a heartbeat (op 1). */
  | { readonly kind: "heartbeat" } & Aim
  /** Closes links; 1000, 1001, 4007 and 4009 end the sessions on them. */
  | { readonly kind: "close"; readonly code: number; readonly reason?: string } & Aim
  /** Drops links without a goodbye; the sessions live on. */
  | { readonly kind: "drop" } & Aim
  /** Loses the next event of sessions on its way; only if `kept` it can be replayed. */
  | { readonly kind: "lose"; readonly kept: boolean } & Aim
  /** From now on tells sessions of what happens so many milliseconds late, also those that begin; 0: no longer. */
  | { readonly kind: "skew"; readonly ms: number } & Aim
  /** Sessions that begin from now on get this guild so many milliseconds after the others, and what happens in it from then on. */
  | { readonly kind: "late"; readonly guild: string; readonly ms: number } & Aim
  /** Begins or stops to acknowledge heartbeats. */
  | { readonly kind: "acks"; readonly on: boolean }
  /** Begins or stops to take up sessions: links on which one is to be resumed are closed with 4000. */
  | { readonly kind: "resumes"; readonly on: boolean }
  /** How links that open from now on are greeted. */
  | { readonly kind: "greet"; readonly with: "hello" | "reconnect" | "nothing" }
  /** Sends any text on links. */
  | { readonly kind: "send"; readonly text: string } & Aim
  /**
   * Somebody uses the bot: what is missing of the interaction is made up. Settles with the bot's first answer, a
   * `DiscordServerAnswer`; without one in 3 s it fails by a `TimeoutError`.
   */
  | { readonly kind: "interaction"; readonly interaction: Readonly<Record<string, unknown>> }
  /** Limits requests to the REST API otherwise from now on. */
  | { readonly kind: "limits"; readonly limits: DiscordServerLimits }
  /** An HTTP request; settles with a `RestResponse`. */
  | { readonly kind: "rest" } & RestRequest;

/** What a Discord server tells. */
export type DiscordServerEvent =
  | { readonly kind: "opened"; readonly link: number; readonly url: string }
  | {
    readonly kind: "identified";
    readonly link: number;
    readonly session: string;
    readonly shard: readonly [number, number];
  }
  | { readonly kind: "resumed"; readonly link: number; readonly session: string; readonly replayed: number }
  /** A payload other than heartbeat, IDENTIFY and RESUME. */
  | { readonly kind: "received"; readonly link: number; readonly op: number; readonly d: unknown }
  /** The server closed the link. */
  | { readonly kind: "refused"; readonly link: number; readonly code: number; readonly reason: string }
  | { readonly kind: "closed"; readonly link: number; readonly info: CloseInfo }
  /** Somebody said something; `bot`: by REST. */
  | { readonly kind: "message"; readonly message: DiscordServerMessage; readonly bot: boolean }
  /** The bot did something by REST of which `t` is dispatched, such as MESSAGE_REACTION_ADD. */
  | { readonly kind: "changed"; readonly t: string; readonly d: unknown }
  | DiscordServerInteractionEvent;

/** What a bot makes of an interaction. */
export type DiscordServerInteractionEvent =
  /** The first answer to an interaction, by the interaction's ID. */
  | { readonly kind: "answered"; readonly interaction: string; readonly answer: DiscordServerAnswer }
  /** By an interaction's token a message was made, changed or taken away. */
  | {
    readonly kind: "interaction_message";
    readonly interaction: string;
    readonly change: "follow-up" | "edit" | "delete";
    readonly message: DiscordServerMessage;
  };

/** What happened, and when by the server's clock. Tokens are left out. */
export type DiscordServerLogEntry =
  & { readonly at: Instant; readonly link: number }
  & (
    | { readonly kind: "opened"; readonly url: string }
    | { readonly kind: "received"; readonly op: number | undefined; readonly d: unknown }
    | {
      readonly kind: "session";
      readonly session: string;
      readonly shard: number;
      readonly resumed: boolean;
    }
    /** `s` was given out; `link` is 0 if the session's client was away, or the event was lost. */
    | {
      readonly kind: "dispatched";
      readonly session: string;
      readonly s: number;
      readonly t: string;
      readonly d: unknown;
    }
    | { readonly kind: "replayed"; readonly session: string; readonly s: number; readonly t: string }
    | { readonly kind: "sent"; readonly op: number }
    | { readonly kind: "closing"; readonly code: number; readonly reason: string }
    | { readonly kind: "closed"; readonly info: CloseInfo }
    /** `path` without the tokens of interactions and webhooks. */
    | { readonly kind: "request"; readonly method: string; readonly path: string; readonly status: number }
    | DiscordServerInteractionEvent
  );
