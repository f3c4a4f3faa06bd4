import { type Clock, systemClock } from "../../driver/clock/clock.ts";
import { Deliveries, type DeliveryOptions } from "../../http/deliveries.ts";
import { executionOf } from "../../http/execution.ts";
import { type BodyLimits, checkBodyLimits, checkUnread, readBody } from "../../http/read_body.ts";
import { OptionError } from "../../protocol/errors.ts";
import { isRecord, jsonOf } from "../../protocol/data/json_value.ts";
import {
  type EventSubSource,
  type EventSubTypedNotification,
  notificationsOf,
  sourceOf,
} from "./wire/message.ts";

/** "Reject messages that are older than 10 minutes", in milliseconds. */
const WINDOW = 600_000;

/** Twitch has ended a subscription, and says why: `user_removed`, `authorization_revoked`, … */
export interface EventSubRevocation {
  readonly kind: "revocation";
  /** The message's id. */
  readonly id: string;
  readonly subscription: EventSubSource;
}

/** What a webhook is told. */
export type EventSubWebhookEvent = EventSubTypedNotification | EventSubRevocation;

/** What a handler may use of the place it runs in. */
export interface EventSubPlace<Env = unknown> {
  /** Bindings and secrets, where the runtime passes some along with a request. */
  readonly env: Env;
  /** Keeps the process alive for work that goes on after the answer. */
  readonly waitUntil: (work: Promise<unknown>) => void;
}

/** The handlers, by the type of event. */
export type EventSubWebhookHandlers<Env = unknown> = {
  readonly [Kind in EventSubWebhookEvent["kind"]]?: (
    event: Extract<EventSubWebhookEvent, { kind: Kind }>,
    place: EventSubPlace<Env>,
  ) => void | Promise<void>;
};

/** What {@linkcode TwitchEventsEndpoint} takes. */
export interface TwitchEventsOptions<Env = unknown>
  extends BodyLimits, DeliveryOptions<EventSubWebhookEvent> {
  /**
   * The secret that the subscriptions were made with: 10 to 100 characters of ASCII. Or what finds it in what comes with
   * the request.
   */
  readonly secret: string | ((place: { readonly env: Env }) => string);
  /** What handles which event. */
  readonly on: EventSubWebhookHandlers<Env>;
}

/**
 * An endpoint for EventSub's webhooks: it lets in what Twitch has signed in the last ten minutes, answers its challenge,
 * and has each event handled once.
 * ([Handling webhook events](https://dev.twitch.tv/docs/eventsub/handling-webhook-events/))
 *
 * @throws {OptionError} if the secret cannot be one, or a limit is not positive.
 *
 * @example
 * ```ts
 * import { TwitchEventsEndpoint } from "@parley/parley/twitch/eventsub";
 *
 * const endpoint = new TwitchEventsEndpoint({
 *   secret: "ten characters or more",
 *   on: { "channel.follow": ({ data }) => console.log(`Hello, ${data.user_name}`) },
 * });
 * const request = new Request("https://bot.example/twitch", { method: "POST", body: "{}" });
 * (await endpoint.respond(request)).status; // 403
 * ```
 */
export class TwitchEventsEndpoint<Env = unknown> {
  readonly #options: TwitchEventsOptions<Env>;
  readonly #clock: Clock;
  readonly #deliveries: Deliveries<EventSubWebhookEvent>;

  /** Takes the secret and the handlers. */
  constructor(options: TwitchEventsOptions<Env>) {
    if (typeof options.secret !== "function") checkSecret(options.secret);
    checkBodyLimits(options);
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#deliveries = new Deliveries(options, "twitch events", this.#clock);
  }

  /**
   * Answers a request: 200 with Twitch's challenge, 204 if Twitch sent it, by default at once, whatever handlers do; 500
   * where it is to be delivered again; otherwise 400, 403, 408 or 413.
   *
   * @throws {OptionError} if something has read the body before, or there is no secret for the request.
   */
  async respond(request: Request, place: Partial<EventSubPlace<Env>> = {}): Promise<Response> {
    const { secret, on } = this.#options;
    // Where there is no bindings' object, handlers that want one cannot have been written.
    const env = place.env as Env;
    const key = typeof secret === "function" ? checkSecret(secret({ env })) : secret;
    checkUnread(request);
    const { headers } = request;
    const id = headers.get("twitch-eventsub-message-id");
    const timestamp = headers.get("twitch-eventsub-message-timestamp");
    const signature = readSignature(headers.get("twitch-eventsub-message-signature"));
    // Strangers without the headers are sent away before their body is read.
    if (id === null || timestamp === null || signature === undefined || !this.#isRecent(timestamp)) {
      return refused();
    }
    const body = await readBody(request, this.#options);
    if (typeof body === "object" && "kind" in body) return new Response(body.kind, { status: body.status });
    if (!await isSigned(key, signature, `${id}${timestamp}`, body)) return refused();
    const payload = jsonOf(typeof body === "string" ? body : new TextDecoder().decode(body));
    const subscription = isRecord(payload) ? sourceOf(payload.subscription) : undefined;
    if (!isRecord(payload) || subscription === undefined) {
      return new Response("Not an event", { status: 400 });
    }
    const type = headers.get("twitch-eventsub-message-type");
    if (type === "webhook_callback_verification") return challenge(payload.challenge);
    const events = type === "revocation"
      ? [{ kind: "revocation", id, subscription } as const]
      : notificationsOf(id, Date.parse(timestamp), subscription, payload);
    if (events === undefined) return new Response("Not an event", { status: 400 });
    const { waitUntil = () => {} } = place;
    const handlers: Readonly<Record<string, unknown>> = on;
    const deliver = (event: EventSubWebhookEvent) => {
      const handler = Object.hasOwn(handlers, event.kind) ? handlers[event.kind] : undefined;
      const handle = () =>
        typeof handler === "function" ? handler.call(on, event, { env, waitUntil }) : undefined;
      return this.#deliveries.deliver(event, handle, waitUntil);
    };
    const areDone = (await Promise.all(events.map(deliver))).every((isDone) => isDone);
    return areDone ? new Response(null, { status: 204 }) : new Response("Not handled yet", { status: 500 });
  }

  #isRecent(timestamp: string): boolean {
    // Twitch writes nine digits behind the point, of which a date has three.
    const age = this.#clock.wall() - Date.parse(timestamp);
    return age < WINDOW && age > -WINDOW;
  }
}

/**
 * Makes a plain handler for EventSub's webhooks, for `Deno.serve`, `Bun.serve` and edge workers.
 *
 * @throws {OptionError} if the secret cannot be one, or a limit is not positive.
 *
 * @example
 * ```ts
 * import { twitchEventsHandler } from "@parley/parley/twitch/eventsub";
 *
 * const fetch = twitchEventsHandler({
 *   secret: "ten characters or more",
 *   on: { "stream.online": ({ data }) => console.log(data.broadcaster_user_name, "is live") },
 * }); // export default { fetch }
 * (await fetch(new Request("https://bot.example/twitch", { method: "POST" }))).status; // 403
 * ```
 */
export function twitchEventsHandler<Env = unknown>(
  options: TwitchEventsOptions<Env>,
): (request: Request, env?: Env, execution?: unknown) => Promise<Response> {
  const endpoint = new TwitchEventsEndpoint(options);
  return (request, env, execution) => {
    const waitUntil = (work: Promise<unknown>) => executionOf(execution)?.waitUntil(work);
    return endpoint.respond(request, { ...(env !== undefined && { env }), waitUntil });
  };
}

const SIGNATURE = /^sha256=([0-9a-f]{64})$/;

function readSignature(header: string | null): Uint8Array<ArrayBuffer> | undefined {
  const hex = SIGNATURE.exec(header ?? "")?.[1];
  return hex === undefined
    ? undefined
    : Uint8Array.from(hex.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
}

/** Whether Twitch has signed it, in a time that tells nothing of how far it fits. */
async function isSigned(
  secret: string,
  signature: Uint8Array<ArrayBuffer>,
  head: string,
  body: Uint8Array | string,
): Promise<boolean> {
  const encoder = new TextEncoder();
  const [before, after] = [encoder.encode(head), typeof body === "string" ? encoder.encode(body) : body];
  const signed = new Uint8Array(before.length + after.length);
  signed.set(before);
  signed.set(after, before.length);
  const { subtle } = crypto;
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await subtle.importKey("raw", encoder.encode(secret), algorithm, false, ["verify"]);
  return await subtle.verify("HMAC", key, signature, signed);
}

function challenge(text: unknown): Response {
  return typeof text === "string"
    ? new Response(text, { status: 200, headers: { "Content-Type": "text/plain" } })
    : new Response("Not an event", { status: 400 });
}

function refused(): Response {
  return new Response("Invalid request signature", { status: 403 });
}

/** @throws {OptionError} if it cannot be a secret. */
function checkSecret(secret: string): string {
  if (typeof secret === "string" && /^[ -~]{10,100}$/.test(secret)) return secret;
  throw new OptionError("Cannot verify what Twitch sends: its secret must be 10 to 100 characters of ASCII");
}
