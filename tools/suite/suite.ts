import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { type Command, commandFor } from "./command.ts";
import type { Config } from "../shared/config.ts";
import { fromRoot, startsProcesses, testFiles, writeExamples } from "../shared/files.ts";
import { LEFT_OPEN } from "./leftovers.ts";
import { green, red, run } from "../shared/process.ts";
import { Progress } from "../shared/progress.ts";
import { countTests, Report, slowestFiles, type TestResult } from "./report.ts";
import { type Engine, find, type Found, type Runtime, RUNTIMES } from "../shared/runtimes.ts";

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

/** How often it is looked what has been reported, in milliseconds. */
const LOOK = 200;

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

const PASSED = /^\s*(✔ |▶ |ℹ |\(pass\) |running \d+ tests? from )|\.\.\. (ok|ignored)\b/;

/** The report of a run that failed, without what passed, which would only hide what did not. */
function withoutPassed(output: string): string {
  const lines = output.split("\n").filter((line) => !PASSED.test(stripVTControlCharacters(line)));
  return lines.join("\n").replace(/\n{3,}/g, "\n\n").trim();
}

/** What one process runs. */
interface Part extends Command {
  /** Which tests these are a part of, as it is printed. */
  readonly title: string;
  readonly runtime: Runtime;
  readonly found: Found;
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
  readonly #planted: boolean;
  readonly #kept: string | undefined;
  readonly #progress = new Progress();
  readonly #went = new Map<string, Went>();
  /** How many tests of each title were told of so far. */
  readonly #told = new Map<string, number>();
  #passed = 0;
  #failed = 0;

  constructor(config: Config, scratch: string, filter: string, planted: boolean, kept: string | undefined) {
    this.#config = config;
    this.#scratch = scratch;
    this.#filter = filter;
    this.#planted = planted;
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
      return this.#part(title, runtime, found, files, String(part));
    });
  }

  #part(title: string, runtime: Runtime, found: Found, files: readonly string[], number = ""): Part {
    const base = join(this.#scratch, `${title.replaceAll(/\W+/g, "_")}_${number}`);
    const options = { config: this.#config, base, filter: this.#filter, planted: this.#planted };
    const command = commandFor({ runtime, version: found.version }, files, options);
    const went = this.#went.get(title) ?? { left: 0, results: [], seconds: [], failed: 0 };
    went.left++;
    this.#went.set(title, went);
    return { title, runtime, found, ...command };
  }

  /** The examples in the documentation. */
  examples(): Part {
    const found = { path: Deno.execPath(), version: Deno.version.deno };
    return this.#part("deno, examples", "deno", found, [writeExamples(this.#scratch).test]);
  }

  /** Runs parts, so many at a time; tells of each title when its last part has ended. */
  async run(parts: AsyncGenerator<Part>, atOnce: number): Promise<void> {
    const work = async () => {
      for await (const part of parts) await this.#run(part);
    };
    await Promise.all(Array.from({ length: atOnce }, work));
  }

  async #run(part: Part): Promise<void> {
    const { title, runtime, found, args, env } = part;
    const report = new Report(part.report);
    let last = "no test";
    const look = () => {
      for (const { name, file, running, outcome } of report.read()) {
        last = `"${name}" in ${file}`;
        if (running) continue;
        if (outcome === "failed") this.#print(red(`${title}: ${last} failed`));
        this.#told.set(title, (this.#told.get(title) ?? 0) + 1);
      }
      this.#progress.show(() => [...this.#told].map(([title, count]) => `${title}: ${count}`).join(", "));
    };
    let leftOpen = false;
    const line = (text: string) => {
      leftOpen ||= text.startsWith(LEFT_OPEN);
    };
    const looking = setInterval(look, LOOK);
    const { code, output, seconds, stopped } = await run(found.path, args, { env, line });
    clearInterval(looking);
    look();
    const { results } = report;
    const went = this.#went.get(title);
    if (went === undefined) throw new Error(`"${title}" was not announced`);
    went.left--;
    if (this.#filter === "" || results.length > 0 || code !== 0) {
      // The others tell of a test when it begins: what dies in it leaves it failed.
      const isWhole = runtime !== "node" || report.isEnded;
      const wellEnded = code === 0 && !leftOpen && results.length > 0 && isWhole;
      const failed = Math.max(countTests(results).failed, wellEnded ? 0 : 1);
      if (failed > 0) this.#print(withoutPassed(output));
      if (stopped || code !== 0 && countTests(results).failed === 0) {
        this.#print(`The last that it told of was ${last}`);
      }
      if (results.length === 0) this.#print(red(`${title}: no tests ran`));
      went.results.push(...results);
      went.seconds.push(seconds);
      went.failed += failed;
    }
    if (went.left > 0) return;
    this.#told.delete(title);
    await this.#ended(title, part, went);
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
  const planted = kind !== "plain" || paths.length > 0 || filter !== "";
  const suite = new Suite(config, scratch, filter, planted, results);
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
  const examples = engines.some(({ runtime, version }) => runtime === "deno" && version === undefined) &&
    paths.length === 0 &&
    kind !== "processes";
  async function* parts(processes: boolean): AsyncGenerator<Part> {
    // One runtime is looked for while the tests run on another.
    const dealt = engines.map((engine) => {
      const chosen = files(engine, processes);
      // Those that start processes wait for them, and are not to wait for each other.
      const alone = processes && engine.runtime === "deno";
      return suite.parts(engine, chosen, alone ? chosen.length : PARTS, processes ? ", processes" : "");
    });
    for (const ofOne of dealt) yield* await ofOne;
    if (examples && !processes) yield suite.examples();
  }
  await suite.run(parts(false), AT_ONCE);
  // They are not to be late because of the others.
  await suite.run(parts(true), AT_ONCE);
  console.log(`Took ${((performance.now() - began) / 1_000).toFixed(1)} s`);

  if (left.size > 0) {
    console.log(`Left out, for they start processes (--processes, --all): ${[...left].join(", ")}`);
  }
  if (!planted) {
    console.log("Left out, for CI does it: planting bugs in cores (--all, or a file that is named)");
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
