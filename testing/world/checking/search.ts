import type fastCheck from "fast-check";
import type { Instant } from "@parley/parley/protocol";
import type { Fault } from "../faults.ts";
import type { Violation } from "./violation.ts";

/** What came of one simulated world. */
export interface WorldReport {
  /** What the checkers have to say; empty if all was well. */
  readonly violations: readonly Violation[];
  /** A hash of everything observed. */
  readonly trace: string;
  /** How much time passed in it, in milliseconds. */
  readonly simulated: number;
  /** How many events the clients were given. */
  readonly events: number;
}

/** A wrong variant of what runs in a world, to see whether the checkers see it. */
export interface PlantedBug {
  /** The rule that a checker must find broken; what else is said of it does not count. */
  readonly caught: string;
  /** The kind of fault without which it does not show. @default none */
  readonly shownBy?: Fault["kind"];
}

/**
 * A kind of world: a server, clients, people who talk, and what may go wrong. All that happens in one follows from its
 * seed and its plan of faults. For {@linkcode searchWorlds}.
 */
export interface World<Act> {
  /** What it is called. */
  readonly name: string;
  /** The name under which a failing plan imports it. */
  readonly identifier: string;
  /** When the last fault is over; what must come right afterwards then has its time. */
  readonly until: Instant;
  /** What may go wrong. */
  readonly plans: fastCheck.Arbitrary<Fault<Act>[]>;
  /** The bugs that can be planted, by name. */
  readonly bugs: Readonly<Record<string, PlantedBug>>;
  /** Runs it. `bug` plants one. */
  run(seed: number, plan: readonly Fault<Act>[], bug?: string): Promise<WorldReport>;
}

/** A plan that makes a world go wrong, as small as it could be made. */
export interface Counterexample<Act> {
  /** The world's. */
  readonly seed: number;
  /** The faults that matter. */
  readonly plan: readonly Fault<Act>[];
  /** What went wrong. */
  readonly violations: readonly Violation[];
}

/** What many worlds came to: counts that {@linkcode searchWorlds} adds to. */
export interface WorldTally {
  /** How many were run. */
  worlds: number;
  /** Milliseconds of virtual time. */
  simulated: number;
  /** How many events their clients were given. */
  events: number;
  /** How many faults of which kind. */
  readonly faults: Map<string, number>;
}

/** How to search. */
export interface SearchOptions {
  /** The bug to plant; only the rule that is there to catch it counts. @default {undefined} */
  readonly bug?: string;
  /** Where to count what was run. @default {undefined} */
  readonly tally?: WorldTally;
  /** Called after each world. @default {undefined} */
  readonly progress?: (seed: number) => void;
  /** Whether to make a failing plan smaller, which takes 30 s at most. @default {true} */
  readonly shrink?: boolean;
}

/**
 * The plan of faults that belongs to a seed. Takes fast-check itself, as {@linkcode faultPlans} does.
 *
 * @example
 * ```ts
 * import { faultPlans, planOf } from "@parley/testing";
 * import fc from "fast-check";
 *
 * const plans = faultPlans(fc, { until: 60_000 });
 * console.log(planOf(fc, { plans }, 7)); // the same whenever and wherever it is asked
 * ```
 */
export function planOf<Act>(
  fc: typeof fastCheck,
  { plans }: Pick<World<Act>, "plans">,
  seed: number,
): readonly Fault<Act>[] {
  return fc.sample(plans, { seed, numRuns: 1 })[0] ?? [];
}

/**
 * Runs the worlds of some seeds; stops at the first that goes wrong or throws, and leaves out of its plan what the
 * failure does not need. Undefined: all went well. Takes fast-check itself, as {@linkcode faultPlans} does.
 *
 * @throws {RangeError} if there is no such bug.
 *
 * @example A bot that does not come back
 * ```ts
 * import { Driver } from "@parley/parley/driver";
 * import { IrcClient } from "@parley/parley/irc";
 * import { asTest, faultPlans, IrcServer, scheduleFaults, searchWorlds } from "@parley/testing";
 * import { Simulation, type World } from "@parley/testing";
 * import fc from "fast-check";
 *
 * const botWorld: World<never> = {
 *   name: "bot",
 *   identifier: "botWorld",
 *   until: 60_000,
 *   plans: faultPlans(fc, { until: 60_000 }),
 *   bugs: {},
 *   async run(seed, plan) {
 *     const world = new Simulation({ seed, latency: 40, jitter: 20 });
 *     const core = new IrcServer();
 *     const server = new Driver(core, { host: world.host("server"), label: "server", deliver: () => {} });
 *     server.start();
 *     world.serve("irc://irc.test", server);
 *     scheduleFaults(world, plan, () => {});
 *     const runtime = world.host("bot");
 *     const options = { url: "irc://irc.test", nick: "bot", channels: ["#a"], runtime } as const;
 *     void new IrcClient(options).connect().catch(() => {});
 *     await world.run(300_000);
 *     const there = core.members("#a").length === 1;
 *     const violations = there ? [] : [{ rule: "not_in_channel", message: "is not in #a" }];
 *     return { violations, trace: world.trace, simulated: world.clock.now(), events: 0 };
 *   },
 * };
 *
 * const found = await searchWorlds(fc, botWorld, [1, 2, 3]);
 * console.log(found === undefined ? "all came back" : asTest(botWorld, found));
 * ```
 */
export async function searchWorlds<Act>(
  fc: typeof fastCheck,
  world: World<Act>,
  seeds: Iterable<number>,
  options: SearchOptions = {},
): Promise<Counterexample<Act> | undefined> {
  const { bug, tally, progress } = options;
  for (const seed of seeds) {
    const plan = planOf(fc, world, seed);
    const report = await run(world, seed, plan, bug);
    const violations = counted(world, report, bug);
    if (tally !== undefined) count(tally, plan, report);
    progress?.(seed);
    if (violations.length === 0) continue;
    if (options.shrink === false) return { seed, plan, violations };
    return await shrink(fc, world, { seed, plan, violations }, bug);
  }
  return undefined;
}

/** Runs a world. One that throws, or in which time stands still, has gone wrong, too. */
async function run<Act>(
  world: World<Act>,
  seed: number,
  plan: readonly Fault<Act>[],
  bug: string | undefined,
): Promise<WorldReport> {
  try {
    return await world.run(seed, plan, bug);
  } catch (error) {
    const violations = [{ rule: "thrown", message: String(error) }];
    return { violations, trace: "", simulated: 0, events: 0 };
  }
}

/** Of a planted bug only what the checker says that is there to catch it. */
function counted<Act>(
  world: World<Act>,
  report: WorldReport,
  bug: string | undefined,
): readonly Violation[] {
  if (bug === undefined) return report.violations;
  const planted = world.bugs[bug];
  if (planted === undefined) throw new RangeError(`There is no bug "${bug}" in the world "${world.name}"`);
  return report.violations.filter(({ rule }) => rule === planted.caught);
}

// A long plan could be shrunk for ever; a little too large is better than too late, in milliseconds.
const LONGEST_SHRINK = 30_000;

/** Leaves out of a plan, and shortens in it, whatever the failure does not need. */
async function shrink<Act>(
  fc: typeof fastCheck,
  world: World<Act>,
  found: Counterexample<Act>,
  bug: string | undefined,
): Promise<Counterexample<Act>> {
  const { seed } = found;
  let smallest = found;
  const goesWell = async (plan: readonly Fault<Act>[]) => {
    const violations = counted(world, await run(world, seed, plan, bug), bug);
    if (violations.length === 0) return true;
    smallest = { seed, plan, violations };
    return false;
  };
  // The same seed draws the same plan first, and fast-check shrinks from there.
  const limits = { interruptAfterTimeLimit: LONGEST_SHRINK, markInterruptAsFailure: false };
  await fc.check(fc.asyncProperty(world.plans, goesWell), { seed, numRuns: 1, ...limits });
  return smallest;
}

/**
 * A count of worlds to begin with.
 *
 * @example
 * ```ts
 * import { newTally } from "@parley/testing";
 *
 * const tally = newTally(); // for searchWorlds(fc, world, seeds, { tally })
 * console.log(tally.worlds); // 0
 * ```
 */
export function newTally(): WorldTally {
  return { worlds: 0, simulated: 0, events: 0, faults: new Map() };
}

function count(tally: WorldTally, plan: readonly Fault<unknown>[], report: WorldReport): void {
  tally.worlds++;
  tally.simulated += report.simulated;
  tally.events += report.events;
  for (const fault of plan) {
    const name = nameOf(fault);
    tally.faults.set(name, (tally.faults.get(name) ?? 0) + 1);
  }
}

/** What to call a fault in a count of them. */
function nameOf(fault: Fault<unknown>): string {
  if (fault.kind !== "act") return fault.kind;
  const { act } = fault;
  return typeof act === "object" && act !== null && "kind" in act ? String(act.kind) : "act";
}

/**
 * A failure as a test to paste.
 *
 * @example
 * ```ts
 * import { asTest } from "@parley/testing";
 *
 * const violations = [{ rule: "not_in_channel", message: "is not in #a" }];
 * const found = { seed: 7, plan: [{ kind: "reset", at: 1_000 } as const], violations };
 * console.log(asTest({ name: "bot", identifier: "botWorld" }, found));
 * ```
 */
export function asTest<Act>(
  { name, identifier }: Pick<World<Act>, "name" | "identifier">,
  { seed, plan, violations }: Counterexample<Act>,
): string {
  const faults = plan.map((fault) => `    ${JSON.stringify(fault)},\n`).join("");
  return [
    ...violations.map(({ rule, message }) => `// ${rule}: ${message}`),
    `test(${JSON.stringify(`${name}: seed ${seed}`)}, async () => {`,
    `  const { violations } = await ${identifier}.run(${seed}, [`,
    `${faults}  ]);`,
    `  assertEquals(violations, []);`,
    `});`,
  ].join("\n");
}
