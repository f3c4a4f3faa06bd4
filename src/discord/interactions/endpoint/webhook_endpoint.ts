import { systemClock } from "../../../driver/clock.ts";
import { Unheard } from "../../../driver/_unheard.ts";
import { toHex } from "./_hex.ts";
import { checkBodyLimits, readSignedBody, REFUSED_BODIES, type SignedBodyOptions } from "./signed_body.ts";
import { checkPublicKeys } from "./verify.ts";
import { parseWebhookPayload, type WebhookEvent, webhookEventOf } from "./webhook_event.ts";

/** Handles an event. What it throws is reported. `place` is what the request came with. */
export type WebhookEventHandler<Event extends WebhookEvent = WebhookEvent, Env = unknown> = (
  event: Event,
  place: WebhookPlace<Env>,
) => void | Promise<void>;

/** What a handler may use of the place it runs in. */
export interface WebhookPlace<Env = unknown> {
  /** Bindings and secrets, where the runtime passes some along with a request. */
  readonly env: Env;
}

/** The handlers, by the name of the event; `unknown` gets those that parley does not know. */
export type WebhookEventHandlers<Env = unknown> = {
  readonly [Kind in WebhookEvent["kind"]]?: WebhookEventHandler<Extract<WebhookEvent, { kind: Kind }>, Env>;
};

/** What a webhook events endpoint needs. */
export interface WebhookEndpointOptions<Env = unknown> extends SignedBodyOptions {
  /** What handles which event. Discord has its answer by then: a handler may take its time. */
  readonly on: WebhookEventHandlers<Env>;
  /**
   * Is told what a handler or `isRepeat` threw. Without it, that is printed by `console.error`, as is what it throws
   * itself: ten times a minute at most.
   */
  readonly onError?: (error: unknown, event: WebhookEvent) => void;
  /**
   * Whether an event was delivered before, by its `id`. Where requests are spread over several processes, look
   * it up where all of them can. It is remembered by what is asked: called once per delivery.
   *
   * @default the last 10,000 events of this endpoint
   */
  readonly isRepeat?: (id: string) => boolean | Promise<boolean>;
}

/** What {@linkcode WebhookEndpoint.respond} may use of the place it runs in. */
export interface WebhookRespondOptions<Env = unknown> extends Partial<WebhookPlace<Env>> {
  /** Keeps the process alive for handlers that work on after the answer; edge runtimes have one. */
  readonly waitUntil?: ((work: Promise<void>) => void) | undefined;
}

const REMEMBERED = 10_000;

/**
 * A webhook events endpoint: takes requests, gives responses, and has each event handled once. This is what
 * adapters for HTTP frameworks are made of; without one, use {@linkcode webhookHandler}.
 *
 * Source: Discord, "Webhook Events".
 *
 * @throws {OptionError} if a public key is not 64 hexadecimal digits, or one that anybody can sign for, or a limit is
 * not positive.
 *
 * @example
 * ```ts
 * import { WebhookEndpoint } from "@parley/parley/discord/interactions";
 * import process from "node:process";
 *
 * const endpoint = new WebhookEndpoint({
 *   publicKey: process.env.DISCORD_PUBLIC_KEY ?? "", // from the Developer Portal
 *   on: { ENTITLEMENT_CREATE: ({ data }) => console.log(data.user_id, "bought", data.sku_id) },
 * });
 * const request = new Request("https://bot.example/events", { method: "POST", body: "{}" });
 * (await endpoint.respond(request)).status; // 401
 * ```
 */
export class WebhookEndpoint<Env = unknown> {
  readonly #options: WebhookEndpointOptions<Env>;
  #unheard: Unheard | undefined;
  readonly #isRepeat: (id: string) => boolean | Promise<boolean>;

  /** Takes the key and the handlers. */
  constructor(options: WebhookEndpointOptions<Env>) {
    checkPublicKeys(options.publicKey);
    checkBodyLimits(options);
    this.#options = options;
    this.#isRepeat = options.isRepeat ?? rememberLast(REMEMBERED);
  }

  /**
   * Answers a request: 204 if Discord sent it, at once, whatever handlers do; otherwise 401, 400, 408 or 413.
   *
   * @throws {OptionError} if something has read the body before.
   */
  async respond(request: Request, options: WebhookRespondOptions<Env> = {}): Promise<Response> {
    const result = await readSignedBody(request, this.#options);
    if (result.kind !== "signed") return new Response(REFUSED_BODIES[result.kind], { status: result.status });
    const payload = parseWebhookPayload(result.body);
    if (payload === undefined) return new Response("Not a webhook event", { status: 400 });
    if (payload !== "ping") {
      const event = webhookEventOf(payload, await digest(result.body));
      // Where there is no bindings' object, handlers that want one cannot have been written.
      const work = this.#handle(event, { env: options.env as Env });
      options.waitUntil?.(work);
    }
    // "You must provide a valid Content-Type when responding to PINGs."
    return new Response(null, { status: 204, headers: { "Content-Type": "application/json" } });
  }

  /** Never rejects: nobody waits for it where there is no `waitUntil`. */
  async #handle(event: WebhookEvent, place: WebhookPlace<Env>): Promise<void> {
    try {
      if (await this.#isRepeat(event.id)) return;
      const handlers: Readonly<Record<string, unknown>> = this.#options.on;
      const handler = Object.hasOwn(handlers, event.kind) ? handlers[event.kind] : undefined;
      if (typeof handler === "function") await handler.call(handlers, event, place);
    } catch (error) {
      const { onError } = this.#options;
      if (onError === undefined) return this.#failed(error);
      try {
        onError(error, event);
      } catch (thrown) {
        this.#failed(thrown);
      }
    }
  }

  #failed(error: unknown): void {
    this.#unheard ??= new Unheard({ clock: systemClock }, "webhook events");
    this.#unheard.survived("a handler failed", error);
  }
}

/**
 * Makes a plain handler for webhook events, for `Deno.serve`, `Bun.serve` and edge workers.
 *
 * Source: Discord, "Webhook Events", Preparing for Events.
 *
 * @throws {OptionError} if a public key is not 64 hexadecimal digits, or one that anybody can sign for, or a limit is
 * not positive.
 *
 * @example
 * ```ts
 * import { webhookHandler } from "@parley/parley/discord/interactions";
 * import process from "node:process";
 *
 * const fetch = webhookHandler({
 *   publicKey: process.env.DISCORD_PUBLIC_KEY ?? "", // from the Developer Portal
 *   on: { APPLICATION_AUTHORIZED: ({ data }) => console.log("welcome", data.user.username) },
 * }); // export default { fetch }
 * (await fetch(new Request("https://bot.example/events", { method: "POST" }))).status; // 401
 * ```
 */
export function webhookHandler(options: WebhookEndpointOptions): (request: Request) => Promise<Response> {
  const endpoint = new WebhookEndpoint(options);
  return function webhookEvents(request) {
    return endpoint.respond(request);
  };
}

/** Remembers so many, and forgets the oldest first. */
function rememberLast(most: number): (id: string) => boolean {
  const seen = new Set<string>();
  return (id) => {
    if (seen.has(id)) return true;
    seen.add(id);
    if (seen.size > most) { for (const oldest of seen) return !seen.delete(oldest); }
    return false;
  };
}

/** What is the same for bodies that are: Discord gives events no IDs of their own. */
async function digest(body: Uint8Array | string): Promise<string> {
  const raw = typeof body === "string" ? new TextEncoder().encode(body) : Uint8Array.from(body);
  return toHex(await crypto.subtle.digest("SHA-256", raw));
}
