import type { Driver, Runnable } from "../../../driver/driver.ts";
import type { Vitals } from "../../../driver/health/health.ts";
import type { Host } from "../../../driver/host.ts";
import type { Permits } from "../../../driver/permits.ts";
import type { Protocol } from "../../../protocol/protocol.ts";
import { RESUME_SCOPE } from "../session/identify_permit.ts";
import type { BotOptions, GatewaySessionOptions, ResumePoint } from "../session/options.ts";
import { GatewaySession, type SessionCommand } from "../session/session.ts";
import type { Presence } from "../wire/command.ts";
import type { GatewayEvent } from "../wire/event.ts";
import type { IdentifyBudget } from "./identify/identify_budget.ts";
import { inWallTime, ofThisRun } from "./store/resume_times.ts";
import type { SessionKeeper, ShardState } from "./store/session_keeper.ts";
import type { ShardInfo } from "./shard_info.ts";
import type { ShardPlan } from "./shard_plan.ts";
import { UNKNOWN_SESSION } from "./store/stored_shard.ts";
import type { Unconsumed } from "./unconsumed.ts";

/** One of a bot's shards, and what runs it. */
export interface Shard {
  readonly session: GatewaySession;
  readonly driver: Driver<SessionCommand, GatewayEvent>;
}

/** What a fleet is made of. */
export interface FleetParts {
  readonly plan: ShardPlan;
  readonly host: Host;
  /** What the user wants of each session. */
  readonly options: Omit<GatewaySessionOptions, "random" | "shard" | "resume" | "presence">;
  /** What a shard is to show now. */
  readonly presenceOf: (id: number) => Presence | undefined;
  /** The same, checked. */
  readonly bot: BotOptions;
  readonly application: string;
  /** The limit on session starts. */
  readonly budget: IdentifyBudget;
  /** Keeps the sessions; undefined: nobody does. */
  readonly keeper: SessionKeeper | undefined;
  /** What a shard is called in observations and by `health`. */
  readonly nameOf: (id: number) => string;
  /** Makes a driver run a core; `part` names it. */
  readonly attach: (
    core: Protocol<SessionCommand, GatewayEvent>,
    options: { readonly part: string; readonly permits: Permits },
  ) => Driver<SessionCommand, GatewayEvent>;
  /** Told that a shard is about to send IDENTIFY. */
  readonly identifying?: (id: number) => void;
  /** Told in place of the budget's own that a shard has to wait for the daily limit. */
  readonly waiting?: (id: number, until: number) => void;
  /** Up to where a session may be acknowledged of which nothing is stored. @default READY */
  readonly unsaved?: (id: number) => number;
}

/** A bot's shards of this process, once it is known how many there are. */
export class Fleet {
  /** How many shards the bot has in all, those of other processes included. */
  readonly count: number;
  readonly #parts: FleetParts;
  readonly #shards = new Map<number, Shard>();
  readonly #left = new Map<number, ResumePoint>();
  // "rate_limit_key = shard_id % max_concurrency"
  readonly #identifyKeys: string[] = [];

  /** Takes what it is made of; its shards are to be added. */
  constructor(parts: FleetParts) {
    this.count = parts.plan.count;
    this.#parts = parts;
  }

  /** Adds a shard, or another in the place of one that has ended; whoever adds it starts it. */
  add(id: number, resume?: ResumePoint | null): Shard {
    const { plan, host, options, bot, application, budget, keeper, attach, nameOf, presenceOf } = this.#parts;
    const bucket = id % plan.concurrency;
    const session = new GatewaySession({
      ...options,
      random: host.random,
      url: plan.url,
      shard: [id, plan.count],
      presence: presenceOf(id),
      identifyKey: this.#identifyKeys[bucket] ??= `application ${application}, bucket ${bucket}`,
      // A session of which nothing is stored yet is lost with the process, yet its READY came.
      ...(keeper && {
        acknowledged: (of: string) => keeper.savedSequence(id, of) ?? this.#parts.unsaved?.(id) ?? 1,
        asksToResume: true,
      }),
      ...(resume && { resume: ofThisRun(resume, host.clock) }),
    }, bot);
    const permits = this.#permitsOf(id, budget, keeper);
    const shard = { session, driver: attach(session, { part: nameOf(id), permits }) };
    this.#shards.set(id, shard);
    return shard;
  }

  /** The limit on session starts. */
  get budget(): IdentifyBudget {
    return this.#parts.budget;
  }

  /** A shard runs here no more; `point` is where its session was left, if it was. */
  leave(id: number, point: ResumePoint | undefined): void {
    this.#shards.delete(id);
    if (point === undefined) this.#left.delete(id);
    else this.#left.set(id, point);
  }

  /** Where the session of a shard was left that runs here no more. */
  leftOf(id: number): ResumePoint | undefined {
    return this.#left.get(id);
  }

  /** The shards of this process, by their ids. */
  get shards(): ReadonlyMap<number, Shard> {
    return this.#shards;
  }

  /** The ids of the shards of this process, less those that have ended. */
  get ids(): readonly number[] {
    return [...this.#shards].flatMap(([id, { driver }]) => driver.ended ? [] : [id]);
  }

  /** A shard; undefined if it is none of this process. */
  get(id: number): Shard | undefined {
    return this.#shards.get(id);
  }

  /** Whether a driver runs one of its shards. */
  owns(id: number, driver: Runnable): boolean {
    return this.get(id)?.driver === driver;
  }

  /** The shards that have no session now. */
  get withoutSession(): readonly number[] {
    return [...this.#shards].flatMap(([id, { session }]) => session.state === "ready" ? [] : [id]);
  }

  /** What is known of each shard. */
  get infos(): readonly ShardInfo[] {
    const { clock } = this.#parts.host;
    return [...this.#shards].map(([id, { session, driver }]) => ({
      id,
      state: session.state,
      latency: session.latency,
      latencies: session.latencies,
      heldCommands: session.heldCommands,
      commandsLeft: session.commandsLeft(clock.now()),
      resumePoint: session.resumePoint && inWallTime(session.resumePoint, driver),
    }));
  }

  /** What `health` tells of each shard. */
  get vitals(): Iterable<readonly [Runnable, readonly Vitals[]]> {
    const now = this.#parts.host.clock.now();
    return [...this.#shards].map(([id, { session, driver }]) => {
      const { state: step, latency, heldCommands: held } = session;
      const budgets = { commands: session.commandsLeft(now), held };
      return [driver, [{ name: this.#parts.nameOf(id), step, latency, budgets }]] as const;
    });
  }

  /** Where the shards stand, by what was consumed of their events. */
  states(unconsumed: Unconsumed): ShardState[] {
    return [...this.#shards].map(([id, { session: { restartPoint }, driver }]) => ({
      id,
      count: this.count,
      session: restartPoint === undefined
        ? driver.ended ? undefined : this.#begunUnknown(id)
        : unconsumed.before(id, inWallTime(restartPoint, driver)),
      identifies: this.#identifies(id),
    }));
  }

  /** What is left of a session that begins if this process dies before it has saved it: since when it may have been there. */
  #begunUnknown(id: number): ResumePoint | undefined {
    const at = this.budget.begunAt(id);
    return at === undefined
      ? undefined
      : { sessionId: UNKNOWN_SESSION, sequence: 0, resumeUrl: "", at, ended: true };
  }

  /** When a shard sent IDENTIFYs, and those of other sets that have no place of their own here. */
  #identifies(id: number): readonly number[] {
    const { budget } = this.#parts;
    const others = [...budget.shards].filter((other) => other >= this.count && other % this.count === id);
    if (others.length === 0) return [...budget.identifies(id)];
    return [id, ...others].flatMap((one) => budget.identifies(one)).sort((a, b) => a - b);
  }

  /** What grants the permits of a shard: to IDENTIFY by the budget, to resume as long as its session is ours. */
  #permitsOf(id: number, budget: IdentifyBudget, keeper: SessionKeeper | undefined): Permits {
    const { identifying, waiting } = this.#parts;
    const permits = budget.permitsOf(id, waiting);
    if (keeper === undefined && identifying === undefined) return permits;
    return {
      acquire: (permit, signal) => {
        if (keeper !== undefined && permit.scope === RESUME_SCOPE) return keeper.toResume(id, signal);
        const granted = permits.acquire(permit, signal);
        return identifying === undefined ? granted : granted.then((grant) => {
          identifying(id);
          return grant;
        });
      },
    };
  }
}
