import { test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Backoff } from "../../src/protocol/connection/backoff.ts";
import { OptionError } from "../../src/protocol/errors.ts";

test("Backoff: doubles up to the cap, within the upper half, and begins anew after a success", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })), (randoms) => {
      let at = 0;
      const backoff = new Backoff({ base: 100, cap: 1_000 }, () => randoms[at++] ?? 0);
      for (let n = 0; n < randoms.length; n++) {
        const ceiling = Math.min(1_000, 100 * 2 ** n);
        const wait = backoff.next();
        assert(wait !== undefined && wait >= ceiling / 2 && wait <= ceiling);
      }
      backoff.reset();
      assertEquals([backoff.count, backoff.next()], [0, 50]);
    }),
  );
});

test("Backoff: gives up after as many attempts as are allowed", () => {
  const backoff = new Backoff({ attempts: 3 }, () => 0);
  assertEquals([backoff.next(), backoff.next(), backoff.next()], [500, 1_000, undefined]);
});

test("Backoff: checks its options", () => {
  for (
    const options of [{ base: 0 }, { base: -1 }, { base: 10, cap: 5 }, { cap: Infinity }, { base: NaN }, {
      attempts: 0,
    }]
  ) {
    assertThrows(() => new Backoff(options, Math.random), OptionError);
  }
});
