import { isAbsolute, join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { type Config, root } from "./config.ts";
import { fromRoot, startsProcesses, testFiles, writeExamples } from "./files.ts";
import { LEFT_OPEN } from "./leftovers.ts";
import { TEST_LIMIT } from "./limits.ts";
import { liveReader } from "./live.ts";
import { green, red, run } from "./process.ts";
import { Progress } from "./progress.ts";
import { countTests, readReport, slowestFiles, type TestResult } from "./report.ts";
import { type Engine, find, type Found, isNewEnough, type Runtime, RUNTIMES } from "./runtimes.ts";

/** Which tests to run. */
export interface Selection {
  /** On which runtimes, and of which versions. @default all, the newest */
  readonly engines?: readonly Engine[];
  /** Which files or folders. @default all, and the examples in the documentation */
  readonly paths?: readonly string[];
  /** Only tests whose names, behind those of their groups, hold this. @default {""} */
  readonly filter?: string;
  /** Those that start processes, the others, or both. @default {"all"} */
  readonly kind?: "plain" | "processes" | "all";
  /** A folder that takes how every test went, a JSON file for each run. @default none */
  readonly results?: string | undefined;
}

/** How the tests of one run went, as `Selection.results` has it. */
export interface RunResults {
  readonly runtime: Runtime;
  readonly version: string;
  readonly tests: readonly Pick<TestResult, "name" | "file" | "outcome">[];
}

/** How many files that took longest are named. */
const SLOWEST = 5;

/**
 * Among how many processes the files of a runtime are dealt out. One that loads many takes half the time of one for
 * each file, since it compiles what they share once; with more than one, the last to end leaves few cores idle.
 */
const PARTS = 3;

/**
 * How many processes run at a time, on every machine: more than two cores are kept busy by, for some only wait, and no
 * more, for real sockets become slow, and tests of them late.
 */
const AT_ONCE = 3;

// What types there are is checked by `deno task ok`. "parallel" is for what is printed: a line that names its test.
function denoTest(config: Config, file: string, report: string): string[] {
  return ["test", "-A", "--parallel", ...config.args, "--no-check", `--junit-path=${report}`, file];
}

// Those before read neither types nor `await using`.
const NODE_THAT_READS_ALL = [24];

/** What a run needs in its environment, where the processes that its tests start find it, too. */
function environment(runtime: Runtime, version: string): Record<string, string> {
  if (runtime !== "node") return {};
  const hooks = isNewEnough(version, NODE_THAT_READS_ALL)
    ? ["node_hook.ts"]
    : ["node_compile.mjs", "node_hook.ts"];
  return { NODE_OPTIONS: hooks.map((hook) => `--import=${new URL(hook, import.meta.url)}`).join(" ") };
}

function bunTest(files: readonly string[], filter: string, report: string): string[] {
  return [
    "test",
    `--timeout=${TEST_LIMIT}`,
    "--reporter=junit",
    `--reporter-outfile=${report}`,
    ...(filter === "" ? [] : [`--test-name-pattern=${asPattern(filter)}`]),
    ...files.map((file) => isAbsolute(file) ? file : `./${file}`),
  ];
}

function nodeTest(version: string, files: readonly string[], filter: string, report: string): string[] {
  return [
    "--expose-internals",
    "--import=./tools/node_untracked.ts",
    "--import=./tools/node_leftovers.ts",
    "--test",
    isNewEnough(version, [23]) ? "--test-isolation=none" : "--experimental-test-isolation=none",
    `--test-timeout=${TEST_LIMIT}`,
    "--test-reporter=spec",
    "--test-reporter-destination=stdout",
    "--test-reporter=junit",
    `--test-reporter-destination=${report}`,
    ...(filter === "" ? [] : [`--test-name-pattern=${asPattern(filter)}`]),
    ...files,
  ];
}

function asPattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}

const PASSED = /^\s*(✔ |▶ |ℹ |\(pass\) |running \d+ tests? from )|\.\.\. (ok|ignored)\b/;

/** The report of a run that failed, without what passed, which would only hide what did not. */
function withoutPassed(output: string): string {
  const lines = output.split("\n").filter((line) => !PASSED.test(stripVTControlCharacters(line)));
  return lines.join("\n").replace(/\n{3,}/g, "\n\n").trim();
}

/** What one process runs. */
interface Part {
  /** Which tests these are a part of, as it is printed. */
  readonly title: string;
  readonly runtime: Runtime;
  readonly found: Found;
  readonly args: readonly string[];
  /** Where its report will be. */
  readonly report: string;
  /** Where it will be written what is in which file, if the report does not say it. */
  readonly index?: string;
}

/** How the parts of one title went that have ended. */
interface Went {
  /** How many have not. */
  left: number;
  readonly results: TestResult[];
  /** How many seconds each took. */
  readonly seconds: number[];
  /** Tests that failed, and parts that ended badly without one. */
  failed: number;
}

/** One run of the suite, on all runtimes. */
class Suite {
  readonly #config: Config;
  readonly #scratch: string;
  readonly #filter: string;
  readonly #kept: string | undefined;
  readonly #progress = new Progress();
  readonly #went = new Map<string, Went>();
  /** How many tests of each title were told of so far. */
  readonly #told = new Map<string, number>();
  #passed = 0;
  #failed = 0;

  constructor(config: Config, scratch: string, filter: string, kept: string | undefined) {
    this.#config = config;
    this.#scratch = scratch;
    this.#filter = filter;
    this.#kept = kept;
  }

  get total(): { readonly passed: number; readonly failed: number } {
    return { passed: this.#passed, failed: this.#failed };
  }

  /** Deals test files out among so many processes on a runtime. */
  async parts(
    { runtime, version }: Engine,
    files: readonly string[],
    count: number,
    what = "",
  ): Promise<Part[]> {
    if (files.length === 0) return [];
    const found = await find(runtime, version);
    if (found === undefined) {
      this.#failed++;
      this.#print(red(`${runtime.padEnd(16)}1 failed (not found, neither in the path nor by npx)`));
      return [];
    }
    const title = `${runtime} ${found.version}${what}`;
    // Neighbours, which often take as long as each other, go to different ones.
    const dealt = Array.from(
      { length: Math.min(count, files.length) },
      (_, part) => files.filter((_, index) => index % count === part),
    );
    return dealt.map((files, part) => {
      const path = join(this.#scratch, `${title.replaceAll(/\W+/g, "_")}_${part}`);
      return { title, runtime, found, ...this.#command(runtime, found.version, files, path) };
    });
  }

  #command(
    runtime: Runtime,
    version: string,
    files: readonly string[],
    path: string,
  ): Pick<Part, "args" | "report" | "index"> {
    const report = `${path}.xml`;
    if (runtime === "node") return { args: nodeTest(version, files, this.#filter, report), report };
    const all = `${path}_test.ts`;
    if (runtime === "bun") {
      // Before 1.3, it runs, of several files that use `node:test`, the first alone: there one imports them all.
      if (isNewEnough(version, [1, 3])) return { args: bunTest(files, this.#filter, report), report };
      Deno.writeTextFileSync(
        all,
        files.map((file) => `import ${JSON.stringify(join(root, file))};\n`).join(""),
      );
      return { args: bunTest([all], this.#filter, report), report };
    }
    const index = `${path}.json`;
    Deno.writeTextFileSync(
      all,
      `import { loadTests } from ${JSON.stringify(new URL("deno_hook.ts", import.meta.url))};\n` +
        `await loadTests(${JSON.stringify(files)}, ${JSON.stringify(index)});\n`,
    );
    return { args: denoTest(this.#config, all, report), report, index };
  }

  /** The examples in the documentation. */
  examples(): Part {
    const report = join(this.#scratch, "examples.xml");
    const args = denoTest(this.#config, writeExamples(this.#scratch).test, report);
    const found = { path: Deno.execPath(), version: Deno.version.deno };
    return { title: "deno, examples", runtime: "deno", found, args, report };
  }

  /** Runs parts, so many at a time; tells of each title when its last part has ended. */
  async run(parts: readonly Part[], atOnce: number): Promise<void> {
    for (const { title } of parts) {
      const went = this.#went.get(title) ?? { left: 0, results: [], seconds: [], failed: 0 };
      went.left++;
      this.#went.set(title, went);
    }
    const waiting = parts.values();
    const work = async () => {
      for (const part of waiting) await this.#run(part);
    };
    await Promise.all(Array.from({ length: atOnce }, work));
  }

  async #run(part: Part): Promise<void> {
    const { title, runtime, found, args, report } = part;
    const reader = liveReader(runtime);
    let fileOf: FileOf | undefined;
    let last = "no test";
    let leftOpen = false;
    const line = (text: string) => {
      leftOpen ||= text.startsWith(LEFT_OPEN);
      const told = reader.read(text);
      if (told === undefined) return;
      fileOf ??= readIndex(part.index);
      const { name, failed } = told;
      const file = fileOf(name) ?? told.file;
      last = `"${name}"${file === undefined ? "" : ` in ${file}`}`;
      if (failed) this.#print(red(`${title}: ${last} failed`));
      this.#told.set(title, (this.#told.get(title) ?? 0) + 1);
      this.#progress.show(() => [...this.#told].map(([title, count]) => `${title}: ${count}`).join(", "));
    };
    const env = { PARLEY_TEST_FILTER: this.#filter, ...environment(runtime, found.version) };
    const { code, output, seconds, stopped } = await run(found.path, args, { env, line });
    const results = this.#results(report, readIndex(part.index));
    const went = this.#went.get(title);
    if (went === undefined) throw new Error(`"${title}" was not announced`);
    went.left--;
    // Bun fails where the filter leaves nothing.
    const nothing = this.#filter !== "" && results.length === 0 &&
      (code === 0 || / matched 0 tests/.test(output));
    if (!nothing) {
      const wellEnded = code === 0 && !leftOpen && results.length > 0;
      const failed = Math.max(countTests(results).failed, wellEnded ? 0 : 1);
      if (failed > 0) this.#print(withoutPassed(output));
      if (stopped) this.#print(`The last that it told of was ${last}`);
      if (results.length === 0) this.#print(red(`${title}: no tests ran`));
      went.results.push(...results);
      went.seconds.push(seconds);
      went.failed += failed;
    }
    if (went.left > 0) return;
    this.#told.delete(title);
    await this.#ended(title, part, went);
  }

  #results(report: string, fileOf: FileOf): TestResult[] {
    // Bun counts what the filter leaves out as skipped.
    return readReport(readIfThere(report), root, fileOf).filter(({ outcome }) =>
      this.#filter === "" || outcome !== "skipped"
    );
  }

  async #ended(title: string, { runtime, found }: Part, went: Went): Promise<void> {
    const { results, seconds, failed } = went;
    if (this.#kept !== undefined) {
      await keepResults(this.#kept, title, { runtime, version: found.version, tests: results });
    }
    if (seconds.length === 0) return;
    const { passed, skipped } = countTests(results);
    const summary = [
      `${passed} passed`,
      ...(failed > 0 ? [`${failed} failed`] : []),
      ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ].join(", ");
    const line = `${title.padEnd(16)} ${summary} (${seconds.map((part) => part.toFixed(1)).join(" + ")} s)`;
    this.#print(failed > 0 ? red(line) : green(line));
    for (const { name, outcome } of results) if (outcome === "skipped") this.#print(`  skipped: ${name}`);
    const slowest = slowestFiles(results, SLOWEST).filter(({ seconds }) => seconds >= 0.5);
    if (slowest.length > 0) {
      const files = slowest.map(({ file, seconds }) => `${file} ${seconds.toFixed(1)} s`);
      this.#print(`  slowest: ${files.join(", ")}`);
    }
    this.#passed += passed;
    this.#failed += failed;
  }

  #print(text: string): void {
    this.#progress.end();
    console.log(text);
  }
}

/** Tells in which file a test is, by its groups' names and its own, joined by " > ". */
type FileOf = (name: string) => string | undefined;

/** Reads what `deno_hook.ts` has written down of tests and groups; nothing if it has not come that far. */
function readIndex(path: string | undefined): FileOf {
  const json = path === undefined ? "" : readIfThere(path);
  const index: ReadonlyMap<string, string> = new Map(json === "" ? [] : Object.entries(JSON.parse(json)));
  return (name) => {
    // The group that is in none is what its name begins with; names may hold a " > " of their own.
    let group = name;
    while (!index.has(group) && group.includes(" > ")) group = group.slice(0, group.lastIndexOf(" > "));
    return index.get(group);
  };
}

/** A file that does not even load leaves nothing. */
function readIfThere(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

async function keepResults(folder: string, title: string, { tests, ...run }: RunResults): Promise<void> {
  const kept: RunResults = {
    ...run,
    tests: tests.map(({ name, file, outcome }) => ({ name, file, outcome })),
  };
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(join(folder, `${title.replaceAll(/\W+/g, "-")}.json`), JSON.stringify(kept));
}

/** Runs the tests on each runtime, prints how it went on each and, at last, in sum. Resolves to whether all is well. */
export async function runSuite(config: Config, scratch: string, selection: Selection = {}): Promise<boolean> {
  const {
    engines = RUNTIMES.map((runtime): Engine => ({ runtime })),
    paths = [],
    filter = "",
    kind = "all",
    results,
  } = selection;
  const suite = new Suite(config, scratch, filter, results);
  const left = new Set<string>();
  const named = paths.map(fromRoot);
  const files = ({ runtime }: Engine, processes: boolean): string[] =>
    testFiles(runtime, paths).filter((file) => {
      if (startsProcesses(file) !== processes) return false;
      const wanted = kind === "all" || (kind === "processes") === processes || named.includes(file);
      if (!wanted && processes) left.add(file);
      return wanted;
    });

  const began = performance.now();
  const parts = async (processes: boolean): Promise<Part[]> => {
    const dealt = engines.map((engine) => {
      const chosen = files(engine, processes);
      // Those that start processes wait for them, and are not to wait for each other.
      const alone = processes && engine.runtime === "deno";
      return suite.parts(engine, chosen, alone ? chosen.length : PARTS, processes ? ", processes" : "");
    });
    return (await Promise.all(dealt)).flat();
  };
  const plain = await parts(false);
  const examples = engines.some(({ runtime, version }) => runtime === "deno" && version === undefined) &&
    paths.length === 0 &&
    kind !== "processes";
  await suite.run(examples ? [...plain, suite.examples()] : plain, AT_ONCE);
  // They are not to be late because of the others.
  await suite.run(await parts(true), AT_ONCE);
  console.log(`Took ${((performance.now() - began) / 1_000).toFixed(1)} s`);

  if (left.size > 0) {
    console.log(`Left out, for they start processes (--processes, --all): ${[...left].join(", ")}`);
  }
  const { passed, failed } = suite.total;
  if (passed + failed === 0) {
    const of = filter === "" ? "" : ` of a name that holds "${filter}"`;
    console.log(`No tests${of} in ${paths.join(", ") || "tests"}`);
    return false;
  }
  // The last line, in this form, is what CI reads.
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0;
}
