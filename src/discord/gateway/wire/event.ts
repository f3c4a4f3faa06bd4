import type { APIInteraction, GatewayReadyDispatchData } from "discord-api-types/v10";
import type { CloseCause, CloseInfo, Instant } from "../../../protocol/protocol.ts";
import type { RefusedFor, ShardRefusedError } from "./close_codes.ts";
import { DispatchEvent } from "./dispatch_event.ts";
import { type DispatchData, type DispatchName, isDispatchName } from "./dispatch_names.ts";
import { GuildCreateEvent } from "./guild_create_event.ts";
import type { Payload } from "./payload.ts";

/** The dispatch events, told apart by `kind`. */
export type GatewayDispatchEvent = {
  [Name in DispatchName]: Name extends "GUILD_CREATE" ? GuildCreateEvent
    : DispatchEvent<Name, DispatchData[Name]>;
}[DispatchName];

/** An event of a name that parley does not know. */
export interface UnknownEvent {
  readonly kind: "unknown";
  /** The name Discord gave it. */
  readonly name: string;
  /** What Discord says of it. */
  readonly data: unknown;
  readonly shard: number;
  readonly session: string;
  /** Its number in the session, from 1; 0 where the gateway gives none. */
  readonly sequence: number;
  /** Whether it comes late, as the session was taken up again. */
  readonly replayed: boolean;
}

/** A new session has begun (READY). */
export interface ReadyEvent {
  readonly kind: "ready";
  readonly shard: number;
  readonly session: string;
  readonly sequence: number;
  /** What READY says: the bot's own user, its application, its guilds. */
  readonly data: GatewayReadyDispatchData;
}

/** The session was taken up again, and everything missed has been delivered (RESUMED). */
export interface ResumedEvent {
  readonly kind: "resumed";
  readonly shard: number;
  readonly session: string;
  readonly sequence: number;
  /** How many events were delivered late, while resuming. */
  readonly replayed: number;
}

/** Why a link was given up or lost, or could not be opened. */
export type ReconnectCause =
  /** Why it could not be opened; `timeout`: the server did not do the next step in time; `lost`: it broke. */
  | CloseCause
  /** The server closed it. */
  | "closed"
  /** A heartbeat was not acknowledged. */
  | "zombie"
  /** The server asked for it (op 7). */
  | "reconnect"
  /** The server declared the session invalid (op 9). */
  | "invalid_session"
  /** Sequence numbers are missing; resuming asks for them again. */
  | "skipped"
  /** No permit to IDENTIFY could be had. */
  | "permit"
  /** It was told to, by `reconnect()`. */
  | "asked";

/** The link is gone, and another will be dialled. */
export interface ReconnectingEvent {
  readonly kind: "reconnecting";
  readonly shard: number;
  /** In how many milliseconds at the earliest. */
  readonly after: number;
  /** How many links in a row have come to nothing, this one included. */
  readonly attempt: number;
  /** True if there is a session to take up again. */
  readonly resumable: boolean;
  /** Why. */
  readonly cause: ReconnectCause;
  /** Why, for people. */
  readonly reason: string;
  /** What was dialled. */
  readonly url: string;
  /** How the link ended, if it ended by itself. */
  readonly info: CloseInfo | undefined;
}

/** Time away from Discord is over, or sequence numbers are missing for good. Follows `ready` or `resumed`. */
export interface GapEvent {
  readonly kind: "gap";
  readonly shard: number;
  /** When the server was last known to be there. From a client, by the wall clock. */
  readonly from: Instant;
  /** When the session was ready again. From a client, by the wall clock. */
  readonly to: Instant;
  /** True: all that happened meanwhile has been delivered. False: what happened meanwhile is not to be had. */
  readonly resumed: boolean;
  /** The session that was interrupted; `unknown` if its process died before it could be kept. */
  readonly session: string;
  /** The last sequence number that was delivered of it. */
  readonly sequence: number;
  /** The sequence number after the hole, if the session goes on behind it. */
  readonly next: number | undefined;
}

/** The server declared the session invalid, or could not begin or resume one (op 9). */
export interface InvalidSessionEvent {
  readonly kind: "invalid_session";
  readonly shard: number;
  /** True if the session may be taken up again all the same. */
  readonly resumable: boolean;
}

/** A session is to be begun, and Discord's daily limit on that makes it wait; it goes on by itself. */
export interface IdentifyWaitingEvent {
  readonly kind: "identify_waiting";
  readonly shard: number;
  /** Until when, at the earliest, by the wall clock: in milliseconds since 1970 began. */
  readonly until: number;
}

/**
 * Somebody used the bot, and waits for an answer no more: Discord gives 3 s for the first one. A router is not asked
 * then, so that nothing is done of which nobody would hear.
 */
export interface ExpiredEvent {
  readonly kind: "expired";
  readonly shard: number;
  /** Whether it comes late since the session was taken up again; else this process stood still, or its clock is wrong. */
  readonly replayed: boolean;
  /** How long ago it was, in milliseconds, by its ID and the wall clock. */
  readonly age: number;
  /** What somebody wanted. */
  readonly data: APIInteraction;
}

/** Another process holds a shard's session in the store: it is waited for, and then taken over. */
export interface SessionHeldEvent {
  readonly kind: "session_held";
  readonly shard: number;
  /** What the other process is called. */
  readonly holder: string;
  /** Until when, at the latest, by the wall clock: in milliseconds since 1970 began. */
  readonly until: number;
}

/** A heartbeat was acknowledged. */
export interface HeartbeatAckEvent {
  readonly kind: "heartbeat_ack";
  readonly shard: number;
  /** From heartbeat to acknowledgement, in milliseconds. */
  readonly latency: number;
}

/** Something came that is not what the protocol allows; it had no other effect. */
export interface MalformedEvent {
  readonly kind: "malformed";
  readonly shard: number;
  /** Why it was not understood. */
  readonly reason: string;
  /** The start of what came, less the tokens in it; empty for a binary message. */
  readonly data: string;
}

/**
 * A shard has ended for good, since Discord refuses it as it is set up (4010, 4011, 4013, 4014). The others go on with
 * the sessions that they have; once one of them has to begin another, Discord may refuse that, too.
 */
export interface ShardEndedEvent {
  readonly kind: "shard_ended";
  readonly shard: number;
  /** Why, and what to do. */
  readonly error: ShardRefusedError;
  /** What it was refused for, which the others have, too: how many shards there are, or the intents. */
  readonly refusedFor: RefusedFor;
  /** How many shards of this process go on. */
  readonly left: number;
}

/** Discord recommends more shards than the bot has: told once for each number. */
export interface ReshardDueEvent {
  readonly kind: "reshard_due";
  /** How many the bot has. */
  readonly count: number;
  /** How many Discord recommends. */
  readonly recommended: number;
}

/**
 * A new set of shards has taken the place of the old one: the events that follow are of its sessions. What was known of
 * guilds still holds; neither `ready` nor GUILD_CREATE is told of the new sessions.
 */
export interface ReshardedEvent {
  readonly kind: "resharded";
  /** How many shards there were. */
  readonly from: number;
  /** How many there are now. */
  readonly to: number;
  /** The new sessions. */
  readonly sessions: readonly ReshardedSession[];
}

/** A session of a new set of shards. */
export interface ReshardedSession {
  readonly shard: number;
  readonly session: string;
  /** Its last event that needs not be told, since the old set has. */
  readonly sequence: number;
}

/** What one gateway session tells, told apart by `kind`. */
export type GatewayEvent =
  | GatewayDispatchEvent
  | UnknownEvent
  | ReadyEvent
  | ResumedEvent
  | ReconnectingEvent
  | GapEvent
  | InvalidSessionEvent
  | IdentifyWaitingEvent
  | ExpiredEvent
  | SessionHeldEvent
  | HeartbeatAckEvent
  | MalformedEvent
  | ShardEndedEvent
  | ReshardDueEvent
  | ReshardedEvent;

/** Makes the event of a dispatch, as one shard received it in a session; `expected` are the guilds that are no news. */
export function dispatchEvent(
  payload: Payload,
  name: string,
  shard: number,
  session: string,
  sequence: number,
  replayed = false,
  expected?: ReadonlySet<string>,
): GatewayDispatchEvent | UnknownEvent {
  if (name === "GUILD_CREATE") {
    return new GuildCreateEvent(shard, session, sequence, payload, replayed, expected);
  }
  return isDispatchName(name)
    ? new DispatchEvent(name, shard, session, sequence, payload, replayed) as GatewayDispatchEvent
    : { kind: "unknown", name, data: payload.data, shard, session, sequence, replayed };
}
