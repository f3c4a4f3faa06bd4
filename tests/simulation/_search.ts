import fc from "fast-check";
import type { Fault } from "../../src/testing/faults.ts";
import type { Violation } from "../../src/testing/violation.ts";
import { faultName, type Report, type World } from "./_world.ts";

/** A plan that makes a world go wrong, as small as it could be made. */
export interface Counterexample<Act> {
  readonly seed: number;
  readonly plan: readonly Fault<Act>[];
  readonly violations: readonly Violation[];
}

/** What many worlds came to. */
export interface Tally {
  worlds: number;
  /** Milliseconds of virtual time. */
  simulated: number;
  events: number;
  /** How many faults of which kind. */
  readonly faults: Map<string, number>;
}

/** How to search. */
export interface SearchOptions {
  /** The bug to plant; only the rule that is there to catch it counts. */
  readonly bug?: string;
  /** Where to count what was run. */
  readonly tally?: Tally;
  /** Called after each world. */
  readonly progress?: (seed: number) => void;
  /** Whether to make a failing plan smaller. @default {true} */
  readonly shrink?: boolean;
}

/** The plan that belongs to a seed. */
export function planOf<Act>(world: World<Act>, seed: number): readonly Fault<Act>[] {
  return fc.sample(world.plans, { seed, numRuns: 1 })[0] ?? [];
}

/** Runs the worlds of some seeds; stops at the first that goes wrong, and shrinks its plan. */
export async function search<Act>(
  world: World<Act>,
  seeds: Iterable<number>,
  options: SearchOptions = {},
): Promise<Counterexample<Act> | undefined> {
  const { bug, tally, progress } = options;
  for (const seed of seeds) {
    const plan = planOf(world, seed);
    const report = await run(world, seed, plan, bug);
    const violations = counted(world, report, bug);
    if (tally !== undefined) count(tally, plan, report);
    progress?.(seed);
    if (violations.length === 0) continue;
    if (options.shrink === false) return { seed, plan, violations };
    return await shrink(world, seed, plan, violations, bug);
  }
  return undefined;
}

/** Runs a world. One that throws, or in which time stands still, has gone wrong, too. */
async function run<Act>(
  world: World<Act>,
  seed: number,
  plan: readonly Fault<Act>[],
  bug: string | undefined,
): Promise<Report> {
  try {
    return await world.run(seed, plan, bug);
  } catch (error) {
    const violations = [{ rule: "thrown", message: String(error) }];
    return { violations, trace: "", simulated: 0, events: 0 };
  }
}

/** Of a planted bug only what the checker says that is there to catch it. */
function counted<Act>(world: World<Act>, report: Report, bug: string | undefined): readonly Violation[] {
  if (bug === undefined) return report.violations;
  const planted = world.bugs[bug];
  if (planted === undefined) throw new RangeError(`There is no bug "${bug}" in the world "${world.name}"`);
  return report.violations.filter(({ rule }) => rule === planted.caught);
}

// A long plan could be shrunk for ever; a little too large is better than too late, in milliseconds.
const LONGEST_SHRINK = 30_000;

/** Leaves out of a plan, and shortens in it, whatever the failure does not need. */
async function shrink<Act>(
  world: World<Act>,
  seed: number,
  plan: readonly Fault<Act>[],
  violations: readonly Violation[],
  bug: string | undefined,
): Promise<Counterexample<Act>> {
  let smallest: Counterexample<Act> = { seed, plan, violations };
  const fails = async (candidate: readonly Fault<Act>[]) => {
    const violations = counted(world, await run(world, seed, candidate, bug), bug);
    if (violations.length === 0) return true;
    smallest = { seed, plan: candidate, violations };
    return false;
  };
  // The same seed draws the same plan first, and fast-check shrinks from there.
  const limits = { interruptAfterTimeLimit: LONGEST_SHRINK, markInterruptAsFailure: false };
  await fc.check(fc.asyncProperty(world.plans, fails), { seed, numRuns: 1, ...limits });
  return smallest;
}

/** A count to begin with. */
export function newTally(): Tally {
  return { worlds: 0, simulated: 0, events: 0, faults: new Map() };
}

function count(tally: Tally, plan: readonly Fault<unknown>[], report: Report): void {
  tally.worlds++;
  tally.simulated += report.simulated;
  tally.events += report.events;
  for (const fault of plan) {
    const name = faultName(fault);
    tally.faults.set(name, (tally.faults.get(name) ?? 0) + 1);
  }
}

/** A failure as a test that can be pasted into `tests/simulation/`. */
export function asTest<Act>(world: World<Act>, { seed, plan, violations }: Counterexample<Act>): string {
  const faults = plan.map((fault) => `    ${JSON.stringify(fault)},\n`).join("");
  return [
    ...violations.map(({ rule, message }) => `// ${rule}: ${message}`),
    `test(${JSON.stringify(`${world.name}: seed ${seed}`)}, async () => {`,
    `  const { violations } = await ${world.identifier}.run(${seed}, [`,
    `${faults}  ]);`,
    `  assertEquals(violations, []);`,
    `});`,
  ].join("\n");
}
