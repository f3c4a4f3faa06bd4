import process from "node:process";
import { test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { BASE_VARIABLE, freshBase } from "../../tools/shared/fresh_base.ts";

/** Calls with the variable set to a value, or unset, and puts it back. */
function given<T>(value: string | undefined, call: () => T): T {
  const before = process.env[BASE_VARIABLE];
  const set = (to: string | undefined) => {
    if (to === undefined) delete process.env[BASE_VARIABLE];
    else process.env[BASE_VARIABLE] = to;
  };
  set(value);
  try {
    return call();
  } finally {
    set(before);
  }
}

test("freshBase: is what the environment gives, else drawn anew each time", () => {
  assertEquals(given("700148", freshBase), 700_148);
  const drawn = Array.from({ length: 4 }, () => given(undefined, freshBase));
  assert(drawn.every((base) => Number.isSafeInteger(base) && base > 0));
  assert(new Set(drawn).size > 1);
});

test("freshBase: what is no positive whole number is refused", () => {
  for (const value of ["0", "-1", "1.5", "seven"]) {
    assertThrows(() => given(value, freshBase), RangeError, BASE_VARIABLE);
  }
});
