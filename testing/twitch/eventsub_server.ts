import { Core, Deadlines, type Input, type Instant } from "@parley/parley/protocol";

/** "The connection must have a subscription within 10 seconds." */
const UNUSED = 10_000;
/** How long the client may take to follow a reconnect. */
const GRACE = 30_000;

/** A subscription that a {@linkcode TwitchEventSubServer} has. */
export interface EventSubServerSubscription {
  readonly id: string;
  readonly type: string;
  readonly version: string;
  readonly condition: Readonly<Record<string, string>>;
  readonly session: string;
}

/** What a test can make a {@linkcode TwitchEventSubServer} do. */
export type EventSubServerCommand =
  /** Something happens: whoever has subscribed to the type with that condition is told. */
  | {
    readonly kind: "notify";
    readonly type: string;
    readonly condition: Readonly<Record<string, string>>;
    readonly event: Readonly<Record<string, unknown>>;
    /** How often each is told. @default {1} */
    readonly times?: number;
  }
  /** Ends the subscriptions of a type, and says why. */
  | { readonly kind: "revoke"; readonly type: string; readonly status: string }
  /** Sends every client to another connection, which takes its subscriptions along. */
  | { readonly kind: "reconnect"; readonly url?: string }
  /** Closes every connection, with a code. */
  | { readonly kind: "close"; readonly code: number }
  /** Says nothing any more on the connections there are, not even that it is there. */
  | { readonly kind: "silence" };

/** What a {@linkcode TwitchEventSubServer} has done and seen. */
export type EventSubServerEvent =
  /** Somebody was told. */
  | {
    readonly kind: "notified";
    readonly id: string;
    readonly subscription: string;
    readonly session: string;
  }
  | { readonly kind: "closed"; readonly session: string; readonly code: number };

interface Connection {
  readonly link: number;
  readonly session: string;
  readonly keepalive: number;
  silent: boolean;
}

/** How {@linkcode TwitchEventSubServer} answers the API. */
export interface EventSubServerAnswer {
  readonly status: number;
  readonly body: unknown;
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
  readonly #subscriptions = new Map<string, EventSubServerSubscription>();
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
    return [...this.#subscriptions.values()];
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
  subscribe(wanted: Omit<EventSubServerSubscription, "id">): EventSubServerAnswer {
    const connection = [...this.#connections.values()].find(({ session }) => session === wanted.session);
    if (connection === undefined) {
      return { status: 400, body: { status: 400, message: "websocket transport session does not exist" } };
    }
    const key = keyOf(wanted);
    const own = this.subscriptions.filter(({ session }) => session === wanted.session);
    if (own.some((other) => keyOf(other) === key)) {
      return { status: 409, body: { status: 409, message: "subscription already exists" } };
    }
    if (own.length >= 300) return { status: 429, body: { status: 429, message: "too many subscriptions" } };
    const subscription = { ...wanted, id: `sub-${++this.#count}` };
    this.#subscriptions.set(subscription.id, subscription);
    this.#due.clear(`unused ${connection.link}`);
    return {
      status: 202,
      body: { data: [shown(subscription)], total: 1, total_cost: 0, max_total_cost: 10 },
    };
  }

  /** Ends a subscription, as `DELETE /eventsub/subscriptions` does. */
  unsubscribe(id: string): EventSubServerAnswer {
    return this.#subscriptions.delete(id)
      ? { status: 204, body: undefined }
      : { status: 404, body: { status: 404, message: "subscription not found" } };
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
    const connection = { link, session, keepalive: seconds * 1_000, silent: false };
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
          if (subscription.type !== command.type || conditionOf(subscription) !== conditionOf(command)) {
            continue;
          }
          const connection = this.#of(subscription.session);
          if (connection === undefined) continue;
          const id = `message-${++this.#count}`;
          for (let times = command.times ?? 1; times > 0; times--) {
            const payload = { subscription: shown(subscription), event: command.event };
            this.#send(connection, "notification", payload, id, subscription);
          }
          this.outputs.tell({
            kind: "notified",
            id,
            subscription: subscription.id,
            session: subscription.session,
          });
        }
        return;
      case "revoke":
        for (const subscription of this.subscriptions) {
          if (subscription.type !== command.type) continue;
          this.#subscriptions.delete(subscription.id);
          const connection = this.#of(subscription.session);
          const payload = { subscription: { ...shown(subscription), status: command.status } };
          if (connection !== undefined) {
            this.#send(connection, "revocation", payload, undefined, subscription);
          }
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
      case "silence":
        for (const connection of this.#connections.values()) connection.silent = true;
    }
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
    for (const { id, session } of this.subscriptions) {
      if (session === connection.session) this.#subscriptions.delete(id);
    }
  }

  #clear(link: number): void {
    for (const what of ["keepalive", "unused", "grace"] as const) this.#due.clear(`${what} ${link}`);
  }
}

function keyOf({ type, version, condition }: Omit<EventSubServerSubscription, "id">): string {
  return `${type} ${version} ${conditionOf({ condition })}`;
}

function conditionOf({ condition }: { readonly condition: Readonly<Record<string, string>> }): string {
  return JSON.stringify(Object.entries(condition).sort(([a], [b]) => a < b ? -1 : 1));
}

/** As the API and notifications show it. */
function shown(
  { id, type, version, condition, session }: EventSubServerSubscription,
): Record<string, unknown> {
  const transport = { method: "websocket", session_id: session };
  return {
    id,
    type,
    version,
    status: "enabled",
    condition,
    cost: 0,
    transport,
    created_at: "2026-11-21T00:00:00Z",
  };
}
