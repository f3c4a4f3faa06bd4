/**
 * Runs the tests on Deno, Bun and Node.
 *
 * ```sh
 * deno task test [--runtime deno|bun|node[@VERSION]] [--filter TEXT] [--processes | --all | --oldest]
 *     [--results FOLDER] [paths...]
 * ```
 *
 * With `--runtime`, which may be given more than once, only on these; a version is taken from npm.
 * With `--filter`, only tests whose names, behind those of their groups, hold a text. Tests that start
 * processes, in `*_process_test.ts`, are left out but with `--processes`, which runs no others, with `--all`,
 * or when their file is named. With `--oldest`, what is in `OLDEST_PATHS` runs on the oldest versions that are promised.
 * With `--results`, a folder takes how each test went, for `deno task table`.
 *
 * @module
 */
import { BASE_VARIABLE, freshBase } from "./shared/fresh_base.ts";
import { chooseConfig } from "./shared/config.ts";
import { readOptions } from "./shared/options.ts";
import { type Engine, OLDEST, OLDEST_PATHS, parseEngine, RUNTIMES } from "./shared/runtimes.ts";
import { runSuite } from "./suite/suite.ts";

const { values, positionals: paths } = readOptions(
  {
    args: Deno.args,
    options: {
      runtime: { type: "string", multiple: true },
      filter: { type: "string" },
      processes: { type: "boolean", default: false },
      all: { type: "boolean", default: false },
      oldest: { type: "boolean", default: false },
      results: { type: "string" },
    },
    allowPositionals: true,
  },
  "deno task test [--runtime deno|bun|node[@VERSION]] [--filter TEXT] [--processes | --all | --oldest] [--results FOLDER] [paths...]",
);

const engines = (values.runtime ?? (values.oldest ? OLDEST : RUNTIMES)).map((text): Engine => {
  const engine = parseEngine(text);
  if (engine !== undefined) return engine;
  console.error(
    `Cannot run tests on "${text}": choose from ${RUNTIMES.join(", ")}, with a version or without`,
  );
  Deno.exit(2);
});

// One for all files and runtimes. Whoever reads a log of CI sees what was run, also if all was well.
const base = freshBase();
Deno.env.set(BASE_VARIABLE, String(base));
console.log(`${BASE_VARIABLE}=${base} (given, it repeats the fresh seeds of this run)`);

const scratch = await Deno.makeTempDir({ prefix: "parley-" });
let passed = false;
try {
  passed = await runSuite(await chooseConfig(scratch), scratch, {
    engines,
    paths: values.oldest && paths.length === 0 ? OLDEST_PATHS : paths,
    results: values.results,
    filter: values.filter ?? "",
    kind: values.all ? "all" : values.processes ? "processes" : "plain",
  });
} finally {
  await Deno.remove(scratch, { recursive: true });
}
Deno.exit(passed ? 0 : 1);
