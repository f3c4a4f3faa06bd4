import type { CoreReconnectingEvent } from "../../protocol/core/client_core.ts";
import type { ParleyError } from "../../protocol/errors.ts";
import type { Instant } from "../../protocol/protocol.ts";
import type { TwitchMessage } from "./message.ts";

/** The server has let us in. Comes again after each reconnect that followed a loss. */
export interface TwitchReadyEvent {
  readonly kind: "ready";
  /** The login the server knows us by. */
  readonly login: string;
  /** Which of the client's connections, from 0 on. */
  readonly connection: number;
}

/** The connection is lost or was not made; another attempt follows. */
export interface TwitchReconnectingEvent extends CoreReconnectingEvent {
  /** Which of the client's connections, from 0 on. */
  readonly connection: number;
}

/**
 * Time away: what was said in between did not reach us. Told once the wanted channels are restored, or the
 * one that Twitch had forgotten us in.
 */
export interface TwitchGapEvent {
  readonly kind: "gap";
  /**
   * When Twitch was last known to be there; if it had forgotten us in a channel, when the last line from there came.
   * From a client, by the wall clock.
   */
  readonly from: Instant;
  /**
   * When the last of the wanted channels was joined again, or given up; where another link had taken over
   * already, when the old one was lost with what it alone had brought. From a client, by the wall clock.
   */
  readonly to: Instant;
  /** The channels that we were away from, but those that were parted before the link was known to be lost. */
  readonly channels: readonly string[];
}

/** A channel that was wanted cannot be joined, and is no longer wanted. */
export interface TwitchJoinFailedEvent {
  readonly kind: "join_failed";
  /** The channel, with its `#`. */
  readonly channel: string;
  /** `refused` by the server, or `timeout`: it never answered, as it does for channels that do not exist. */
  readonly error: ParleyError;
  /** Whether `join()` was asked for it, whose promise is rejected with the same. */
  readonly awaited: boolean;
}

/** The server sent what is no IRC line. */
export interface TwitchMalformedEvent {
  readonly kind: "malformed";
  /** How it began. */
  readonly text: string;
  /** What is wrong with it. */
  readonly reason: string;
}

/** What a Twitch session tells. */
export type TwitchEvent =
  | TwitchMessage
  | TwitchReadyEvent
  | TwitchReconnectingEvent
  | TwitchGapEvent
  | TwitchJoinFailedEvent
  | TwitchMalformedEvent;
