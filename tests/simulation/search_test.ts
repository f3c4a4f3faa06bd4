import { test } from "node:test";
import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { type Fault, faultPlans } from "../../testing/world/faults.ts";
import { asTest, searchWorlds, type World } from "../../testing/world/checking/search.ts";

/** A world that goes wrong as it is told to by its plan. */
function worldOf(wrong: (plan: readonly Fault<never>[]) => readonly string[]): World<never> {
  return {
    name: "toy",
    identifier: "toyWorld",
    until: 1_000,
    plans: faultPlans(fc, { until: 1_000 }),
    bugs: { "breaks a rule": { caught: "second" } },
    run: (_seed, plan) => {
      const violations = wrong(plan).map((rule) => ({ rule, message: `${rule} was broken` }));
      return Promise.resolve({ violations, trace: "", simulated: 0, events: 0 });
    },
  };
}

const resets = (plan: readonly Fault<never>[]) => plan.filter(({ kind }) => kind === "reset").length;
const seeds = Array.from({ length: 100 }, (_, index) => index + 1);

test("searchWorlds: leaves out of a plan what the failure does not need, and prints a test to paste", async () => {
  const world = worldOf((plan) => resets(plan) > 0 ? ["first"] : []);
  const found = await searchWorlds(fc, world, seeds);
  assert(found !== undefined);
  assertEquals(found.plan.map(({ kind }) => kind), ["reset"]);
  assert(asTest(world, found).startsWith("// first: first was broken\n"));
});

test("searchWorlds: a world that throws has gone wrong", async () => {
  const world = worldOf((plan) => {
    if (resets(plan) > 0) throw new RangeError("Cannot go on");
    return [];
  });
  const found = await searchWorlds(fc, world, seeds);
  assertEquals(found?.violations, [{ rule: "thrown", message: "RangeError: Cannot go on" }]);
  assertEquals(found?.plan.length, 1);
});

test("searchWorlds: a planted bug is caught by the rule that it names alone", async () => {
  const bug = "breaks a rule";
  assertEquals(await searchWorlds(fc, worldOf(() => ["first"]), seeds, { bug }), undefined);
  const found = await searchWorlds(fc, worldOf(() => ["first", "second"]), seeds, { bug, shrink: false });
  assertEquals(found?.violations.map(({ rule }) => rule), ["second"]);
  await assertRejects(
    () => searchWorlds(fc, worldOf(() => []), seeds, { bug: "another" }),
    RangeError,
    "another",
  );
});
