import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { NumberSet } from "../../../src/irc/state/number_set.ts";

/** Numbers that follow one another, and those that whoever has chosen them has laid into one place. */
const NUMBERS: Readonly<Record<string, (n: number) => number>> = {
  "numbers in a row": (n) => n,
  "numbers that a hostile server has chosen": (n) => n * 4_096,
};

for (const [what, numberOf] of Object.entries(NUMBERS)) {
  test(`NumberSet: is what a Set is, of ${what}`, () => {
    const [set, model] = [new NumberSet(), new Set<number>()];
    let seed = 1;
    for (let step = 0; step < 20_000; step++) {
      seed = Math.imul(seed, 1_103_515_245) + 12_345 >>> 0;
      const number = numberOf((seed >>> 8) % 300);
      // It grows, and shrinks again.
      if ((seed >>> 20) % 4 < (step < 10_000 ? 3 : 1)) {
        assertEquals(set.add(number), model.has(number) ? false : (model.add(number), true));
      } else assertEquals(set.delete(number), model.delete(number));
      if (step % 500 === 0) assertEquals([[...set], set.size], [[...model], model.size]);
    }
    for (let n = 0; n < 300; n++) assertEquals(set.has(numberOf(n)), model.has(numberOf(n)));
  });
}

test("NumberSet: goes through those that were there when it began, and still are", () => {
  const set = new NumberSet();
  for (let n = 0; n < 10; n++) set.add(n);
  const seen: number[] = [];
  for (const number of set) {
    seen.push(number);
    set.delete(number + 1);
    set.add(number + 100);
  }
  assertEquals(seen, [0, 2, 4, 6, 8]);
});
