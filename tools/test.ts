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

const scratch = await Deno.makeTempDir({ prefix: "parley-" });
let passed = false;
try {
  passed = await runSuite(await chooseConfig(scratch), scratch, { runtimes, paths });
} finally {
  await Deno.remove(scratch, { recursive: true });
}
Deno.exit(passed ? 0 : 1);
