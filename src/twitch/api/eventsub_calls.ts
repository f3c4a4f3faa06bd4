import { first } from "./checks.ts";
import type { TwitchConduit, TwitchEventSubSubscription, TwitchEventSubTransport } from "./endpoints.ts";
import type { TwitchCallOptions } from "./request.ts";
import { TwitchRequests } from "./requests.ts";

/** What is to be told of: a type of event, which version of it, and of whom. */
export interface TwitchSubscribing {
  /** `channel.follow`, `stream.online`, … ([Types](https://dev.twitch.tv/docs/eventsub/eventsub-subscription-types/)) */
  readonly type: string;
  /** Which version of the type; `EVENTSUB_VERSIONS` has them. */
  readonly version: string;
  /** Of whom, by the ids of accounts: `{ broadcaster_user_id: "12826" }`. */
  readonly condition: Readonly<Record<string, string>>;
}

/** EventSub's subscriptions and conduits, by Twitch's API. */
export abstract class TwitchEventSubCalls extends TwitchRequests {
  /**
   * Subscribes to events: by webhook or conduit with an application's token, by WebSocket with an account's, as
   * `TwitchEventSub` does by itself.
   *
   * Source: Twitch API Reference, Create EventSub Subscription.
   *
   * @throws {TwitchApiError} 409 if there is such a subscription.
   * @throws whatever {@linkcode TwitchRequests.request} throws.
   *
   * @example
   * ```ts
   * import type { TwitchApi } from "@parley/parley/twitch/api";
   *
   * async function tellOfStreams(api: TwitchApi, broadcasterId: string, secret: string): Promise<void> {
   *   const wanted = { type: "stream.online", version: "1", condition: { broadcaster_user_id: broadcasterId } };
   *   await api.createSubscription(wanted, { method: "webhook", callback: "https://bot.example/twitch", secret });
   * }
   * ```
   */
  async createSubscription(
    { type, version, condition }: TwitchSubscribing,
    transport: TwitchEventSubTransport,
    { signal }: TwitchCallOptions = {},
  ): Promise<TwitchEventSubSubscription> {
    // "is_batching_enabled must be true for drop.entitlement.grant subscriptions"
    const batching = type === "drop.entitlement.grant" ? { is_batching_enabled: true } : {};
    const body = { type, version, condition, transport, ...batching };
    const endpoint = "POST /eventsub/subscriptions";
    return first((await this.request(endpoint, { body, signal })).data, endpoint);
  }

  /**
   * Ends a subscription to events.
   *
   * Source: Twitch API Reference, Delete EventSub Subscription.
   *
   * @throws whatever {@linkcode TwitchRequests.request} throws.
   */
  async deleteSubscription(id: string, { signal }: TwitchCallOptions = {}): Promise<void> {
    await this.request("DELETE /eventsub/subscriptions", { query: { id }, signal });
  }

  /**
   * Makes a conduit of so many shards, of which EventSub sends each event to one; takes an application's token.
   *
   * Source: Twitch API Reference, Create Conduits.
   *
   * @throws whatever {@linkcode TwitchRequests.request} throws.
   */
  async createConduit(shards: number, { signal }: TwitchCallOptions = {}): Promise<TwitchConduit> {
    const endpoint = "POST /eventsub/conduits";
    return first((await this.request(endpoint, { body: { shard_count: shards }, signal })).data, endpoint);
  }

  /**
   * Gives a conduit another number of shards; takes an application's token.
   *
   * Source: Twitch API Reference, Update Conduits.
   *
   * @throws whatever {@linkcode TwitchRequests.request} throws.
   */
  async updateConduit(
    id: string,
    shards: number,
    { signal }: TwitchCallOptions = {},
  ): Promise<TwitchConduit> {
    const endpoint = "PATCH /eventsub/conduits";
    const options = { body: { id, shard_count: shards }, signal, idempotent: true };
    return first((await this.request(endpoint, options)).data, endpoint);
  }

  /**
   * Removes a conduit; takes an application's token.
   *
   * Source: Twitch API Reference, Delete Conduit.
   *
   * @throws whatever {@linkcode TwitchRequests.request} throws.
   */
  async deleteConduit(id: string, { signal }: TwitchCallOptions = {}): Promise<void> {
    await this.request("DELETE /eventsub/conduits", { query: { id }, signal });
  }

  /**
   * The application's conduits; takes its token.
   *
   * Source: Twitch API Reference, Get Conduits.
   *
   * @throws whatever {@linkcode TwitchRequests.request} throws.
   */
  async conduits(options: TwitchCallOptions = {}): Promise<readonly TwitchConduit[]> {
    return (await this.request("GET /eventsub/conduits", options)).data;
  }
}
