import type { TwitchList, TwitchPage } from "./shared.ts";

/** How events come. */
export type TwitchEventSubTransport =
  | { readonly method: "websocket"; readonly session_id: string }
  | { readonly method: "webhook"; readonly callback: string; readonly secret: string }
  | { readonly method: "conduit"; readonly conduit_id: string };

/** A subscription to events. */
export interface TwitchEventSubSubscription {
  readonly id: string;
  readonly status: string;
  readonly type: string;
  readonly version: string;
  readonly condition: Readonly<Record<string, string>>;
  readonly created_at: string;
  readonly transport: Readonly<Record<string, string>>;
  readonly cost: number;
}

/** All subscriptions, and what they cost. */
export interface TwitchEventSubPage extends TwitchPage<TwitchEventSubSubscription> {
  readonly total: number;
  readonly total_cost: number;
  readonly max_total_cost: number;
}

/** What spreads an application's events over shards. */
export interface TwitchConduit {
  readonly id: string;
  readonly shard_count: number;
}

/** A shard of a conduit: where a part of its events goes. */
export interface TwitchConduitShard {
  readonly id: string;
  readonly status:
    | "enabled"
    | "webhook_callback_verification_pending"
    | "webhook_callback_verification_failed"
    | "notification_failures_exceeded"
    | "websocket_disconnected"
    | "websocket_failed_ping_pong"
    | "websocket_received_inbound_traffic"
    | "websocket_internal_error"
    | "websocket_network_timeout"
    | "websocket_network_error"
    | "websocket_failed_to_reconnect";
  readonly transport: {
    readonly method: "webhook" | "websocket";
    readonly callback?: string;
    readonly session_id?: string;
    readonly connected_at?: string;
    readonly disconnected_at?: string;
  };
}

/** EventSub and its conduits: what the endpoints take and answer. */
export interface TwitchEventSubEndpoints {
  "GET /eventsub/conduits": { result: TwitchList<{ readonly id: string; readonly shard_count: number }> };
  "POST /eventsub/conduits": {
    body: { readonly shard_count: number };
    result: TwitchList<TwitchConduit>;
  };
  "PATCH /eventsub/conduits": {
    body: { readonly id: string; readonly shard_count: number };
    result: TwitchList<TwitchConduit>;
  };
  "DELETE /eventsub/conduits": { query: { readonly id: string }; result: undefined };
  "GET /eventsub/conduits/shards": {
    query: {
      readonly conduit_id: string;
      readonly status?: TwitchConduitShard["status"];
      readonly after?: string;
    };
    result: TwitchPage<TwitchConduitShard>;
  };
  "PATCH /eventsub/conduits/shards": {
    body: {
      readonly conduit_id: string;
      readonly shards: readonly ({
        readonly id: string;
        readonly transport: Exclude<TwitchEventSubTransport, { readonly method: "conduit" }>;
      })[];
    };
    result:
      & TwitchList<TwitchConduitShard>
      & {
        readonly errors: readonly { readonly id: string; readonly message: string; readonly code: string }[];
      };
  };
  "POST /eventsub/subscriptions": {
    body: {
      readonly type: string;
      readonly version: string;
      readonly condition: Readonly<Record<string, string>>;
      readonly transport: TwitchEventSubTransport;
    };
    result: TwitchEventSubPage;
  };
  "DELETE /eventsub/subscriptions": { query: { readonly id: string }; result: undefined };
  "GET /eventsub/subscriptions": {
    query?: {
      readonly status?: string;
      readonly type?: string;
      readonly user_id?: string;
      readonly subscription_id?: string;
      readonly conduit_id?: string;
      readonly after?: string;
    };
    result: TwitchEventSubPage;
  };
}
