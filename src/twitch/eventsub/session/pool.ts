import { ConnectorGroup } from "../../../protocol/connection/connector.ts";
import { CorePool } from "../../../protocol/core/core_pool.ts";
import { ParleyError } from "../../../protocol/errors.ts";
import type { Instant } from "../../../protocol/protocol.ts";
import { type EventSubWanted, keyOf } from "../wire/subscription.ts";
import type { EventSubAnswer, EventSubAsk, EventSubCommand, EventSubEvent } from "./outputs.ts";
import { EventSubSession, type EventSubSessionOptions } from "./session.ts";
import { MOST_SUBSCRIPTIONS } from "./subscriptions.ts";

/** How many connections with subscriptions an account may have. */
const MOST_CONNECTIONS = 3;

/** How a pool of EventSub sessions is set up. */
export interface EventSubPoolOptions extends Omit<EventSubSessionOptions, "connection"> {}

/**
 * EventSub on as many connections as its subscriptions need, without I/O: one stream of events. A connection has at most 300
 * subscriptions, and an account at most three connections. A subscription stays on the connection that it was made on.
 *
 * **The caller's obligation** is that of an {@linkcode EventSubSession}.
 * ([Handling WebSocket events, limits](https://dev.twitch.tv/docs/eventsub/handling-websocket-events/))
 *
 * @example
 * ```ts
 * import { EventSubPool } from "@parley/parley/twitch/eventsub";
 *
 * const subscriptions = Array.from({ length: 301 }, (_, id) => {
 *   return { type: "stream.online", condition: { broadcaster_user_id: String(id) } };
 * });
 * const pool = new EventSubPool({ subscriptions, random: () => 0.5 });
 * pool.start(0);
 * pool.poll(); // { kind: "dial", link: 1, url: "wss://eventsub.wss.twitch.tv/ws?…", … }
 * pool.poll(); // { kind: "dial", link: 2, … }
 * ```
 */
export class EventSubPool
  extends CorePool<EventSubCommand, EventSubEvent, EventSubAsk, EventSubAnswer, EventSubSession> {
  readonly #options: EventSubPoolOptions;
  readonly #group: ConnectorGroup;

  /**
   * Takes how it is set up.
   *
   * @throws {OptionError} if an option is not acceptable.
   * @throws {CommandError} `invalid_command` if a subscription is none.
   * @throws {ParleyError} `rate_limited` if there are more than 900 subscriptions.
   */
  constructor(options: EventSubPoolOptions) {
    super();
    this.#options = options;
    this.#group = new ConnectorGroup(options);
    const wanted = [...new Map(options.subscriptions?.map((wanted) => [keyOf(wanted), wanted])).values()];
    if (wanted.length > MOST_CONNECTIONS * MOST_SUBSCRIPTIONS) throw tooMany(wanted[0]);
    for (let at = 0; at === 0 || at < wanted.length; at += MOST_SUBSCRIPTIONS) {
      this.#add(wanted.slice(at, at + MOST_SUBSCRIPTIONS));
    }
  }

  /** What Twitch tells us of now. */
  get subscriptions(): readonly EventSubWanted[] {
    return this.connections.flat();
  }

  /** What Twitch tells us of now, by connection. */
  get connections(): readonly (readonly EventSubWanted[])[] {
    return this.members.map(({ subscriptions }) => subscriptions);
  }

  /** Up to when all that happened is told, or in a gap that was; undefined: there is no session yet. */
  get heardUntil(): Instant | undefined {
    const heard = this.members.flatMap(({ heardUntil }) => heardUntil ?? []);
    return heard.length === 0 ? undefined : Math.min(...heard);
  }

  /** Nobody was told what happened since: once all subscriptions are there, that is told as a gap. */
  missedSince(at: Instant): void {
    for (const session of this.members) session.missedSince(at);
  }

  /**
   * Subscribes, or ends that.
   *
   * @throws {CommandError} `invalid_command` if it is no subscription, or the session is a shard.
   * @throws {ParleyError} `rate_limited` if there are 900 already.
   */
  override command(command: EventSubCommand, ticket: number, now: Instant): void {
    super.command(command, ticket, now);
  }

  protected override memberFor({ kind, wanted }: EventSubCommand, now: Instant): EventSubSession {
    const [first = this.#add([])] = this.members;
    const there = this.members.find((session) => session.wants(wanted));
    if (there !== undefined || kind === "unsubscribe" || this.#options.shard !== undefined) {
      return there ?? first;
    }
    const roomy = this.members.find(({ hasRoom }) => hasRoom);
    if (roomy !== undefined) return roomy;
    if (this.members.length === MOST_CONNECTIONS) throw tooMany(wanted);
    const added = this.#add([wanted]);
    if (this.isRunning) this.touch(added, now).start(now);
    return added;
  }

  #add(subscriptions: readonly EventSubWanted[]): EventSubSession {
    const options = { ...this.#options, subscriptions, connection: this.members.length };
    return this.add(new EventSubSession(options, this.numbers, this.#group));
  }
}

function tooMany({ type }: EventSubWanted = { type: "", condition: {} }): ParleyError {
  return new ParleyError(
    "rate_limited",
    `Cannot subscribe to "${type}": an account has at most ${MOST_CONNECTIONS} connections of ${MOST_SUBSCRIPTIONS} ` +
      "subscriptions, use a conduit or webhooks for more",
  );
}
