import type { CloseOptions } from "../../driver/client/client.ts";
import type { Runnable } from "../../driver/driver.ts";
import type { Vitals } from "../../driver/health/health.ts";
import type { ClientEvent } from "../../driver/client/client_event.ts";
import { within } from "../../driver/clock/clock.ts";
import { hostWith } from "../../driver/host.ts";
import { untilReached } from "../../driver/until_reached.ts";
import { CommandError, ConnectionError, ParleyError } from "../../protocol/errors.ts";
import type { Dial } from "../../protocol/link.ts";
import { quote } from "../../protocol/data/quote.ts";
import { dialer } from "../../transport/dial.ts";
import { withResolvers } from "../../with_resolvers.ts";
import { DiscordCalls } from "../rest/methods/calls.ts";
import { DiscordHttpError } from "../rest/errors.ts";
import { DiscordRest } from "../rest/rest.ts";
import { loadCodec } from "./codec.ts";
import { GatewayCommandClient, noSuchShard } from "./command_client.ts";
import { checkDecompressor, loadInflatingDial } from "./compression/load.ts";
import { type DiscordGatewayOptions, innerNames, optionKinds } from "./options.ts";
import { tokenOfEnvironment } from "./_token.ts";
import { restLeftAlone } from "./rest_client.ts";
import { type BotOptions, checkBotOptions, checkShardOptions } from "./session/options.ts";
import { Fleet, type FleetParts, type Shard } from "./shards/fleet.ts";
import { IdentifyBudget, type SessionStartLimit } from "./shards/identify/identify_budget.ts";
import type { ReshardOptions } from "./shards/reshard.ts";
import { Resharding } from "./shards/resharding.ts";
import { type Look, SessionKeeper } from "./shards/store/session_keeper.ts";
import { checkKeeping, type Keeping } from "./shards/store/keeping.ts";
import type { StoredShard } from "./shards/store/stored_shard.ts";
import { applicationOf } from "./shards/identity.ts";
import { DriverEnds } from "./shards/driver_ends.ts";
import { checkEvery, watchRecommended } from "./shards/recommended.ts";
import { ShardControl } from "./shards/shard_control.ts";
import type { SendOptions, ShardInfo } from "./shards/shard_info.ts";
import {
  checkShards,
  countAsStored,
  type ShardPlan,
  shardPlanOf,
  spacingOf,
  withCount,
} from "./shards/shard_plan.ts";
import { Unconsumed } from "./shards/unconsumed.ts";
import { WantedPresences } from "./shards/wanted_presences.ts";
import { ShardRefusedError } from "./wire/close_codes.ts";
import type { GatewayCommand, Presence } from "./wire/command.ts";
import { checkWire, type GatewayCodec, jsonCodec } from "./wire/encoding.ts";
import type { GatewayEvent } from "./wire/event.ts";
import { checkNamesAndKinds } from "../../protocol/option_checks.ts";

/** Where Discord's API is, unless it is said to be elsewhere. */
const API = "https://discord.com/api";
/** How long Discord may take to say how many session starts remain, in milliseconds. */
const ASK_WITHIN = 10_000;

/** A client's shards: which there are, where their sessions are kept, and how others take their place. */
export abstract class ShardsClient extends GatewayCommandClient {
  /**
   * Discord's REST API, as the same bot; what was given as `rest`, if it was. A promise of its that is left alone makes
   * an `undelivered` event if it rejects.
   */
  readonly rest: DiscordCalls;
  readonly #bot: BotOptions;
  readonly #options: DiscordGatewayOptions & { readonly token: string };
  readonly #presences: WantedPresences;
  readonly #keeping: Keeping | undefined;
  readonly #checkShardsEvery: number;
  /** What inflates, if something is to be, and what payloads are read by. */
  #dial: Dial | undefined;
  #codec: GatewayCodec = jsonCodec;
  #keeper: SessionKeeper | undefined;
  #fleet: Fleet | undefined;
  /** Resolved once the fleet is known. */
  readonly #known = withResolvers<void>();
  readonly #resharding: Resharding;
  readonly #ends = new DriverEnds();
  /** Aborted once the client is to end, and at its end. */
  readonly #leaving = new AbortController();
  readonly #over = new AbortController();

  /**
   * Takes who the bot is, what it wants to hear of, and which of its shards run here.
   *
   * @throws {OptionError} if an option is not acceptable.
   */
  protected constructor(options: DiscordGatewayOptions) {
    checkNamesAndKinds("make a DiscordGateway", options, optionKinds, innerNames);
    super(hostWith(dialer(), options.runtime), options, "discord");
    const { fetch, clock, random } = this.host;
    checkShards(options.shards ?? "recommended");
    this.#options = { ...options, token: options.token ?? tokenOfEnvironment() };
    checkWire(options.encoding ?? "json", options.compression ?? "none");
    checkDecompressor(options);
    const session = { ...this.#options, random };
    this.#bot = checkBotOptions(session);
    checkShardOptions(session, this.#bot);
    this.#presences = new WantedPresences(options.presence);
    this.#keeping = options.store && checkKeeping(options, options.store, random);
    this.#checkShardsEvery = checkEvery(options.checkShardsEvery ?? Infinity);
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
    const { shards, url } = options;
    this.#resharding = new Resharding({
      clock,
      setUpWith: typeof shards === "number" ? shards : undefined,
      leaving: this.#leaving.signal,
      fleet: () => this.#begun,
      lead: (fleet) => void (this.#fleet = fleet),
      planOf: (count, signal) => shardPlanOf(count, url, () => this.rest.getGatewayBot({ signal })),
      fleetParts: (plan, budget) => this.#fleetParts(plan, budget),
      keeper: () => this.#keeper,
      unfinished: () => this.unfinished(),
      intercept: (isNotTold) => void (this.intercept = isNotTold),
      emit: (event) => this.emit(event),
      waiting: (id, until) => this.#waiting(id, until),
      count: (driver, counts) => this.count(driver, counts),
    });
  }

  /** Decides which shards there are, takes up what an earlier run has left of them, and starts them. */
  protected override async begin(signal: AbortSignal): Promise<void> {
    const { shards = "recommended", url, rest, backoff, connectTimeout, encoding = "json" } = this.#options;
    // What nothing here can inflate shows before anybody is asked.
    this.#dial = await loadInflatingDial(this.host.dial, { ...this.#options, work: this.host.work });
    this.#codec = await loadCodec(encoding);
    const asked = await shardPlanOf(shards, url, () =>
      untilReached({
        ask: (signal) => this.rest.getGatewayBot({ signal }).catch(asUnreached),
        url: rest instanceof DiscordCalls ? API : rest?.baseUrl ?? API,
        clock: this.host.clock,
        random: this.host.random,
        backoff,
        connectTimeout,
        signal,
        failed: (failure) => this.noteFailure(failure),
      }));
    const keeper = this.#keeper = this.#keeperOf(this.#botAt(asked));
    const now = this.host.clock.wall();
    const refused = (error: Error) => this.report(error);
    const decide = (zero: StoredShard) => countAsStored(asked.count, shards, zero, now, refused);
    const { count, shards: stored } = await keeper?.load(asked.ids, asked.count, signal, decide) ??
      { count: asked.count, shards: new Map<number, StoredShard>() };
    const plan = count === asked.count ? asked : withCount(asked, count);
    this.#resharding.wasSetUpWith(stored.get(0)?.setUpWith);
    if (signal.aborted) return;
    const budget = new IdentifyBudget({
      permits: this.host.permits,
      clock: this.host.clock,
      random: this.host.random,
      application: applicationOf(this.#bot.token),
      concurrency: plan.concurrency,
      limit: plan.limit,
      ask: plan.limit && (() => this.#askForLimit()),
      earlier: new Map([...stored].map(([id, { identifies }]) => [id, identifies])),
      save: async () => await keeper?.save(),
      isReady: (id) => {
        const all = this.#all(id);
        // What an earlier run sent is not proven by shards that have not begun yet.
        return all.length > 0 && all.every(({ session }) => session.state === "ready");
      },
      waiting: (shard, until) => this.#waiting(shard, until),
      contended: (shard) =>
        this.report(
          new ParleyError(
            "rate_limited",
            `Discord has refused the IDENTIFY of shard "${shard}", though this process keeps the limit on it: ` +
              "other processes begin sessions of this bot, each of which counts; share `runtime.permits` among them",
          ),
        ),
    });
    const fleet = this.#fleet = new Fleet({
      ...this.#fleetParts(plan, budget),
      nameOf: (id) => `shard ${id}`,
    });
    for (const id of plan.ids) fleet.add(id, stored.get(id)?.session);
    // With none to resume, there would be nothing but to wait for the daily limit.
    if (![...stored.values()].some(({ session }) => session !== null && !session.ended)) budget.check();
    this.#known.resolve();
    keeper?.start(() => this.#look(keeper));
    this.#watchRecommended();
    void super.begin(signal);
  }

  #keeperOf(bot: BotOptions): SessionKeeper | undefined {
    const { store } = this.#options;
    return store && this.#keeping && new SessionKeeper({
      ...this.#keeping,
      store,
      application: applicationOf(bot.token),
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

  #botAt(plan: ShardPlan): BotOptions {
    const { host: { random } } = this;
    return checkBotOptions({ ...this.#options, random, url: plan.url, codec: this.#codec }, spacingOf(plan));
  }

  #fleetParts(
    plan: ShardPlan,
    budget: IdentifyBudget,
  ): Omit<FleetParts, "nameOf"> {
    const bot = this.#botAt(plan);
    const dial = this.#dial;
    return {
      plan,
      bot,
      budget,
      host: this.host,
      options: this.#options,
      presenceOf: (id) => this.#presences.of(id),
      application: applicationOf(bot.token),
      keeper: this.#keeper,
      attach: (core, options) => this.attach(core, { ...options, ...(dial && { dial }) }),
    };
  }

  #waiting(id: number, until: number): void {
    const event = { kind: "identify_waiting", shard: id, until } as const;
    this.emit(event);
    const shard = this.#fleet?.get(id);
    if (shard === undefined) return;
    shard.driver.health.told(event, this.host.clock.now());
    this.proceed(shard.driver);
  }

  /** Where the shards stand that are to be kept, by what was consumed of their events. */
  #look(keeper: SessionKeeper): Look {
    const unconsumed = new Unconsumed(this.unfinished());
    const shards = this.#resharding.states(keeper, unconsumed);
    return { shards, unfinished: unconsumed.some, lagged: unconsumed.lagged };
  }

  /**
   * Resolves once a shard of this process has its session, which may be before the others have theirs; at once if it
   * has it now.
   *
   * @throws {CommandError} `invalid_command` if this process does not run that shard, `closed` if it has ended or is
   * closed first.
   * @throws {ShardRefusedError} if Discord refuses it first.
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
  ready(shard: number, options: SendOptions = {}): Promise<void> {
    return this.pending(() => this.#untilReady(shard, options));
  }

  async #untilReady(shard: number, { signal }: SendOptions): Promise<void> {
    const done = new AbortController();
    const stands = this.wait(["ready", "resumed"], {
      signal: AbortSignal.any([done.signal, ...(signal ? [signal] : [])]),
      where: (event) => event.shard === shard,
    });
    try {
      await Promise.race([this.#known.promise, stands]);
      let { session, driver } = this.running(shard);
      while (session.state !== "ready") {
        if (!driver.ended && await Promise.race([stands, this.#untilEnded(driver)]) !== "ended") return;
        // Another one runs it once the bot is resharded.
        const next = this.#fleet?.get(shard);
        if (next === undefined || next.driver.ended) {
          throw new CommandError("closed", `Cannot wait for shard "${shard}": it has ended`);
        }
        ({ session, driver } = next);
      }
    } finally {
      done.abort();
    }
  }

  /** Waits until a driver has ended. @throws its error if it has ended with one. */
  async #untilEnded(driver: Runnable): Promise<"ended"> {
    const error = await this.#ends.of(driver);
    if (error !== undefined) throw error;
    return "ended";
  }

  /**
   * One of the bot's shards, to reconnect, close or begin it; this process need not run it.
   *
   * @throws {CommandError} `invalid_command` if the bot has no such shard, or `connect()` has not got to know it.
   *
   * @example
   * ```ts
   * import type { DiscordGateway } from "@parley/parley/discord";
   *
   * async function hear(gateway: DiscordGateway, guildId: string): Promise<void> {
   *   await gateway.shard(3).reconnect();
   *   gateway.on("shard_ended", ({ shard, error }) => console.error(shard, error.message));
   * }
   * ```
   */
  shard(id: number): ShardControl {
    if (!(Number.isSafeInteger(id) && id >= 0 && id < this.shardCount)) throw noSuchShard(id);
    return new ShardControl({
      id,
      fleet: () => this.#begun,
      keeper: () => this.#keeper,
      unconsumed: () => new Unconsumed(this.unfinished()),
      leaving: this.#leaving.signal,
      ready: (signal) => this.ready(id, signal && { signal }),
      ended: (driver) => this.#ends.of(driver),
      shows: (driver, shown) => this.count(driver, shown),
      commanded: (command, signal, run) => this.commanded({ command, target: `shard ${id}`, signal }, run),
    });
  }

  /**
   * Takes another number of shards without a time in which nothing is heard: the new ones begin their sessions within
   * the limits while the old ones serve; once they have every guild, and it is known of each guild where its events
   * stand on both sides, they take over, and the old ones are closed. Each event is told once, and those of a guild in
   * order. Resolves when the old ones are gone; `resharded` tells of the moment before the first event of the new ones.
   *
   * Whatever goes wrong before that moment, the old ones go on, and the promise is rejected. With a store, a run that
   * begins meanwhile takes up either the old ones or the new ones, unless those are more than 16 times as many as it would
   * begin with: it tells that, and begins with so many. At least `settle` it takes, and the time for the new
   * sessions.
   *
   * A client that runs some of the shards changes those, if their guilds are theirs alone in both sets: of 12 shards, each
   * by itself can become two of 24; what others run is for those to change.
   *
   * @throws {CommandError} `invalid_command` if others run shards with some of the same guilds, or it is resharding;
   * `closed` if the client ends.
   * @throws {OptionError} if there can be no such number of shards.
   * @throws {ParleyError} `rate_limited` if that takes more session starts than remain today.
   * @throws {ConnectionError} if Discord does not let the new ones in.
   * @throws the signal's reason if it is aborted before the new ones have taken over.
   *
   * @example
   * ```ts
   * import { DiscordGateway, Intents } from "@parley/parley/discord";
   *
   * async function run(token: string): Promise<void> {
   *   const gateway = new DiscordGateway({ token, intents: Intents.Guilds, checkShardsEvery: 3_600_000 });
   *   gateway.on("reshard_due", ({ recommended }) => gateway.reshard(recommended));
   *   gateway.on("resharded", ({ from, to }) => console.log(`${from} shards became ${to}`));
   *   await gateway.connect();
   * }
   * ```
   */
  reshard(count: number | "recommended", options: ReshardOptions = {}): Promise<void> {
    const name = { command: "reshard", target: String(count), signal: options.signal };
    return this.commanded(name, () => this.#resharding.run(count, options));
  }

  /** The presence is that of shards, too, that begin later, or are to take the place of these. */
  protected override presented(data: Presence, shard: number | undefined): void {
    this.#presences.set(data, shard);
    if (shard === undefined) this.#resharding.present(data);
  }

  /** Asks from now on how many shards Discord recommends, as often as it is to be. */
  #watchRecommended(): void {
    const every = this.#checkShardsEvery;
    if (every === Infinity) return;
    void watchRecommended({
      clock: this.host.clock,
      every,
      count: () => this.shardCount,
      ask: async (signal) => (await this.rest.getGatewayBot({ signal })).shards,
      due: (recommended) => this.emit({ kind: "reshard_due", count: this.shardCount, recommended }),
      failed: (error) => this.report(error),
      signal: this.#leaving.signal,
    });
  }

  /** A shard that is refused is told of, and ends no other. */
  protected override partEnded(driver: Runnable, error: Error | undefined, canGoOn: boolean): boolean {
    const isOther = this.#resharding.ended(driver, error);
    this.#ends.ended(driver, error);
    if (error === undefined || isOther) return true;
    const [id] = [...this.#fleet?.shards ?? []].find(([, shard]) => shard.driver === driver) ?? [];
    if (!(error instanceof ShardRefusedError) || id === undefined || !canGoOn) return false;
    const { refusedFor } = error;
    this.emit({ kind: "shard_ended", shard: id, error, refusedFor, left: this.#fleet?.ids.length ?? 0 });
    return true;
  }

  /** A shard that has ended is told of where nobody listens, too. */
  protected override failure(event: GatewayEvent): unknown {
    return event.kind === "shard_ended" ? event.error : undefined;
  }

  /**
   * Closes politely and waits for the end. `resumable` leaves the sessions, so that the next run resumes them;
   * what its `store` needs for that is saved by then.
   */
  override async close(options: CloseOptions = {}): Promise<void> {
    this.#leaving.abort(new CommandError("closed", "Cannot reshard: the client was closed first"));
    await super.close(options);
    await this.#keeper?.finish();
  }

  /** Who gives up connecting has not given up the sessions that are kept. */
  protected override giveUp(): void {
    void this.close({ resumable: this.#options.store !== undefined, within: 0 });
  }

  protected override atEnd(): void {
    const ended = new CommandError("closed", "Cannot go on: the client has ended");
    this.#leaving.abort(ended);
    this.#over.abort(ended);
    void this.#keeper?.finish();
  }

  async #askForLimit(): Promise<SessionStartLimit> {
    const late = "Discord did not say how many session starts remain";
    const ask = (signal: AbortSignal) => this.rest.getGatewayBot({ signal });
    return (await within(this.host.clock, ASK_WITHIN, late, ask, this.#leaving.signal)).session_start_limit;
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

  protected override beforeHandOut(event: GatewayEvent | ClientEvent): void {
    this.#fleet?.budget.told(event);
  }

  protected override vitals(): Iterable<readonly [Runnable, readonly Vitals[]]> {
    return this.#fleet?.vitals ?? [];
  }

  protected override budgets(): Readonly<Record<string, number>> {
    const budget = this.#fleet?.budget;
    return budget === undefined ? {} : { sessionStarts: budget.left(this.host.clock.wall()) };
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
    return this.running(shard).driver.command(command, signal, () => {});
  }

  /**
   * A shard that this process runs.
   *
   * @throws {CommandError} `invalid_command` if it does not.
   */
  protected running(id: number): Shard {
    const found = this.#begun.get(id);
    if (found !== undefined) return found;
    throw noSuchShard(id);
  }

  /** What is the same for every shard, checked. */
  protected get bot(): BotOptions {
    return this.#bot;
  }

  /** Aborted at the client's end. */
  protected get over(): AbortSignal {
    return this.#over.signal;
  }

  /** The shards of this id, of the set that leads and of one that is to. */
  #all(id: number): readonly Shard[] {
    return [this.#fleet?.get(id), this.#resharding.to?.get(id)].filter((shard) => shard !== undefined);
  }
}

/** An API that is down may be up later than the bot, as a network may. */
function asUnreached(error: unknown): never {
  if (!(error instanceof DiscordHttpError && error.status >= 500)) throw error;
  throw new ConnectionError("unreachable", `it answers with HTTP status ${error.status}`, { cause: error });
}
