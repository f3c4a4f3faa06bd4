import { isRecord } from "@parley/parley/internal";
import {
  CommandError,
  Core,
  type Data,
  type Input,
  type Instant,
  type OpenInfo,
} from "@parley/parley/protocol";
import type { RestRequest, RestResponse } from "./rest/_answers.ts";
import { Connection } from "./gateway/_connection.ts";
import type { Effect } from "./rest/_effect.ts";
import { Faults } from "./_faults.ts";
import { Gateway } from "./gateway/_gateway.ts";
import type { CompressedInfo } from "./links.ts";
import { applicationFlags, knownIntents } from "./gateway/_intents.ts";
import type { DiscordServerInteraction } from "./rest/_interactions.ts";
import { Login } from "./gateway/_login.ts";
import { MemberRequests } from "./_members.ts";
import { answersTo, parse, voiceServer, voiceState, withoutToken } from "./gateway/_payload.ts";
import { RestApi } from "./rest/_rest.ts";
import type { ServerSession } from "./gateway/_session.ts";
import { SessionStarts } from "./gateway/_starts.ts";
import type {
  DiscordServerCommand,
  DiscordServerEvent,
  DiscordServerLogEntry,
  DiscordServerOptions,
} from "./_types.ts";
import { defaultGuild, type DiscordServerMessage, type DiscordServerUser, World } from "./_world.ts";

export type { RestFile, RestRequest, RestResponse } from "./rest/_answers.ts";
export type { DiscordServerAnswer, DiscordServerInteraction } from "./rest/_interactions.ts";
export type { DiscordServerLimit, DiscordServerLimits } from "./rest/_limits.ts";
export type { DiscordServerGuild, DiscordServerMessage, DiscordServerUser } from "./_world.ts";
export type * from "./_types.ts";

const utf8 = new TextEncoder();

/**
 * Discord as a server core: the gateway (version 9 and 10, JSON and ETF) with the limits of the real service, and the
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
export class DiscordServer extends Core<DiscordServerCommand, DiscordServerEvent> {
  readonly #me: DiscordServerUser;
  readonly #heartbeatInterval: number;
  readonly #world: World;
  readonly #gateway: Gateway;
  readonly #faults: Faults;
  readonly #login: Login;
  readonly #api: RestApi;
  readonly #members: MemberRequests;
  #state: "running" | "ending" | "ended" = "running";

  /** Takes how the server is. */
  constructor(options: DiscordServerOptions = {}) {
    super();
    const { token = "parley.test.token", url, limits = {}, shards = 1, heartbeatInterval = 41_250 } = options;
    this.#me = options.user ?? { id: "1000000000000000001", username: "parley" };
    this.#heartbeatInterval = heartbeatInterval;
    this.#world = new World(options.guilds ?? [defaultGuild]);
    this.#members = new MemberRequests(options.limitMembers ?? false);
    const { allowedIntents = knownIntents } = options;
    const { sessionStarts = 1_000, maxConcurrency = 1, earlierStarts = [] } = options;
    const starts = new SessionStarts(sessionStarts, maxConcurrency, earlierStarts);
    const { resumeWindow = 180_000, logSize = 1_000_000 } = options;
    this.#gateway = new Gateway({ me: this.#me.id, resumeWindow, logSize }, this.outputs);
    this.#faults = new Faults(this.#gateway);
    this.#login = new Login(this.#gateway, this.#faults, {
      token,
      me: this.#me,
      world: this.#world,
      starts,
      shardMultiple: options.shardMultiple ?? 1,
      allowedIntents,
      bufferSize: options.bufferSize ?? 100_000,
      resumeUrl: options.resumeUrl,
    });
    this.#api = new RestApi({
      world: this.#world,
      me: this.#me,
      flags: applicationFlags(allowedIntents),
      limits,
      accepts: (authorization) => {
        return !starts.exceeded && (token === null || authorization === `Bot ${token}`);
      },
      gatewayBot: (origin, now) => ({
        url: url ?? origin?.replace(/^http/, "ws"),
        shards,
        session_start_limit: starts.limit(now),
      }),
    });
  }

  /** What happened so far, oldest first. */
  get log(): readonly DiscordServerLogEntry[] {
    return this.#gateway.log;
  }

  /** The interactions that were begun, and what came of them, oldest first. */
  get interactions(): readonly DiscordServerInteraction[] {
    return this.#api.interactions.all;
  }

  /** The commands that the bot has registered, anywhere; undefined: it has registered none. */
  get commands(): readonly Readonly<Record<string, unknown>>[] | undefined {
    return this.#api.commands;
  }

  /** The roles of somebody in a guild, by their IDs; none of somebody who is not there. */
  rolesOf(guild: string, user: string): readonly string[] {
    return this.#world.member(guild, user)?.roles ?? [];
  }

  /** Whether somebody but the bot is in a guild. */
  isMember(guild: string, user: string): boolean {
    return this.#world.member(guild, user) !== undefined;
  }

  /** The messages that are there, of those that were said last; newest first. */
  get messages(): readonly DiscordServerMessage[] {
    return this.#world.messages();
  }

  /** How many requests of the last 10 minutes count as invalid, if `limits` have a limit for them. */
  get invalidRequests(): number {
    return this.#api.limits.invalidRequests(this.#gateway.now);
  }

  /** The sessions that are alive, their clients connected or away. */
  get sessions(): readonly {
    readonly id: string;
    readonly shard: number;
    /** How many shards its set has. */
    readonly count: number;
    readonly connected: boolean;
  }[] {
    return [...this.#gateway.sessions.values()].map(({ id, shard, link }) => ({
      id,
      shard: shard[0],
      count: shard[1],
      connected: link !== undefined,
    }));
  }

  /** Begins. */
  start(now: Instant): void {
    this.#gateway.now = now;
  }

  /**
   * Does as it is told; most commands settle at once.
   *
   * @throws {CommandError} if the server has ended, or there is no such channel.
   */
  command(command: DiscordServerCommand, ticket: number, now: Instant): void {
    if (this.#state !== "running") {
      throw new CommandError("closed", `Cannot ${command.kind}: the server has ended`);
    }
    this.#gateway.now = now;
    if (command.kind === "interaction") {
      return this.#apply([this.#api.interactions.begin(command.interaction, ticket, now)]);
    }
    this.outputs.done(ticket, this.#obey(command, now));
  }

  /** Waits no longer for the answer to an interaction; every other command is done when it is given. */
  cancel(ticket: number, _now: Instant): void {
    if (!this.#api.interactions.abandon(ticket)) return;
    this.outputs.settle(ticket, { kind: "cancelled" });
  }

  /** Closes every link with 1001, and ends once they are gone. */
  shutdown(_mode: string, now: Instant): void {
    if (this.#state !== "running") return;
    this.#state = "ending";
    this.#gateway.now = now;
    this.#apply(this.#api.interactions.close());
    for (const connection of this.#gateway.connections.values()) {
      this.#gateway.close(connection, 1001, "Going away");
    }
    this.#endOnceAllAreGone();
  }

  /** When `tick` is due at the latest. */
  deadline(): Instant {
    if (this.#state === "ended") return Infinity;
    return Math.min(this.#gateway.deadline, this.#api.interactions.deadline);
  }

  protected take(input: Input): void {
    if (this.#state === "ended") return;
    this.#gateway.now = input.now;
    switch (input.kind) {
      case "opened":
        this.#opened(input.link, input.info);
        break;
      case "received": {
        const connection = this.#gateway.connections.get(input.link);
        if (connection !== undefined) this.#received(connection, input.data);
        break;
      }
      case "closed": {
        const connection = this.#gateway.connections.get(input.link);
        if (connection !== undefined) this.#gateway.gone(connection, input.info);
        break;
      }
      case "tick":
        this.#apply(this.#api.interactions.tick(input.now));
        this.#gateway.due();
    }
    this.#endOnceAllAreGone();
  }

  #endOnceAllAreGone(): void {
    if (this.#state !== "ending" || this.#gateway.connections.size > 0) return;
    this.#state = "ended";
    this.outputs.end();
  }

  #opened(link: number, info: OpenInfo): void {
    const heartbeatInterval = this.#heartbeatInterval;
    // "There is already tolerance in the heartbeat_interval that will cover network latency."
    const connection = new Connection(link, info.url);
    this.#gateway.connections.set(link, connection);
    this.#gateway.heartbeats.set(connection, this.#gateway.now + heartbeatInterval * 1.5);
    this.#gateway.note({ kind: "opened", link, url: info.url });
    this.outputs.tell({ kind: "opened", link, url: info.url });
    if (this.#state !== "running") return this.#gateway.close(connection, 1001, "Going away");
    const query = URL.canParse(info.url) ? new URL(info.url).searchParams : new URLSearchParams();
    const version = query.get("v");
    if (version !== "9" && version !== "10") {
      return this.#gateway.close(connection, 4012, "Invalid API version");
    }
    const encoding = query.get("encoding") ?? "json";
    if (encoding !== "json" && encoding !== "etf") {
      return this.#gateway.close(connection, 4002, "Only JSON and ETF are spoken here");
    }
    if (query.get("compress") !== compressionOf(info)) {
      return this.#gateway.close(
        connection,
        4002,
        "Not compressed so: put discordServerLinks around the server",
      );
    }
    connection.encoding = encoding;
    connection.isCompressed = compressionOf(info) !== null;
    if (this.#faults.greeting === "reconnect") return this.#gateway.askToReconnect(connection);
    if (this.#faults.greeting === "hello") {
      this.#gateway.send(connection, 10, { heartbeat_interval: heartbeatInterval });
    }
  }

  #received(connection: Connection, data: Data): void {
    if (connection.closing) return;
    const bytes = typeof data === "string" ? utf8.encode(data).length : data.length;
    const payload = bytes <= 4096 ? parse(data, connection.encoding) : undefined;
    this.#gateway.note({
      kind: "received",
      link: connection.link,
      op: payload?.op,
      d: withoutToken(payload?.d),
    });
    // "Apps can send 120 gateway events per connection every 60 seconds."
    const { now } = this.#gateway;
    const { received } = connection;
    while ((received[0] ?? Infinity) + 60_000 <= now) received.shift();
    received.push(now);
    if (received.length > 120) return this.#gateway.close(connection, 4008, "Rate limited");
    if (payload === undefined) return this.#gateway.close(connection, 4002, "Decode error");
    switch (payload.op) {
      case 1:
        return this.#heartbeat(connection, payload.d);
      case 2:
        return this.#login.identify(connection, payload.d);
      case 6:
        return this.#login.resume(connection, payload.d);
      case 3:
      case 4:
      case 8:
      case 31:
      case 43:
        if (connection.session === undefined) {
          return this.#gateway.close(connection, 4003, "Not authenticated");
        }
        this.outputs.tell({ kind: "received", link: connection.link, op: payload.op, d: payload.d });
        return this.#serve(connection.session, payload.op, payload.d);
      default:
        return this.#gateway.close(connection, 4001, "Unknown opcode");
    }
  }

  #heartbeat(connection: Connection, d: unknown): void {
    this.#gateway.heartbeats.set(connection, this.#gateway.now + this.#heartbeatInterval * 1.5);
    if (typeof d === "number") connection.session?.acknowledge(d);
    if (this.#faults.acks) this.#gateway.send(connection, 11, undefined);
  }

  /** Answers what a client asks for. */
  #serve(session: ServerSession, op: number, d: unknown): void {
    if (!isRecord(d)) return;
    if (op === 4) {
      this.#gateway.dispatch("VOICE_STATE_UPDATE", voiceState(d, this.#me.id, session.id));
      if (typeof d.channel_id === "string") this.#gateway.dispatch("VOICE_SERVER_UPDATE", voiceServer(d));
      return;
    }
    if (op === 8) {
      const found = this.#world.guilds.find(({ id }) => id === d.guild_id);
      const guild = found && { ...found, members: this.#world.members(found.id).map(({ user }) => user) };
      for (
        const { t, d: answer } of this.#members.answer(d, session.intents, guild, this.#me, this.#gateway.now)
      ) {
        this.#gateway.dispatchTo(session, t, answer);
      }
    }
    for (const { t, d: answer } of answersTo(op, d)) this.#gateway.dispatchTo(session, t, answer);
  }

  #obey(command: Exclude<DiscordServerCommand, { kind: "interaction" }>, now: Instant): unknown {
    switch (command.kind) {
      case "dispatch":
        return this.#gateway.dispatch(command.t, command.d);
      case "message": {
        const author = { id: "2000000000000000002", username: "somebody", ...command.author };
        const channel = command.channel ?? this.#world.directWith(author);
        if (!this.#world.hasChannel(channel)) {
          throw new CommandError("invalid_command", `Cannot say something: there is no channel "${channel}"`);
        }
        const { message } = this.#world.say({ ...command, channel, author, bot: false }, false, now);
        this.outputs.tell({ kind: "message", message, bot: false });
        this.#gateway.dispatch("MESSAGE_CREATE", message);
        return message;
      }
      case "join": {
        const member = this.#world.join(command.guild, command.user, now);
        if (command.quietly) return;
        return this.#gateway.dispatch("GUILD_MEMBER_ADD", { ...member, guild_id: command.guild });
      }
      case "leave": {
        const { guild: guild_id, user } = command;
        if (!this.#world.leave(guild_id, user.id) || command.quietly) return;
        return this.#gateway.dispatch("GUILD_MEMBER_REMOVE", { guild_id, user });
      }
      case "role": {
        const { guild: guild_id, user, role } = command;
        const member = this.#world.member(guild_id, user);
        if (member === undefined) {
          throw new CommandError("invalid_command", "Cannot give a role: nobody of that ID is in the guild");
        }
        const changed = { ...member, roles: [...new Set([...member.roles, role])] };
        this.#world.changeMember(guild_id, changed);
        return this.#gateway.dispatch("GUILD_MEMBER_UPDATE", { ...changed, guild_id });
      }
      case "rest":
        return this.#rest(command, now);
      case "limits":
        this.#api.limits.limits = command.limits;
        return;
      default:
        return this.#faults.obey(command);
    }
  }

  #rest(request: RestRequest, now: Instant): RestResponse {
    const { response, effects } = this.#api.request(request, now);
    const { method } = request;
    const path = request.path.replace(/(\/(?:interactions|webhooks)\/[^/]+\/)[^/]+/, "$1:token");
    this.#gateway.note({ kind: "request", link: 0, method, path, status: response.status });
    this.#apply(effects);
    return response;
  }

  #apply(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind === "settle") this.outputs.settle(effect.ticket, effect.outcome);
      else if (effect.kind === "dispatch") this.#gateway.dispatch(effect.t, effect.d);
      else {
        const { event } = effect;
        if (event.kind === "answered" || event.kind === "interaction_message") {
          this.#gateway.note({ link: 0, ...event });
        }
        this.outputs.tell(event);
      }
    }
  }
}

/** How what is sent on a link is compressed, as a client asks for it; null: not at all. */
function compressionOf(info: CompressedInfo): string | null {
  return info.compression ?? null;
}
