import { Core, Deadlines, type Input, type Instant } from "@parley/parley/protocol";
import { meets, shown, SubscriptionBook } from "./_subscription_book.ts";
import type {
  EventSubServerAnswer,
  EventSubServerCommand,
  EventSubServerEvent,
  EventSubServerShard,
  EventSubServerSubscription,
  EventSubServerTransport,
  EventSubServerWanted,
} from "./eventsub_server_types.ts";

/** "The connection must have a subscription within 10 seconds." */
const UNUSED = 10_000;
/** How long the client may take to follow a reconnect. */
const GRACE = 30_000;

interface Connection {
  readonly link: number;
  readonly session: string;
  readonly keepalive: number;
  readonly connectedAt: Instant;
  silent: boolean;
}

/**
 * Twitch's EventSub over WebSocket in one object, for tests: sessions, keepalives, subscriptions and their limits,
 * connections that are to be taken over, and the codes with which Twitch closes. A core like the clients: it runs in
 * virtual time or over sockets; subscriptions are made by its methods, as the API does.
 * ([WebSocket reference](https://dev.twitch.tv/docs/eventsub/websocket-reference/))
 *
 * @example In virtual time
 * ```ts
 * import { Driver } from "@parley/parley/driver";
 * import { EVENTSUB_URL } from "@parley/parley/twitch/eventsub";
 * import { Simulation, TwitchEventSubServer } from "@parley/testing";
 *
 * const world = new Simulation();
 * const core = new TwitchEventSubServer({ url: EVENTSUB_URL });
 * const server = new Driver(core, { host: world.host("server"), label: "eventsub", deliver: () => {} });
 * server.start();
 * world.serve(EVENTSUB_URL, server);
 * ```
 */
export class TwitchEventSubServer extends Core<EventSubServerCommand, EventSubServerEvent> {
  readonly #url: string;
  readonly #connections = new Map<number, Connection>();
  readonly #book = new SubscriptionBook((session) => this.#of(session) !== undefined);
  /** By session, when its old connection ends if nobody takes over. */
  readonly #moving = new Map<string, number>();
  readonly #due = new Deadlines<`${"keepalive" | "unused" | "grace"} ${number}`>();
  #count = 0;
  #now: Instant = 0;

  /** Takes where it is reached, so that it can send clients there. */
  constructor({ url }: { readonly url: string }) {
    super();
    this.#url = url;
  }

  /** The subscriptions there are. */
  get subscriptions(): readonly EventSubServerSubscription[] {
    return this.#book.subscriptions;
  }

  /** How many connections are open. */
  get connections(): number {
    return this.#connections.size;
  }

  /** Begins. */
  start(now: Instant): void {
    this.#now = now;
  }

  /** Makes a subscription, as `POST /eventsub/subscriptions` does. */
  subscribe(wanted: EventSubServerWanted): EventSubServerAnswer {
    const answer = this.#book.subscribe(wanted);
    if (answer.status === 202) this.#uses(wanted.transport);
    return answer;
  }

  /** Ends a subscription, as `DELETE /eventsub/subscriptions` does. */
  unsubscribe(id: string): EventSubServerAnswer {
    return this.#book.unsubscribe(id);
  }

  /** The subscriptions of an account or application, or those of one type, as `GET /eventsub/subscriptions` tells them. */
  list(owner: string, type?: string): EventSubServerAnswer {
    return this.#book.list(owner, type);
  }

  /** A webhook has answered its challenge, or has not. */
  verified(id: string, isRight: boolean): void {
    this.#book.verified(id, isRight);
  }

  /** Makes a conduit of so many shards, as `POST /eventsub/conduits` does, or gives one another count. */
  setConduit(count: number, id?: string): EventSubServerAnswer {
    return this.#book.setConduit(count, id);
  }

  /** Ends a conduit and its subscriptions, as `DELETE /eventsub/conduits` does. */
  endConduit(id: string): EventSubServerAnswer {
    return this.#book.endConduit(id);
  }

  /** Says where shards of a conduit are, as `PATCH /eventsub/conduits/shards` does. */
  setShards(
    conduit: string,
    shards: readonly Pick<EventSubServerShard, "id" | "transport">[],
  ): EventSubServerAnswer {
    const answer = this.#book.setShards(conduit, shards);
    if (answer.status === 202) { for (const { transport } of shards) this.#uses(transport); }
    return answer;
  }

  /** The conduits, as `GET /eventsub/conduits` tells them, or the shards of one. */
  listConduits(id?: string): EventSubServerAnswer {
    return this.#book.listConduits(id);
  }

  /** Does what a test wants. */
  command(command: EventSubServerCommand, ticket: number, now: Instant): void {
    this.#now = now;
    this.#perform(command);
    this.outputs.done(ticket);
  }

  /** Nothing takes long. */
  cancel(): void {}

  /** Closes every connection. */
  shutdown(): void {
    for (const { link } of this.#connections.values()) this.outputs.close(link, 1001, "");
    this.outputs.end();
  }

  /** When `tick` is due at the latest. */
  deadline(): Instant {
    return this.#due.next;
  }

  /** Works through one input. */
  protected take(input: Input): void {
    this.#now = input.now;
    switch (input.kind) {
      case "opened":
        return this.#opened(input.link, input.info.url);
      case "received":
        // "Your client may not send messages."
        return this.#close(this.#connections.get(input.link), 4001);
      case "closed":
        return this.#gone(input.link);
      case "tick":
        for (let name = this.#due.due(this.#now); name !== undefined; name = this.#due.due(this.#now)) {
          this.#tick(name);
        }
    }
  }

  #tick(name: string): void {
    const [what, link] = name.split(" ");
    const connection = this.#connections.get(Number(link));
    if (connection === undefined) return;
    if (what === "keepalive") return this.#send(connection, "session_keepalive", {});
    if (what === "grace") this.#moving.delete(connection.session);
    this.#close(connection, what === "unused" ? 4003 : 4004);
  }

  #opened(link: number, url: string): void {
    const { searchParams } = new URL(url);
    const seconds = Number(searchParams.get("keepalive_timeout_seconds") ?? 10);
    const moved = searchParams.get("reconnect");
    const old = moved === null ? undefined : this.#moving.get(moved);
    if (moved !== null && old === undefined) return this.outputs.close(link, 4007, "invalid reconnect");
    const session = moved ?? `session-${++this.#count}`;
    const connection = {
      link,
      session,
      keepalive: seconds * 1_000,
      connectedAt: this.#now,
      // What Twitch loses of a session it loses whoever takes over: else nobody could know of it.
      silent: old !== undefined && this.#connections.get(old)?.silent === true,
    };
    this.#connections.set(link, connection);
    if (old === undefined) this.#due.set(`unused ${link}`, this.#now + UNUSED);
    else {
      // From here on the new one is told.
      this.#connections.delete(old);
      this.#moving.delete(session);
      this.#clear(old);
    }
    const keepalive_timeout_seconds = seconds;
    const welcome = { id: session, status: "connected", keepalive_timeout_seconds, reconnect_url: null };
    this.#send(connection, "session_welcome", { session: welcome });
  }

  #perform(command: EventSubServerCommand): void {
    switch (command.kind) {
      case "notify":
        for (const subscription of this.subscriptions) {
          const isMeant = subscription.status === "enabled" && subscription.type === command.type &&
            meets(subscription, command.condition);
          if (isMeant) this.#notify(subscription, command.event, command.times ?? 1);
        }
        return;
      case "revoke":
        for (const subscription of this.subscriptions) {
          if (command.type !== undefined && subscription.type !== command.type) continue;
          if (!meets(subscription, command.condition ?? {})) continue;
          this.#book.drop(subscription.id);
          const payload = { subscription: { ...shown(subscription), status: command.status } };
          this.#deliver(subscription, "revocation", payload, `message-${++this.#count}`);
        }
        return;
      case "reconnect":
        for (const connection of this.#connections.values()) {
          const { session, link } = connection;
          this.#moving.set(session, link);
          this.#due.set(`grace ${link}`, this.#now + GRACE);
          const url = new URL(command.url ?? this.#url);
          url.searchParams.set("reconnect", session);
          url.searchParams.set("keepalive_timeout_seconds", String(connection.keepalive / 1_000));
          const moved = {
            id: session,
            status: "reconnecting",
            keepalive_timeout_seconds: null,
            reconnect_url: url.href,
          };
          this.#send(connection, "session_reconnect", { session: moved });
        }
        return;
      case "close":
        for (const connection of [...this.#connections.values()]) this.#close(connection, command.code);
        return;
      case "drop":
        return this.#close(this.#connections.get(command.link), 4002);
      case "silence":
        for (const connection of this.#connections.values()) connection.silent = true;
    }
  }

  #notify(
    subscription: EventSubServerSubscription,
    event: Readonly<Record<string, unknown>>,
    times: number,
  ): void {
    const id = `message-${++this.#count}`;
    const payload = { subscription: shown(subscription), event };
    const session = this.#deliver(subscription, "notification", payload, id, times);
    if (session === undefined) return;
    this.outputs.tell({ kind: "notified", id, subscription: subscription.id, session });
  }

  /** Sends a message to where a subscription's go; tells to which session, which is none for webhooks. */
  #deliver(
    subscription: EventSubServerSubscription,
    type: "notification" | "revocation",
    payload: Readonly<Record<string, unknown>>,
    id: string,
    times = 1,
  ): string | undefined {
    const transport = this.#book.aim(subscription.transport);
    if (transport === undefined) return undefined;
    for (let left = times; left > 0; left--) {
      if (transport.method === "webhook") {
        const { callback, secret } = transport;
        const post = { callback, secret, id, type, subscription, body: JSON.stringify(payload) };
        this.outputs.tell({ kind: "post", post });
      } else {
        const connection = this.#of(transport.session_id);
        if (connection === undefined) return undefined;
        this.#send(connection, type, payload, id, subscription);
      }
    }
    return transport.method === "webhook" ? "" : transport.session_id;
  }

  /** A connection that is used may stay. */
  #uses(transport: EventSubServerTransport): void {
    if (transport.method !== "websocket") return;
    const connection = this.#of(transport.session_id);
    if (connection !== undefined) this.#due.clear(`unused ${connection.link}`);
  }

  #of(session: string): Connection | undefined {
    return [...this.#connections.values()].find((connection) => connection.session === session);
  }

  #send(
    connection: Connection,
    type: string,
    payload: Readonly<Record<string, unknown>>,
    id: string = `message-${++this.#count}`,
    subscription?: EventSubServerSubscription,
  ): void {
    if (connection.silent) return;
    const metadata = {
      message_id: id,
      message_type: type,
      message_timestamp: new Date(this.#now).toISOString(),
      ...(subscription &&
        { subscription_type: subscription.type, subscription_version: subscription.version }),
    };
    this.outputs.send(connection.link, JSON.stringify({ metadata, payload }));
    this.#due.set(`keepalive ${connection.link}`, this.#now + connection.keepalive);
  }

  #close(connection: Connection | undefined, code: number): void {
    if (connection === undefined) return;
    this.outputs.close(connection.link, code, "");
    this.outputs.tell({ kind: "closed", session: connection.session, code });
    this.#gone(connection.link);
  }

  #gone(link: number): void {
    const connection = this.#connections.get(link);
    this.#connections.delete(link);
    this.#clear(link);
    if (connection === undefined) return;
    this.#moving.delete(connection.session);
    this.#book.gone(connection.session);
  }

  #clear(link: number): void {
    for (const what of ["keepalive", "unused", "grace"] as const) this.#due.clear(`${what} ${link}`);
  }
}
