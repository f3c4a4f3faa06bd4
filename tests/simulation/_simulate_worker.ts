import { parentPort } from "node:worker_threads";
import fc from "fast-check";
import {
  type Counterexample,
  newTally,
  searchWorlds,
  type WorldTally,
} from "../../testing/world/checking/search.ts";
import { searchPlanted } from "./_planted.ts";
import { worlds } from "./worlds.ts";

/** Some worlds to run, by one of the processor's cores. */
export interface Job {
  /** What the kind of world is called. */
  readonly world: string;
  readonly from: number;
  readonly count: number;
  /** The bug to plant, if any. */
  readonly bug?: string | undefined;
}

/** What a worker has to say: that it has run one world more, of which seed, or what came of them all. */
export type Told =
  | { readonly kind: "ran"; readonly seed: number }
  | {
    readonly kind: "done";
    readonly tally: WorldTally;
    readonly found: Counterexample<unknown> | undefined;
  }
  /** It could not go on. */
  | { readonly kind: "failed"; readonly error: string };

async function work({ world: name, from, count, bug }: Job, tell: (told: Told) => void): Promise<void> {
  const world = worlds.find((world) => world.name === name);
  if (world === undefined) throw new RangeError(`There is no world "${name}"`);
  const seeds = Array.from({ length: count }, (_, index) => from + index);
  const tally = newTally();
  const progress = (seed: number) => tell({ kind: "ran", seed });
  const found = bug === undefined
    ? await searchWorlds(fc, world, seeds, { tally, progress })
    : await searchPlanted(world, bug, seeds, progress);
  tell({ kind: "done", tally, found });
}

const port = parentPort;
port?.on("message", (job: Job) => {
  const tell = (told: Told) => port.postMessage(told);
  work(job, tell).catch((error: unknown) => tell({ kind: "failed", error: String(error) }));
});
