import type { APIInteraction } from "discord-api-types/v10";
import type { ClientEvent } from "../../driver/client_event.ts";
import type { ClientOptions, CloseOptions } from "../../driver/client.ts";
import type { Clock } from "../../driver/clock.ts";
import type { Runnable } from "../../driver/driver.ts";
import type { Vitals } from "../../driver/health.ts";
import { hostWith } from "../../driver/host.ts";
import { untilReached } from "../../driver/until_reached.ts";
import { CommandError, ConnectionError, ParleyError } from "../../protocol/errors.ts";
import type { Dial } from "../../protocol/link.ts";
import { quote } from "../../protocol/quote.ts";
import { dialer } from "../../transport/dial.ts";
import { DiscordCalls } from "../rest/methods/calls.ts";
import { restLeftAlone } from "./rest_client.ts";
import type { RestSettings } from "../rest/options.ts";
import { DiscordRest } from "../rest/rest.ts";
import { type KeptState, KeptStates } from "./kept_states.ts";
import { loadCodec } from "./codec.ts";
import { GatewayCommandClient, noSuchShard } from "./command_client.ts";
import { checkDecompressor, type CompressionOptions, loadInflatingDial } from "./compression/load.ts";
import { Fleet, type FleetParts, type Shard } from "./shards/fleet.ts";
import type { IdentifyBudget, SessionStartLimit } from "./shards/identify_budget.ts";
import type { GatewayCommand, Presence } from "./wire/command.ts";
import { DispatchEvent } from "./wire/dispatch_event.ts";
import { checkWire, type GatewayEncoding } from "./wire/encoding.ts";
import type { GatewayEvent } from "./wire/event.ts";
import type { WantedEvents } from "./wire/event_intents.ts";
import {
  type GuildMembersChunk,
  type GuildMembersOptions,
  listMembers,
  type MembersLine,
} from "./shards/guild_members.ts";
import {
  checkKeeping,
  type Keeping,
  type KeepingOptions,
  SessionKeeper,
  type SessionKeeperParts,
} from "./shards/session_keeper.ts";
import {
  type BotOptions,
  checkBotOptions,
  checkShardOptions,
  type GatewaySessionOptions,
  type GatewayVersion,
  type IdentifyProperties,
} from "./session/options.ts";
import { applicationOf, checkShards, shardPlanOf, type Shards, spacingOf } from "./shards/shard_plan.ts";
import { shardIdFor } from "./shards/shard_id.ts";
import type { SendOptions, ShardInfo } from "./shards/shard_info.ts";
import type { SessionStore, StoredShard } from "./shards/session_store.ts";
import { Unconsumed } from "./shards/unconsumed.ts";
import { withResolvers } from "../../with_resolvers.ts";

/** Where Discord's API is, unless it is said to be elsewhere. */
const API = "https://discord.com/api";
/** How long Discord may take to say how many session starts remain, in milliseconds. */
const ASK_WITHIN = 10_000;

/** What {@linkcode DiscordGateway} takes. */
export interface DiscordGatewayOptions extends ClientOptions, KeepingOptions, CompressionOptions {
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
  /** How payloads are written: as JSON, or in Erlang's external term format. @default {"json"} */
  readonly encoding?: GatewayEncoding;
  /**
   * How the REST API is reached, which needs no other token: retries, limits, time-outs, where it is, by what proxy, and
   * who watches; or another REST client to use. @default {Discord's, by the defaults of {@linkcode RestSettings}}
   */
  readonly rest?: DiscordCalls | RestSettings;
  /**
   * Keeps the sessions across restarts: what an earlier run has left there is taken up again, from the last
   * event that was consumed and saved. Handlers have consumed an event once they were called, a `for await` loop once
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
  /**
   * For how many milliseconds Discord, and then the first shard's link, are tried for before `connect` rejects with
   * what went wrong last; while a link is open they do not count. Infinity: for ever. @default {45_000}
   */
  readonly connectTimeout?: GatewaySessionOptions["connectTimeout"];
  /** How long each step may take, in milliseconds. */
  readonly timeouts?: GatewaySessionOptions["timeouts"];
  /**
   * The largest message to take, in bytes: at a larger one the link is broken. GUILD_CREATE of Discord's largest
   * guilds takes some 30 MB. @default {67_108_864}
   */
  readonly maxMessage?: GatewaySessionOptions["maxMessage"];
}

/**
 * A bot's connection to Discord: one session for each shard.
 *
 * Its `rest` can be used at once, handlers and routers be added; what is of shards is there once `connect()` knows
 * how many there are.
 *
 * @see https://discord.com/developers/docs/events/gateway
 *
 * @example
 * ```ts
 * import { DiscordGateway, Intents } from "@parley/parley/discord";
 *
 * async function run(token: string): Promise<void> {
 *   await using gateway = await new DiscordGateway({ token, intents: Intents.GuildMessages }).connect();
 *   for await (const event of gateway) {
 *     if (event.kind === "MESSAGE_CREATE") console.log(event.data.author.username, event.data.id);
 *   }
 * }
 * ```
 */
export class DiscordGateway extends GatewayCommandClient {
  /**
   * Discord's REST API, as the same bot; what was given as `rest`, if it was. A promise of its that is left alone makes
   * an `undelivered` event if it rejects.
   */
  readonly rest: DiscordCalls;
  readonly #options: DiscordGatewayOptions;
  readonly #bot: BotOptions;
  readonly #keeping: Keeping | undefined;
  #keeper: SessionKeeper | undefined;
  readonly #kept = new KeptStates();
  /** Resolved once the fleet is known. */
  readonly #known = withResolvers<void>();
  #fleet: Fleet | undefined;
  /** What to call at the end. A `then` for each would be kept until then. */
  readonly #atEnd = new Set<() => void>();

  /**
   * Takes who the bot is, what it wants to hear of, and which of its shards run here.
   *
   * @throws {OptionError} if an option is not acceptable.
   */
  constructor(options: DiscordGatewayOptions) {
    super(hostWith(dialer(), options.runtime), options, "discord");
    const { fetch, clock, random } = this.host;
    checkShards(options.shards ?? "recommended");
    this.#options = options;
    checkWire(options.encoding ?? "json", options.compression ?? "none");
    checkDecompressor(options);
    this.#bot = checkBotOptions({ ...options, random });
    checkShardOptions({ ...options, random }, this.#bot);
    this.#keeping = options.store && checkKeeping(options, options.store, random);
    const { rest: given } = options;
    const rest = given instanceof DiscordCalls ? given : new DiscordRest({
      // It is nobody else's, and ends with the gateway, Durable Object or not.
      inOrder: true,
      ...(given?.proxy === undefined && { fetch }),
      ...given,
      token: this.#bot.token,
      clock,
      random,
    });
    this.rest = restLeftAlone(rest, (name, call) => this.commanded(name, call));
  }

  /**
   * Connects every shard, and resolves once each has its session, new or resumed, or was told to wait for the
   * daily limit of session starts (`identify_waiting`). Where `url` or `shards` is left out, it asks
   * `GET /gateway/bot` first. Handlers hear each shard from its first event on, whatever becomes of the others.
   *
   * @throws {AuthenticationError} if Discord does not accept the token.
   * @throws {ConnectionError} if Discord will never let the bot in as it is set up, or cannot be reached, or the
   * client is closed first.
   * @throws {ParleyError} `rate_limited` if there is no session to resume, and none may be started today.
   * @throws {OptionError} if the store holds something else, or nothing on this runtime inflates what is compressed.
   * @throws {ConnectionError} `aborted` if the signal is, with its reason as `cause`.
   */
  override connect(): Promise<this> {
    return super.connect();
  }

  /** Decides which shards there are, takes up what an earlier run has left of them, and starts them. */
  protected override async begin(signal: AbortSignal): Promise<void> {
    const { shards = "recommended", url, store, rest, backoff, connectTimeout, encoding } = this.#options;
    // What nothing here can inflate shows before anybody is asked.
    const dial = await loadInflatingDial(this.host.dial, { ...this.#options, work: this.host.work });
    const codec = await loadCodec(encoding ?? "json");
    const plan = await shardPlanOf(shards, url, () =>
      untilReached({
        ask: (signal) => this.rest.getGatewayBot({ signal }),
        url: rest instanceof DiscordCalls ? API : rest?.baseUrl ?? API,
        clock: this.host.clock,
        random: this.host.random,
        backoff,
        connectTimeout,
        signal,
        failed: (failure) => this.noteFailure(failure),
      }));
    const bot = checkBotOptions(
      { ...this.#options, random: this.host.random, url: plan.url, codec },
      spacingOf(plan),
    );
    const application = applicationOf(bot.token);
    const keeper = this.#keeper = store && this.#keeping &&
      this.#keeperOf({ ...this.#keeping, store, application, count: plan.count }, bot);
    const stored = await keeper?.load(plan.ids, signal) ?? new Map<number, StoredShard>();
    if (signal.aborted) return;
    const fleet = this.#fleet = this.#fleetOf({ plan, bot, application, keeper, stored }, dial);
    this.#checkBudget(
      fleet.budget,
      [...stored.values()].some(({ session }) => session !== null && !session.ended),
    );
    this.#known.resolve();
    keeper?.start(() => fleet.look(new Unconsumed(this.unfinished())));
    void super.begin(signal);
  }

  #keeperOf(
    of: Keeping & Pick<SessionKeeperParts, "store" | "application" | "count">,
    bot: BotOptions,
  ): SessionKeeper {
    return new SessionKeeper({
      ...of,
      clock: this.host.clock,
      trust: bot,
      answerWithin: bot.timeouts.answer,
      failed: (error) => this.report(error),
      held: (shard, holder, until) => this.emit({ kind: "session_held", shard, holder, until }),
      replaced: (shard, holder) => {
        this.fail(
          new ConnectionError(
            "replaced",
            `Shard "${shard}" was taken over by another process, ${quote(holder)}: ` +
              "run each shard in one process at a time",
          ),
        );
      },
    });
  }

  #fleetOf(
    start: Pick<FleetParts, "plan" | "bot" | "application" | "keeper" | "stored">,
    dial: Dial | undefined,
  ): Fleet {
    const { host } = this;
    return new Fleet({
      ...start,
      host,
      options: this.#options,
      askForLimit: () => this.#askForLimit(),
      attach: (core, options) => this.attach(core, { ...options, ...(dial && { dial }) }),
      waiting: (event, shard) => {
        this.emit(event);
        if (shard === undefined) return;
        shard.driver.health.told(event, host.clock.now());
        this.proceed(shard.driver);
      },
    });
  }

  /**
   * Resolves once a shard of this process has its session, which may be before the others have theirs; at once if it
   * has it now.
   *
   * @throws {CommandError} `invalid_command` if this process does not run that shard, `closed` if the client ends first.
   * @throws the signal's reason if it is aborted, the client's error if that ends first.
   *
   * @example
   * ```ts
   * import { DiscordGateway, Intents } from "@parley/parley/discord";
   *
   * async function run(token: string): Promise<void> {
   *   const gateway = new DiscordGateway({ token, intents: Intents.Guilds, shards: 16 });
   *   gateway.ready(0).then(() => console.log("The first of them is here"), console.error);
   *   await gateway.connect();
   * }
   * ```
   */
  async ready(shard: number, { signal }: SendOptions = {}): Promise<void> {
    const done = new AbortController();
    const stands = this.wait(["ready", "resumed"], {
      signal: AbortSignal.any([done.signal, ...(signal ? [signal] : [])]),
      where: (event) => event.shard === shard,
    });
    try {
      await Promise.race([this.#known.promise, stands]);
      if (this.#shard(shard).session.state !== "ready") await stands;
    } finally {
      done.abort();
    }
  }

  /**
   * Closes politely and waits for the end. `resumable` leaves the sessions, so that the next run resumes them;
   * what its `store` needs for that is saved by then.
   */
  override async close(options: CloseOptions = {}): Promise<void> {
    await super.close(options);
    await this.#keeper?.finish();
  }

  /** Who gives up connecting has not given up the sessions that are kept. */
  protected override giveUp(): void {
    void this.close({ resumable: this.#options.store !== undefined, within: 0 });
  }

  protected override atEnd(): void {
    this.#atEnd.forEach((tell) => tell());
    void this.#keeper?.finish();
  }

  /** Throws if nothing can be done but to wait for the daily limit. */
  #checkBudget(budget: IdentifyBudget, resumes: boolean): void {
    const now = this.host.clock.wall();
    const at = budget.allowsAt(now);
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

  /**
   * How many shards the bot has in all, those of other processes included.
   *
   * @throws {CommandError} `invalid_command` as long as `connect()` has not got to know it.
   */
  override get shardCount(): number {
    return this.#begun.count;
  }

  /**
   * How many more sessions may be started today, and when the next may by the wall clock, by what is known of it.
   *
   * @throws {CommandError} `invalid_command` as long as `connect()` has not got to know it.
   */
  get sessionStarts(): { readonly remaining: number; readonly nextAt: number } {
    const now = this.host.clock.wall();
    const { budget } = this.#begun;
    return { remaining: budget.left(now), nextAt: budget.allowsAt(now) };
  }

  /** The shards of this process; none as long as `connect()` has not got to know them. */
  get shards(): readonly ShardInfo[] {
    return this.#fleet?.infos ?? [];
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
   * Lets a router answer every INTERACTION_CREATE, by the callback endpoint; returns what undoes it. Its handlers
   * get `context` as their second argument; what they throw is an `error` event, unless the router has an `onError`.
   * With `events`, those must hold INTERACTION_CREATE. One that comes so late that Discord waits no more is told as
   * `expired`, and no handler is called.
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
   *   const gateway = new DiscordGateway({ token, intents: 0 });
   *   gateway.use(router);
   *   await gateway.connect();
   * }
   * ```
   */
  use(router: GatewayRouter<undefined>): () => void;
  use<Context>(router: GatewayRouter<Context>, context: Context): () => void;
  use(router: GatewayRouter<unknown>, context?: unknown): () => void {
    if (this.#bot.wanted?.has("INTERACTION_CREATE") === false) {
      const fix = "add INTERACTION_CREATE to `events`";
      throw new CommandError("invalid_command", `Cannot use a router: it would never be asked; ${fix}`);
    }
    const { rest, host: { clock } } = this;
    const failed = (error: unknown) => this.report(error, "INTERACTION_CREATE");
    return this.on("INTERACTION_CREATE", ({ data, shard, replayed }) => {
      const expired = (age: number) => this.emit({ kind: "expired", shard, replayed, age, data });
      return router.answer(data, { context, rest, clock, expired, failed, gateway: this });
    });
  }

  /**
   * Hands every event to a state, such as a `GuildState`, before any handler is called with it, so that handlers see
   * the state as of their event; returns what undoes it. To miss nothing, call it before `connect()`.
   *
   * @throws {CommandError} `invalid_command` if the intents or `events` leave out what the state is made of.
   *
   * @example
   * ```ts
   * import { DiscordGateway } from "@parley/parley/discord";
   * import { GuildState } from "@parley/parley/discord/state";
   *
   * const state = new GuildState();
   * const gateway = new DiscordGateway({ token: "a.bot.token", intents: state.intents });
   * gateway.keep(state);
   * state.size; // 0, until there are guilds
   * ```
   */
  keep(state: KeptState): () => void {
    return this.#kept.add(state, this.#bot);
  }

  protected override beforeHandOut(event: GatewayEvent | ClientEvent): void {
    if ("shard" in event) this.#kept.take(event, (error) => this.report(error, event.kind));
  }

  protected override vitals(): Iterable<readonly [Runnable, readonly Vitals[]]> {
    return this.#fleet?.vitals ?? [];
  }

  protected override budgets(): Readonly<Record<string, number>> {
    const budget = this.#fleet?.budget;
    return budget === undefined ? {} : { sessionStarts: budget.left(this.host.clock.wall()) };
  }

  /** An event holds the text of its payload until somebody reads the data. */
  protected override sizeOf(event: object): number {
    return DispatchEvent.unread(event);
  }

  /** Which shards have no session yet, if it is known which there are. */
  protected override get awaited(): string {
    if (this.#fleet === undefined) return "the answer of Discord's API to where to connect";
    const missing = this.#fleet.withoutSession;
    const shown = `${missing.slice(0, 10).join(", ")}${missing.length > 10 ? ", …" : ""}`;
    return missing.length === 1 ? `READY of shard ${shown}` : `READY of the shards ${shown}`;
  }

  /** A session that was resumed is one, too. */
  protected override tellsReady({ kind }: GatewayEvent): boolean {
    return kind === "ready" || kind === "resumed";
  }

  get #begun(): Fleet {
    if (this.#fleet !== undefined) return this.#fleet;
    const fix = "call connect() first, and wait for an event";
    throw new CommandError(
      "invalid_command",
      `Cannot use shards: how many there are is not known yet; ${fix}`,
    );
  }

  protected override get shardIds(): readonly number[] {
    return this.#begun.ids;
  }

  protected override perform(
    shard: number,
    command: GatewayCommand,
    { signal }: SendOptions,
  ): Promise<void> {
    return this.#shard(shard).driver.command(command, signal, () => {});
  }

  #shard(id: number): Shard {
    const found = this.#begun.get(id);
    if (found !== undefined) return found;
    throw noSuchShard(id);
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
  /** The gateway that it came by. */
  readonly gateway: DiscordGateway;
  /** Tells the time and waits. */
  readonly clock: Clock;
  /** Is told, in place of a handler, how many milliseconds ago it was, if Discord waits for an answer no more. */
  readonly expired: (age: number) => void;
  /** Is told what failed and the router has nobody to tell of. */
  readonly failed: (error: unknown) => void;
}
