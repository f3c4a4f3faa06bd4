import { type Fault, scheduleFaults } from "../../testing/world/faults.ts";
import type { World, WorldReport } from "../../testing/world/checking/search.ts";
import type { Simulation } from "../../testing/world/simulation.ts";

/** A world that was made and has not begun. */
export interface Running<Act> {
  readonly world: Simulation;
  perform(act: Act): void;
  run(): Promise<WorldReport>;
}

/** Runs what is made of a seed and a plan, in which the plan happens. */
export function running<Act>(
  make: (seed: number, plan: readonly Fault<Act>[], bug: string | undefined) => Running<Act>,
): World<Act>["run"] {
  return async (seed, plan, bug) => {
    const made = make(seed, plan, bug);
    scheduleFaults(made.world, plan, (act) => made.perform(act));
    return await made.run();
  };
}
