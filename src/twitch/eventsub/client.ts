import { Client, type ClientOptions } from "../../driver/client.ts";
import type { Driver, Runnable } from "../../driver/driver.ts";
import type { Vitals } from "../../driver/health.ts";
import { hostWith } from "../../driver/host.ts";
import { AuthenticationError, CommandError } from "../../protocol/errors.ts";
import { quote } from "../../protocol/quote.ts";
import { dialer } from "../../transport/dial.ts";
import type { TwitchApi } from "../api/api.ts";
import { TwitchApiError } from "../api/errors.ts";
import type { EventSubAnswer, EventSubAsk, EventSubCommand, EventSubEvent } from "./session/outputs.ts";
import { EventSubSession, type EventSubSessionOptions } from "./session/session.ts";
import { type EventSubWanted, versionOf } from "./wire/subscription.ts";
import type { EventSubTypes } from "./wire/types.ts";

/** What is to be told of; `type` is one that Twitch's reference has. */
export interface TwitchEventSubWanted extends EventSubWanted {
  readonly type: keyof EventSubTypes;
}

/** What {@linkcode TwitchEventSub} takes. */
export interface TwitchEventSubOptions
  extends ClientOptions, Omit<EventSubSessionOptions, "random" | "subscriptions"> {
  /** Makes the subscriptions, as an account: over WebSocket an application has none. */
  readonly api: TwitchApi;
  /** What is to be told of, from the beginning. @default nothing */
  readonly subscriptions?: readonly TwitchEventSubWanted[];
}

/**
 * A client of Twitch's EventSub over WebSocket. It stays subscribed to what is wanted until it is closed: across lost
 * links, of which it tells the `gap`, and across those that Twitch sends away, on which nothing is lost or comes twice.
 *
 * @example
 * ```ts
 * import type { TwitchApi } from "@parley/parley/twitch/api";
 * import { TwitchEventSub } from "@parley/parley/twitch/eventsub";
 *
 * async function greetFollowers(api: TwitchApi, channel: string): Promise<TwitchEventSub> {
 *   const condition = { broadcaster_user_id: channel, moderator_user_id: await api.userId() };
 *   const events = new TwitchEventSub({ api, subscriptions: [{ type: "channel.follow", condition }] });
 *   events.on("channel.follow", ({ data }) => console.log(`Hello, ${data.user_name}`));
 *   return await events.connect();
 * }
 * ```
 */
export class TwitchEventSub extends Client<EventSubEvent> {
  readonly #session: EventSubSession;
  readonly #driver: Driver<EventSubCommand, EventSubEvent, EventSubAsk, EventSubAnswer>;

  /**
   * Takes what to be told of, and who subscribes.
   *
   * @throws {OptionError} if an option is not acceptable.
   * @throws {CommandError} `invalid_command` if a subscription is none.
   */
  constructor(options: TwitchEventSubOptions) {
    const { api, ...rest } = options;
    super(hostWith(dialer(), options.runtime), options, "eventsub");
    this.#session = new EventSubSession({ ...rest, random: this.host.random });
    this.#driver = this.attach<EventSubCommand, EventSubAsk, EventSubAnswer>(this.#session, {
      answer: (ask, signal) => answer(api, ask, signal),
    });
  }

  /** What Twitch tells us of now. */
  get subscriptions(): readonly EventSubWanted[] {
    return this.#session.subscriptions;
  }

  /**
   * Subscribes, and stays subscribed; resolves once Twitch has taken it.
   *
   * @throws {CommandError} `invalid_command` if it is no subscription.
   * @throws {ParleyError} `rate_limited` if there are 300 already.
   * @throws {TwitchApiError} if Twitch refuses it.
   */
  subscribe(wanted: TwitchEventSubWanted, { signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
    return this.commanded({ command: "subscribe", target: wanted.type, signal }, () => {
      return this.#driver.command({ kind: "subscribe", wanted }, signal, () => {});
    });
  }

  /** Ends a subscription; resolves once Twitch has ended it. */
  unsubscribe(
    wanted: TwitchEventSubWanted,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<void> {
    return this.commanded({ command: "unsubscribe", target: wanted.type, signal }, () => {
      return this.#driver.command({ kind: "unsubscribe", wanted }, signal, () => {});
    });
  }

  protected override vitals(): Iterable<readonly [Runnable, readonly Vitals[]]> {
    return [[this.#driver, [{ name: "session", latency: undefined }]]];
  }

  /** What nobody awaits must be heard all the same. */
  protected override failure(event: EventSubEvent): unknown {
    if (event.kind === "subscribe_failed") return event.awaited ? undefined : event.error;
    if (event.kind !== "revocation") return undefined;
    const { type, status } = event.subscription;
    return new CommandError(
      "refused",
      `Twitch has ended the subscription to ${quote(type)}: ${quote(status)}`,
    );
  }
}

/** What Twitch refuses is refused for good, unless it is only too busy. */
async function answer(api: TwitchApi, ask: EventSubAsk, signal: AbortSignal): Promise<EventSubAnswer> {
  if (ask.kind === "unsubscribe") {
    try {
      await api.request("DELETE /eventsub/subscriptions", { query: { id: ask.id }, signal });
    } catch (error) {
      if (!isFinal(error)) throw error;
    }
    return { kind: "unsubscribed" };
  }
  const { type, condition } = ask.wanted;
  const version = versionOf(ask.wanted);
  const transport = { method: "websocket", session_id: ask.session } as const;
  try {
    const body = { type, version, condition, transport };
    // Twitch answers 409 where it has that already: to repeat it does no harm.
    const { data } = await api.request("POST /eventsub/subscriptions", { body, signal, idempotent: true });
    return { kind: "subscribed", id: data[0]?.id ?? "" };
  } catch (error) {
    if (error instanceof TwitchApiError && error.status === 409) return await existing(api, ask, signal);
    if (isFinal(error)) return { kind: "refused", error };
    throw error;
  }
}

/** The subscription that there is already. */
async function existing(
  api: TwitchApi,
  { session, wanted }: EventSubAsk & { kind: "subscribe" },
  signal: AbortSignal,
): Promise<EventSubAnswer> {
  for await (
    const known of api.all("GET /eventsub/subscriptions", { query: { type: wanted.type }, signal })
  ) {
    if (known.transport.session_id !== session || known.version !== versionOf(wanted)) continue;
    const named = Object.entries(known.condition).filter(([, value]) => value !== "");
    const isSame = named.length === Object.keys(wanted.condition).length &&
      named.every(([name, value]) => wanted.condition[name] === value);
    if (isSame) return { kind: "subscribed", id: known.id };
  }
  throw new TwitchApiError("POST /eventsub/subscriptions", 409, undefined);
}

function isFinal(error: unknown): error is Error {
  if (error instanceof AuthenticationError) return true;
  return error instanceof TwitchApiError && error.status < 500 && error.status !== 409;
}
