import { Client, type ClientOptions } from "../../driver/client/client.ts";
import type { Driver, Runnable } from "../../driver/driver.ts";
import type { Vitals } from "../../driver/health/health.ts";
import { hostWith } from "../../driver/host.ts";
import { CommandError } from "../../protocol/errors.ts";
import { quote } from "../../protocol/data/quote.ts";
import { dialer } from "../../transport/dial.ts";
import type { TwitchApi } from "../api/api.ts";
import type { EventSubAnswer, EventSubAsk, EventSubCommand, EventSubEvent } from "./session/outputs.ts";
import { EventSubPool, type EventSubPoolOptions } from "./session/pool.ts";
import { answerSubscribing } from "./subscribing.ts";
import type { EventSubWanted } from "./wire/subscription.ts";
import type { EventSubTypes } from "./wire/types.ts";
import { checkKinds } from "../../protocol/option_checks.ts";

/** What is to be told of; `type` is one that Twitch's reference has. */
export interface TwitchEventSubWanted extends EventSubWanted {
  readonly type: keyof EventSubTypes;
}

/** What {@linkcode TwitchEventSub} takes. */
export interface TwitchEventSubOptions
  extends ClientOptions, Omit<EventSubPoolOptions, "random" | "subscriptions"> {
  /** Makes the subscriptions, as an account: over WebSocket an application has none. A `shard` is an application's. */
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
  readonly #pool: EventSubPool;
  readonly #driver: Driver<EventSubCommand, EventSubEvent, EventSubAsk, EventSubAnswer>;

  /**
   * Takes what to be told of, and who subscribes.
   *
   * @throws {OptionError} if an option is not acceptable.
   * @throws {CommandError} `invalid_command` if a subscription is none.
   * @throws {ParleyError} `rate_limited` if there are more than 900 subscriptions.
   */
  constructor(options: TwitchEventSubOptions) {
    checkKinds("make a TwitchEventSub", options, {
      api: ["object"],
      subscriptions: ["array", "undefined"],
    });
    const { api, ...rest } = options;
    super(hostWith(dialer(), options.runtime), options, "eventsub");
    this.#pool = new EventSubPool({ ...rest, random: this.host.random });
    this.#driver = this.attach<EventSubCommand, EventSubAsk, EventSubAnswer>(this.#pool, {
      answer: (ask, signal) => answerSubscribing(api, ask, signal),
    });
  }

  /** What Twitch tells us of now. */
  get subscriptions(): readonly EventSubWanted[] {
    return this.#pool.subscriptions;
  }

  /**
   * Subscribes, and stays subscribed; resolves once Twitch has taken it.
   *
   * @throws {CommandError} `invalid_command` if it is no subscription.
   * @throws {ParleyError} `rate_limited` if there are 900 already, which takes three connections.
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
    const sessions = this.#pool.connections.map((_, connection) => {
      return { name: `connection ${connection}`, latency: undefined };
    });
    return [[this.#driver, sessions]];
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
