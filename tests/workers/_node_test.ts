/**
 * `node:test` for `workerd`, which has none that runs anything: as much of it as tests may use, see CONTRIBUTING. What
 * a module says while it is loaded is noted, and run by {@linkcode runTests}.
 *
 * @module
 */
import { TEST_LIMIT } from "../../tools/suite/limits.ts";

/** How a test went. */
export interface Outcome {
  /** Its groups' names and its own, joined by " > ". */
  readonly name: string;
  /** Why it failed; undefined: it passed. */
  readonly error?: string;
  readonly skipped?: true;
}

interface Context {
  readonly name: string;
  readonly signal: AbortSignal;
  after(undo: Body): void;
}

type Body = (context: Context) => unknown;

interface Options {
  readonly skip?: boolean;
  readonly timeout?: number;
}

/** A group of tests, and what is to be done around them. */
interface Group {
  readonly name: string;
  readonly skip: boolean;
  readonly parts: (Group | Test)[];
  readonly before: Body[];
  readonly after: Body[];
  readonly beforeEach: Body[];
  readonly afterEach: Body[];
}

interface Test {
  readonly name: string;
  readonly skip: boolean;
  readonly body: Body;
  readonly timeout: number;
}

const group = (name: string, skip: boolean): Group => (
  { name, skip, parts: [], before: [], after: [], beforeEach: [], afterEach: [] }
);

let current = group("", false);

type Given = [name: string, body: Body] | [name: string, options: Options, body: Body];

function read(given: Given): { options: Options; body: Body } {
  return given.length === 2 ? { options: {}, body: given[1] } : { options: given[1], body: given[2] };
}

function addTest(...given: Given): void {
  const { options: { skip = false, timeout = TEST_LIMIT }, body } = read(given);
  current.parts.push({ name: given[0], skip, body, timeout: timeout || TEST_LIMIT });
}

function addGroup(...given: Given): void {
  const { options: { skip = false }, body } = read(given);
  const outer = current;
  current = group(given[0], skip);
  outer.parts.push(current);
  body({ name: given[0], signal: new AbortController().signal, after: () => {} });
  current = outer;
}

const skipped = (add: (...given: Given) => void) => (...given: Given): void =>
  add(given[0], { skip: true }, read(given).body);

export const test = Object.assign(addTest, { skip: skipped(addTest) });
export const it: typeof test = test;
export const describe = Object.assign(addGroup, { skip: skipped(addGroup) });
export const before = (body: Body): void => void current.before.push(body);
export const after = (body: Body): void => void current.after.push(body);
export const beforeEach = (body: Body): void => void current.beforeEach.push(body);
export const afterEach = (body: Body): void => void current.afterEach.push(body);
export default test;

/** Loads a module of tests, and runs them, one after the other. */
export async function runTests(load: () => Promise<unknown>): Promise<Outcome[]> {
  const file = current = group("", false);
  await load();
  const outcomes: Outcome[] = [];
  await runGroup(file, [], outcomes);
  return outcomes;
}

async function runGroup(group: Group, outer: readonly Group[], outcomes: Outcome[]): Promise<void> {
  const groups = [...outer, group];
  const nameOf = (name: string) => [...groups.map(({ name }) => name).slice(1), name].join(" > ");
  const skipsAll = groups.some(({ skip }) => skip);
  try {
    if (!skipsAll) { for (const body of group.before) await limited(nameOf("before"), body, TEST_LIMIT); }
    for (const part of group.parts) {
      if ("parts" in part) await runGroup(part, groups, outcomes);
      else if (skipsAll || part.skip) outcomes.push({ name: nameOf(part.name), skipped: true });
      else outcomes.push({ name: nameOf(part.name), ...await runTest(part, groups) });
    }
    if (!skipsAll) { for (const body of group.after) await limited(nameOf("after"), body, TEST_LIMIT); }
  } catch (error) {
    outcomes.push({ name: nameOf("before or after"), error: shown(error) });
  }
}

async function runTest({ name, body, timeout }: Test, groups: readonly Group[]): Promise<Partial<Outcome>> {
  const undo: Body[] = [];
  const bodies = [...groups.flatMap(({ beforeEach }) => beforeEach), body];
  const errors: unknown[] = [];
  const attempt = async (body: Body) => {
    try {
      await limited(name, body, timeout, undo);
    } catch (error) {
      errors.push(error);
    }
  };
  for (const body of bodies) if (errors.length === 0) await attempt(body);
  for (const body of [...undo, ...groups.toReversed().flatMap(({ afterEach }) => afterEach)]) {
    await attempt(body);
  }
  return errors.length === 0 ? {} : { error: errors.map(shown).join("\n") };
}

async function limited(name: string, body: Body, timeout: number, undo: Body[] = []): Promise<void> {
  const late = new AbortController();
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new Error(`"${name}" timed out after ${timeout} ms`));
    late.abort();
  }, timeout);
  try {
    const context = { name, signal: late.signal, after: (body: Body) => void undo.push(body) };
    await Promise.race([body(context), promise]);
  } finally {
    clearTimeout(timer);
  }
}

function shown(error: unknown): string {
  return error instanceof Error ? error.stack ?? String(error) : String(error);
}

const noTimers = (): never => {
  throw new Error("There are no mocked timers in workerd");
};

/** Has no timers to mock. */
export const mock = { timers: { enable: noTimers, reset: noTimers, tick: noTimers } };
