import { isRecord } from "@parley/parley/internal";
import { type CloseInfo, Deadlines, type Instant, type Outputs } from "@parley/parley/protocol";
import { builtin } from "../../world/_builtin.ts";
import type { Connection } from "./_connection.ts";
import { writeEtf } from "./_etf.ts";
import { guildOf, type ServerSession, shardOf } from "./_session.ts";
import type { DiscordServerEvent, DiscordServerLogEntry } from "../_types.ts";

type Unstamped<T> = T extends unknown ? Omit<T, "at"> : never;

const CLOSE_TIMEOUT = 5_000;
/** From how many characters on a payload is compressed. */
const WORTH_IT = 200;
const endsSession: ReadonlySet<number> = new Set([1000, 1001, 4007, 4009]);

/** A guild that a session gets later than others. */
export interface Arrival {
  readonly session: ServerSession;
  readonly guild: string;
  /** The data of its GUILD_CREATE. */
  readonly create: () => unknown;
}

/** What a gateway needs to know. */
export interface GatewayOptions {
  /** The bot's own user. */
  readonly me: string;
  /** How long a session waits for its client to come back, in milliseconds. */
  readonly resumeWindow: number;
  /** How many entries the log keeps. */
  readonly logSize: number;
}

/** Who is connected and with which session, and how payloads get to them. */
export class Gateway {
  readonly outputs: Outputs<DiscordServerEvent>;
  /** By their links. */
  readonly connections: Map<number, Connection> = new Map();
  /** By their ids; also those whose clients are away. */
  readonly sessions: Map<string, ServerSession> = new Map();
  /** By when a client has to send a heartbeat. */
  readonly heartbeats: Deadlines<Connection> = new Deadlines();
  /** When a client that was asked to reconnect is closed. */
  readonly closes: Deadlines<Connection> = new Deadlines();
  /** When a client that does not answer a close is dropped. */
  readonly drops: Deadlines<Connection> = new Deadlines();
  /** When a session whose client is away is forgotten. */
  readonly expiries: Deadlines<ServerSession> = new Deadlines();
  /** When a session gets a guild that it gets later than others. */
  readonly arrivals: Deadlines<Arrival> = new Deadlines();
  /** When a session is told next of what it is told late. */
  readonly deliveries: Deadlines<ServerSession> = new Deadlines();
  /** What happened so far, oldest first. */
  readonly log: DiscordServerLogEntry[] = [];
  /** The time of what is being worked through. */
  now: Instant = 0;
  readonly #options: GatewayOptions;

  constructor(options: GatewayOptions, outputs: Outputs<DiscordServerEvent>) {
    this.#options = options;
    this.outputs = outputs;
  }

  /** When the first of its deadlines is. */
  get deadline(): Instant {
    const { heartbeats, closes, drops, expiries, arrivals, deliveries } = this;
    const { next } = deliveries;
    return Math.min(heartbeats.next, closes.next, drops.next, expiries.next, arrivals.next, next);
  }

  /** Does what is due. */
  due(): void {
    const { now, expiries, drops, heartbeats, closes, arrivals, deliveries } = this;
    for (let one = arrivals.due(now); one !== undefined; one = arrivals.due(now)) {
      const { session, guild, create } = one;
      session.missing.delete(guild);
      if (this.sessions.has(session.id)) this.dispatchTo(session, "GUILD_CREATE", create());
    }
    for (let one = deliveries.due(now); one !== undefined; one = deliveries.due(now)) {
      while ((one.late[0]?.at ?? Infinity) <= now) {
        const event = one.late.shift();
        if (event !== undefined) this.#give(one, event.t, event.d);
      }
      const [next] = one.late;
      if (next !== undefined) deliveries.set(one, next.at);
    }
    for (let one = expiries.due(now); one !== undefined; one = expiries.due(now)) {
      this.sessions.delete(one.id);
      deliveries.clear(one);
    }
    for (let one = drops.due(now); one !== undefined; one = drops.due(now)) this.drop(one);
    // "If your app fails to send a heartbeat event in time, your connection will be closed and you will be forced to
    // Resume."
    for (let one = heartbeats.due(now); one !== undefined; one = heartbeats.due(now)) {
      this.close(one, 4000, "No heartbeat");
    }
    for (let one = closes.due(now); one !== undefined; one = closes.due(now)) {
      this.close(one, 4000, "Reconnect");
    }
  }

  /** Gives an event to every session it is for, also to those whose clients are away. */
  dispatch(t: string, d: unknown): void {
    const guild = guildOf(t, d);
    // Most have as many shards as the one before.
    let [shard, count] = [-1, 0];
    for (const session of this.sessions.values()) {
      if (session.shard[1] !== count) [shard, count] = [shardOf(guild, session.shard[1]), session.shard[1]];
      if (session.shard[0] !== shard || !session.wants(t, d, guild, this.#options.me)) continue;
      const seen = /^MESSAGE_(CREATE|UPDATE)$/.test(t) && isRecord(d)
        ? session.messageFor(d, this.#options.me)
        : d;
      this.dispatchTo(session, t, seen);
    }
  }

  /** Gives an event to one session, once those before it have been given. */
  dispatchTo(session: ServerSession, t: string, d: unknown): void {
    const { skew, late } = session;
    if (skew === 0 && late.length === 0) return this.#give(session, t, d);
    late.push({ at: Math.max(this.now + skew, late.at(-1)?.at ?? -Infinity), t, d });
    this.deliveries.set(session, late[0]?.at ?? Infinity);
  }

  #give(session: ServerSession, t: string, d: unknown): void {
    const { loses } = session;
    session.loses = undefined;
    const data = session.push(t, d, loses?.kept);
    const link = loses === undefined ? session.link ?? 0 : 0;
    this.note({ kind: "dispatched", link, session: session.id, s: session.sequence, t, d });
    if (link !== 0) this.write(link, data);
  }

  /** Sends a payload that is no dispatch. */
  send(connection: Connection, op: number, d: unknown): void {
    if (connection.closing) return;
    const { link } = connection;
    this.note({ kind: "sent", link, op });
    this.write(link, JSON.stringify({ t: null, s: null, op, d }));
  }

  /** Sends a payload, which is JSON, in the encoding of its link. */
  write(link: number, payload: string): void {
    const connection = this.connections.get(link);
    if (connection?.encoding === "etf") return this.outputs.send(link, writeEtf(JSON.parse(payload)));
    // "Some", its documentation says: those that it is worth it for.
    const compresses = connection?.session?.compresses === true && !connection.isCompressed &&
      payload.length > WORTH_IT;
    const deflated = compresses ? builtin("node:zlib")?.deflateSync(payload) : undefined;
    this.outputs.send(link, deflated === undefined ? payload : new Uint8Array(deflated));
  }

  /** "A few seconds after the reconnect event is dispatched, the connection may be closed by the server." */
  askToReconnect(connection: Connection): void {
    this.send(connection, 7, null);
    this.closes.set(connection, this.now + 5_000);
  }

  /** Closes a link, with the session on it or so that it can be taken up again. */
  close(connection: Connection, code: number, reason: string): void {
    if (connection.closing) return;
    const { link } = connection;
    this.detach(connection, !endsSession.has(code));
    this.#unwatch(connection);
    connection.closing = true;
    this.drops.set(connection, this.now + CLOSE_TIMEOUT);
    this.note({ kind: "closing", link, code, reason });
    this.outputs.close(link, code, reason);
    this.outputs.tell({ kind: "refused", link, code, reason });
  }

  /** Drops a link without a goodbye. */
  drop(connection: Connection): void {
    this.outputs.abort(connection.link);
    this.gone(connection, { code: 1006, reason: "", clean: false, cause: "lost" });
  }

  /** A link is gone. */
  gone(connection: Connection, info: CloseInfo): void {
    const { link } = connection;
    this.connections.delete(link);
    this.#unwatch(connection);
    // "When you close the connection to the gateway with close code 1000 or 1001, your session will be
    // invalidated."
    this.detach(connection, !(info.cause === "peer" && (info.code === 1000 || info.code === 1001)));
    this.note({ kind: "closed", link, info });
    this.outputs.tell({ kind: "closed", link, info });
  }

  /** Takes the session off its link: it waits for its client, or is over. */
  detach(connection: Connection, resumable: boolean): void {
    const { session } = connection;
    connection.session = undefined;
    if (session === undefined) return;
    session.link = undefined;
    // Nothing is left of it if all sessions were ended.
    if (!resumable || !this.sessions.has(session.id)) return this.forget(session);
    this.expiries.set(session, this.now + this.#options.resumeWindow);
  }

  /** A session is over. */
  forget(session: ServerSession): void {
    this.sessions.delete(session.id);
    this.expiries.clear(session);
    this.deliveries.clear(session);
  }

  /** Notes what happened. */
  note(entry: Unstamped<DiscordServerLogEntry>): void {
    this.log.push({ ...entry, at: this.now });
    // Half at a time, since to move what is left takes as long as there is of it.
    if (this.log.length > this.#options.logSize) this.log.splice(0, Math.ceil(this.#options.logSize / 2));
  }

  #unwatch(connection: Connection): void {
    this.heartbeats.clear(connection);
    this.closes.clear(connection);
    this.drops.clear(connection);
  }
}
