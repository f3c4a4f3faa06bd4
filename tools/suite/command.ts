import type { Config } from "../shared/config.ts";
import { isNewEnough, type Runtime } from "../shared/runtimes.ts";
import { TEST_LIMIT } from "./limits.ts";

// Those before read neither types nor `await using`.
const NODE_THAT_READS_ALL = [24];

function environment(runtime: Runtime, version: string): Record<string, string> {
  if (runtime !== "node") return {};
  const hooks = isNewEnough(version, NODE_THAT_READS_ALL)
    ? ["node_hook.ts"]
    : ["node_compile.mjs", "node_hook.ts"];
  return { NODE_OPTIONS: hooks.map((hook) => `--import=${new URL(hook, import.meta.url)}`).join(" ") };
}

/** What a runtime is started with to run test files, and to report on each of their tests. */
export interface Command {
  readonly args: readonly string[];
  /** Its environment, where the processes that its tests start find it, too. */
  readonly env: Readonly<Record<string, string>>;
  /** Where the report will be, for {@linkcode Report}. */
  readonly report: string;
}

/** What {@linkcode commandFor} takes beside a runtime and files. */
export interface CommandOptions {
  readonly config: Config;
  /** What the paths of files begin with that it needs. */
  readonly base: string;
  /** Only tests whose names, behind those of their groups, hold this. @default {""} */
  readonly filter?: string;
  /** Whether bugs are planted in cores, too, to see that checkers notice them. @default {true} */
  readonly planted?: boolean;
}

/**
 * What to start.
 *
 * @param files From the root of the repository, or absolute.
 */
export function commandFor(
  { runtime, version }: { readonly runtime: Runtime; readonly version: string },
  files: readonly string[],
  { config, base, filter = "", planted = true }: CommandOptions,
): Command {
  const report = `${base}.report`;
  const env = {
    PARLEY_TEST_FILTER: filter,
    PARLEY_PLANTED: planted ? "yes" : "no",
    ...environment(runtime, version),
  };
  if (runtime === "node") {
    return { args: nodeTest(version, files, filter), env: { ...env, PARLEY_TEST_REPORT: report }, report };
  }
  const all = `${base}_test.ts`;
  Deno.writeTextFileSync(all, loader(runtime, files, report));
  // What types there are is checked by `deno task ok`. "parallel" is for what is printed: a whole line for each test.
  const args = runtime === "deno"
    ? ["test", "-A", "--parallel", ...config.args, "--no-check", all]
    : ["test", all];
  return { args, env, report };
}

/** One test file that loads all others, whose tests `test_hook.ts` reports on. */
function loader(runtime: "deno" | "bun", files: readonly string[], report: string): string {
  const hook = JSON.stringify(new URL("test_hook.ts", import.meta.url));
  const load = `await loadTests(${JSON.stringify(files)}, ${JSON.stringify(report)});\n`;
  // Deno has it in the place of `node:test` by its configuration.
  if (runtime === "deno") return `import { loadTests } from ${hook};\n${load}`;
  return `import { mock } from "bun:test";
import * as hook from ${hook};
const { loadTests, ...test } = hook;
mock.module("node:test", () => test);
${load}`;
}

function nodeTest(version: string, files: readonly string[], filter: string): string[] {
  return [
    "--expose-internals",
    "--import=./tools/suite/node_untracked.ts",
    "--import=./tools/suite/node_leftovers.ts",
    "--test",
    isNewEnough(version, [23]) ? "--test-isolation=none" : "--experimental-test-isolation=none",
    `--test-timeout=${TEST_LIMIT}`,
    "--test-reporter=spec",
    "--test-reporter-destination=stdout",
    "--test-reporter=./tools/suite/node_reporter.mjs",
    "--test-reporter-destination=stdout",
    ...(filter === "" ? [] : [`--test-name-pattern=${asPattern(filter)}`]),
    ...files,
  ];
}

function asPattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
