import type { Driver, Runnable } from "../../../driver/driver.ts";
import type { Vitals } from "../../../driver/health.ts";
import type { Host } from "../../../driver/host.ts";
import type { Permits } from "../../../driver/permits.ts";
import type { Protocol } from "../../../protocol/protocol.ts";
import { RESUME_SCOPE } from "../session/identify_permit.ts";
import type { BotOptions, GatewaySessionOptions } from "../session/options.ts";
import { GatewaySession } from "../session/session.ts";
import type { GatewayCommand } from "../wire/command.ts";
import type { GatewayEvent, IdentifyWaitingEvent } from "../wire/event.ts";
import { IdentifyBudget, type IdentifyBudgetParts } from "./identify_budget.ts";
import { inWallTime, ofThisRun } from "./resume_times.ts";
import type { Look, SessionKeeper } from "./session_keeper.ts";
import type { StoredShard } from "./session_store.ts";
import type { ShardInfo } from "./shard_info.ts";
import type { ShardPlan } from "./shard_plan.ts";
import type { Unconsumed } from "./unconsumed.ts";

/** One of a bot's shards, and what runs it. */
export interface Shard {
  readonly session: GatewaySession;
  readonly driver: Driver<GatewayCommand, GatewayEvent>;
}

/** What a fleet is made of. */
export interface FleetParts {
  readonly plan: ShardPlan;
  readonly host: Host;
  /** What the user wants of each session. */
  readonly options: Omit<GatewaySessionOptions, "random">;
  /** The same, checked. */
  readonly bot: BotOptions;
  readonly application: string;
  /** Keeps the sessions; undefined: nobody does. */
  readonly keeper: SessionKeeper | undefined;
  /** What an earlier run has left of each shard. */
  readonly stored: ReadonlyMap<number, StoredShard>;
  /** Asks Discord for the limit on session starts. May reject. */
  readonly askForLimit: Exclude<IdentifyBudgetParts["ask"], undefined>;
  /** Makes a driver run a core; `part` names it. */
  readonly attach: (
    core: Protocol<GatewayCommand, GatewayEvent>,
    options: { readonly part: string; readonly permits: Permits },
  ) => Driver<GatewayCommand, GatewayEvent>;
  /** Told that a shard has to wait for the daily limit. */
  readonly waiting: (event: IdentifyWaitingEvent, shard: Shard | undefined) => void;
}

/** A bot's shards of this process, once it is known how many there are. */
export class Fleet {
  /** How many shards the bot has in all, those of other processes included. */
  readonly count: number;
  /** The limit on session starts, which all share. */
  readonly budget: IdentifyBudget;
  readonly #clock: Host["clock"];
  readonly #shards = new Map<number, Shard>();

  /** Makes the sessions, and has them attached. */
  constructor({ plan, host, options, bot, application, keeper, stored, ...parts }: FleetParts) {
    this.count = plan.count;
    this.#clock = host.clock;
    const budget = this.budget = new IdentifyBudget({
      permits: host.permits,
      clock: host.clock,
      concurrency: plan.concurrency,
      limit: plan.limit,
      ask: plan.limit && parts.askForLimit,
      earlier: new Map([...stored].map(([id, { identifies }]) => [id, identifies])),
      save: async () => await keeper?.save(),
      isReady: (shard) => this.get(shard)?.session.state === "ready",
      waiting: (shard, until) => parts.waiting({ kind: "identify_waiting", shard, until }, this.get(shard)),
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
        ...(keeper &&
          { acknowledged: (of: string) => keeper.savedSequence(id, of) ?? 1, asksToResume: true }),
        ...(resume && { resume: ofThisRun(resume, host.clock) }),
      }, bot);
      const permits = permitsOf(id, budget, keeper);
      this.#shards.set(id, { session, driver: parts.attach(session, { part: `shard ${id}`, permits }) });
    }
  }

  /** The ids of the shards of this process. */
  get ids(): readonly number[] {
    return [...this.#shards.keys()];
  }

  /** A shard; undefined if it is none of this process. */
  get(id: number): Shard | undefined {
    return this.#shards.get(id);
  }

  /** The shards that have no session now. */
  get withoutSession(): readonly number[] {
    return [...this.#shards].flatMap(([id, { session }]) => session.state === "ready" ? [] : [id]);
  }

  /** What is known of each shard. */
  get infos(): readonly ShardInfo[] {
    return [...this.#shards].map(([id, { session, driver }]) => ({
      id,
      state: session.state,
      latency: session.latency,
      latencies: session.latencies,
      heldCommands: session.heldCommands,
      commandsLeft: session.commandsLeft(this.#clock.now()),
      resumePoint: session.resumePoint && inWallTime(session.resumePoint, driver),
    }));
  }

  /** What `health` tells of each shard. */
  get vitals(): Iterable<readonly [Runnable, readonly Vitals[]]> {
    const now = this.#clock.now();
    return [...this.#shards].map(([id, { session, driver }]) => {
      const { state: step, latency, heldCommands: held } = session;
      const budgets = { commands: session.commandsLeft(now), held };
      return [driver, [{ name: `shard ${id}`, step, latency, budgets }]] as const;
    });
  }

  /** Where the shards stand, by what was consumed of their events. */
  look(unconsumed: Unconsumed): Look {
    const shards = [...this.#shards].map(([id, { session: { restartPoint }, driver }]) => ({
      id,
      session: restartPoint && unconsumed.before(id, inWallTime(restartPoint, driver)),
      identifies: [...this.budget.identifies(id)],
    }));
    return { shards, unfinished: unconsumed.some, lagged: unconsumed.lagged };
  }
}

/** What grants the permits of a shard: to IDENTIFY by the budget, to resume as long as its session is ours. */
function permitsOf(shard: number, budget: IdentifyBudget, keeper: SessionKeeper | undefined): Permits {
  const permits = budget.permitsOf(shard);
  if (keeper === undefined) return permits;
  return {
    acquire: (permit, signal) =>
      permit.scope === RESUME_SCOPE ? keeper.toResume(shard, signal) : permits.acquire(permit, signal),
  };
}
