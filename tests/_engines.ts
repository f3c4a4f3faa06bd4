import process from "node:process";
import { test } from "node:test";

// What means the same on every engine and costs much is dealt out among them: cores, servers and worlds in virtual
// time, which `simulation/trace_test.ts` proves to go alike everywhere. What an engine could have a part in runs on each.

/** Which engine this is: Deno, Bun, or Node and whatever is like it. */
export const engineIndex: 0 | 1 | 2 = process.versions.deno !== undefined
  ? 0
  : process.versions.bun !== undefined
  ? 1
  : 2;

/** Whether this engine runs what only one does: Deno, or the one that runs alone, which `PARLEY_ONE_ENGINE` says. */
export const runsOnce: boolean = engineIndex === 0 || process.env.PARLEY_ONE_ENGINE === "yes";

/** Runs a test on one engine only, for it means the same on every one. */
export function testOnce(name: string, run: () => void | Promise<void>): void {
  if (runsOnce) test(name, run);
}

/** Those of so many seeds that this engine is dealt: of every twenty Deno, the quickest, has 18, Bun and Node one each. */
export function dealtSeeds(count: number, from = 1): number[] {
  const own = (index: number) => {
    const turn = index % 20;
    return engineIndex === 0 ? turn === 0 || turn > 2 : turn === engineIndex;
  };
  return Array.from({ length: count }, (_, index) => index).filter(own).map((index) => from + index);
}
