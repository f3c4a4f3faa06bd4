import { type Clock, sleepUntil } from "../../../driver/clock/clock.ts";
import type { ClientEvent } from "../../../driver/client/client_event.ts";
import type { Runnable } from "../../../driver/driver.ts";
import { CommandError, OptionError, ParleyError } from "../../../protocol/errors.ts";
import type { Instant } from "../../../protocol/protocol.ts";
import type { Presence } from "../wire/command.ts";
import type { GatewayEvent } from "../wire/event.ts";
import { Fleet, type FleetParts } from "./fleet.ts";
import type { IdentifyBudget } from "./identify/identify_budget.ts";
import { Reshard, type ReshardOptions, SETTLE } from "./reshard.ts";
import type { SessionKeeper, ShardState } from "./store/session_keeper.ts";
import { checkShards, idsInstead, type ShardPlan } from "./shard_plan.ts";
import { Unconsumed } from "./unconsumed.ts";

/** It is looked so often whether a set of shards is gone, in milliseconds. */
const LOOK_EVERY = 250;

/** What resharding a client takes. */
export interface ReshardingParts {
  readonly clock: Clock;
  /** The shards that lead. */
  readonly fleet: () => Fleet;
  /** Lets others lead. */
  readonly lead: (fleet: Fleet) => void;
  /** Decides where so many shards run. */
  readonly planOf: (count: number | "recommended", signal: AbortSignal) => Promise<ShardPlan>;
  /** What shards are made of. */
  readonly fleetParts: (plan: ShardPlan, budget: IdentifyBudget) => Omit<FleetParts, "nameOf">;
  readonly keeper: () => SessionKeeper | undefined;
  /** What some consumer is not done with. */
  readonly unfinished: () => Iterable<GatewayEvent | ClientEvent>;
  /** Asks of each event from here on whether it is not to be told. */
  readonly intercept: (isNotTold: (event: GatewayEvent, driver: Runnable) => boolean) => void;
  /** Hands out an event. */
  readonly emit: (event: GatewayEvent) => void;
  /** Tells that a shard has to wait for the daily limit. */
  readonly waiting: (id: number, until: number) => void;
  /** Whether a driver counts for the client's `connect` and `health`. */
  readonly count: (driver: Runnable, counts: boolean) => void;
  /** Aborted once the client is to end. */
  readonly leaving: AbortSignal;
  /** How many shards the bot is set up with, if that is a number. */
  readonly setUpWith: number | undefined;
}

/** Takes a client from one number of shards to another: makes the new set, and closes the one that leads no more. */
export class Resharding {
  readonly #parts: ReshardingParts;
  /** What is under way to another number of shards, from when it is asked for. */
  #isUnderWay = false;
  #reshard: Reshard | undefined;
  /** The last, if it was given up: it goes on hearing whether its doubts were right. */
  #last: Reshard | undefined;
  /** Those of shards that were to take the place of others, and are being closed. */
  readonly #givenUp = new Set<Runnable>();
  /** How many shards it was set up with, if it was resharded since. */
  #setUpWith: number | undefined;

  /** Takes what it needs. */
  constructor(parts: ReshardingParts) {
    this.#parts = parts;
  }

  /** An earlier run had been set up with so many shards, and was resharded; undefined: it was not. */
  wasSetUpWith(count: number | undefined): void {
    this.#setUpWith = count;
  }

  /** The set that is to lead, while there is one. */
  get to(): Fleet | undefined {
    return this.#reshard?.to;
  }

  /** The presence that is wanted now. */
  present(data: Presence): void {
    this.#reshard?.present(data);
  }

  /** A driver has ended; true if that ends none of the shards that lead. */
  ended(driver: Runnable, error: Error | undefined): boolean {
    this.#givenUp.delete(driver);
    return this.#reshard?.ended(driver, error) === true;
  }

  /** Where the shards stand that are to be kept. */
  states(keeper: SessionKeeper, unconsumed: Unconsumed): readonly ShardState[] {
    const setUpWith = this.#setUpWith;
    if (this.#reshard !== undefined) return this.#reshard.states(keeper, unconsumed, setUpWith);
    const states = this.#parts.fleet().states(unconsumed);
    return setUpWith === undefined ? states : states.map((state) => ({ ...state, setUpWith }));
  }

  /**
   * Takes another number of shards, and resolves once the old ones are gone; throws what `reshard` of the client does.
   */
  async run(count: number | "recommended", options: ReshardOptions): Promise<void> {
    checkShards(count);
    const { signal, settle = SETTLE } = options;
    if (!(settle > 0 && settle < Infinity)) {
      throw new OptionError(`Cannot reshard with "${settle}" ms: \`settle\` must be positive and finite`);
    }
    const { clock, planOf, leaving } = this.#parts;
    const from = this.#parts.fleet();
    const { budget } = from;
    if (this.#isUnderWay) {
      throw new CommandError("invalid_command", "Cannot reshard: another is under way");
    }
    this.#isUnderWay = true;
    const over = AbortSignal.any([leaving, ...signal ? [signal] : []]);
    try {
      const whole = await planOf(count, over);
      over.throwIfAborted();
      if (whole.count === from.count) return;
      const plan = { ...whole, ids: idsInstead([...from.shards.keys()], from.count, whole.count) };
      const left = Math.min(budget.left(clock.wall()), plan.limit?.remaining ?? Infinity);
      if (left < plan.ids.length) throw tooFewStarts(plan.ids.length, left);
      const reshard = this.#begin(from, plan, settle);
      await this.#cutOver(reshard, over);
      await this.#replace(from, reshard);
    } finally {
      this.#isUnderWay = false;
    }
  }

  /** Nothing is told of what those bring who do not lead. */
  readonly #isNotTold = (event: GatewayEvent, driver: Runnable): boolean =>
    this.#givenUp.has(driver) || (this.#reshard ?? this.#last)?.isNotTold(event, driver) === true;

  /** Makes the new set, and hears what both tell. */
  #begin(from: Fleet, plan: ShardPlan, settle: number): Reshard {
    const { clock, emit, unfinished, fleetParts, waiting, count } = this.#parts;
    const parts = fleetParts(plan, from.budget);
    const to = new Fleet({
      ...parts,
      nameOf: (id) => `shard ${id} of ${plan.count}`,
      identifying: (id) => reshard.identifying(id),
      unsaved: (id) => reshard.unsaved(id),
      waiting: (id, until) => {
        if (reshard.isSwitched) waiting(id, until);
        else reshard.fail(tooFewStarts(plan.ids.length, 0));
      },
    });
    // As long as they do not lead, neither `connect` nor `health` counts them.
    for (const id of plan.ids) count(to.add(id).driver, false);
    const doubts = this.#last?.doubts ?? new Map<number, Instant>();
    const reshard: Reshard = new Reshard({ from, to, clock, settle, doubts, emit, unfinished });
    this.#reshard = reshard;
    this.#last = undefined;
    this.#parts.intercept(this.#isNotTold);
    return reshard;
  }

  /** Waits until the new set can lead; if it never can, closes it. */
  async #cutOver(reshard: Reshard, signal: AbortSignal): Promise<void> {
    try {
      await reshard.run(signal);
    } catch (error) {
      this.#reshard = undefined;
      this.#last = reshard;
      reshard.giveUp();
      // Links that are being closed may bring what is under way.
      for (const { driver } of reshard.to.shards.values()) {
        this.#givenUp.add(driver);
        driver.shutdown("end");
      }
      throw error;
    }
  }

  /** Lets the new set lead, and closes the old one once the store says so, too. */
  async #replace(from: Fleet, reshard: Reshard): Promise<void> {
    const { clock, lead, count, unfinished, leaving } = this.#parts;
    this.#setUpWith ??= this.#parts.setUpWith ?? from.count;
    lead(reshard.to);
    for (const { driver } of reshard.to.shards.values()) count(driver, true);
    for (const { driver } of from.shards.values()) count(driver, false);
    reshard.switch(() => new Unconsumed(unfinished()));
    const keeper = this.#parts.keeper();
    if (keeper !== undefined) await reshard.stored(keeper, leaving);
    for (const { driver } of from.shards.values()) driver.shutdown("end");
    while (!(reshard.isOver && [...from.shards.values()].every(({ driver }) => driver.ended))) {
      await sleepUntil(clock, clock.now() + LOOK_EVERY, leaving);
    }
    this.#reshard = undefined;
  }
}

function tooFewStarts(needed: number, left: number): ParleyError {
  const message = `Cannot reshard: that takes ${needed} session starts, and ${left} remain today`;
  return new ParleyError("rate_limited", message);
}
