import type {
  APIInteraction,
  GatewayRequestChannelInfoData,
  GatewayRequestGuildMembersData,
  GatewayVoiceStateUpdateData,
} from "discord-api-types/v10";
import { Client, type ClientOptions } from "../../driver/client.ts";
import type { Clock } from "../../driver/clock.ts";
import type { Driver } from "../../driver/driver.ts";
import { type Host, hostWith } from "../../driver/host.ts";
import { CommandError, ParleyError } from "../../protocol/errors.ts";
import type { Instant } from "../../protocol/protocol.ts";
import { dialer } from "../../transport/dial.ts";
import { DiscordCalls } from "../rest/calls.ts";
import { DiscordRest } from "../rest/rest.ts";
import { IdentifyBudget, type SessionStartLimit } from "./shards/identify_budget.ts";
import type { GatewayCommand, Presence } from "./wire/command.ts";
import { DispatchEvent } from "./wire/dispatch_event.ts";
import type { GatewayEvent } from "./wire/event.ts";
import type { WantedEvents } from "./wire/event_intents.ts";
import {
  type GuildMembersChunk,
  type GuildMembersOptions,
  listMembers,
  type MembersLine,
} from "./shards/guild_members.ts";
import { type Look, SessionKeeper } from "./shards/session_keeper.ts";
import {
  type BotOptions,
  checkBotOptions,
  checkToken,
  type GatewaySessionOptions,
  type GatewayVersion,
  type IdentifyProperties,
} from "./session/options.ts";
import { applicationOf, checkShards, type ShardPlan, shardPlanOf, type Shards } from "./shards/shard_plan.ts";
import { GatewaySession } from "./session/session.ts";
import { shardIdFor } from "./shards/shard_id.ts";
import type { SendOptions, ShardInfo } from "./shards/shard_info.ts";
import type { SessionStore, StoredShard } from "./shards/session_store.ts";
import { Unconsumed } from "./shards/unconsumed.ts";

/** How long Discord may take to say how many session starts remain, in milliseconds. */
const ASK_WITHIN = 10_000;

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
  /**
   * Hosts, each with its subdomains, at which a session may be resumed besides `discord.gg` and the host of `url`:
   * whoever is there gets the token. For a proxy that READY names by another host than `url` does.
   *
   * @default {[]}
   */
  readonly trustedHosts?: readonly string[] | undefined;
  /** The version of the gateway: 9 or 10. @default {10} */
  readonly version?: GatewayVersion;
  /** The REST client to use, or where the API is, such as `https://discord.com/api`. @default Discord's */
  readonly rest?: DiscordCalls | { readonly baseUrl: string };
  /**
   * Keeps the sessions across restarts: what an earlier run has left there is taken up again, from the last
   * event that was consumed. Handlers have consumed an event once they were called, a `for await` loop once
   * it asks for the next, and what did not fit into its mailbox once `lagged` has told it of that.
   *
   * @default nothing is kept
   */
  readonly store?: SessionStore;
  /** The presence to begin with. @default {undefined} */
  readonly presence?: Presence;
  /** Above how many members a guild's offline ones are left out, 50 to 250. @default {50} */
  readonly largeThreshold?: number;
  /** What IDENTIFY says of the system and the library. @default {os "unknown", browser and device "parley"} */
  readonly properties?: IdentifyProperties;
  /** How long to wait between links. @default {base 1_000, cap 60_000} */
  readonly backoff?: GatewaySessionOptions["backoff"];
  /** How long each step may take, in milliseconds. */
  readonly timeouts?: GatewaySessionOptions["timeouts"];
  /**
   * The largest message to take, in bytes: at a larger one the link is broken. GUILD_CREATE of Discord's largest
   * guilds takes some 30 MB. @default {67_108_864}
   */
  readonly maxMessage?: GatewaySessionOptions["maxMessage"];
}

interface Shard {
  readonly session: GatewaySession;
  readonly driver: Driver<GatewayCommand, GatewayEvent>;
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

  readonly #keeper: SessionKeeper | undefined;
  readonly #budget: IdentifyBudget;
  /** What to call at the end. A `then` for each would be kept until then. */
  readonly #atEnd = new Set<() => void>();

  private constructor(host: Host, options: DiscordGatewayOptions, rest: DiscordCalls, start: Start) {
    super(host, options, "discord");
    const { plan, bot, application, keeper, stored } = start;
    const ended = () => this.#atEnd.forEach((tell) => tell());
    this.closed.then(ended, ended);
    this.rest = rest;
    this.shardCount = plan.count;
    this.#keeper = keeper;
    this.#budget = new IdentifyBudget({
      permits: host.permits,
      clock: host.clock,
      concurrency: plan.concurrency,
      limit: plan.limit,
      ask: plan.limit && (() => this.#askForLimit()),
      earlier: new Map([...stored].map(([id, { identifies }]) => [id, identifies])),
      save: async () => await keeper?.save(),
      waiting: (shard, until) => {
        this.emit({ kind: "identify_waiting", shard, until });
        const found = this.#shards.get(shard);
        if (found !== undefined) this.proceed(found.driver);
      },
    });
    const common = { ...options, random: host.random, url: plan.url };
    // "rate_limit_key = shard_id % max_concurrency"
    const keys: string[] = [];
    for (const id of plan.ids) {
      const resume = stored.get(id)?.session;
      const bucket = id % plan.concurrency;
      const session = new GatewaySession({
        ...common,
        shard: [id, plan.count],
        identifyKey: keys[bucket] ??= `application ${application}, bucket ${bucket}`,
        // A session of which nothing is stored yet is lost with the process, yet its READY came.
        ...(keeper && { acknowledged: (of: string) => keeper.savedSequence(id, of) ?? 1 }),
        ...(resume && { resume }),
      }, bot);
      const driver = this.attach<GatewayCommand, never, never>(session, {
        part: `shard ${id}`,
        permits: this.#budget.permitsOf(id),
      });
      this.#shards.set(id, { session, driver });
    }
  }

  /**
   * Connects every shard, and resolves once each has its session, new or resumed, or was told to wait for the
   * daily limit of session starts (`identify_waiting`). Where `url` or `shards` is left out, it asks
   * `GET /gateway/bot` first.
   *
   * @throws {OptionError} if an option is not acceptable, or the store holds something else.
   * @throws {AuthenticationError} if Discord does not accept the token.
   * @throws {ConnectionError} if Discord will never let the bot in as it is set up, or cannot be reached.
   * @throws {ParleyError} `rate_limited` if there is no session to resume, and none may be started today.
   * @throws the signal's reason if it is aborted, and what the store throws.
   */
  static async connect(options: DiscordGatewayOptions): Promise<DiscordGateway> {
    const host = hostWith(dialer(), options.runtime);
    const token = checkToken(options.token);
    const { shards = "recommended", signal, store } = options;
    checkShards(shards);
    const rest = options.rest instanceof DiscordCalls ? options.rest : new DiscordRest({
      token,
      fetch: host.fetch,
      clock: host.clock,
      random: host.random,
      // It is nobody else's, and ends with the gateway, Durable Object or not.
      inOrder: true,
      ...(options.rest && { baseUrl: options.rest.baseUrl }),
    });
    const plan = await shardPlanOf(shards, options.url, () => rest.getGatewayBot(signal && { signal }));
    const bot = checkBotOptions({ ...options, random: host.random, url: plan.url });
    const application = applicationOf(token);
    const early: unknown[] = [];
    let report = (error: unknown): void => void early.push(error);
    const keeper = store && new SessionKeeper({
      store,
      application,
      count: plan.count,
      clock: host.clock,
      trust: bot,
      failed: (error) => report(error),
    });
    const stored = await keeper?.load(plan.ids) ?? new Map<number, StoredShard>();
    signal?.throwIfAborted();
    const gateway = new DiscordGateway(host, options, rest, { plan, bot, application, keeper, stored });
    gateway.#checkBudget([...stored.values()].some(({ session }) => session !== null && !session.ended));
    report = (error) => gateway.report(error);
    early.forEach(report);
    for (const { driver } of gateway.#shards.values()) driver.start();
    keeper?.start(() => gateway.#look());
    void gateway.closed.catch(() => {}).then(() => keeper?.finish());
    // Who gives up connecting has not given up the sessions that are kept.
    await gateway.connected(signal, { resumable: store !== undefined });
    return gateway;
  }

  /**
   * Closes politely and waits for the end. `resumable` leaves the sessions, so that the next run resumes them;
   * what its `store` needs for that is saved by then.
   */
  override async close(options: { readonly resumable?: boolean } = {}): Promise<void> {
    await super.close(options);
    await this.#keeper?.finish();
  }

  /** Throws if nothing can be done but to wait for the daily limit. */
  #checkBudget(resumes: boolean): void {
    const now = this.host.clock.now();
    const at = this.#budget.allowsAt(now);
    if (resumes || at <= now) return;
    const hours = ((at - now) / 3_600_000).toFixed(1);
    throw new ParleyError(
      "rate_limited",
      `Cannot start a session: none of the bot's daily session starts remains; try again in ${hours} hours`,
    );
  }

  async #askForLimit(): Promise<SessionStartLimit> {
    const controller = new AbortController();
    const { clock } = this.host;
    const undo = clock.setTimer(clock.now() + ASK_WITHIN, () => controller.abort());
    try {
      return (await this.rest.getGatewayBot({ signal: controller.signal })).session_start_limit;
    } finally {
      undo();
    }
  }

  /** Where the shards stand, by what was consumed of their events. */
  #look(): Look {
    const unconsumed = new Unconsumed(this.unfinished());
    const shards = [...this.#shards].map(([id, { session: { restartPoint } }]) => ({
      id,
      session: restartPoint && unconsumed.before(id, restartPoint),
      identifies: [...this.#budget.identifies(id)],
    }));
    return { shards, unfinished: unconsumed.some, lagged: unconsumed.lagged };
  }

  /** How many more sessions may be started today, and when the next may, by what is known of it. */
  get sessionStarts(): { readonly remaining: number; readonly nextAt: Instant } {
    const now = this.host.clock.now();
    return { remaining: this.#budget.left(now), nextAt: this.#budget.allowsAt(now) };
  }

  /** The shards of this process. */
  get shards(): readonly ShardInfo[] {
    return [...this.#shards].map(([id, { session }]) => ({
      id,
      state: session.state,
      latency: session.latency,
      latencies: session.latencies,
      heldCommands: session.heldCommands,
      commandsLeft: session.commandsLeft(this.host.clock.now()),
      resumePoint: session.resumePoint,
    }));
  }

  /**
   * Updates the bot's presence, on one shard or on all; sessions begun later have it too. Discord takes five
   * in 20 s from each shard: more wait for that, and hold up nothing else.
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
   * Asks for members of a guild; `GUILD_MEMBERS_CHUNK` events answer. An empty query needs the intent
   * `GuildMembers`, and `presences` need `GuildPresences`.
   *
   * @throws {CommandError} if it is not acceptable, the intents are not enough, or the guild belongs to a shard of
   * another process.
   */
  requestGuildMembers(data: GatewayRequestGuildMembersData, options: SendOptions = {}): Promise<void> {
    const shard = shardIdFor(data.guild_id, this.shardCount);
    return this.send(shard, { kind: "request_guild_members", data }, options);
  }

  /**
   * Lists members of a guild, in chunks of up to a thousand, each member once. What is lost on the way is
   * asked for again, and Discord's limit on it (all members of a guild once in 30 s) is waited for. With
   * `events`, those must hold GUILD_MEMBERS_CHUNK and RATE_LIMITED.
   *
   * Source: Discord, "Gateway Events", Request Guild Members.
   *
   * @throws {CommandError} `invalid_command` if the options exclude each other, the intents are not enough, or the
   * guild belongs to a shard of another process; while iterating `closed` if the client ends.
   * @throws {TimeoutError} while iterating, if Discord does not answer though it is asked three times.
   * @throws the signal's reason if it is aborted.
   *
   * @example
   * ```ts
   * import type { DiscordGateway } from "@parley/parley/discord";
   *
   * async function count(gateway: DiscordGateway, guildId: string): Promise<number> {
   *   let members = 0;
   *   for await (const chunk of gateway.guildMembers(guildId)) members += chunk.members.length;
   *   return members;
   * }
   * ```
   */
  guildMembers(guildId: string, options: GuildMembersOptions = {}): AsyncIterableIterator<GuildMembersChunk> {
    const shard = shardIdFor(guildId, this.shardCount);
    const { session } = this.#shard(shard);
    if (!session.tells("GUILD_MEMBERS_CHUNK") || !session.tells("RATE_LIMITED")) {
      throw new CommandError(
        "invalid_command",
        "Cannot list guild members: add GUILD_MEMBERS_CHUNK and RATE_LIMITED to `events`",
      );
    }
    const line: MembersLine = {
      clock: this.host.clock,
      random: this.host.random,
      intents: session.intents,
      connected: () => session.state === "ready",
      session: () => session.resumePoint?.sessionId,
      send: (data, signal) => this.requestGuildMembers(data, { ...(signal && { signal }) }),
      listen: (tell) => {
        const undos = [
          this.on("GUILD_MEMBERS_CHUNK", ({ data }) => tell({ kind: "chunk", data })),
          this.on("RATE_LIMITED", ({ data }) => tell({ kind: "limited", data })),
          this.on("ready", (event) => {
            if (event.shard === shard) tell({ kind: "begun", session: event.session });
          }),
        ];
        const ended = () => tell({ kind: "ended" });
        this.#atEnd.add(ended);
        undos.push(() => this.#atEnd.delete(ended));
        return () => undos.forEach((undo) => undo());
      },
    };
    return listMembers(line, guildId, options);
  }

  /**
   * Asks for the soundboard sounds of guilds, each through its own shard; SOUNDBOARD_SOUNDS events answer.
   *
   * Source: Discord, "Gateway Events", Request Soundboard Sounds.
   *
   * @throws {CommandError} if it is not acceptable, or a guild belongs to a shard of another process.
   */
  requestSoundboardSounds(guildIds: readonly string[], options: SendOptions = {}): Promise<void> {
    const byShard = new Map<number, string[]>();
    for (const id of guildIds) {
      const shard = shardIdFor(id, this.shardCount);
      this.#shard(shard);
      byShard.set(shard, [...byShard.get(shard) ?? [], id]);
    }
    const sent = [...byShard].map(([shard, guild_ids]) =>
      this.send(shard, { kind: "request_soundboard_sounds", data: { guild_ids } }, options)
    );
    return quiet(Promise.all(sent));
  }

  /**
   * Asks for what is short-lived of a guild's channels, such as voice channels' status; a CHANNEL_INFO event
   * answers.
   *
   * Source: Discord, "Gateway Events", Request Channel Info.
   *
   * @throws {CommandError} if it is not acceptable, or the guild belongs to a shard of another process.
   */
  requestChannelInfo(data: GatewayRequestChannelInfoData, options: SendOptions = {}): Promise<void> {
    const shard = shardIdFor(data.guild_id, this.shardCount);
    return this.send(shard, { kind: "request_channel_info", data }, options);
  }

  /**
   * Sends any command through one shard; resolves once it was handed to an open link. It waits for a
   * session and for the rate limit, and survives reconnects meanwhile.
   *
   * @throws {CommandError} if it is not acceptable, there is no such shard, or the client has ended.
   */
  send(shard: number, command: GatewayCommand, options: SendOptions = {}): Promise<void> {
    return this.#shard(shard).driver.command(command, options.signal, () => {});
  }

  /**
   * Lets a router answer every INTERACTION_CREATE, by the callback endpoint; returns what undoes it. Its handlers
   * get `context` as their second argument. With `events`, those must hold INTERACTION_CREATE.
   *
   * Source: Discord, "Receiving and Responding", Interaction Callback.
   *
   * @throws {CommandError} `invalid_command` if `events` leave INTERACTION_CREATE out.
   *
   * @example
   * ```ts
   * import { DiscordGateway } from "@parley/parley/discord";
   * import { command, InteractionRouter } from "@parley/parley/discord/interactions";
   *
   * const router = new InteractionRouter().add(command("ping", "Answers pong", (i) => i.reply("pong")));
   * async function run(token: string): Promise<void> {
   *   const gateway = await DiscordGateway.connect({ token, intents: 0 });
   *   gateway.use(router);
   * }
   * ```
   */
  use(router: GatewayRouter<undefined>): () => void;
  use<Context>(router: GatewayRouter<Context>, context: Context): () => void;
  use(router: GatewayRouter<unknown>, context?: unknown): () => void {
    for (const { session } of this.#shards.values()) {
      if (session.tells("INTERACTION_CREATE")) continue;
      const fix = "add INTERACTION_CREATE to `events`";
      throw new CommandError("invalid_command", `Cannot use a router: it would never be asked; ${fix}`);
    }
    const { rest, host: { clock } } = this;
    return this.on("INTERACTION_CREATE", ({ data }) => router.answer(data, { context, rest, clock }));
  }

  /** An event holds the text of its payload until somebody reads the data. */
  protected override sizeOf(event: object): number {
    return DispatchEvent.unread(event);
  }

  /** A session that was resumed is one, too. */
  protected override tellsReady({ kind }: GatewayEvent): boolean {
    return kind === "ready" || kind === "resumed";
  }

  #shard(id: number): Shard {
    const found = this.#shards.get(id);
    if (found !== undefined) return found;
    throw new CommandError("invalid_command", `Cannot send through shard "${id}": this process has no such`);
  }
}

/** What answers interactions; an `InteractionRouter` is one. */
export interface GatewayRouter<in Context> {
  /** Answers an interaction by the callback endpoint, over `rest`; resolves when its handler is done. */
  readonly answer: (interaction: APIInteraction, options: GatewayRouterOptions<Context>) => Promise<void>;
}

/** What a router gets along with an interaction. */
export interface GatewayRouterOptions<out Context> {
  /** The second argument of its handlers. */
  readonly context: Context;
  /** What all answers go through. */
  readonly rest: DiscordCalls;
  /** Tells the time and waits. */
  readonly clock: Clock;
}

/** What a gateway begins with. */
interface Start {
  readonly plan: ShardPlan;
  readonly bot: BotOptions;
  readonly application: string;
  readonly keeper: SessionKeeper | undefined;
  readonly stored: ReadonlyMap<number, StoredShard>;
}

/** A promise that may be left alone: a rejection nobody looks at is not reported by the runtime. */
function quiet(promise: Promise<unknown>): Promise<void> {
  const result = promise.then(() => {});
  result.catch(() => {});
  return result;
}
