import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { asTest, planOf, search } from "./_search.ts";
import type { World } from "./_world.ts";

function seeds(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

/** Tests that the worlds of so many seeds go well, and prints what to paste if one does not. */
export function checkSeeds<Act>(world: World<Act>, count: number): void {
  test(`${world.name} world: nothing is lost in ${count} of them`, async () => {
    const found = await search(world, seeds(count));
    if (found !== undefined) throw new Error(`seed ${found.seed} goes wrong:\n${asTest(world, found)}`);
  });

  test(`${world.name} world: the same seed gives the same trace, another one another`, async () => {
    const traces = await Promise.all(
      [7, 7, 8].map(async (seed) => (await world.run(seed, planOf(world, 7))).trace),
    );
    assertEquals(traces[0], traces[1]);
    assert(traces[0] !== traces[2]);
  });
}

/** Tests that a checker catches each planted bug within so many seeds. */
export function plantedBugs<Act>(world: World<Act>, bugs: readonly string[], within: number): void {
  for (const bug of bugs) {
    test(`${world.name} world: a core that ${bug} is caught within ${within} seeds`, async () => {
      const found = await search(world, seeds(within), { bug, shrink: false });
      assert(found !== undefined, "no checker has noticed");
    });
  }
}
