import { globSync } from "node:fs";
import { join, relative } from "node:path";
import { findExamples } from "./examples.ts";
import { root } from "./config.ts";
import type { Runtime } from "./runtimes.ts";

/** All files under a folder of the repository, as paths from its root with forward slashes, in order, but what is installed. */
export function walk(folder: string): string[] {
  const entries = globSync(`${folder}/**/*`, {
    cwd: root,
    exclude: ["**/node_modules"],
    withFileTypes: true,
  });
  return entries.filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(root, join(parentPath, name)).replaceAll("\\", "/"))
    .sort();
}

const TEST = /_test\.ts$/;
const TEST_OF_ONE = /_(deno|bun|node)_test\.ts$/;
const TEST_OF_PROCESSES = /_process(_deno|_bun|_node)?_test\.ts$/;

/** Whether a test file is one of those that start processes, as in `restart_process_test.ts`. */
export function startsProcesses(file: string): boolean {
  return TEST_OF_PROCESSES.test(file);
}

/** A path as we call files: from the root of the repository, with forward slashes. */
export function fromRoot(path: string): string {
  return relative(root, join(Deno.cwd(), path)).replaceAll("\\", "/");
}

/**
 * The test files for a runtime: all `*_test.ts` but those named after another, as in `tls_deno_test.ts`.
 *
 * @param paths Only these files, or those in these folders. @default {["tests"]}
 */
export function testFiles(runtime: Runtime, paths: readonly string[]): string[] {
  const wanted = paths.map(fromRoot);
  return walk("tests").filter((file) => {
    const only = TEST_OF_ONE.exec(file)?.[1];
    return TEST.test(file) && (only === undefined || only === runtime) &&
      (wanted.length === 0 || wanted.some((path) => file === path || file.startsWith(`${path}/`)));
  });
}

/** The examples of the documentation, as files. */
export interface ExampleFiles {
  /** All of them, each a program. */
  readonly programs: readonly string[];
  /** A test that runs those that can be run. */
  readonly test: string;
}

/** What examples read from the environment. */
const SET_UP = `import { test } from "node:test";
import { SigningKeys } from "@parley/testing";
process.env.DISCORD_PUBLIC_KEY = (await SigningKeys.generate()).publicKey;
`;

/**
 * Writes the examples in the README, in docs/ and in doc comments into a folder, those of each file into one of its own. One
 * that begins with the name of its file has that name, so that another may import it.
 */
export function writeExamples(folder: string): ExampleFiles {
  const programs: string[] = [];
  const tests: string[] = [];
  for (
    const path of ["README.md", ...walk("docs"), "mod.ts", ...walk("src"), ...walk("testing"), ...walk("cli")]
  ) {
    const page = path.replaceAll("/", "-");
    const names = new Set<string>();
    for (const { line, code, runnable } of findExamples(Deno.readTextFileSync(join(root, path)))) {
      const [, named = ""] = /^\/\/ ([\w.-]+\.ts)\b/.exec(code) ?? [];
      const name = named === "" || names.has(named) ? `${line}.ts` : named;
      names.add(name);
      const program = `${page}/${name}`;
      Deno.mkdirSync(join(folder, page), { recursive: true });
      Deno.writeTextFileSync(join(folder, program), code);
      programs.push(join(folder, program));
      if (runnable) tests.push(`test("${path}: example at line ${line}", () => import("./${program}"));\n`);
    }
  }
  const test = join(folder, "examples_test.ts");
  Deno.writeTextFileSync(test, SET_UP + tests.join(""));
  return { programs, test };
}
