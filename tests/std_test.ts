// Runs against the stand-ins or the real ones, whichever `@std/*` is: what both pass, tests may rely on.
import * as std from "@std/assert";
import { deadline, delay } from "@std/async";
import { ok, rejects, strictEqual, throws } from "node:assert/strict";
import { test } from "node:test";

const { AssertionError } = std;

const passes: Readonly<Record<string, () => void>> = {
  assert: () => std.assert(1),
  assertFalse: () => std.assertFalse(0),
  assertEquals: () =>
    std.assertEquals({ a: [1, new Map([[1, new Set([2])]])] }, { a: [1, new Map([[1, new Set([2])]])] }),
  assertNotEquals: () => std.assertNotEquals({ a: 1 }, { a: 2 }),
  assertStrictEquals: () => std.assertStrictEquals(NaN, NaN),
  assertNotStrictEquals: () => std.assertNotStrictEquals({}, {}),
  assertAlmostEquals: () => std.assertAlmostEquals(0.1 + 0.2, 0.3),
  assertExists: () => std.assertExists(0),
  assertInstanceOf: () => std.assertInstanceOf(new TypeError(), Error),
  assertStringIncludes: () => std.assertStringIncludes("parley", "arle"),
  assertArrayIncludes: () => std.assertArrayIncludes([{ a: 1 }, 2], [{ a: 1 }]),
  assertMatch: () => std.assertMatch("parley", /^p/),
  assertNotMatch: () => std.assertNotMatch("parley", /^q/),
  assertGreater: () => std.assertGreater(2, 1),
  assertGreaterOrEqual: () => std.assertGreaterOrEqual(2, 2),
  assertLess: () => std.assertLess(1, 2),
  assertLessOrEqual: () => std.assertLessOrEqual(2, 2),
  assertObjectMatch: () => std.assertObjectMatch({ a: { b: 1, c: 2 } }, { a: { b: 1 } }),
  assertIsError: () => std.assertIsError(new TypeError("what went wrong"), TypeError, "went"),
};

const fails: Readonly<Record<string, () => void>> = {
  assert: () => std.assert(0),
  assertFalse: () => std.assertFalse(1),
  assertEquals: () => std.assertEquals<unknown>({ a: 1 }, { a: "1" }),
  "assertEquals, of what is undefined": () => std.assertEquals<unknown>({ a: undefined }, {}),
  assertNotEquals: () => std.assertNotEquals([1], [1]),
  assertStrictEquals: () => std.assertStrictEquals({}, {}),
  assertNotStrictEquals: () => std.assertNotStrictEquals(1, 1),
  assertAlmostEquals: () => std.assertAlmostEquals(1, 2),
  assertExists: () => std.assertExists(null),
  assertInstanceOf: () => std.assertInstanceOf(new Error(), TypeError),
  assertStringIncludes: () => std.assertStringIncludes("parley", "x"),
  assertArrayIncludes: () => std.assertArrayIncludes([1], [1, 2]),
  assertMatch: () => std.assertMatch("parley", /^q/),
  assertNotMatch: () => std.assertNotMatch("parley", /^p/),
  assertGreater: () => std.assertGreater(1, 1),
  assertGreaterOrEqual: () => std.assertGreaterOrEqual(1, 2),
  assertLess: () => std.assertLess(1, 1),
  assertLessOrEqual: () => std.assertLessOrEqual(2, 1),
  assertObjectMatch: () => std.assertObjectMatch({ a: 1 }, { a: 2 }),
  assertIsError: () => std.assertIsError(new Error("what"), TypeError),
  fail: () => std.fail("said so"),
  unreachable: () => std.unreachable(),
};

for (const [name, run] of Object.entries(passes)) test(`${name}: passes where it should`, run);

for (const [name, run] of Object.entries(fails)) {
  test(`${name}: fails where it should`, () => throws(run, (error) => error instanceof AssertionError));
}

test("assertEquals: says the message it was given", () => {
  throws(() => std.assertEquals(1, 2, "not the same"), { message: /not the same/ });
});

test("assertThrows: returns what was thrown, if it is that", () => {
  const error = new TypeError("what went wrong");
  const thrower = () => {
    throw error;
  };
  strictEqual(std.assertThrows(thrower), error);
  strictEqual(std.assertThrows(thrower, TypeError, "went"), error);
  const wrong = [
    () => std.assertThrows(() => {}),
    () => std.assertThrows(thrower, RangeError),
    () => std.assertThrows(thrower, TypeError, "else"),
  ];
  for (const run of wrong) throws(run, (error) => error instanceof AssertionError);
});

test("assertRejects: resolves to what it was rejected with, if it is that", async () => {
  const error = new TypeError("what went wrong");
  const rejecter = () => Promise.reject(error);
  strictEqual(await std.assertRejects(rejecter), error);
  strictEqual(await std.assertRejects(rejecter, TypeError, "went"), error);
  const wrong = [
    () => std.assertRejects(() => Promise.resolve()),
    () => std.assertRejects(rejecter, RangeError),
    () => std.assertRejects(rejecter, TypeError, "else"),
    () =>
      std.assertRejects(() => {
        throw error;
      }),
  ];
  for (const run of wrong) await rejects(run, (error) => error instanceof AssertionError);
});

test("delay: waits, and is given up with the signal's reason", async () => {
  const from = performance.now();
  await delay(10);
  ok(performance.now() - from >= 9);
  const reason = new Error("enough");
  await rejects(delay(10_000, { signal: AbortSignal.abort(reason) }), reason);
});

test("deadline: gives what comes in time, and a TimeoutError for what does not", async () => {
  strictEqual(await deadline(Promise.resolve(1), 10_000), 1);
  await rejects(deadline(new Promise(() => {}), 1), { name: "TimeoutError" });
});
