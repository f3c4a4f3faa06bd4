import process from "node:process";
import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { freshBase } from "../../tools/shared/fresh_base.ts";
import fc from "fast-check";
import { asTest, planOf, searchWorlds, type World } from "../../testing/world/checking/search.ts";
import { dealtSeeds, runsOnce, testOnce } from "../_engines.ts";
import { searchPlanted } from "./_planted.ts";
import { shownAt } from "./_shown_at.ts";

/** How many worlds of each kind are always run, on one engine. */
const FIXED = 4;

/** How many are run that no run before had, dealt out among the engines: CI draws a hundred more of each. */
const FRESH = 6;

/** Tests that worlds go well, and prints what to paste if one does not. */
export function checkSeeds<Act>(world: World<Act>): void {
  const goWell = async (seeds: readonly number[]) => {
    const found = await searchWorlds(fc, world, seeds);
    if (found !== undefined) throw new Error(`seed ${found.seed} goes wrong:\n${asTest(world, found)}`);
  };
  // That these go alike on every engine shows in `trace_test.ts`.
  testOnce(
    `${world.name} world: nothing is lost in those that are always run`,
    () => goWell(Array.from({ length: FIXED }, (_, index) => 1 + index)),
  );

  test(
    `${world.name} world: nothing is lost in fresh ones`,
    () => goWell(dealtSeeds(FRESH, freshBase())),
  );

  testOnce(`${world.name} world: the same seed gives the same trace`, async () => {
    const traces = await Promise.all(
      [7, 7].map(async (seed) => (await world.run(seed, planOf(fc, world, seed))).trace),
    );
    assertEquals(traces[0], traces[1]);
  });
}

/** Within how many seeds a planted bug must be caught that the seed known to show it shows no more. */
const WITHIN = 100;

/**
 * Tests, on one engine only, that a checker catches each planted bug, at the seed that is known to show it or within
 * so many others; and that one which names the fault that shows it is not caught where none is. The whole suite leaves
 * that to CI (`tools/suite/suite.ts`).
 */
export function plantedBugs<Act>(world: World<Act>): void {
  if (!runsOnce || process.env.PARLEY_PLANTED === "no") return;
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
