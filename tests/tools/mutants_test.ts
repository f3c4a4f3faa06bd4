import { assert, assertEquals } from "@std/assert";
import { describe, it, test } from "node:test";
import { describe as described, findMutants, SWITCH, weave } from "../../tools/mutation/mutants.ts";

const made = (source: string) =>
  findMutants("a.ts", source).map(({ before, after }) => `${before} → ${after}`);

describe("findMutants: finds", () => {
  for (
    const [source, ...expected] of [
      ["if (a) b();", "a → true", "a → false", "b(); → "],
      ["while (a) b;", "a → false", "b; → "],
      ["x = a < b;", "x = a < b; → ", "a < b → a <= b", "a < b → a >= b"],
      ["x = a ?? b;", "x = a ?? b; → ", "a ?? b → a"],
      ["x = !a;", "x = !a; → ", "!a → a"],
      ["const x = 5, y = 0;", "5 → 5 * 2", "0 → 1"],
      ["const x = true;", "true → false"],
      ["const x = list.some(f);", "list.some(f) → list.every(f)"],
      ["const x = list.filter(f);", "list.filter(f) → list"],
      ["const x = `${a}` + `b`;"],
      ["const x = a?.b.filter(f).length;"],
      ["type X = 5 | true; interface Y { z: 3 }"],
      ["import { a } from 'b';"],
    ] as const
  ) {
    it(source, () => assertEquals(made(source), expected));
  }
});

test("weave: changes nothing while all mutants sleep, and one thing if one is awake", () => {
  const source = `const log = [];
for (let i = 0; i < 3; i++) { if (i === 1 && !skipped) continue; log.push(i); }
return log.join("") + String(total ?? 7);`;
  const mutants = findMutants("a.ts", source);
  const woven = weave(source, new Map(mutants.entries()));
  const run = (awake: number) => {
    Reflect.set(globalThis, SWITCH, (number: number) => number === awake);
    try {
      return String(new Function("skipped", "total", woven)(false, undefined));
    } catch (error) {
      return String(error);
    } finally {
      Reflect.deleteProperty(globalThis, SWITCH);
    }
  };
  assertEquals(run(-1), "027");
  const awake = (before: string, after: string) => {
    const number = mutants.findIndex((mutant) => mutant.before === before && mutant.after === after);
    assert(number >= 0, `${before} → ${after}`);
    return run(number);
  };
  assertEquals(awake("i === 1", "i !== 1"), "17");
  assertEquals(awake("i === 1 && !skipped", "false"), "0127");
  assertEquals(awake("i < 3", "i <= 3"), "0237");
  assertEquals(awake("log.push(i);", ""), "7");
  assertEquals(awake("continue;", ""), "0127");
  assertEquals(awake("total ?? 7", "total"), "02undefined");
});

test("describe: names a mutant by its place and in one line", () => {
  const [mutant] = findMutants("a.ts", "\nf(\n  1,\n);");
  assert(mutant !== undefined);
  assertEquals(described(mutant), "a.ts:2 f( 1, ); → (nothing)");
});
