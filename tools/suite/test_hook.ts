/**
 * `node:test` as the suite uses it on Deno and Bun, with what their runners have not, or not alike: a report of every
 * test, a time limit for what has none, and a filter for the names of tests and their groups together. `deno.json` puts
 * it in the place of `node:test`, and what the suite starts on Bun does.
 *
 * @module
 */
import { appendFileSync } from "node:fs";
import * as real from "node:test";
import { isAbsolute } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { HOOK_LIMIT, TEST_LIMIT } from "./limits.ts";
import { type TestResult, writeTold } from "./report.ts";

type Call = (...args: unknown[]) => unknown;

/** Only tests whose names hold this. */
const filter = process.env.PARLEY_TEST_FILTER ?? "";
const root = new URL("../../", import.meta.url);
/** Tests may put another clock in its place. */
const now = performance.now.bind(performance);

/** Where the report is written; undefined where nobody asked for one. */
let report: string | undefined;
/** How many tests it has told of. */
let reported = 0;
/** The file that is being loaded, or whose groups are. */
let file = "";
/** The groups we are in. */
let groups: readonly string[] = [];
/** Set while a group is only searched for a test that the filter lets through. */
let search: { found: boolean } | undefined;

function isFunction(value: unknown): value is Call {
  return typeof value === "function";
}

/** What a test, a group or a hook is called with, in whatever order. */
interface Given {
  readonly name: unknown;
  readonly options: { readonly timeout?: number; readonly skip?: unknown };
  readonly body: Call | undefined;
}

function read(args: readonly unknown[]): Given {
  return {
    name: args[0],
    options: args.find((arg) => typeof arg === "object" && arg !== null) ?? {},
    body: args.find(isFunction),
  };
}

function tell(id: number, running: boolean, result: TestResult): void {
  if (report !== undefined) appendFileSync(report, writeTold({ id, running, ...result }));
}

/** The body of a test, which tells how it goes. */
function reporting(name: string, body: Call, limit: number): Call {
  const id = reported++;
  const told = { name, file };
  return async (...given) => {
    tell(id, true, { ...told, seconds: 0, outcome: "failed" });
    const began = now();
    let ended = false;
    try {
      await body(...given);
      ended = true;
    } finally {
      const took = now() - began;
      // What ends behind its limit has failed before.
      const outcome = ended && took <= limit ? "passed" : "failed";
      tell(id, false, { ...told, seconds: took / 1_000, outcome });
    }
  };
}

/** The same to whoever reads it, and something else to whoever calls it, or its `skip`. */
function instead<T extends object>(target: T, call: (given: Given, isSkipped: boolean) => unknown): T {
  const skip = (...args: unknown[]) => call(read(args), true);
  return new Proxy(target, {
    apply: (_target, _this, args: unknown[]) => {
      const given = read(args);
      return call(given, Boolean(given.options.skip));
    },
    get: (target, key) => key === "skip" ? skip : Reflect.get(target, key),
  });
}

const isWanted = (name: unknown): boolean => [...groups, name].join(" ").includes(filter);
const fullName = (name: unknown): string => [...groups, name].join(" > ");

/** What is skipped is told of, and never reaches the runner: not all of them know the option. */
function tellSkipped(name: unknown): void {
  if (search === undefined && isWanted(name)) {
    tell(reported++, false, { name: fullName(name), file, seconds: 0, outcome: "skipped" });
  }
}

function limitedTest<T extends Call | typeof real.test>(target: T): T {
  return instead(target, ({ name, options, body }, isSkipped) => {
    if (isSkipped) return tellSkipped(name);
    if (!isWanted(name)) return;
    if (search !== undefined) return void (search.found = true);
    const limited = { timeout: TEST_LIMIT, ...options };
    const given = [name, limited, body && reporting(fullName(name), body, limited.timeout)];
    return Reflect.apply(target, undefined, given);
  });
}

function filteredGroup<T extends Call | typeof real.describe>(target: T): T {
  return instead(target, ({ name, options, body }, isSkipped) => {
    if (isSkipped) return tellSkipped(name);
    const own = { file, groups: [...groups, String(name)] };
    // It may be called when the group that it is in, and the file, are behind us.
    const inside = () => {
      const other = { file, groups };
      ({ file, groups } = own);
      try {
        body?.();
      } finally {
        ({ file, groups } = other);
      }
    };
    if (search !== undefined) return inside();
    if (filter !== "" && !holdsOne(inside)) return;
    return Reflect.apply(target, undefined, [name, options, inside]);
  });
}

function holdsOne(inside: () => void): boolean {
  const looking = search = { found: false };
  try {
    inside();
  } finally {
    search = undefined;
  }
  return looking.found;
}

function limitedHook<T extends Call | typeof real.before>(target: T): T {
  return instead(target, ({ options, body }) => {
    if (search !== undefined || body === undefined) return;
    const what = `"${target.name}" of "${groups.join(" > ")}"`;
    const { timeout } = { timeout: HOOK_LIMIT, ...options };
    const limited = async (...given: unknown[]) => {
      const { promise: late, reject } = Promise.withResolvers<never>();
      const timer = setTimeout(
        () => reject(new Error(`${what} timed out after ${timeout}ms`)),
        timeout,
      );
      try {
        await Promise.race([body(...given), late]);
      } finally {
        clearTimeout(timer);
      }
    };
    // The runner has a limit, too, and would not say of what.
    return Reflect.apply(target, undefined, [limited, { ...options, timeout: 2 * timeout }]);
  });
}

/**
 * Loads test files, one after the other.
 *
 * @param files Their paths, from the root of the repository or absolute.
 * @param path Where the report of their tests will be.
 */
export async function loadTests(files: readonly string[], path: string): Promise<void> {
  report = path;
  for (file of files) await import((isAbsolute(file) ? pathToFileURL(file) : new URL(file, root)).href);
}

export const mock: typeof real.mock = real.mock;
export const test: typeof real.test = limitedTest(real.test);
export const it: typeof real.it = limitedTest(real.it);
export const describe: typeof real.describe = filteredGroup(real.describe);
export const suite: typeof real.suite = filteredGroup(real.suite);
export const before: typeof real.before = limitedHook(real.before);
export const after: typeof real.after = limitedHook(real.after);
export const beforeEach: typeof real.beforeEach = limitedHook(real.beforeEach);
export const afterEach: typeof real.afterEach = limitedHook(real.afterEach);
export default test;
