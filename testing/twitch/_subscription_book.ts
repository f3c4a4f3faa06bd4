import type {
  EventSubServerAnswer,
  EventSubServerShard,
  EventSubServerSubscription,
  EventSubServerTransport,
  EventSubServerWanted,
} from "./eventsub_server_types.ts";

/** How many connections with subscriptions an account may have, and how many subscriptions each. */
const MOST_CONNECTIONS = 3;
const MOST_SUBSCRIPTIONS = 300;
/** "max_total_cost": what the subscriptions of an account may cost, over WebSocket and otherwise. */
const MOST_COST = { websocket: 10, other: 10_000 };

/** The subscriptions and conduits that Twitch has, within its limits. */
export class SubscriptionBook {
  readonly #subscriptions = new Map<string, EventSubServerSubscription>();
  readonly #conduits = new Map<string, EventSubServerShard[]>();
  /** How many shards each conduit may have. */
  readonly #counts = new Map<string, number>();
  readonly #isOpen: (session: string) => boolean;
  #count = 0;
  /** Which shard is next. */
  #turn = 0;

  /** Takes what tells whether a session is connected. */
  constructor(isOpen: (session: string) => boolean) {
    this.#isOpen = isOpen;
  }

  get subscriptions(): readonly EventSubServerSubscription[] {
    return [...this.#subscriptions.values()];
  }

  /** Makes a subscription, as `POST /eventsub/subscriptions` does. */
  subscribe(wanted: EventSubServerWanted): EventSubServerAnswer {
    const { transport, owner = "", cost = 0 } = wanted;
    const refused = this.#refusal(wanted);
    if (refused !== undefined) return refused;
    const status = transport.method === "webhook" ? "webhook_callback_verification_pending" : "enabled";
    const subscription = { ...wanted, owner, cost, status, id: `sub-${++this.#count}` };
    this.#subscriptions.set(subscription.id, subscription);
    return { status: 202, body: { data: [shown(subscription)], ...this.#totals(owner) } };
  }

  /** The subscriptions of an account or application, or those of one type, as `GET /eventsub/subscriptions` tells them. */
  list(owner: string, type?: string): EventSubServerAnswer {
    const own = this.subscriptions.filter((subscription) => {
      return subscription.owner === owner && (type === undefined || subscription.type === type);
    });
    return { status: 200, body: { data: own.map(shown), ...this.#totals(owner), pagination: {} } };
  }

  /** A webhook has answered its challenge, or has not. */
  verified(id: string, isRight: boolean): void {
    const subscription = this.#subscriptions.get(id);
    if (subscription === undefined) return;
    const status = isRight ? "enabled" : "webhook_callback_verification_failed";
    this.#subscriptions.set(id, { ...subscription, status });
  }

  /** Ends a subscription, as `DELETE /eventsub/subscriptions` does. */
  unsubscribe(id: string): EventSubServerAnswer {
    return this.#subscriptions.delete(id)
      ? { status: 204, body: undefined }
      : refusal(404, "subscription not found");
  }

  /** Makes a conduit of so many shards, as `POST /eventsub/conduits` does, or gives one another count. */
  setConduit(count: number, id: string = `conduit-${++this.#count}`): EventSubServerAnswer {
    const known = this.#conduits.get(id)?.slice(0, count) ?? [];
    this.#conduits.set(id, known);
    this.#counts.set(id, count);
    return { status: 200, body: { data: [{ id, shard_count: count }] } };
  }

  /** Ends a conduit and its subscriptions, as `DELETE /eventsub/conduits` does. */
  endConduit(id: string): EventSubServerAnswer {
    if (!this.#conduits.delete(id)) return refusal(404, "conduit not found");
    this.#counts.delete(id);
    for (const { id: subscription, transport } of this.subscriptions) {
      if (transport.method === "conduit" && transport.conduit_id === id) {
        this.#subscriptions.delete(subscription);
      }
    }
    return { status: 204, body: undefined };
  }

  /** Says where shards of a conduit are, as `PATCH /eventsub/conduits/shards` does. */
  setShards(
    conduit: string,
    shards: readonly Pick<EventSubServerShard, "id" | "transport">[],
  ): EventSubServerAnswer {
    const known = this.#conduits.get(conduit);
    if (known === undefined) return refusal(404, "conduit not found");
    const data: EventSubServerShard[] = [];
    const errors: unknown[] = [];
    for (const { id, transport } of shards) {
      if (!(/^\d+$/.test(id) && Number(id) < (this.#counts.get(conduit) ?? 0))) {
        errors.push({
          id,
          message: "The shard id is outside the conduit's range",
          code: "invalid_parameter",
        });
      } else if (transport.method === "websocket" && !this.#isOpen(transport.session_id)) {
        errors.push({ id, message: "The websocket session does not exist", code: "invalid_parameter" });
      } else {
        data.push({ id, status: "enabled", transport });
      }
    }
    const changed = new Map([...known, ...data].map((shard) => [shard.id, shard]));
    this.#conduits.set(conduit, [...changed.values()]);
    return { status: 202, body: { data: data.map(shownShard), errors } };
  }

  /** The conduits, as `GET /eventsub/conduits` tells them, or the shards of one. */
  listConduits(id?: string): EventSubServerAnswer {
    if (id === undefined) {
      const data = [...this.#counts].map(([id, shard_count]) => ({ id, shard_count }));
      return { status: 200, body: { data } };
    }
    const shards = this.#conduits.get(id);
    if (shards === undefined) return refusal(404, "conduit not found");
    return { status: 200, body: { data: shards.map(shownShard), pagination: {} } };
  }

  /** A subscription is none any more. */
  drop(id: string): void {
    this.#subscriptions.delete(id);
  }

  /** A session is gone, and with it what it had. */
  gone(session: string): void {
    const isHere = ({ transport }: { readonly transport: EventSubServerTransport }) =>
      transport.method === "websocket" && transport.session_id === session;
    for (const subscription of this.subscriptions) {
      if (isHere(subscription)) this.#subscriptions.delete(subscription.id);
    }
    for (const [conduit, shards] of this.#conduits) {
      const left = shards.map((shard) =>
        isHere(shard) ? { ...shard, status: "websocket_disconnected" } : shard
      );
      this.#conduits.set(conduit, left);
    }
  }

  /** Where events go now: those of a conduit to one shard after another. */
  aim(
    transport: EventSubServerTransport,
  ): Exclude<EventSubServerTransport, { readonly method: "conduit" }> | undefined {
    if (transport.method !== "conduit") return transport;
    const shards = this.#conduits.get(transport.conduit_id)?.filter(({ status }) => status === "enabled");
    return shards?.[this.#turn++ % shards.length]?.transport;
  }

  /** Why a subscription cannot be made. */
  #refusal(wanted: EventSubServerWanted): EventSubServerAnswer | undefined {
    const { transport, owner = "", cost = 0 } = wanted;
    const isSame = (other: EventSubServerSubscription) => keyOf(other) === keyOf(wanted);
    const known = this.subscriptions.find(isSame);
    if (transport.method === "conduit" && !this.#conduits.has(transport.conduit_id)) {
      return refusal(400, "conduit does not exist");
    }
    if (transport.method === "websocket") {
      if (!this.#isOpen(transport.session_id)) {
        return refusal(400, "websocket transport session does not exist or has already disconnected");
      }
      if (known === undefined) {
        const inUse = new Set<string>();
        let count = 0;
        for (const { owner: other, transport: { method, ...at } } of this.subscriptions) {
          if (other !== owner || method !== "websocket" || !("session_id" in at)) continue;
          inUse.add(at.session_id);
          if (at.session_id === transport.session_id) count++;
        }
        if (!inUse.has(transport.session_id) && inUse.size >= MOST_CONNECTIONS) {
          return refusal(429, "number of websocket transports limit exceeded");
        }
        if (count >= MOST_SUBSCRIPTIONS) return refusal(429, "subscriptions limit of the transport exceeded");
      }
    }
    if (known !== undefined) {
      return { status: 409, body: { status: 409, message: "subscription already exists", id: known.id } };
    }
    const { total_cost, max_total_cost } = this.#totals(owner, transport.method);
    return total_cost + cost > max_total_cost ? refusal(429, "total cost exceeded") : undefined;
  }

  #totals(
    owner: string,
    method?: EventSubServerTransport["method"],
  ): { readonly total: number; readonly total_cost: number; readonly max_total_cost: number } {
    const own = this.subscriptions.filter((subscription) => subscription.owner === owner);
    const overWebSocket = (method ?? own[0]?.transport.method) === "websocket";
    return {
      total: own.length,
      total_cost: own.reduce((sum, { cost }) => sum + cost, 0),
      max_total_cost: overWebSocket ? MOST_COST.websocket : MOST_COST.other,
    };
  }
}

/** What tells one subscription from another. */
function keyOf({ type, version, condition, transport }: EventSubServerWanted): string {
  const named = Object.entries(condition).sort(([a], [b]) => a < b ? -1 : 1);
  const { method } = transport;
  const place = method === "websocket"
    ? transport.session_id
    : method === "webhook"
    ? transport.callback
    : transport.conduit_id;
  return JSON.stringify([type, version, named, method, place]);
}

/** Whether a subscription's condition has all that is named. */
export function meets(
  { condition }: EventSubServerSubscription,
  named: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(named).every(([name, value]) =>
    condition[name] === undefined || condition[name] === value
  );
}

function refusal(status: number, message: string): EventSubServerAnswer {
  return { status, body: { status, message } };
}

/** As the API and notifications show it: without its secret. */
export function shown(subscription: EventSubServerSubscription): Record<string, unknown> {
  const { id, type, version, status, condition, cost, transport } = subscription;
  const { secret: _secret, ...place } = { secret: "", ...transport };
  return { id, type, version, status, condition, cost, transport: place, created_at: "2026-11-21T00:00:00Z" };
}

function shownShard({ id, status, transport }: EventSubServerShard): Record<string, unknown> {
  const { secret: _secret, ...place } = { secret: "", ...transport };
  return { id, status, transport: place };
}
