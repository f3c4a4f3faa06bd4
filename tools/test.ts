/**
 * Runs the tests on Deno, Bun and Node.
 *
 * ```sh
 * deno task test [--runtime deno|bun|node] [paths...]
 * ```
 *
 * @module
 */
import { parseArgs } from "node:util";
import { BASE_VARIABLE, freshBase } from "../tests/_fresh_base.ts";
import { chooseConfig } from "./config.ts";
import { type Runtime, RUNTIMES } from "./runtimes.ts";
import { runSuite } from "./suite.ts";

const { values, positionals: paths } = parseArgs({
  args: Deno.args,
  options: { runtime: { type: "string", multiple: true } },
  allowPositionals: true,
});

function isRuntime(name: string): name is Runtime {
  return RUNTIMES.some((runtime) => runtime === name);
}

const runtimes = values.runtime ?? [...RUNTIMES];
if (!runtimes.every(isRuntime)) {
  console.error(`Cannot run tests on "${runtimes.join(", ")}": choose from ${RUNTIMES.join(", ")}`);
  Deno.exit(2);
}

// One for all files and runtimes. Whoever reads a log of CI sees what was run, also if all was well.
const base = freshBase();
Deno.env.set(BASE_VARIABLE, String(base));
console.log(`${BASE_VARIABLE}=${base} (given, it repeats the fresh seeds of this run)`);

const scratch = await Deno.makeTempDir({ prefix: "parley-" });
let passed = false;
try {
  passed = await runSuite(await chooseConfig(scratch), scratch, { runtimes, paths });
} finally {
  await Deno.remove(scratch, { recursive: true });
}
Deno.exit(passed ? 0 : 1);
