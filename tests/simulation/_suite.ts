import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { freshBase } from "../../tools/fresh_base.ts";
import fc from "fast-check";
import { asTest, planOf, searchWorlds, type World } from "../../testing/world/search.ts";
import { dealtSeeds, runsOnce, testOnce } from "../_engines.ts";
import { searchPlanted } from "./_planted.ts";
import { shownAt } from "./_shown_at.ts";

/**
 * How many worlds of each kind the tests run, dealt out among the engines: always the same ones, and ones that no run
 * before had.
 */
export interface SeedCounts {
  readonly fixed: number;
  readonly fresh: number;
}

/** In milliseconds. A hundred worlds take ten seconds, and a machine may be busy with other things, too. */
const LONGEST = 300_000;

/** Tests that worlds go well, and prints what to paste if one does not. */
export function checkSeeds<Act>(world: World<Act>, { fixed, fresh }: SeedCounts): void {
  const goWell = async (count: number, from: number) => {
    const found = await searchWorlds(fc, world, dealtSeeds(count, from));
    if (found !== undefined) throw new Error(`seed ${found.seed} goes wrong:\n${asTest(world, found)}`);
  };
  test(`${world.name} world: nothing is lost in those that are always run`, () => goWell(fixed, 1));

  test(
    `${world.name} world: nothing is lost in fresh ones`,
    { timeout: LONGEST },
    () => goWell(fresh, freshBase()),
  );

  // That it gives the same on every engine shows in `trace_test.ts`.
  testOnce(`${world.name} world: the same seed gives the same trace, another one another`, async () => {
    const traces = await Promise.all(
      [7, 7, 8].map(async (seed) => (await world.run(seed, planOf(fc, world, 7))).trace),
    );
    assertEquals(traces[0], traces[1]);
    assert(traces[0] !== traces[2]);
  });
}

/** Within how many seeds a planted bug must be caught that the seed known to show it shows no more. */
const WITHIN = 100;

/**
 * Tests, on one engine only, that a checker catches each planted bug, at the seed that is known to show it or within
 * so many others; and that one which names the fault that shows it is not caught where none is.
 */
export function plantedBugs<Act>(world: World<Act>): void {
  if (!runsOnce) return;
  for (const [bug, { caught, shownBy }] of Object.entries(world.bugs)) {
    const by = shownBy === undefined ? "" : `, by "${shownBy}" alone`;
    test(`${world.name} world: a core that ${bug} is caught${by}`, async () => {
      const known = shownAt[world.name]?.[bug] ?? 1;
      const found = await searchPlanted(
        world,
        bug,
        new Set([known, ...Array.from({ length: WITHIN }, (_, index) => 1 + index)]),
      );
      assert(found !== undefined, "no checker has noticed");
      if (shownBy === undefined) return;
      const { violations } = await world.run(found.seed, [], bug);
      assertEquals(violations.filter(({ rule }) => rule === caught), []);
    });
  }
}
