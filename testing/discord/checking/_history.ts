import type { DispatchName, GapEvent, GatewayEvent, ResumePoint } from "@parley/parley/discord";
import type { Observation } from "@parley/parley/driver";
import type { Instant } from "@parley/parley/protocol";
import type { DiscordServerLogEntry } from "../_types.ts";

/** What a bot has done, as told by both ends. */
export interface DiscordHistory {
  /** The server's log, from its beginning. */
  readonly log: readonly DiscordServerLogEntry[];
  /** What all clients observed, in one list, in the order in which it happened. One label is one shard. */
  readonly observations: readonly Observation[];
  /** What observations do not tell of some of them. @default nothing */
  readonly clients?: DiscordClients;
  /**
   * Whose links the server has accepted, in order: by their labels and the clients' own numbers; undefined: nobody was
   * told that it opened. @default at each URL those of which it was told, in that order
   */
  readonly accepted?: readonly (DiscordLink | undefined)[];
}

/** A link of a client, by the client's number. */
export interface DiscordLink {
  readonly label: string;
  readonly link: number;
}

/** What is known of clients, by their labels. */
export type DiscordClients = ReadonlyMap<string, DiscordClient>;

/** What observations do not tell of a client. */
export interface DiscordClient {
  /** Where it connects to begin a session. @default where it dials first */
  readonly url?: string;
  /** The names of the events it wants to be told of. @default all */
  readonly wanted?: ReadonlySet<string> | undefined;
  /** The session it was given to take up. @default {undefined} */
  readonly resume?: ResumePoint | undefined;
  /** It keeps its sessions: its heartbeats may acknowledge less than it has received. @default {false} */
  readonly keeps?: boolean;
  /** What it is told waits until it is ready for it. @default {false} */
  readonly slow?: boolean;
  /** Its process stands still now and then: what it does may come a second late without its notice. @default {false} */
  readonly stands?: boolean;
  /**
   * How much too early, and too late, it may tell at a time when something was, in milliseconds, since the clock on its
   * wall has stepped in between. @default never
   */
  readonly doubt?: (since: Instant, at: Instant) => { readonly early: number; readonly late: number };
  /** It died: what it had not done by then it never will. @default {false} */
  readonly died?: boolean;
}

/** An event that has a number in its session. */
export interface DiscordNumbered {
  readonly kind: DispatchName | "unknown" | "ready" | "resumed";
  readonly session: string;
  readonly sequence: number;
  /** What Discord says of it. Only the `content` of messages is read: the rest need not be kept for a day. */
  readonly data?: unknown;
}

/** What the checkers read of a `GatewayEvent`. */
export type DiscordTold =
  | DiscordNumbered
  | GapEvent
  | Exclude<GatewayEvent, { readonly sequence: number }>;
