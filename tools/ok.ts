/**
 * Everything a change must pass: format, lint, types by Deno and by `tsc`, what JSR asks of a package, the
 * import rules, and the tests on all runtimes.
 *
 * ```sh
 * deno task ok [--static]
 * ```
 *
 * With `--static`, all but the tests.
 *
 * @module
 */
import { chooseConfig } from "./shared/config.ts";
import { walk, writeExamples } from "./shared/files.ts";
import { green, red, run } from "./shared/process.ts";
import { readOptions } from "./shared/options.ts";
import { find } from "./shared/runtimes.ts";
import { runSuite } from "./suite/suite.ts";

const { values } = readOptions(
  { args: Deno.args, options: { static: { type: "boolean", default: false } } },
  "deno task ok [--static]",
);

const scratch = await Deno.makeTempDir({ prefix: "parley-" });

async function all(): Promise<boolean> {
  const config = await chooseConfig(scratch);
  const modules = ["src", "testing", "cli", "tests", "tools", "examples", "bench"].flatMap((folder) =>
    walk(folder).filter((path) => path.endsWith(".ts"))
  );
  const { programs } = writeExamples(scratch);
  const deno = Deno.execPath();
  const tsc = ["node_modules/typescript/bin/tsc", "--project", "tsconfig.json", "--pretty", "false"];
  const steps: [name: string, command: string, args: string[]][] = [
    ["format", deno, ["fmt", "--check"]],
    ["lint", deno, ["lint"]],
    ["types", deno, ["check", "--quiet", ...config.args, "mod.ts", ...modules, ...programs]],
    ["types, by tsc", (await find("node"))?.path ?? "node", tsc],
    ["publish, dry run", deno, ["publish", "--dry-run", "--allow-dirty", "--no-check"]],
    ...["testing", "cli"].map((folder): [string, string, string[]] => [
      `publish, ${folder}`,
      deno,
      ["publish", "--dry-run", "--allow-dirty", "--no-check", `--config=${folder}/deno.json`],
    ]),
    ["imports", deno, [
      "test",
      "-A",
      "--no-check",
      ...config.args,
      "tests/imports_deno_test.ts",
      "tests/module_state_deno_test.ts",
    ]],
  ];
  for (const [name, command, args] of steps) {
    const { code, output, seconds } = await run(command, args);
    const line = `${name.padEnd(20)}${code === 0 ? "ok" : "failed"} (${seconds.toFixed(1)} s)`;
    if (code !== 0) {
      console.log(output.trimEnd());
      console.log(red(line));
      return false;
    }
    console.log(green(line));
  }
  return values.static || await runSuite(config, scratch);
}

let passed = false;
try {
  passed = await all();
} finally {
  await Deno.remove(scratch, { recursive: true });
}
Deno.exit(passed ? 0 : 1);
