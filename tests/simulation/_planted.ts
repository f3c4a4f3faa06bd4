import fc from "fast-check";
import type { Fault } from "../../testing/world/faults.ts";
import { type Counterexample, searchWorlds, type World } from "../../testing/world/checking/search.ts";

/**
 * Searches for a world in which a planted bug is caught by the rule that it names: if it names the fault that shows
 * it, among those in which nothing else goes wrong. `progress` is called after each.
 */
export function searchPlanted<Act>(
  world: World<Act>,
  bug: string,
  seeds: Iterable<number>,
  progress: (seed: number) => void = () => {},
): Promise<Counterexample<Act> | undefined> {
  const shownBy = world.bugs[bug]?.shownBy;
  const chosen = shownBy === undefined ? world : withOnly(world, shownBy);
  return searchWorlds(fc, chosen, seeds, { bug, shrink: false, progress });
}

/** The same world, in which this goes wrong, and nothing else. */
function withOnly<Act>(world: World<Act>, wrong: Fault["kind"]): World<Act> {
  const plans = world.plans.map((plan) => plan.filter(({ kind }) => kind === wrong));
  return { ...world, plans: plans.filter((plan) => plan.length > 0) };
}
