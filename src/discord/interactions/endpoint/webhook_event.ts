import type {
  APIChannel,
  APIEntitlement,
  APIMessage,
  APIUser,
  APIWebhookEventApplicationAuthorizedData,
  APIWebhookEventApplicationDeauthorizedData,
} from "discord-api-types/v10";
import { parseJson } from "../../../http/parse_json.ts";
import { isRecord } from "../../../protocol/data/json_value.ts";
import type { OptionKind } from "../../../protocol/option_checks.ts";

/**
 * A message in a lobby, or in a channel linked to it.
 *
 * Source: Discord, "Webhook Events", Lobby Message Object.
 */
export interface LobbyMessage extends Pick<APIMessage, "id" | "type" | "content" | "channel_id"> {
  /** The lobby it was sent in. */
  readonly lobby_id: string;
  /** Who wrote it. */
  readonly author: APIUser;
  /** What the game put beside it. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Flags of the message. */
  readonly flags: number;
  /** The application; only in active sessions of the Social SDK. */
  readonly application_id?: string;
}

/**
 * A direct message that Discord shows.
 *
 * Source: Discord, "Webhook Events", Message Object.
 */
export type GameDirectMessage = APIMessage & {
  /** The lobby it was sent in, if it came by a linked channel. */
  readonly lobby_id?: string;
  /** The channel, with whom it is shared. */
  readonly channel: APIChannel;
};

/**
 * A direct message between provisional users, which only the game shows.
 *
 * Source: Discord, "Webhook Events", SDK DM Message Object.
 */
export interface SdkDirectMessage
  extends Pick<APIMessage, "id" | "type" | "content" | "activity" | "application"> {
  /** Who wrote it. */
  readonly author: APIUser;
  /** Flags of the message. */
  readonly flags: number;
  /** The application that created it. */
  readonly application_id: string;
  /** The channel, with whom it is shared. */
  readonly channel: APIChannel;
}

/**
 * What each event says, by its name.
 *
 * Source: Discord, "Webhook Events", Event Types.
 */
export interface WebhookEventData {
  /** A user added the application to a server or to their account. */
  APPLICATION_AUTHORIZED: APIWebhookEventApplicationAuthorizedData;
  /** A user took it away. */
  APPLICATION_DEAUTHORIZED: APIWebhookEventApplicationDeauthorizedData;
  /** Somebody bought or was given an SKU. */
  ENTITLEMENT_CREATE: APIEntitlement;
  /** An entitlement changed. */
  ENTITLEMENT_UPDATE: APIEntitlement;
  /** An entitlement was taken away. */
  ENTITLEMENT_DELETE: APIEntitlement;
  /** A user joined a Quest. Discord does not send it yet, nor tell what it will say. */
  QUEST_USER_ENROLLMENT: unknown;
  /** A message was sent in a lobby. */
  LOBBY_MESSAGE_CREATE: LobbyMessage;
  /** A message in a lobby changed. */
  LOBBY_MESSAGE_UPDATE: LobbyMessage & {
    readonly edited_timestamp?: string | null;
    readonly timestamp?: string;
  };
  /** A message in a lobby was deleted. */
  LOBBY_MESSAGE_DELETE: { readonly id: string; readonly lobby_id: string };
  /** A direct message was sent in an active session of the Social SDK. */
  GAME_DIRECT_MESSAGE_CREATE: GameDirectMessage | SdkDirectMessage;
  /** A direct message changed. */
  GAME_DIRECT_MESSAGE_UPDATE: GameDirectMessage | SdkDirectMessage;
  /** A direct message was deleted. */
  GAME_DIRECT_MESSAGE_DELETE: GameDirectMessage | SdkDirectMessage;
}

/** What every webhook event has. */
interface WebhookEventBase {
  /** The application it is about. */
  readonly applicationId: string;
  /** When it happened, by Discord's clock, in ISO 8601. They do not arrive in this order. */
  readonly timestamp: string;
  /** The same for every delivery of the event: Discord repeats one that was not acknowledged in time. */
  readonly id: string;
}

/** An event of a name that parley does not know. */
export interface UnknownWebhookEvent extends WebhookEventBase {
  readonly kind: "unknown";
  /** The name Discord gave it. */
  readonly name: string;
  /** What Discord says of it. */
  readonly data: unknown;
}

/** Something happened on Discord; told apart by `kind`, which is the event's name. */
export type WebhookEvent =
  | {
    [Kind in keyof WebhookEventData]: WebhookEventBase & {
      readonly kind: Kind;
      readonly data: WebhookEventData[Kind];
    };
  }[keyof WebhookEventData]
  | UnknownWebhookEvent;

/** What Discord posts: a PING to see whether somebody is there, or an event. */
export type WebhookPayload = "ping" | Omit<UnknownWebhookEvent, "id" | "kind">;

const PING = 0;

/** The names that are known, and whether each says something. */
const KNOWN: Readonly<Record<keyof WebhookEventData, boolean>> = {
  APPLICATION_AUTHORIZED: true,
  APPLICATION_DEAUTHORIZED: true,
  ENTITLEMENT_CREATE: true,
  ENTITLEMENT_UPDATE: true,
  ENTITLEMENT_DELETE: true,
  QUEST_USER_ENROLLMENT: false,
  LOBBY_MESSAGE_CREATE: true,
  LOBBY_MESSAGE_UPDATE: true,
  LOBBY_MESSAGE_DELETE: true,
  GAME_DIRECT_MESSAGE_CREATE: true,
  GAME_DIRECT_MESSAGE_UPDATE: true,
  GAME_DIRECT_MESSAGE_DELETE: true,
};

/**
 * Reads the body of a webhook event. Only for a body whose signature was verified.
 *
 * Source: Discord, "Webhook Events", Payload Structure.
 *
 * @returns undefined if it is not UTF-8, not JSON, or neither a PING nor an event.
 */
export function parseWebhookPayload(body: Uint8Array | string): WebhookPayload | undefined {
  const payload = parseJson(body);
  if (!isRecord(payload) || typeof payload.type !== "number") return undefined;
  if (payload.type === PING) return "ping";
  const { application_id: applicationId, event } = payload;
  if (typeof applicationId !== "string" || !isRecord(event)) return undefined;
  const { type: name, timestamp, data } = event;
  if (typeof name !== "string" || typeof timestamp !== "string") return undefined;
  if (isKnown(name) && KNOWN[name] && !isRecord(data)) return undefined;
  return { name, timestamp, data, applicationId };
}

/** The event that a payload tells of. */
export function webhookEventOf(payload: Exclude<WebhookPayload, "ping">, id: string): WebhookEvent {
  const { name, ...rest } = payload;
  if (!isKnown(name)) return { ...payload, kind: "unknown", id };
  // Of what an event says, as much was checked as of other payloads: that there is something.
  return { ...rest, kind: name, id } as WebhookEvent;
}

/** What there may be for each kind of event. */
export function handlerKinds(): Readonly<Record<string, readonly OptionKind[]>> {
  return Object.fromEntries(
    [...Object.keys(KNOWN), "unknown"].map((kind) => [kind, ["function", "undefined"]]),
  );
}

function isKnown(name: string): name is keyof WebhookEventData {
  return Object.hasOwn(KNOWN, name);
}
