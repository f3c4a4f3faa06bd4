/**
 * `node:test` on Deno, with what Bun and Node have as options of their own: a time limit for what has none, and
 * a filter for the names of tests and their groups together. `deno.json` puts it in the place of `node:test`.
 *
 * @module
 */
import { writeFileSync } from "node:fs";
import * as real from "node:test";
import process from "node:process";
import { HOOK_LIMIT, TEST_LIMIT } from "./limits.ts";

type Call = (...args: unknown[]) => unknown;

/** Only tests whose names hold this. */
const filter = process.env.PARLEY_TEST_FILTER ?? "";
const root = new URL("../", import.meta.url);

/** In which file each test and group is that is in no group: what is in groups is made when they run. */
const fileOf: Record<string, string> = {};
/** The file that is being loaded. */
let loading = "";
/** The groups we are in. */
const groups: string[] = [];
/** Set while a group is only searched for a test that the filter lets through. */
let search: { found: boolean } | undefined;

function noteFile(name: unknown): void {
  if (groups.length === 0) fileOf[String(name)] = loading;
}

function isFunction(value: unknown): value is Call {
  return typeof value === "function";
}

/** The same to whoever reads it, and something else to whoever calls it. */
function instead<T extends object>(target: T, call: (args: readonly unknown[]) => unknown): T {
  return new Proxy(target, { apply: (_target, _this, args: unknown[]) => call(args) });
}

function limitedTest<T extends Call | typeof real.test>(target: T): T {
  return instead(target, (args) => {
    if (![...groups, args[0]].join(" ").includes(filter)) return;
    if (search !== undefined) return void (search.found = true);
    noteFile(args[0]);
    const options = args.find((arg) => typeof arg === "object" && arg !== null);
    const given = [args[0], { timeout: TEST_LIMIT, ...options }, args.find(isFunction)];
    return Reflect.apply(target, undefined, given);
  });
}

function filteredGroup<T extends Call | typeof real.describe>(target: T): T {
  return instead(target, (args) => {
    const body = args.find(isFunction);
    const inside = () => {
      groups.push(String(args[0]));
      try {
        body?.();
      } finally {
        groups.pop();
      }
    };
    if (search !== undefined) return inside();
    if (filter !== "" && !holdsOne(inside)) return;
    noteFile(args[0]);
    return Reflect.apply(target, undefined, args.map((arg) => arg === body ? inside : arg));
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
  return instead(target, ([body, ...more]) => {
    if (search !== undefined || !isFunction(body)) return;
    const what = `"${target.name}" of "${groups.join(" ")}"`;
    const { timeout } = {
      timeout: HOOK_LIMIT,
      ...more.find((one) => typeof one === "object" && one !== null),
    };
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
    return Reflect.apply(target, undefined, [limited, ...more]);
  });
}

/**
 * Loads test files, one after the other, and writes in which of them each test and group is that is in no group, as
 * JSON, before the first runs.
 */
export async function loadTests(files: readonly string[], index: string): Promise<void> {
  for (const file of files) {
    loading = file;
    await import(new URL(file, root).href);
  }
  writeFileSync(index, JSON.stringify(fileOf));
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
