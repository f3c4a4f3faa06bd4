import { isCount, isRecord } from "../../../protocol/data/json_value.ts";
import { LazyRecord } from "../../../protocol/data/lazy_record.ts";
import type { EventSubTypes } from "./types.ts";

type Json = { readonly [key: string]: unknown };

/** A subscription, as what comes of it tells. */
export interface EventSubSource {
  readonly id: string;
  readonly type: string;
  readonly version: string;
  /** `enabled`, or why it is no more. */
  readonly status: string;
  readonly condition: Readonly<Record<string, string>>;
}

/**
 * Something happened that was subscribed to. `kind` is the type: `channel.follow`.
 *
 * @typeParam Kind Which type.
 * @typeParam Data What is told of it.
 */
export class EventSubNotification<Kind extends string = string, Data = Json> extends LazyRecord {
  /** The type of the event: `channel.follow`, `stream.online`, … */
  readonly kind: Kind;
  /** The message's id; what Twitch repeats has the same. */
  readonly id: string;
  /** When Twitch sent it, in milliseconds of Unix time. */
  readonly sentAt: number;
  /** What it comes of. */
  readonly subscription: EventSubSource;
  /** What happened, as Twitch's reference has it for the type. */
  readonly data: Data;

  /** Takes the message's id and time, what it comes of, and what happened. */
  constructor(kind: Kind, id: string, sentAt: number, subscription: EventSubSource, data: Data) {
    super();
    this.kind = kind;
    this.id = id;
    this.sentAt = sentAt;
    this.subscription = subscription;
    this.data = data;
  }
}

/** A notification of a type that Twitch's reference has. */
export type EventSubTypedNotification = {
  [Type in keyof EventSubTypes]: EventSubNotification<Type, EventSubTypes[Type]>;
}[keyof EventSubTypes];

/** What Twitch sends over a WebSocket. */
export type EventSubMessage =
  & {
    readonly id: string;
    readonly sentAt: number;
  }
  & (
    /** `keepalive`: how long Twitch may be silent, in milliseconds; undefined: it does not say. */
    | { readonly type: "session_welcome"; readonly session: string; readonly keepalive: number | undefined }
    | { readonly type: "session_keepalive" }
    | { readonly type: "session_reconnect"; readonly url: string }
    | { readonly type: "notification"; readonly notifications: readonly EventSubTypedNotification[] }
    | { readonly type: "revocation"; readonly subscription: EventSubSource }
    /** What Twitch has invented since. */
    | { readonly type: "unknown"; readonly name: string }
  );

/**
 * Reads a message; undefined if it is none.
 * ([WebSocket messages](https://dev.twitch.tv/docs/eventsub/websocket-reference/))
 */
export function readMessage(text: string): EventSubMessage | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value) || !isRecord(value.metadata) || !isRecord(value.payload)) return undefined;
  const { message_id: id, message_type: type, message_timestamp: time } = value.metadata;
  if (typeof id !== "string" || typeof type !== "string" || typeof time !== "string") return undefined;
  const head = { id, sentAt: Date.parse(time) };
  const { session, subscription } = value.payload;
  switch (type) {
    case "session_keepalive":
      return { ...head, type };
    case "session_welcome": {
      if (!isRecord(session) || typeof session.id !== "string") return undefined;
      const seconds = session.keepalive_timeout_seconds;
      const keepalive = isCount(seconds) ? seconds * 1_000 : undefined;
      return { ...head, type, session: session.id, keepalive };
    }
    case "session_reconnect":
      if (!isRecord(session) || typeof session.reconnect_url !== "string") return undefined;
      return { ...head, type, url: session.reconnect_url };
    case "notification":
    case "revocation": {
      const source = sourceOf(subscription);
      if (source === undefined) return undefined;
      if (type === "revocation") return { ...head, type, subscription: source };
      const notifications = notificationsOf(head.id, head.sentAt, source, value.payload);
      return notifications && { ...head, type, notifications };
    }
    default:
      return { ...head, type: "unknown", name: type };
  }
}

/**
 * What comes of a subscription, over a WebSocket or by a webhook; undefined if it is nothing. Drops come several at a
 * time, each with an id of its own. ([Drop](https://dev.twitch.tv/docs/eventsub/reference/drop))
 */
export function notificationsOf(
  id: string,
  sentAt: number,
  subscription: EventSubSource,
  { event, events }: Json,
): readonly EventSubTypedNotification[] | undefined {
  const told = (id: string, data: Json) => {
    const notification: unknown = new EventSubNotification(subscription.type, id, sentAt, subscription, data);
    // Types are what Twitch's reference says; nothing checks that what comes is so.
    return notification as EventSubTypedNotification;
  };
  if (isRecord(event)) return [told(id, event)];
  if (!Array.isArray(events)) return undefined;
  const each = events.flatMap((one: unknown) => {
    return isRecord(one) && typeof one.id === "string" && isRecord(one.data) ? [told(one.id, one.data)] : [];
  });
  return each.length === events.length ? each : undefined;
}

/** Reads a subscription; undefined if it is none. */
export function sourceOf(value: unknown): EventSubSource | undefined {
  if (!isRecord(value)) return undefined;
  const { id, type, version, status, condition } = value;
  if (typeof id !== "string" || typeof type !== "string" || typeof version !== "string") return undefined;
  if (!isRecord(condition)) return undefined;
  const named = Object.entries(condition).filter((part): part is [string, string] =>
    typeof part[1] === "string"
  );
  return {
    id,
    type,
    version,
    status: typeof status === "string" ? status : "enabled",
    // Twitch writes what was left out as "".
    condition: Object.fromEntries(named.filter(([, value]) => value !== "")),
  };
}
