import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import process from "node:process";
import { freshBase } from "../../tools/fresh_base.ts";
import fc from "fast-check";
import { asTest, planOf, searchWorlds, type World } from "../../testing/world/search.ts";

function seeds(count: number, from = 1): number[] {
  return Array.from({ length: count }, (_, index) => from + index);
}

/** Deno runs all there is; Bun and Node, which prove equal by the traces of `trace_test.ts`, only some of it. */
const onFullEngine = process.versions.deno !== undefined;

/** How many worlds of each kind the tests run: always the same ones, and ones that no run before had. */
export interface SeedCounts {
  readonly fixed: number;
  /** Deno runs so many, the others a tenth. */
  readonly fresh: number;
}

/** Tests that worlds go well, and prints what to paste if one does not. */
export function checkSeeds<Act>(world: World<Act>, { fixed, fresh }: SeedCounts): void {
  const goWell = async (seeds: readonly number[]) => {
    const found = await searchWorlds(fc, world, seeds);
    if (found !== undefined) throw new Error(`seed ${found.seed} goes wrong:\n${asTest(world, found)}`);
  };
  test(`${world.name} world: nothing is lost in ${fixed} of them`, () => goWell(seeds(fixed)));

  test(`${world.name} world: nothing is lost in fresh ones`, async () => {
    const count = onFullEngine ? fresh : Math.ceil(fresh / 10);
    await goWell(seeds(count, freshBase()));
  });

  test(`${world.name} world: the same seed gives the same trace, another one another`, async () => {
    const traces = await Promise.all(
      [7, 7, 8].map(async (seed) => (await world.run(seed, planOf(fc, world, 7))).trace),
    );
    assertEquals(traces[0], traces[1]);
    assert(traces[0] !== traces[2]);
  });
}

/**
 * Tests, on one engine only, that a checker catches each planted bug within so many seeds; and that one which names
 * the fault that shows it is caught where nothing else goes wrong, and not where nothing does.
 */
export function plantedBugs<Act>(world: World<Act>, within: number): void {
  if (!onFullEngine) return;
  for (const [bug, { caught, shownBy }] of Object.entries(world.bugs)) {
    const chosen = shownBy === undefined ? world : withOnly(world, shownBy);
    const by = shownBy === undefined ? "" : `, by "${shownBy}" alone`;
    test(`${world.name} world: a core that ${bug} is caught within ${within} seeds${by}`, async () => {
      const found = await searchWorlds(fc, chosen, seeds(within), { bug, shrink: false });
      assert(found !== undefined, "no checker has noticed");
      if (shownBy === undefined) return;
      const { violations } = await world.run(found.seed, [], bug);
      assertEquals(violations.filter(({ rule }) => rule === caught), []);
    });
  }
}

/** The same world, in which nothing goes wrong but this. */
function withOnly<Act>(world: World<Act>, wrong: string): World<Act> {
  return { ...world, plans: world.plans.map((plan) => plan.filter(({ kind }) => kind === wrong)) };
}
