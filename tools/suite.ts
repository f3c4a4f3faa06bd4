import { isAbsolute, join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { type Config, root } from "./config.ts";
import { fromRoot, startsProcesses, testFiles, writeExamples } from "./files.ts";
import { LEFT_OPEN } from "./leftovers.ts";
import { TEST_LIMIT } from "./limits.ts";
import { liveReader } from "./live.ts";
import { green, red, run } from "./process.ts";
import { Progress } from "./progress.ts";
import { type Counts, countTests, readReport, slowestFiles, type TestResult } from "./report.ts";
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

// What types there are is checked by `deno task ok`. Beside one another, files that wait cost no time.
function denoTest(config: Config, args: readonly string[], report: string): string[] {
  return ["test", "-A", "--parallel", ...config.args, "--no-check", `--junit-path=${report}`, ...args];
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

function command(
  runtime: Runtime,
  version: string,
  config: Config,
  files: readonly string[],
  filter: string,
  report: string,
): string[] {
  // Deno is told by its environment, and limited by `deno_hook.ts`.
  const pattern = filter.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
  switch (runtime) {
    case "deno":
      return denoTest(config, files, report);
    case "bun":
      return [
        "test",
        `--timeout=${TEST_LIMIT}`,
        "--reporter=junit",
        `--reporter-outfile=${report}`,
        ...(filter === "" ? [] : [`--test-name-pattern=${pattern}`]),
        ...files.map((file) => isAbsolute(file) ? file : `./${file}`),
      ];
    case "node":
      return [
        "--import=./tools/node_leftovers.ts",
        "--test",
        // One process for all files, as Bun does it: to load everything for each anew takes twice the time.
        isNewEnough(version, [23]) ? "--test-isolation=none" : "--experimental-test-isolation=none",
        `--test-timeout=${TEST_LIMIT}`,
        "--test-reporter=spec",
        "--test-reporter-destination=stdout",
        "--test-reporter=junit",
        `--test-reporter-destination=${report}`,
        ...(filter === "" ? [] : [`--test-name-pattern=${pattern}`]),
        ...files,
      ];
  }
}

const PASSED = /^\s*(✔ |▶ |ℹ |\(pass\) |running \d+ tests? from )|\.\.\. (ok|ignored)\b/;

/** The report of a run that failed, without what passed, which would only hide what did not. */
function withoutPassed(output: string): string {
  const lines = output.split("\n").filter((line) => !PASSED.test(stripVTControlCharacters(line)));
  return lines.join("\n").replace(/\n{3,}/g, "\n\n").trim();
}

/** One run of the suite, on all runtimes. */
class Suite {
  readonly #config: Config;
  readonly #scratch: string;
  readonly #filter: string;
  readonly #kept: string | undefined;
  readonly #progress = new Progress();
  /** How many tests each run told of so far. */
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

  /** Runs test files on a runtime. */
  async on({ runtime, version }: Engine, files: readonly string[], what: string): Promise<void> {
    if (files.length === 0) return;
    const found = await find(runtime, version);
    if (found === undefined) {
      this.#failed++;
      return this.#print(red(`${runtime.padEnd(16)}1 failed (not found, neither in the path nor by npx)`));
    }
    const report = join(this.#scratch, `${runtime}${version ?? ""}${what}.xml`);
    const args = command(
      runtime,
      found.version,
      this.#config,
      this.#together(runtime, found.version, files),
      this.#filter,
      report,
    );
    await this.#run(runtime, `${runtime} ${found.version}${what}`, found, args, report);
  }

  /** Bun before 1.3 runs, of several files that use `node:test`, the first alone: there one file imports them all. */
  #together(runtime: Runtime, version: string, files: readonly string[]): readonly string[] {
    if (runtime !== "bun" || isNewEnough(version, [1, 3])) return files;
    const all = join(this.#scratch, "all_test.ts");
    Deno.writeTextFileSync(
      all,
      files.map((file) => `import ${JSON.stringify(join(root, file))};\n`).join(""),
    );
    return [all];
  }

  /** Runs the examples in the documentation. */
  async examples(): Promise<void> {
    const report = join(this.#scratch, "examples.xml");
    const args = denoTest(this.#config, [writeExamples(this.#scratch).test], report);
    const version = Deno.version.deno;
    await this.#run("deno", "deno, examples", { path: Deno.execPath(), version }, args, report);
  }

  async #run(
    runtime: Runtime,
    title: string,
    found: Found,
    args: readonly string[],
    report: string,
  ): Promise<void> {
    const reader = liveReader(runtime);
    const fileOf = new Map<string, string>();
    let last = "no test";
    let leftOpen = false;
    const line = (text: string) => {
      leftOpen ||= text.startsWith(LEFT_OPEN);
      const told = reader.read(text);
      if (told === undefined) return;
      const { name, file, failed } = told;
      if (file !== undefined) fileOf.set(name, file);
      last = `"${name}"${file === undefined ? "" : ` in ${file}`}`;
      if (failed) this.#print(red(`${title}: ${last} failed`));
      this.#told.set(title, (this.#told.get(title) ?? 0) + 1);
      this.#progress.show(() => [...this.#told].map(([title, count]) => `${title}: ${count}`).join(", "));
    };
    // As many at a time on every machine: more only makes real sockets slow, and tests of them late.
    const env = {
      DENO_JOBS: "2",
      PARLEY_TEST_FILTER: this.#filter,
      ...environment(runtime, found.version),
    };
    const { code, output, seconds, stopped } = await run(found.path, args, { env, line });
    this.#told.delete(title);
    const results = await this.#results(report, fileOf);
    if (this.#kept !== undefined) {
      await keepResults(this.#kept, title, { runtime, version: found.version, tests: results });
    }
    const counts = countTests(results);
    // Bun fails where the filter leaves nothing.
    const nothing = this.#filter !== "" && results.length === 0 &&
      (code === 0 || / matched 0 tests/.test(output));
    if (nothing) return;
    const wellEnded = code === 0 && !leftOpen && results.length > 0;
    const failed = wellEnded ? counts.failed : Math.max(counts.failed, 1);
    if (failed > 0) this.#print(withoutPassed(output));
    if (stopped) this.#print(`The last that it told of was ${last}`);
    this.#tell(title, { ...counts, failed }, results, seconds);
    this.#passed += counts.passed;
    this.#failed += failed;
  }

  async #results(report: string, fileOf: ReadonlyMap<string, string>): Promise<TestResult[]> {
    let xml = "";
    try {
      xml = await Deno.readTextFile(report);
    } catch (error) {
      // A file that does not even load leaves no report.
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    // Bun counts what the filter leaves out as skipped.
    return readReport(xml, root, fileOf).filter(({ outcome }) =>
      this.#filter === "" || outcome !== "skipped"
    );
  }

  #tell(title: string, counts: Counts, results: readonly TestResult[], seconds: number): void {
    const { passed, failed, skipped } = counts;
    const summary = [
      `${passed} passed`,
      ...(failed > 0 ? [`${failed} failed`] : []),
      ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ].join(", ");
    const none = results.length === 0 ? " (no tests ran)" : "";
    const line = `${title.padEnd(16)} ${summary}${none} (${seconds.toFixed(1)} s)`;
    this.#print(failed > 0 ? red(line) : green(line));
    for (const { name, outcome } of results) if (outcome === "skipped") this.#print(`  skipped: ${name}`);
    const slowest = slowestFiles(results, SLOWEST).filter(({ seconds }) => seconds >= 0.5);
    if (slowest.length === 0) return;
    const files = slowest.map(({ file, seconds }) => `${file} ${seconds.toFixed(1)} s`);
    this.#print(`  slowest: ${files.join(", ")}`);
  }

  #print(text: string): void {
    this.#progress.end();
    console.log(text);
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

  const lane = async (engines: readonly Engine[]) => {
    for (const engine of engines) await suite.on(engine, files(engine, false), "");
  };
  const isDeno = ({ runtime }: Engine) => runtime === "deno";
  const examples = engines.some((engine) => isDeno(engine) && engine.version === undefined) &&
    paths.length === 0 &&
    kind !== "processes";
  await Promise.all([
    lane(engines.filter(isDeno)).then(() => examples ? suite.examples() : undefined),
    lane(engines.filter((engine) => !isDeno(engine))),
  ]);
  // These mostly wait, and are not to be late because of the others.
  await Promise.all(engines.map((engine) => suite.on(engine, files(engine, true), ", processes")));

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
