import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { Config } from "./config.ts";
import { testFiles, writeExamples } from "./files.ts";
import { green, red, run } from "./process.ts";
import { type Counts, countTests } from "./report.ts";
import { find, type Found, type Runtime, RUNTIMES } from "./runtimes.ts";

/** Which tests to run. */
export interface Selection {
  /** On which runtimes. @default all */
  readonly runtimes?: readonly Runtime[];
  /** Which files or folders. @default all, and the examples in the documentation */
  readonly paths?: readonly string[];
}

const NONE: Counts = { passed: 0, failed: 0, skipped: 0 };

// What types there are is checked by `deno task ok`.
function denoTest(config: Config, args: readonly string[], report: string): string[] {
  return ["test", "-A", ...config.args, "--no-check", `--junit-path=${report}`, ...args];
}

function command(runtime: Runtime, config: Config, files: readonly string[], report: string): string[] {
  switch (runtime) {
    case "deno":
      return denoTest(config, files, report);
    case "bun":
      // Deno and Node put no limit on a single test.
      return [
        "test",
        "--timeout=60000",
        "--reporter=junit",
        `--reporter-outfile=${report}`,
        ...files.map((file) => `./${file}`),
      ];
    case "node":
      return [
        "--import=./tools/node_hook.ts",
        "--test",
        "--test-concurrency=2",
        "--test-reporter=spec",
        "--test-reporter-destination=stdout",
        "--test-reporter=junit",
        `--test-reporter-destination=${report}`,
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

async function runTests(
  title: string,
  path: string,
  args: readonly string[],
  report: string,
): Promise<Counts> {
  const { code, output, seconds } = await run(path, args);
  let counts = NONE;
  try {
    counts = countTests(await Deno.readTextFile(report));
  } catch (error) {
    // A file that does not even load leaves no report.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const { passed, skipped } = counts;
  const ran = passed + skipped + counts.failed > 0;
  const failed = code === 0 && ran ? counts.failed : Math.max(counts.failed, 1);
  if (failed > 0) console.log(withoutPassed(output));
  const summary = [
    `${passed} passed`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ].join(", ");
  const line = `${title.padEnd(16)}${summary}${ran ? "" : " (no tests ran)"} (${seconds.toFixed(1)} s)`;
  console.log(failed > 0 ? red(line) : green(line));
  return { passed, failed, skipped };
}

/** Runs the tests on each runtime, prints how it went on each and, at last, in sum. Resolves to whether all is well. */
export async function runSuite(config: Config, scratch: string, selection: Selection = {}): Promise<boolean> {
  const { runtimes = RUNTIMES, paths = [] } = selection;
  const total = { passed: 0, failed: 0 };
  const count = ({ passed, failed }: Counts) => {
    total.passed += passed;
    total.failed += failed;
  };

  const on = async (runtime: Runtime, found: Found | undefined) => {
    const files = testFiles(runtime, paths);
    if (files.length === 0 && paths.length > 0) return;
    if (found === undefined) {
      console.log(red(`${runtime.padEnd(16)}1 failed (not found, neither in the path nor by npx)`));
      count({ ...NONE, failed: 1 });
      return;
    }
    const report = join(scratch, `${runtime}.xml`);
    const args = command(runtime, config, files, report);
    count(await runTests(`${runtime} ${found.version}`, found.path, args, report));
  };

  const lanes = [
    async () => {
      if (!runtimes.includes("deno")) return;
      await on("deno", await find("deno"));
      if (paths.length > 0) return;
      const report = join(scratch, "examples.xml");
      const command = denoTest(config, [writeExamples(scratch).test], report);
      count(await runTests("deno, examples", Deno.execPath(), command, report));
    },
    async () => {
      if (runtimes.includes("bun")) await on("bun", await find("bun"));
      if (runtimes.includes("node")) await on("node", await find("node"));
    },
  ];
  // Two at a time: more than that only makes real sockets slow, and tests of them late.
  await Promise.all(lanes.map((lane) => lane()));

  if (total.passed + total.failed === 0) {
    console.log(`No test files in ${paths.join(", ") || "tests"}`);
    return false;
  }
  // The last line, in this form, is what CI reads.
  console.log(`${total.passed} passed, ${total.failed} failed`);
  return total.failed === 0;
}
