/**
 * Stands in for `@std/assert` where JSR does not answer: the functions our tests use, with its names,
 * order of parameters and failures, over `node:assert`. It is the stricter in what is equal: -0 is not 0,
 * nor is an object without a prototype one with.
 *
 * @module
 */
import * as node from "node:assert/strict";

/** What every function here throws. */
export const AssertionError: typeof node.AssertionError = node.AssertionError;

/** A class that errors are instances of, whatever its constructor takes. */
type Class<T> = abstract new (...args: never[]) => T;

function check(condition: boolean, expectation: string, msg: string | undefined): asserts condition {
  if (!condition) {
    throw new AssertionError({ message: msg === undefined ? expectation : `${expectation}: ${msg}` });
  }
}

/** Runs a comparison of `node:assert`, and puts our message before its report. */
function compare(comparison: () => void, msg: string | undefined): void {
  try {
    comparison();
  } catch (error) {
    if (msg !== undefined && error instanceof AssertionError) error.message = `${msg}\n${error.message}`;
    throw error;
  }
}

function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  return String(value);
}

/** Asserts that the condition is truthy. */
export function assert(condition: unknown, msg = ""): asserts condition {
  check(Boolean(condition), msg || "Expected a truthy value", undefined);
}

/** Asserts that the condition is falsy. */
export function assertFalse(condition: unknown, msg = ""): void {
  check(!condition, msg || "Expected a falsy value", undefined);
}

/** Asserts deep equality. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  compare(() => node.deepStrictEqual(actual, expected), msg);
}

/** Asserts that two values are not deeply equal. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  compare(() => node.notDeepStrictEqual(actual, expected), msg);
}

/** Asserts identity by `Object.is`. */
export function assertStrictEquals<T>(actual: unknown, expected: T, msg?: string): asserts actual is T {
  compare(() => node.strictEqual(actual, expected), msg);
}

/** Asserts that two values are not identical by `Object.is`. */
export function assertNotStrictEquals<T>(actual: T, expected: T, msg?: string): void {
  compare(() => node.notStrictEqual(actual, expected), msg);
}

/** Asserts that two numbers differ by no more than the tolerance. */
export function assertAlmostEquals(actual: number, expected: number, tolerance?: number, msg?: string): void {
  if (Object.is(actual, expected)) return;
  const allowed = tolerance ?? (Number.isFinite(expected) ? Math.abs(expected * 1e-7) : 1e-7);
  check(
    Math.abs(actual - expected) <= allowed,
    `Expected ${actual} to be about ${expected} (${allowed})`,
    msg,
  );
}

/** Asserts that the value is neither null nor undefined. */
export function assertExists<T>(actual: T, msg?: string): asserts actual is NonNullable<T> {
  check(actual !== undefined && actual !== null, `Expected ${actual} not to be null or undefined`, msg);
}

/** Asserts that the value is an instance of the class. */
export function assertInstanceOf<T extends Class<unknown>>(
  actual: unknown,
  expectedType: T,
  msg = "",
): asserts actual is InstanceType<T> {
  check(
    actual instanceof expectedType,
    `Expected ${show(actual)} to be an instance of ${expectedType.name}`,
    msg,
  );
}

/** Asserts that a string holds another. */
export function assertStringIncludes(actual: string, expected: string, msg?: string): void {
  check(actual.includes(expected), `Expected ${show(actual)} to include ${show(expected)}`, msg);
}

/** Asserts that an array holds all of these, by deep equality. */
export function assertArrayIncludes<T>(actual: ArrayLike<T>, expected: ArrayLike<T>, msg?: string): void {
  const has = (item: T) =>
    Array.from(actual).some((other) => {
      try {
        node.deepStrictEqual(other, item);
        return true;
      } catch {
        return false;
      }
    });
  const missing = Array.from(expected).filter((item) => !has(item));
  check(missing.length === 0, `Expected the array to include ${missing.map(show).join(", ")}`, msg);
}

/** Asserts that a string matches. */
export function assertMatch(actual: string, expected: RegExp, msg?: string): void {
  check(expected.test(actual), `Expected ${show(actual)} to match ${expected}`, msg);
}

/** Asserts that a string does not match. */
export function assertNotMatch(actual: string, expected: RegExp, msg?: string): void {
  check(!expected.test(actual), `Expected ${show(actual)} not to match ${expected}`, msg);
}

/** Asserts `actual > expected`. */
export function assertGreater<T>(actual: T, expected: T, msg?: string): void {
  check(actual > expected, `Expected ${show(actual)} > ${show(expected)}`, msg);
}

/** Asserts `actual >= expected`. */
export function assertGreaterOrEqual<T>(actual: T, expected: T, msg?: string): void {
  check(actual >= expected, `Expected ${show(actual)} >= ${show(expected)}`, msg);
}

/** Asserts `actual < expected`. */
export function assertLess<T>(actual: T, expected: T, msg?: string): void {
  check(actual < expected, `Expected ${show(actual)} < ${show(expected)}`, msg);
}

/** Asserts `actual <= expected`. */
export function assertLessOrEqual<T>(actual: T, expected: T, msg?: string): void {
  check(actual <= expected, `Expected ${show(actual)} <= ${show(expected)}`, msg);
}

/** Asserts that the object has at least these properties, deeply. */
export function assertObjectMatch(
  actual: Record<PropertyKey, unknown>,
  expected: Record<PropertyKey, unknown>,
  msg?: string,
): void {
  compare(() => node.partialDeepStrictEqual(actual, expected), msg);
}

/** Asserts that this is an error, of that class, and that its message includes that. */
export function assertIsError<E extends Error = Error>(
  error: unknown,
  ErrorClass?: Class<E>,
  msgMatches?: string | RegExp,
  msg?: string,
): asserts error is E {
  check(error instanceof Error, `Expected an error, got ${show(error)}`, msg);
  if (ErrorClass !== undefined) {
    check(error instanceof ErrorClass, `Expected ${ErrorClass.name}, got ${show(error)}`, msg);
  }
  const { message } = error as Error;
  if (typeof msgMatches === "string") {
    check(
      message.includes(msgMatches),
      `Expected the message ${show(message)} to include ${show(msgMatches)}`,
      msg,
    );
  } else if (msgMatches !== undefined) {
    check(msgMatches.test(message), `Expected the message ${show(message)} to match ${msgMatches}`, msg);
  }
}

/** Asserts that the function throws; returns what it threw. */
export function assertThrows(fn: () => unknown, msg?: string): unknown;
/** Asserts that the function throws an error of that class; returns it. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass: Class<E>,
  msgIncludes?: string,
  msg?: string,
): E;
export function assertThrows(
  fn: () => unknown,
  classOrMsg?: Class<Error> | string,
  msgIncludes?: string,
  msg?: string,
): unknown {
  const [ErrorClass, suffix] = typeof classOrMsg === "string" ? [undefined, classOrMsg] : [classOrMsg, msg];
  let thrown: { error: unknown } | undefined;
  try {
    fn();
  } catch (error) {
    thrown = { error };
  }
  check(thrown !== undefined, "Expected the function to throw", suffix);
  if (ErrorClass !== undefined) assertIsError(thrown.error, ErrorClass, msgIncludes, suffix);
  return thrown.error;
}

/** Asserts that the function's promise rejects; resolves to what it rejected with. */
export function assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
/** Asserts that the function's promise rejects with an error of that class; resolves to it. */
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass: Class<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
export async function assertRejects(
  fn: () => PromiseLike<unknown>,
  classOrMsg?: Class<Error> | string,
  msgIncludes?: string,
  msg?: string,
): Promise<unknown> {
  const [ErrorClass, suffix] = typeof classOrMsg === "string" ? [undefined, classOrMsg] : [classOrMsg, msg];
  let thrown: { error: unknown } | undefined;
  let promise: PromiseLike<unknown> | undefined;
  try {
    promise = fn();
    await promise;
  } catch (error) {
    thrown = { error };
  }
  check(thrown !== undefined, "Expected the function to reject", suffix);
  check(promise !== undefined, `Expected the function to reject, but it threw ${show(thrown.error)}`, suffix);
  if (ErrorClass !== undefined) assertIsError(thrown.error, ErrorClass, msgIncludes, suffix);
  return thrown.error;
}

/** Fails. */
export function fail(msg?: string): never {
  throw new AssertionError({ message: msg === undefined ? "Failed assertion" : `Failed assertion: ${msg}` });
}

/** Fails where no execution should come. */
export function unreachable(msg?: string): never {
  throw new AssertionError({ message: msg === undefined ? "Unreachable" : `Unreachable: ${msg}` });
}
