import type { GatewayRequestGuildMembersData, GatewayVoiceStateUpdateData } from "discord-api-types/v10";
import { Client, type ClientOptions } from "../../driver/client.ts";
import type { Driver } from "../../driver/driver.ts";
import { type Host, hostWith } from "../../driver/host.ts";
import { CommandError, OptionError, ParleyError } from "../../protocol/errors.ts";
import { dialer } from "../../transport/dial.ts";
import { DiscordCalls, type GatewayRest } from "../rest/calls.ts";
import { DiscordRest } from "../rest/rest.ts";
import type { GatewayCommand, Presence } from "./command.ts";
import type { GatewayEvent } from "./event.ts";
import type { WantedEvents } from "./event_intents.ts";
import { checkToken, type GatewaySessionOptions, type ResumePoint } from "./options.ts";
import { GatewaySession } from "./session.ts";
import type { GatewayState } from "./state.ts";

/** Which shards this process runs: that many, as many as Discord recommends, or some of them. */
export type Shards = number | "recommended" | { readonly count: number; readonly ids: readonly number[] };

/** What `DiscordGateway.connect` takes. */
export interface DiscordGatewayOptions extends ClientOptions {
  /** The bot's token, with or without `Bot ` before it. Never shown again. */
  readonly token: string;
  /** The groups of events to receive, from `Intents`. @default those that bring `events` */
  readonly intents?: number;
  /**
   * The events to be told of; others are not even parsed. Those that the intents never bring are left out.
   *
   * @default all that the intents bring
   */
  readonly events?: WantedEvents;
  /** Which shards this process runs. @default {"recommended"} */
  readonly shards?: Shards;
  /** Where to connect: a `wss:` or `ws:` URL. @default what `GET /gateway/bot` says */
  readonly url?: string;
  /** The REST client to use, or where the API is, such as `https://discord.com/api`. @default Discord's */
  readonly rest?: DiscordCalls | { readonly baseUrl: string };
  /** The presence to begin with. @default {undefined} */
  readonly presence?: Presence;
  /** Above how many members a guild's offline ones are left out, 50 to 250. @default {50} */
  readonly largeThreshold?: number;
  /** How long to wait between links. @default {base 1_000, cap 60_000} */
  readonly backoff?: GatewaySessionOptions["backoff"];
  /** How long each step may take, in milliseconds. */
  readonly timeouts?: GatewaySessionOptions["timeouts"];
}

/** What is known of one shard. */
export interface ShardInfo {
  /** The shard's id. */
  readonly id: number;
  /** Where its session stands. */
  readonly state: GatewayState;
  /** From the last heartbeat that was acknowledged to its acknowledgement, in milliseconds. */
  readonly latency: number | undefined;
  /** What is needed to take up its session elsewhere. */
  readonly resumePoint: ResumePoint | undefined;
}

interface Shard {
  readonly session: GatewaySession;
  readonly driver: Driver<GatewayCommand, GatewayEvent>;
}

/** What a command may bring along. */
export interface SendOptions {
  /** Gives up on the command, if it has not been sent. */
  readonly signal?: AbortSignal;
}

/**
 * A bot's connection to Discord: one session for each shard.
 *
 * @see https://discord.com/developers/docs/events/gateway
 *
 * @example
 * ```ts
 * import { DiscordGateway, Intents } from "@parley/parley/discord";
 *
 * async function run(token: string): Promise<void> {
 *   await using gateway = await DiscordGateway.connect({ token, intents: Intents.GuildMessages });
 *   for await (const event of gateway) {
 *     if (event.kind === "MESSAGE_CREATE") console.log(event.data.author.username, event.data.id);
 *   }
 * }
 * ```
 */
export class DiscordGateway extends Client<GatewayEvent> {
  /** Discord's REST API, as the same bot. */
  readonly rest: DiscordCalls;
  /** How many shards the bot has in all, those of other processes included. */
  readonly shardCount: number;
  readonly #shards = new Map<number, Shard>();

  private constructor(host: Host, options: DiscordGatewayOptions, rest: DiscordCalls, plan: Plan) {
    super(host, options, "discord");
    this.rest = rest;
    this.shardCount = plan.count;
    const { token, intents, events, presence, largeThreshold, backoff, timeouts } = options;
    for (const id of plan.ids) {
      const session = new GatewaySession({
        token,
        ...(intents !== undefined && { intents }),
        ...(events && { events }),
        random: host.random,
        shard: [id, plan.count],
        url: plan.url,
        // "rate_limit_key = shard_id % max_concurrency"
        identifyKey: `application ${plan.application}, bucket ${id % plan.concurrency}`,
        presence,
        ...(largeThreshold !== undefined && { largeThreshold }),
        ...(backoff && { backoff }),
        ...(timeouts && { timeouts }),
      });
      this.#shards.set(id, { session, driver: this.attach<GatewayCommand, never, never>(session) });
    }
  }

  /**
   * Connects every shard, and resolves once each has its session. Where `url` or `shards` is left out, it
   * asks `GET /gateway/bot` first.
   *
   * @throws {OptionError} if an option is not acceptable.
   * @throws {AuthenticationError} if Discord does not accept the token.
   * @throws {ConnectionError} if Discord will never let the bot in as it is set up, or cannot be reached.
   * @throws {ParleyError} `rate_limited` if too few session starts remain today.
   * @throws the signal's reason if it is aborted.
   */
  static async connect(options: DiscordGatewayOptions): Promise<DiscordGateway> {
    const host = hostWith(dialer(), options.runtime);
    const token = checkToken(options.token);
    checkShards(options.shards);
    const rest = options.rest instanceof DiscordCalls ? options.rest : new DiscordRest({
      token,
      fetch: host.fetch,
      clock: host.clock,
      random: host.random,
      ...(options.rest && { baseUrl: options.rest.baseUrl }),
    });
    const plan = await planOf(options, token, rest);
    options.signal?.throwIfAborted();
    const gateway = new DiscordGateway(host, options, rest, plan);
    for (const { driver } of gateway.#shards.values()) driver.start();
    await gateway.connected(options.signal);
    return gateway;
  }

  /** The shards of this process. */
  get shards(): readonly ShardInfo[] {
    return [...this.#shards].map(([id, { session }]) => ({
      id,
      state: session.state,
      latency: session.latency,
      resumePoint: session.resumePoint,
    }));
  }

  /**
   * Updates the bot's presence, on one shard or on all; sessions begun later have it too.
   *
   * @throws {CommandError} if it is not acceptable, there is no such shard, or the client has ended.
   */
  updatePresence(data: Presence, options: SendOptions & { readonly shard?: number } = {}): Promise<void> {
    const ids = options.shard === undefined ? [...this.#shards.keys()] : [options.shard];
    return quiet(Promise.all(ids.map((id) => this.send(id, { kind: "presence", data }, options))));
  }

  /**
   * Joins, moves between, or leaves voice channels of a guild.
   *
   * @throws {CommandError} if it is not acceptable, or the guild belongs to a shard of another process.
   */
  updateVoiceState(data: GatewayVoiceStateUpdateData, options: SendOptions = {}): Promise<void> {
    return this.send(shardIdFor(data.guild_id, this.shardCount), { kind: "voice_state", data }, options);
  }

  /**
   * Asks for members of a guild; `GUILD_MEMBERS_CHUNK` events answer.
   *
   * @throws {CommandError} if it is not acceptable, or the guild belongs to a shard of another process.
   */
  requestGuildMembers(data: GatewayRequestGuildMembersData, options: SendOptions = {}): Promise<void> {
    const shard = shardIdFor(data.guild_id, this.shardCount);
    return this.send(shard, { kind: "request_guild_members", data }, options);
  }

  /**
   * Sends any command through one shard; resolves once it was handed to an open link. It waits for a
   * session and for the rate limit, and survives reconnects meanwhile.
   *
   * @throws {CommandError} if it is not acceptable, there is no such shard, or the client has ended.
   */
  send(shard: number, command: GatewayCommand, options: SendOptions = {}): Promise<void> {
    const found = this.#shards.get(shard);
    if (found === undefined) {
      throw new CommandError(
        "invalid_command",
        `Cannot send through shard "${shard}": this process has no such`,
      );
    }
    return found.driver.command(command, options.signal, () => {});
  }
}

interface Plan {
  readonly url: string;
  readonly count: number;
  readonly ids: readonly number[];
  readonly concurrency: number;
  readonly application: string;
}

/** Decides which shards to run, and where. */
async function planOf(options: DiscordGatewayOptions, token: string, rest: GatewayRest): Promise<Plan> {
  const { shards = "recommended", url, signal } = options;
  const application = applicationOf(token);
  if (url !== undefined && shards !== "recommended") {
    // Nothing is left to ask; the smallest concurrency is always allowed.
    return { url, ...countAndIds(shards), concurrency: 1, application };
  }
  const bot = await rest.getGatewayBot(signal && { signal });
  const { count, ids } = countAndIds(shards === "recommended" ? Math.max(1, bot.shards) : shards);
  const limit = bot.session_start_limit;
  if (limit.remaining < ids.length) {
    // Discord resets the token of a bot that starts more.
    const hours = (limit.reset_after / 3_600_000).toFixed(1);
    const message =
      `Cannot start ${ids.length} shards: only ${limit.remaining} session starts remain today; ` +
      `try again in ${hours} hours`;
    throw new ParleyError("rate_limited", message);
  }
  return { url: url ?? bot.url, count, ids, concurrency: Math.max(1, limit.max_concurrency), application };
}

function countAndIds(shards: Exclude<Shards, string>): { count: number; ids: readonly number[] } {
  if (typeof shards !== "number") return { count: shards.count, ids: [...new Set(shards.ids)] };
  return { count: shards, ids: Array.from({ length: shards }, (_, id) => id) };
}

function checkShards(shards: Shards | undefined): void {
  if (shards === undefined || shards === "recommended") return;
  const { count, ids } = typeof shards === "number" ? { count: shards, ids: [0] } : shards;
  if (!(Number.isSafeInteger(count) && count > 0)) {
    throw new OptionError(`Cannot run "${count}" shards: the count must be a positive whole number`);
  }
  if (ids.length === 0) throw new OptionError("Cannot run no shards: give at least one id");
  for (const id of ids) {
    if (!(Number.isSafeInteger(id) && id >= 0 && id < count)) {
      throw new OptionError(`Cannot run shard "${id}" of "${count}": the id must be below the count, from 0`);
    }
  }
}

/**
 * Which shard receives the events of a guild.
 *
 * @throws {CommandError} if the guild's id is not a number.
 *
 * @see https://discord.com/developers/docs/events/gateway#sharding
 *
 * @example
 * ```ts
 * import { shardIdFor } from "@parley/parley/discord";
 *
 * shardIdFor("197038439483310086", 16); // 2
 * ```
 */
export function shardIdFor(guildId: string, count: number): number {
  if (!/^\d{1,20}$/.test(guildId)) {
    throw new CommandError("invalid_command", `Cannot find the shard of guild "${guildId}": not an id`);
  }
  // "shard_id = (guild_id >> 22) % num_shards"
  return Number((BigInt(guildId) >> 22n) % BigInt(count));
}

/** The application a token is of: its first part is the bot's id, which is no secret. */
function applicationOf(token: string): string {
  try {
    const id = atob(token.split(".")[0] ?? "");
    return /^\d{15,20}$/.test(id) ? id : "unknown";
  } catch {
    return "unknown";
  }
}

/** A promise that may be left alone: a rejection nobody looks at is not reported by the runtime. */
function quiet(promise: Promise<unknown>): Promise<void> {
  const result = promise.then(() => {});
  result.catch(() => {});
  return result;
}
