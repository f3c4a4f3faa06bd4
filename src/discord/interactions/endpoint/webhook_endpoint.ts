import { Deliveries, type DeliveryOptions } from "../../../http/deliveries.ts";
import { type ExecutionContext, executionOf } from "../../../http/execution.ts";
import { checkBodyLimits } from "../../../http/read_body.ts";
import { checkKinds, checkNamesAndKinds } from "../../../protocol/option_checks.ts";
import type { InteractionHandler } from "./handler.ts";
import { toHex } from "./_hex.ts";
import { readSignedBody, type SignedBodyOptions } from "./signed_body.ts";
import { publicKeyFor, type PublicKeySource } from "./public_key.ts";
import { checkPublicKeys } from "./verify.ts";
import { handlerKinds, parseWebhookPayload, type WebhookEvent, webhookEventOf } from "./webhook_event.ts";

/** Handles an event. What it throws is reported. `place` is what the request came with. */
export type WebhookEventHandler<Event extends WebhookEvent = WebhookEvent, Env = unknown> = (
  event: Event,
  place: WebhookPlace<Env>,
) => void | Promise<void>;

/** What a handler may use of the place it runs in. */
export interface WebhookPlace<Env = unknown> {
  /** Bindings and secrets, where the runtime passes some along with a request. */
  readonly env: Env;
  /** What takes work that goes on after the handler; undefined where the runtime has no such thing. */
  readonly execution?: ExecutionContext | undefined;
}

/** The handlers, by the name of the event; `unknown` gets those that parley does not know. */
export type WebhookEventHandlers<Env = unknown> = {
  readonly [Kind in WebhookEvent["kind"]]?: WebhookEventHandler<Extract<WebhookEvent, { kind: Kind }>, Env>;
};

/** What a webhook events endpoint needs. */
export interface WebhookEndpointOptions<Env = unknown, KeyPlace = { readonly env: Env }>
  extends Omit<SignedBodyOptions, "publicKey">, DeliveryOptions<WebhookEvent> {
  /**
   * The application's public key: 64 hexadecimal digits from the Developer Portal. Several, while it changes from
   * one to another; or what finds it in what comes with the request, where there are bindings.
   *
   * @default {`DISCORD_PUBLIC_KEY` of the bindings that come with the request, or of the process's environment}
   */
  readonly publicKey?: PublicKeySource<KeyPlace>;
  /** What handles which event. */
  readonly on: WebhookEventHandlers<Env>;
  /** Keeps the process alive for handlers that work on after the answer. @default {by the runtime's own, if any} */
  readonly waitUntil?: ((work: Promise<unknown>) => void) | undefined;
}

/** What {@linkcode WebhookEndpoint.respond} may use of the place it runs in. */
export interface WebhookRespondOptions<Env = unknown> extends Partial<WebhookPlace<Env>> {
  /** Keeps the process alive for handlers that work on after the answer; edge runtimes have one. */
  readonly waitUntil?: ((work: Promise<unknown>) => void) | undefined;
}

/**
 * A webhook events endpoint: takes requests, gives responses, and has each event handled once. This is what
 * adapters for HTTP frameworks are made of; without one, use {@linkcode webhookHandler}.
 *
 * Source: Discord, "Webhook Events".
 *
 * @throws {OptionError} if a public key is not 64 hexadecimal digits, or one that anybody can sign for, a handler is
 * misspelt or no function, or a limit is not positive.
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
  readonly #deliveries: Deliveries<WebhookEvent>;

  /** Takes the key and the handlers. */
  constructor(options: WebhookEndpointOptions<Env>) {
    checkKinds("handle webhook events", options, { on: ["object"] });
    checkNamesAndKinds<object>("handle webhook events", options.on, handlerKinds());
    const { publicKey, clock } = options;
    if (publicKey !== undefined && typeof publicKey !== "function") checkPublicKeys(publicKey);
    checkBodyLimits(options);
    this.#options = options;
    this.#deliveries = new Deliveries(options, "webhook events", clock);
  }

  /**
   * Answers a request: 204 if Discord sent it, by default at once, whatever handlers do; 500 where it is to be delivered
   * again; otherwise 401, 400, 408 or 413.
   *
   * @throws {OptionError} if something has read the body before, or no public key was found for the request.
   */
  async respond(request: Request, options: WebhookRespondOptions<Env> = {}): Promise<Response> {
    // Where there is no bindings' object, handlers that want one cannot have been written.
    const place = { env: options.env as Env, execution: options.execution };
    const publicKey = publicKeyFor(this.#options.publicKey, place);
    const result = await readSignedBody(request, { ...this.#options, publicKey });
    if (result.kind !== "signed") return new Response(result.kind, { status: result.status });
    const payload = parseWebhookPayload(result.body);
    if (payload === undefined) return new Response("Not a webhook event", { status: 400 });
    if (payload !== "ping") {
      const event = webhookEventOf(payload, await digest(result.body));
      const { waitUntil = options.waitUntil } = this.#options;
      const isDone = await this.#deliveries.deliver(event, () => this.#handle(event, place), waitUntil);
      if (!isDone) return new Response("Not handled yet", { status: 500 });
    }
    // "You must provide a valid Content-Type when responding to PINGs."
    return new Response(null, { status: 204, headers: { "Content-Type": "application/json" } });
  }

  #handle(event: WebhookEvent, place: WebhookPlace<Env>): unknown {
    const handlers: Readonly<Record<string, unknown>> = this.#options.on;
    const handler = Object.hasOwn(handlers, event.kind) ? handlers[event.kind] : undefined;
    return typeof handler === "function" ? handler.call(handlers, event, place) : undefined;
  }
}

/**
 * Makes a plain handler for webhook events, for `Deno.serve`, `Bun.serve` and edge workers. Handlers get what comes with
 * the request: on edge workers the bindings and the execution context.
 *
 * Source: Discord, "Webhook Events", Preparing for Events.
 *
 * @throws {OptionError} if a public key is not 64 hexadecimal digits, or one that anybody can sign for, a handler is
 * misspelt or no function, or a limit is not positive.
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
export function webhookHandler<Env = unknown>(options: WebhookEndpointOptions<Env>): InteractionHandler<Env> {
  const endpoint = new WebhookEndpoint(options);
  function webhookEvents(request: Request, env: Env, execution?: unknown): Promise<Response> {
    const context = executionOf(execution);
    const waitUntil = (work: Promise<unknown>) => context?.waitUntil(work);
    return endpoint.respond(request, { env, execution: context, waitUntil });
  }
  // They may be left out only where nothing needs them.
  return webhookEvents as InteractionHandler<Env>;
}

/** What is the same for bodies that are: Discord gives events no IDs of their own. */
async function digest(body: Uint8Array | string): Promise<string> {
  const raw = typeof body === "string" ? new TextEncoder().encode(body) : Uint8Array.from(body);
  return toHex(await crypto.subtle.digest("SHA-256", raw));
}
