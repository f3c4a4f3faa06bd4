import type { CoreReconnectingEvent } from "../../../protocol/core/client_core.ts";
import type { Instant } from "../../../protocol/protocol.ts";
import type { EventSubSource, EventSubTypedNotification } from "../wire/message.ts";
import type { EventSubWanted } from "../wire/subscription.ts";

/** What a user can want of an EventSub session. */
export type EventSubCommand =
  | { readonly kind: "subscribe"; readonly wanted: EventSubWanted }
  | { readonly kind: "unsubscribe"; readonly wanted: EventSubWanted };

/** A shard of a conduit, which a session is to be. ([Conduits](https://dev.twitch.tv/docs/eventsub/handling-conduit-events/)) */
export interface EventSubShard {
  /** The conduit's id. */
  readonly conduit: string;
  /** Which of its shards: `0`, `1`, … */
  readonly id: string;
}

/** What the session itself tells; `connection` is which of the client's, from 0 on. */
export type EventSubOwnEvent =
  /** A session stands, for the first time or again; its subscriptions are being made. Undefined: nothing is wanted. */
  | { readonly kind: "ready"; readonly session: string | undefined; readonly connection: number }
  | CoreReconnectingEvent & { readonly connection: number }
  /**
   * What happened meanwhile to what is subscribed to is not known: told once that is back, or will not be; what comes back
   * later than the rest has a gap of its own. A shard of a conduit names no subscriptions.
   */
  | {
    readonly kind: "gap";
    readonly from: Instant;
    readonly to: Instant;
    readonly subscriptions: readonly EventSubWanted[];
  }
  /** Twitch has ended a subscription, which is not wanted any more: an account is gone, or has taken its grant back. */
  | {
    readonly kind: "revocation";
    readonly wanted: EventSubWanted | undefined;
    readonly subscription: EventSubSource;
  }
  /** Twitch refuses a subscription, which is not wanted any more. `awaited`: who asked for it was told. */
  | {
    readonly kind: "subscribe_failed";
    readonly wanted: EventSubWanted;
    readonly error: Error;
    readonly awaited: boolean;
  }
  /** Twitch sent what is no message of its own, and the link was dropped. */
  | { readonly kind: "malformed"; readonly text: string };

/** All that an EventSub session tells. */
export type EventSubEvent = EventSubOwnEvent | EventSubTypedNotification;

/** What the session asks for: only the API can do it. */
export type EventSubAsk =
  | { readonly kind: "subscribe"; readonly session: string; readonly wanted: EventSubWanted }
  | { readonly kind: "unsubscribe"; readonly id: string }
  | { readonly kind: "shard"; readonly session: string; readonly shard: EventSubShard };

/** What answers that; what could not be done, and may be another time, is an `AskFailed`. */
export type EventSubAnswer =
  | { readonly kind: "subscribed"; readonly id: string }
  | { readonly kind: "unsubscribed" }
  /** To ask again is useless. */
  | { readonly kind: "refused"; readonly error: Error };
