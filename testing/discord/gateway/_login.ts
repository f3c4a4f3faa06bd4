import { isRecord } from "@parley/parley/internal";
import type { Connection } from "./_connection.ts";
import type { Faults } from "../_faults.ts";
import type { Gateway } from "./_gateway.ts";
import { checkIdentify, originOf, readyPayload } from "./_payload.ts";
import { ServerSession, shardOf } from "./_session.ts";
import type { SessionStarts } from "./_starts.ts";
import type { DiscordServerUser, World } from "../_world.ts";

/** What decides who comes in, and what they find there. */
export interface LoginOptions {
  /** Null: any is taken. */
  readonly token: string | null;
  readonly me: DiscordServerUser;
  readonly world: World;
  readonly starts: SessionStarts;
  /** Shards must come in a multiple of this. */
  readonly shardMultiple: number;
  readonly allowedIntents: number;
  /** How many events a session keeps for replay. */
  readonly bufferSize: number;
  /** What READY says of resuming; undefined: where the link came to. */
  readonly resumeUrl: string | undefined;
}

/** How clients come in: IDENTIFY and RESUME. */
export class Login {
  readonly #gateway: Gateway;
  readonly #faults: Faults;
  readonly #options: LoginOptions;
  #lastSession = 0;

  constructor(gateway: Gateway, faults: Faults, options: LoginOptions) {
    this.#gateway = gateway;
    this.#faults = faults;
    this.#options = options;
  }

  /** IDENTIFY: a session begins, if it may. */
  identify(connection: Connection, d: unknown): void {
    if (connection.session !== undefined) {
      return this.#gateway.close(connection, 4005, "Already authenticated");
    }
    const { shardMultiple, allowedIntents, bufferSize } = this.#options;
    const { now } = this.#gateway;
    if (this.#options.starts.count(now)) {
      // "Upon hitting this limit, all active sessions for the app will be terminated, the bot token will be
      // reset."
      this.#gateway.sessions.clear();
      this.#gateway.expiries.clearAll();
      this.#gateway.deliveries.clearAll();
      for (const other of this.#gateway.connections.values()) {
        this.#gateway.close(other, 4004, "Authentication failed");
      }
      return;
    }
    const identity = checkIdentify(d, { shardMultiple, allowedIntents }, (token) => this.#accepts(token));
    if ("code" in identity) return this.#gateway.close(connection, identity.code, identity.reason);
    const { shard, intents } = identity;
    // "If your app exceeds this limit, Discord will respond with a Invalid Session event."
    if (!this.#options.starts.admit(shard[0], now)) return this.#gateway.send(connection, 9, false);
    const id = `session-${++this.#lastSession}`;
    const session = new ServerSession(id, shard, intents, connection.link, bufferSize);
    session.compresses = isRecord(d) && d.compress === true && connection.encoding === "json";
    session.skew = this.#faults.skewOf(session);
    this.#begin(session, connection);
  }

  /** RESUME: a session is taken up again, if it is there. */
  resume(connection: Connection, d: unknown): void {
    if (connection.session !== undefined) {
      return this.#gateway.close(connection, 4005, "Already authenticated");
    }
    if (!isRecord(d) || typeof d.token !== "string" || typeof d.session_id !== "string") {
      return this.#gateway.close(connection, 4002, "Decode error");
    }
    if (!this.#accepts(d.token)) return this.#gateway.close(connection, 4004, "Authentication failed");
    if (!this.#faults.resumes) return this.#gateway.close(connection, 4000, "Unknown error");
    const session = this.#gateway.sessions.get(d.session_id);
    if (session === undefined) return this.#gateway.send(connection, 9, false);
    const { seq } = d;
    if (typeof seq !== "number" || !Number.isSafeInteger(seq) || seq < 0 || seq > session.sequence) {
      this.#gateway.forget(session);
      return this.#gateway.close(connection, 4007, "Invalid seq");
    }
    const missed = session.since(seq);
    if (missed === undefined) {
      this.#gateway.forget(session);
      return this.#gateway.send(connection, 9, false);
    }
    const { link } = connection;
    const before = session.link === undefined ? undefined : this.#gateway.connections.get(session.link);
    if (before !== undefined) {
      // The client is back before we noticed that it was gone.
      before.session = undefined;
      this.#gateway.close(before, 4000, "Resumed elsewhere");
    }
    session.link = link;
    this.#gateway.expiries.clear(session);
    connection.session = session;
    this.#gateway.note({
      kind: "session",
      link,
      session: session.id,
      shard: session.shard[0],
      resumed: true,
    });
    for (const { s, t, text } of missed) {
      this.#gateway.note({ kind: "replayed", link, session: session.id, s, t });
      this.#gateway.write(link, text);
    }
    // It is not part of what can be replayed, so it takes no number of its own.
    const text = JSON.stringify({ t: "RESUMED", s: session.sequence, op: 0, d: {} });
    this.#gateway.write(link, text);
    this.#gateway.outputs.tell({ kind: "resumed", link, session: session.id, replayed: missed.length });
  }

  #begin(session: ServerSession, connection: Connection): void {
    const { link } = connection;
    const guilds = this.#options.world.guilds.filter(({ id }) =>
      shardOf(id, session.shard[1]) === session.shard[0]
    );
    connection.session = session;
    this.#gateway.sessions.set(session.id, session);
    this.#gateway.note({
      kind: "session",
      link,
      session: session.id,
      shard: session.shard[0],
      resumed: false,
    });
    this.#gateway.outputs.tell({ kind: "identified", link, session: session.id, shard: session.shard });
    const resumeUrl = this.#options.resumeUrl ?? originOf(connection.url);
    this.#gateway.dispatchTo(session, "READY", readyPayload(session, this.#options.me, guilds, resumeUrl));
    if (!session.seesGuilds) return;
    for (const guild of guilds) {
      const { id, unavailable = false } = guild;
      const create = () => this.#options.world.guildCreate(guild, this.#options.me, this.#gateway.now);
      const late = this.#faults.lateOf(session, id);
      if (unavailable) this.#gateway.dispatchTo(session, "GUILD_DELETE", { id, unavailable });
      else if (late > 0) {
        session.missing.add(id);
        this.#gateway.arrivals.set({ session, guild: id, create }, this.#gateway.now + late);
      } else this.#gateway.dispatchTo(session, "GUILD_CREATE", create());
    }
  }

  #accepts(token: string): boolean {
    const { starts, token: right } = this.#options;
    return !starts.exceeded && (right === null || token.replace(/^Bot /, "") === right);
  }
}
