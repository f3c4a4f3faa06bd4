import { CommandError } from "../../src/protocol/errors.ts";
import { isRecord } from "../../src/protocol/json_value.ts";
import { Outputs } from "../../src/protocol/outputs.ts";
import type { CloseInfo, Data, Instant, OpenInfo, Output, Protocol } from "../../src/protocol/protocol.ts";
import { Queue } from "../../src/protocol/queue.ts";
import { Connection } from "./_connection.ts";
import { knownIntents } from "./_intents.ts";
import {
  answersTo,
  checkIdentify,
  originOf,
  parse,
  readyPayload,
  voiceState,
  withoutToken,
} from "./_payload.ts";
import { MemberRequests } from "./_members.ts";
import type { RestRequest, RestResponse } from "./_answers.ts";
import type { Effect } from "./_effect.ts";
import type { DiscordServerInteraction } from "./_interactions.ts";
import { RestApi } from "./_rest.ts";
import { ServerSession, shardOf } from "./_session.ts";
import { SessionStarts } from "./_starts.ts";
import { defaultGuild, type DiscordServerUser, World } from "./_world.ts";

import type {
  DiscordServerCommand,
  DiscordServerEvent,
  DiscordServerLogEntry,
  DiscordServerOptions,
} from "./_types.ts";

export type { RestFile, RestRequest, RestResponse } from "./_answers.ts";
export type { DiscordServerAnswer, DiscordServerInteraction } from "./_interactions.ts";
export type { DiscordServerLimit, DiscordServerLimits } from "./_limits.ts";
export type { DiscordServerGuild, DiscordServerMessage, DiscordServerUser } from "./_world.ts";
export type * from "./_types.ts";

type Unstamped<T> = T extends unknown ? Omit<T, "at"> : never;

type Input =
  | { readonly kind: "opened"; readonly link: number; readonly info: OpenInfo; readonly now: Instant }
  | { readonly kind: "received"; readonly link: number; readonly data: Data; readonly now: Instant }
  | { readonly kind: "closed"; readonly link: number; readonly info: CloseInfo; readonly now: Instant };

const CLOSE_TIMEOUT = 5_000;
const endsSession: ReadonlySet<number> = new Set([1000, 1001, 4007, 4009]);
const utf8 = new TextEncoder();

/**
 * Discord as a server core: the gateway (version 9 and 10, JSON) with the limits of the real service, and the
 * REST endpoints a bot needs. It runs in virtual time and, by `listenWebSocket`, over real sockets.
 *
 * **The caller's obligation** is that of every `Protocol`; each accepted link is told by `opened` with the URL
 * that was asked for.
 *
 * @see https://discord.com/developers/docs/events/gateway
 *
 * @example
 * ```ts
 * import { DiscordServer } from "@parley/testing";
 *
 * const server = new DiscordServer({ heartbeatInterval: 10_000 });
 * server.start(0);
 * server.opened(-1, { url: "ws://localhost/?v=10&encoding=json", protocol: "" }, 0);
 * server.poll(); // { kind: "event", event: { kind: "opened", … } }
 * server.poll(); // { kind: "send", link: -1, data: '{"t":null,"s":null,"op":10,…}' }
 * ```
 */
export class DiscordServer implements Protocol<DiscordServerCommand, DiscordServerEvent> {
  readonly #token: string;
  readonly #me: DiscordServerUser;
  readonly #world: World;
  readonly #options: Required<
    Omit<DiscordServerOptions, "token" | "user" | "guilds" | "url" | "resumeUrl" | "limits">
  >;
  readonly #url: string | undefined;
  readonly #resumeUrl: string | undefined;
  readonly #connections = new Map<number, Connection>();
  readonly #sessions = new Map<string, ServerSession>();
  readonly #starts: SessionStarts;
  readonly #inbox = new Queue<Input>();
  readonly #outputs = new Outputs<DiscordServerEvent>();
  readonly #log: DiscordServerLogEntry[] = [];
  readonly #members: MemberRequests;
  readonly #api: RestApi;
  #acks = true;
  #resumes = true;
  #greeting: "hello" | "reconnect" | "nothing" = "hello";
  /** No timer is due before this. */
  #nextAt: Instant = Infinity;
  /** The time of what is being worked through. */
  #now: Instant = 0;
  #tickedAt: Instant = -Infinity;
  #lastSession = 0;
  #stopping = false;
  #ended = false;

  /** Takes how the server is. */
  constructor(options: DiscordServerOptions = {}) {
    const { token = "parley.test.token", user, guilds, url, resumeUrl, limits = {}, ...rest } = options;
    this.#token = token;
    this.#me = user ?? { id: "1000000000000000001", username: "parley" };
    this.#world = new World(guilds ?? [defaultGuild]);
    this.#url = url;
    this.#resumeUrl = resumeUrl;
    this.#options = {
      heartbeatInterval: 41_250,
      shards: 1,
      maxConcurrency: 1,
      sessionStarts: 1_000,
      earlierStarts: [],
      limitMembers: false,
      shardMultiple: 1,
      allowedIntents: knownIntents,
      resumeWindow: 180_000,
      bufferSize: 100_000,
      logSize: 1_000_000,
      ...rest,
    };
    this.#members = new MemberRequests(this.#options.limitMembers);
    const { sessionStarts, maxConcurrency, earlierStarts } = this.#options;
    this.#starts = new SessionStarts(sessionStarts, maxConcurrency, earlierStarts);
    this.#api = new RestApi({
      world: this.#world,
      me: this.#me,
      limits,
      token: () => this.#starts.exceeded ? "" : this.#token,
      gatewayBot: (origin, now) => ({
        url: this.#url ?? origin?.replace(/^http/, "ws"),
        shards: this.#options.shards,
        session_start_limit: this.#starts.limit(now),
      }),
    });
  }

  /** What happened so far, oldest first. */
  get log(): readonly DiscordServerLogEntry[] {
    return this.#log;
  }

  /** The interactions that were begun, and what came of them, oldest first. */
  get interactions(): readonly DiscordServerInteraction[] {
    return this.#api.interactions.all;
  }

  /** How many requests of the last 10 minutes count as invalid, if `limits` have a limit for them. */
  get invalidRequests(): number {
    return this.#api.limits.invalidRequests(this.#now);
  }

  /** The sessions that are alive, their clients connected or away. */
  get sessions(): readonly { readonly id: string; readonly shard: number; readonly connected: boolean }[] {
    return [...this.#sessions.values()].map(({ id, shard, link }) => ({
      id,
      shard: shard[0],
      connected: link !== undefined,
    }));
  }

  /** Begins. */
  start(_now: Instant): void {}

  /** A client has connected. */
  opened(link: number, info: OpenInfo, now: Instant): void {
    this.#inbox.push({ kind: "opened", link, info, now });
  }

  /** Takes in a message. */
  receive(link: number, data: Data, now: Instant): void {
    this.#inbox.push({ kind: "received", link, data, now });
  }

  /** A client's link is gone. */
  closed(link: number, info: CloseInfo, now: Instant): void {
    this.#inbox.push({ kind: "closed", link, info, now });
  }

  /** The server asks for nothing. */
  answered(_id: number, _answer: unknown, _now: Instant): void {}

  /** Time has passed. */
  tick(now: Instant): void {
    this.#tickedAt = now;
  }

  /**
   * Does as it is told; most commands settle at once.
   *
   * @throws {CommandError} if the server has ended, or there is no such channel.
   */
  command(command: DiscordServerCommand, ticket: number, now: Instant): void {
    if (this.#stopping) throw new CommandError("closed", `Cannot ${command.kind}: the server has ended`);
    this.#now = now;
    if (command.kind === "interaction") {
      this.#apply([this.#api.interactions.begin(command.interaction, ticket, now)]);
      return this.#wakeBy(this.#api.interactions.deadline);
    }
    this.#outputs.done(ticket, this.#obey(command, now));
  }

  /** Waits no longer for the answer to an interaction; every other command is done when it is given. */
  cancel(ticket: number, _now: Instant): void {
    if (!this.#api.interactions.abandon(ticket)) return;
    this.#outputs.settle(ticket, { kind: "cancelled" });
  }

  /** Closes every link with 1001, and ends once they are gone. */
  shutdown(_mode: string, now: Instant): void {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#now = now;
    this.#apply(this.#api.interactions.close());
    for (const connection of this.#connections.values()) this.#close(connection, 1001, "Going away", now);
  }

  /** The next thing to do or to tell. */
  poll(): Output<DiscordServerEvent> | undefined {
    for (;;) {
      const output = this.#outputs.shift();
      if (output !== undefined) return output;
      const input = this.#inbox.shift();
      if (input !== undefined) {
        this.#take(input);
      } else if (this.#tickedAt >= this.#nextAt) {
        const now = this.#tickedAt;
        this.#tickedAt = -Infinity;
        this.#timers(now);
      } else {
        if (this.#stopping && !this.#ended && this.#connections.size === 0) {
          this.#ended = true;
          this.#nextAt = Infinity;
          this.#outputs.end();
          continue;
        }
        return undefined;
      }
    }
  }

  /** When the next timer is due, or earlier. */
  deadline(): Instant {
    return this.#nextAt;
  }

  #take(input: Input): void {
    this.#now = input.now;
    if (input.kind === "opened") return this.#open(input.link, input.info, input.now);
    const connection = this.#connections.get(input.link);
    if (connection === undefined) return;
    if (input.kind === "received") return this.#received(connection, input.data, input.now);
    this.#gone(connection, input.info, input.now);
  }

  #open(link: number, info: OpenInfo, now: Instant): void {
    const { heartbeatInterval } = this.#options;
    // "There is already tolerance in the heartbeat_interval that will cover network latency."
    const connection = new Connection(link, info.url, now + heartbeatInterval * 1.5);
    this.#connections.set(link, connection);
    this.#wakeBy(connection.heartbeatBy);
    this.#note({ kind: "opened", link, url: info.url });
    this.#outputs.tell({ kind: "opened", link, url: info.url });
    if (this.#stopping) return this.#close(connection, 1001, "Going away", now);
    const query = URL.canParse(info.url) ? new URL(info.url).searchParams : new URLSearchParams();
    const version = query.get("v");
    if (version !== "9" && version !== "10") return this.#close(connection, 4012, "Invalid API version", now);
    if ((query.get("encoding") ?? "json") !== "json" || query.has("compress")) {
      return this.#close(connection, 4002, "Only JSON without compression is spoken here", now);
    }
    if (this.#greeting === "reconnect") return this.#askToReconnect(connection, now);
    if (this.#greeting === "hello") this.#send(connection, 10, { heartbeat_interval: heartbeatInterval });
  }

  #received(connection: Connection, data: Data, now: Instant): void {
    if (connection.dropAt < Infinity) return;
    const bytes = typeof data === "string" ? utf8.encode(data).length : data.length;
    const payload = bytes <= 4096 && typeof data === "string" ? parse(data) : undefined;
    this.#note({ kind: "received", link: connection.link, op: payload?.op, d: withoutToken(payload?.d) });
    // "Apps can send 120 gateway events per connection every 60 seconds."
    const { received } = connection;
    while ((received[0] ?? Infinity) + 60_000 <= now) received.shift();
    received.push(now);
    if (received.length > 120) return this.#close(connection, 4008, "Rate limited", now);
    if (payload === undefined) return this.#close(connection, 4002, "Decode error", now);
    switch (payload.op) {
      case 1:
        return this.#heartbeat(connection, payload.d, now);
      case 2:
        return this.#identify(connection, payload.d, now);
      case 6:
        return this.#resume(connection, payload.d, now);
      case 3:
      case 4:
      case 8:
      case 31:
      case 43:
        if (connection.session === undefined) return this.#close(connection, 4003, "Not authenticated", now);
        this.#outputs.tell({ kind: "received", link: connection.link, op: payload.op, d: payload.d });
        return this.#serve(connection.session, payload.op, payload.d, now);
      default:
        return this.#close(connection, 4001, "Unknown opcode", now);
    }
  }

  #heartbeat(connection: Connection, d: unknown, now: Instant): void {
    connection.heartbeatBy = now + this.#options.heartbeatInterval * 1.5;
    if (typeof d === "number") connection.session?.acknowledge(d);
    if (this.#acks) this.#send(connection, 11, undefined);
  }

  #identify(connection: Connection, d: unknown, now: Instant): void {
    if (connection.session !== undefined) return this.#close(connection, 4005, "Already authenticated", now);
    const { shardMultiple, allowedIntents, bufferSize } = this.#options;
    if (this.#starts.count(now)) {
      // "Upon hitting this limit, all active sessions for the app will be terminated, the bot token will be
      // reset."
      this.#sessions.clear();
      for (const other of this.#connections.values()) this.#close(other, 4004, "Authentication failed", now);
      return;
    }
    const identity = checkIdentify(d, { shardMultiple, allowedIntents }, (token) => this.#accepts(token));
    if ("code" in identity) return this.#close(connection, identity.code, identity.reason, now);
    const { shard, intents } = identity;
    // "If your app exceeds this limit, Discord will respond with a Invalid Session event."
    if (!this.#starts.admit(shard[0], now)) return this.#send(connection, 9, false);
    this.#begin(
      new ServerSession(this.#sessionId(), shard, intents, connection.link, bufferSize),
      connection,
      now,
    );
  }

  #begin(session: ServerSession, connection: Connection, now: Instant): void {
    const { link } = connection;
    const guilds = this.#world.guilds.filter(({ id }) => shardOf(id, session.shard[1]) === session.shard[0]);
    connection.session = session;
    this.#sessions.set(session.id, session);
    this.#note({ kind: "session", link, session: session.id, shard: session.shard[0], resumed: false });
    this.#outputs.tell({ kind: "identified", link, session: session.id, shard: session.shard });
    const resumeUrl = this.#resumeUrl ?? originOf(connection.url);
    this.#dispatchTo(session, "READY", readyPayload(session, this.#me, guilds, resumeUrl));
    if (!session.seesGuilds) return;
    for (const guild of guilds) {
      this.#dispatchTo(session, "GUILD_CREATE", this.#world.guildCreate(guild, this.#me, now));
    }
  }

  #resume(connection: Connection, d: unknown, now: Instant): void {
    if (connection.session !== undefined) return this.#close(connection, 4005, "Already authenticated", now);
    if (!isRecord(d) || typeof d.token !== "string" || typeof d.session_id !== "string") {
      return this.#close(connection, 4002, "Decode error", now);
    }
    if (!this.#accepts(d.token)) return this.#close(connection, 4004, "Authentication failed", now);
    if (!this.#resumes) return this.#close(connection, 4000, "Unknown error", now);
    const session = this.#sessions.get(d.session_id);
    if (session === undefined) return this.#send(connection, 9, false);
    const { seq } = d;
    if (typeof seq !== "number" || !Number.isSafeInteger(seq) || seq < 0 || seq > session.sequence) {
      this.#sessions.delete(session.id);
      return this.#close(connection, 4007, "Invalid seq", now);
    }
    const missed = session.since(seq);
    if (missed === undefined) {
      this.#sessions.delete(session.id);
      return this.#send(connection, 9, false);
    }
    const { link } = connection;
    const before = session.link === undefined ? undefined : this.#connections.get(session.link);
    if (before !== undefined) {
      // The client is back before we noticed that it was gone.
      before.session = undefined;
      this.#close(before, 4000, "Resumed elsewhere", now);
    }
    session.link = link;
    session.expiresAt = Infinity;
    connection.session = session;
    this.#note({ kind: "session", link, session: session.id, shard: session.shard[0], resumed: true });
    for (const { s, t, text } of missed) {
      this.#note({ kind: "replayed", link, session: session.id, s, t });
      this.#outputs.send(link, text);
    }
    // It is not part of what can be replayed, so it takes no number of its own.
    const text = JSON.stringify({ t: "RESUMED", s: session.sequence, op: 0, d: {} });
    this.#outputs.send(link, text);
    this.#outputs.tell({ kind: "resumed", link, session: session.id, replayed: missed.length });
  }

  /** Answers what a client asks for. */
  #serve(session: ServerSession, op: number, d: unknown, now: Instant): void {
    if (!isRecord(d)) return;
    if (op === 4) return this.#dispatch("VOICE_STATE_UPDATE", voiceState(d, this.#me.id, session.id));
    if (op === 8) {
      const guild = this.#world.guilds.find(({ id }) => id === d.guild_id);
      for (const { t, d: answer } of this.#members.answer(d, session.intents, guild, this.#me, now)) {
        this.#dispatchTo(session, t, answer);
      }
    }
    for (const { t, d: answer } of answersTo(op, d)) this.#dispatchTo(session, t, answer);
  }

  #obey(command: Exclude<DiscordServerCommand, { kind: "interaction" }>, now: Instant): unknown {
    switch (command.kind) {
      case "dispatch":
        return this.#dispatch(command.t, command.d);
      case "message": {
        if (!this.#world.hasChannel(command.channel)) {
          throw new CommandError(
            "invalid_command",
            `Cannot say something: there is no channel "${command.channel}"`,
          );
        }
        const author = { id: "2000000000000000002", username: "somebody", ...command.author };
        const { message } = this.#world.say({ ...command, author, bot: false }, false, now);
        this.#outputs.tell({ kind: "message", message, bot: false });
        this.#dispatch("MESSAGE_CREATE", message);
        return message;
      }
      case "rest":
        return this.#rest(command, now);
      case "limits":
        this.#api.limits.limits = command.limits;
        return;
      case "acks":
        this.#acks = command.on;
        return;
      case "resumes":
        this.#resumes = command.on;
        return;
      case "greet":
        this.#greeting = command.with;
        return;
      case "lose":
        for (const session of this.#sessions.values()) {
          if (command.shard === undefined || command.shard === session.shard[0]) session.loses = command;
        }
        return;
    }
    for (const connection of [...this.#connections.values()]) {
      if (command.shard !== undefined && connection.session?.shard[0] !== command.shard) continue;
      switch (command.kind) {
        case "reconnect":
          this.#askToReconnect(connection, now);
          break;
        case "heartbeat":
          this.#send(connection, 1, null);
          break;
        case "send":
          this.#outputs.send(connection.link, command.text);
          break;
        case "invalidate":
          this.#detach(connection, command.resumable, now);
          this.#send(connection, 9, command.resumable);
          break;
        case "close":
          this.#close(connection, command.code, command.reason ?? "Closed by the test", now);
          break;
        case "drop":
          this.#drop(connection, now);
          break;
      }
    }
  }

  #rest(request: RestRequest, now: Instant): RestResponse {
    const { response, effects } = this.#api.request(request, now);
    const { method } = request;
    const path = request.path.replace(/(\/(?:interactions|webhooks)\/[^/]+\/)[^/]+/, "$1:token");
    this.#note({ kind: "request", link: 0, method, path, status: response.status });
    this.#apply(effects);
    return response;
  }

  #apply(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind === "settle") this.#outputs.settle(effect.ticket, effect.outcome);
      else if (effect.kind === "dispatch") this.#dispatch(effect.t, effect.d);
      else {
        const { event } = effect;
        if (event.kind === "answered" || event.kind === "interaction_message") {
          this.#note({ link: 0, ...event });
        }
        this.#outputs.tell(event);
      }
    }
  }

  /** Gives an event to every session it is for, also to those whose clients are away. */
  #dispatch(t: string, d: unknown): void {
    for (const session of this.#sessions.values()) {
      if (!session.wants(t, d)) continue;
      const seen = /^MESSAGE_(CREATE|UPDATE)$/.test(t) && isRecord(d)
        ? session.messageFor(d, this.#me.id)
        : d;
      this.#dispatchTo(session, t, seen);
    }
  }

  #dispatchTo(session: ServerSession, t: string, d: unknown): void {
    const { loses } = session;
    session.loses = undefined;
    const data = session.push(t, d, loses?.kept);
    const link = loses === undefined ? session.link ?? 0 : 0;
    this.#note({ kind: "dispatched", link, session: session.id, s: session.sequence, t });
    if (link !== 0) this.#outputs.send(link, data);
  }

  #send(connection: Connection, op: number, d: unknown): void {
    if (connection.dropAt < Infinity) return;
    const { link } = connection;
    this.#note({ kind: "sent", link, op });
    this.#outputs.send(link, JSON.stringify({ t: null, s: null, op, d }));
  }

  /** "A few seconds after the reconnect event is dispatched, the connection may be closed by the server." */
  #askToReconnect(connection: Connection, now: Instant): void {
    this.#send(connection, 7, null);
    connection.closeAt = now + 5_000;
    this.#wakeBy(connection.closeAt);
  }

  #close(connection: Connection, code: number, reason: string, now: Instant): void {
    if (connection.dropAt < Infinity) return;
    const { link } = connection;
    this.#detach(connection, !endsSession.has(code), now);
    connection.dropAt = now + CLOSE_TIMEOUT;
    connection.heartbeatBy = Infinity;
    connection.closeAt = Infinity;
    this.#wakeBy(connection.dropAt);
    this.#note({ kind: "closing", link, code, reason });
    this.#outputs.close(link, code, reason);
    this.#outputs.tell({ kind: "refused", link, code, reason });
  }

  #drop(connection: Connection, now: Instant): void {
    this.#outputs.abort(connection.link);
    this.#gone(connection, { code: 1006, reason: "", clean: false, cause: "lost" }, now);
  }

  #gone(connection: Connection, info: CloseInfo, now: Instant): void {
    const { link } = connection;
    this.#connections.delete(link);
    // "When you close the connection to the gateway with close code 1000 or 1001, your session will be
    // invalidated."
    this.#detach(connection, !(info.cause === "peer" && (info.code === 1000 || info.code === 1001)), now);
    this.#note({ kind: "closed", link, info });
    this.#outputs.tell({ kind: "closed", link, info });
  }

  /** Takes the session off its link: it waits for its client, or is over. */
  #detach(connection: Connection, resumable: boolean, now: Instant): void {
    const { session } = connection;
    connection.session = undefined;
    if (session === undefined) return;
    session.link = undefined;
    session.expiresAt = now + this.#options.resumeWindow;
    if (resumable) this.#wakeBy(session.expiresAt);
    else this.#sessions.delete(session.id);
  }

  #timers(now: Instant): void {
    this.#now = now;
    this.#nextAt = Infinity;
    this.#apply(this.#api.interactions.tick(now));
    this.#wakeBy(this.#api.interactions.deadline);
    for (const session of this.#sessions.values()) {
      if (session.expiresAt <= now) this.#sessions.delete(session.id);
      else this.#wakeBy(session.expiresAt);
    }
    for (const connection of [...this.#connections.values()]) {
      if (connection.dropAt <= now) {
        this.#drop(connection, now);
        continue;
      }
      // "If your app fails to send a heartbeat event in time, your connection will be closed and you will be
      // forced to Resume."
      if (connection.heartbeatBy <= now) this.#close(connection, 4000, "No heartbeat", now);
      if (connection.closeAt <= now) this.#close(connection, 4000, "Reconnect", now);
      this.#wakeBy(Math.min(connection.dropAt, connection.heartbeatBy, connection.closeAt));
    }
  }

  #wakeBy(at: Instant): void {
    this.#nextAt = Math.min(this.#nextAt, at);
  }

  #accepts(token: string): boolean {
    return !this.#starts.exceeded && token.replace(/^Bot /, "") === this.#token;
  }

  #sessionId(): string {
    return `session-${++this.#lastSession}`;
  }

  #note(entry: Unstamped<DiscordServerLogEntry>): void {
    this.#log.push({ ...entry, at: this.#now });
    // Half at a time, since to move what is left takes as long as there is of it.
    if (this.#log.length > this.#options.logSize) this.#log.splice(0, Math.ceil(this.#options.logSize / 2));
  }
}
