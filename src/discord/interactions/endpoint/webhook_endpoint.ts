import { systemClock, within } from "../../../driver/clock.ts";
import { Unheard } from "../../../driver/_unheard.ts";
import { OptionError } from "../../../protocol/errors.ts";
import { type ExecutionContext, executionOf } from "./execution.ts";
import type { InteractionHandler } from "./handler.ts";
import { toHex } from "./_hex.ts";
import { checkBodyLimits, readSignedBody, REFUSED_BODIES, type SignedBodyOptions } from "./signed_body.ts";
import { publicKeyFor, type PublicKeySource } from "./public_key.ts";
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
  /** What takes work that goes on after the handler; undefined where the runtime has no such thing. */
  readonly execution?: ExecutionContext | undefined;
}

/** The handlers, by the name of the event; `unknown` gets those that parley does not know. */
export type WebhookEventHandlers<Env = unknown> = {
  readonly [Kind in WebhookEvent["kind"]]?: WebhookEventHandler<Extract<WebhookEvent, { kind: Kind }>, Env>;
};

/** What a webhook events endpoint needs. */
export interface WebhookEndpointOptions<Env = unknown, KeyPlace = { readonly env: Env }>
  extends Omit<SignedBodyOptions, "publicKey"> {
  /**
   * The application's public key: 64 hexadecimal digits from the Developer Portal. Several, while it changes from
   * one to another; or what finds it in what comes with the request, where there are bindings.
   *
   * @default {`DISCORD_PUBLIC_KEY` of the bindings that come with the request, or of the process's environment}
   */
  readonly publicKey?: PublicKeySource<KeyPlace>;
  /** What handles which event. */
  readonly on: WebhookEventHandlers<Env>;
  /**
   * When Discord has its answer: `"first"`, at once, so that a handler may take its time, and an event is handled at
   * most once; or `"after"` its handler, which has 2.5 s, so that one that fails, or takes longer, is answered 500 and
   * delivered again, for some minutes. Then a handler may see an event twice: what it does must bear that.
   *
   * @default {"first"}
   */
  readonly acknowledge?: "first" | "after" | undefined;
  /**
   * Is told what a handler or `isRepeat` threw. Without it, that is printed by `console.error`, as is what it throws
   * itself: ten times a minute at most.
   */
  readonly onError?: (error: unknown, event: WebhookEvent) => void;
  /**
   * Whether an event was delivered before, by its `id`. Where requests are spread over several processes, look
   * it up where all of them can. It is remembered by what is asked, called once per delivery; with
   * `acknowledge: "after"` by `handled`.
   *
   * @default the last 10,000 events of this endpoint
   */
  readonly isRepeat?: (id: string) => boolean | Promise<boolean>;
  /**
   * Remembers that an event was handled, by its `id`; with `acknowledge: "after"`, where `isRepeat` needs it.
   *
   * @default {what `isRepeat` looks at by default}
   */
  readonly handled?: (id: string) => void | Promise<void>;
  /** Keeps the process alive for handlers that work on after the answer. @default {by the runtime's own, if any} */
  readonly waitUntil?: ((work: Promise<unknown>) => void) | undefined;
}

/** What {@linkcode WebhookEndpoint.respond} may use of the place it runs in. */
export interface WebhookRespondOptions<Env = unknown> extends Partial<WebhookPlace<Env>> {
  /** Keeps the process alive for handlers that work on after the answer; edge runtimes have one. */
  readonly waitUntil?: ((work: Promise<unknown>) => void) | undefined;
}

const REMEMBERED = 10_000;
/** How long a handler has where its end is the answer, in milliseconds: Discord waits 3 s. */
const HANDLED_WITHIN = 2_500;
/** After how long one that never ended is forgotten, in milliseconds: its isolate may be gone. */
const UNDER_WAY = 60_000;

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
  readonly #handled: (id: string) => void | Promise<void>;
  /** The events whose handlers have not ended, and since when; where their end is the answer. */
  readonly #underWay = new Map<string, number>();

  /** Takes the key and the handlers. */
  constructor(options: WebhookEndpointOptions<Env>) {
    const { publicKey, acknowledge = "first", isRepeat, handled } = options;
    if (publicKey !== undefined && typeof publicKey !== "function") checkPublicKeys(publicKey);
    checkBodyLimits(options);
    if (acknowledge !== "first" && acknowledge !== "after") {
      throw new OptionError(`Cannot acknowledge "${acknowledge}": choose "first" or "after"`);
    }
    const isAfter = acknowledge === "after";
    if (isAfter && (isRepeat === undefined) !== (handled === undefined)) {
      const fix = "pass both, for the one finds what the other has remembered";
      throw new OptionError(`Cannot acknowledge after handling with one of isRepeat and handled: ${fix}`);
    }
    const last = new LastIds(REMEMBERED);
    this.#options = options;
    this.#isRepeat = isRepeat ?? (isAfter ? (id) => last.has(id) : (id) => !last.add(id));
    this.#handled = handled ?? ((id) => void last.add(id));
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
    if (result.kind !== "signed") return new Response(REFUSED_BODIES[result.kind], { status: result.status });
    const payload = parseWebhookPayload(result.body);
    if (payload === undefined) return new Response("Not a webhook event", { status: 400 });
    if (payload !== "ping") {
      const event = webhookEventOf(payload, await digest(result.body));
      const { acknowledge, waitUntil = options.waitUntil, clock = systemClock } = this.#options;
      const isAfter = acknowledge === "after";
      const work = isAfter ? this.#handleAgain(event, place) : this.#handle(event, place);
      waitUntil?.(work);
      if (isAfter && !await within(clock, HANDLED_WITHIN, "No answer came", () => work).catch(() => false)) {
        return new Response("Not handled yet", { status: 500 });
      }
    }
    // "You must provide a valid Content-Type when responding to PINGs."
    return new Response(null, { status: 204, headers: { "Content-Type": "application/json" } });
  }

  /** Handles an event that is delivered again until it was handled. Never rejects. */
  async #handleAgain(event: WebhookEvent, place: WebhookPlace<Env>): Promise<boolean> {
    const { id } = event;
    const now = (this.#options.clock ?? systemClock).now();
    for (const [id, since] of this.#underWay) if (now - since >= UNDER_WAY) this.#underWay.delete(id);
    // What came of it is told the next time.
    if (this.#underWay.has(id)) return false;
    this.#underWay.set(id, now);
    const done = await this.#handle(event, place, () => this.#handled(id));
    this.#underWay.delete(id);
    return done;
  }

  /** Resolves to whether it is done. Never rejects: nobody waits for it where there is no `waitUntil`. */
  async #handle(
    event: WebhookEvent,
    place: WebhookPlace<Env>,
    handled?: () => void | Promise<void>,
  ): Promise<boolean> {
    try {
      if (await this.#isRepeat(event.id)) return true;
      const handlers: Readonly<Record<string, unknown>> = this.#options.on;
      const handler = Object.hasOwn(handlers, event.kind) ? handlers[event.kind] : undefined;
      if (typeof handler === "function") await handler.call(handlers, event, place);
      await handled?.();
      return true;
    } catch (error) {
      this.#report(error, event);
      return false;
    }
  }

  #report(error: unknown, event: WebhookEvent): void {
    const { onError } = this.#options;
    if (onError === undefined) return this.#failed(error);
    try {
      onError(error, event);
    } catch (thrown) {
      this.#failed(thrown);
    }
  }

  #failed(error: unknown): void {
    this.#unheard ??= new Unheard({ clock: systemClock }, "webhook events");
    this.#unheard.survived("a handler failed", error);
  }
}

/**
 * Makes a plain handler for webhook events, for `Deno.serve`, `Bun.serve` and edge workers. Handlers get what comes with
 * the request: on edge workers the bindings and the execution context.
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

/** Remembers so many, and forgets the oldest first. */
class LastIds {
  readonly #seen = new Set<string>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  has(id: string): boolean {
    return this.#seen.has(id);
  }

  /** Whether it is new. */
  add(id: string): boolean {
    if (this.#seen.has(id)) return false;
    this.#seen.add(id);
    const [oldest = id] = this.#seen;
    if (this.#seen.size > this.#most) this.#seen.delete(oldest);
    return true;
  }
}

/** What is the same for bodies that are: Discord gives events no IDs of their own. */
async function digest(body: Uint8Array | string): Promise<string> {
  const raw = typeof body === "string" ? new TextEncoder().encode(body) : Uint8Array.from(body);
  return toHex(await crypto.subtle.digest("SHA-256", raw));
}
