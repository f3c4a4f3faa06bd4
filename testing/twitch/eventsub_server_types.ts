/** Where events go. */
export type EventSubServerTransport =
  | { readonly method: "websocket"; readonly session_id: string }
  | { readonly method: "webhook"; readonly callback: string; readonly secret: string }
  | { readonly method: "conduit"; readonly conduit_id: string };

/** What is asked for when a subscription is made. */
export interface EventSubServerWanted {
  readonly type: string;
  readonly version: string;
  readonly condition: Readonly<Record<string, string>>;
  readonly transport: EventSubServerTransport;
  /** Who asks: an account, or an application. @default {""} */
  readonly owner?: string;
  /** What it costs: nothing where the account concerned has let the application in. @default {0} */
  readonly cost?: number;
}

/** A subscription that a `TwitchEventSubServer` has. */
export interface EventSubServerSubscription extends Required<EventSubServerWanted> {
  readonly id: string;
  /** `enabled`, or what it waits for. */
  readonly status: string;
}

/** A shard of a conduit. */
export interface EventSubServerShard {
  readonly id: string;
  readonly status: string;
  readonly transport: Exclude<EventSubServerTransport, { readonly method: "conduit" }>;
}

/** What a test can make a `TwitchEventSubServer` do. */
export type EventSubServerCommand =
  /** Something happens: whoever has subscribed to the type with that condition is told. */
  | {
    readonly kind: "notify";
    readonly type: string;
    /** What the condition of a subscription must have; it may have more. */
    readonly condition: Readonly<Record<string, string>>;
    readonly event: Readonly<Record<string, unknown>>;
    /** How often each is told. @default {1} */
    readonly times?: number;
  }
  /** Ends the subscriptions of a type, or all, or those with that condition, and says why. */
  | {
    readonly kind: "revoke";
    readonly type?: string;
    readonly condition?: Readonly<Record<string, string>>;
    readonly status: string;
  }
  /** Sends every client to another connection, which takes its subscriptions along. */
  | { readonly kind: "reconnect"; readonly url?: string }
  /** Closes every connection, with a code. */
  | { readonly kind: "close"; readonly code: number }
  /** Notices that a link's other end is gone, as it does of one that answers no ping. */
  | { readonly kind: "drop"; readonly link: number }
  /** Says nothing any more on the connections there are, not even that it is there. */
  | { readonly kind: "silence" };

/** What a `TwitchEventSubServer` has done and seen. */
export type EventSubServerEvent =
  /** Somebody was told. */
  | {
    readonly kind: "notified";
    readonly id: string;
    readonly subscription: string;
    readonly session: string;
  }
  /** Something is to be posted to a webhook. */
  | { readonly kind: "post"; readonly post: EventSubServerPost }
  | { readonly kind: "closed"; readonly session: string; readonly code: number };

/** What goes to a webhook. */
export interface EventSubServerPost {
  readonly callback: string;
  readonly secret: string;
  /** The message's id. */
  readonly id: string;
  readonly type: "notification" | "revocation" | "webhook_callback_verification";
  readonly subscription: EventSubServerSubscription;
  /** What it carries, as JSON. */
  readonly body: string;
}

/** How `TwitchEventSubServer` answers the API. */
export interface EventSubServerAnswer {
  readonly status: number;
  readonly body: unknown;
}
