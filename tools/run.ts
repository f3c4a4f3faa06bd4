/**
 * Runs a program of this repository, with `deno.offline.json` where JSR does not answer.
 *
 * ```sh
 * deno run -A tools/run.ts tests/fuzz/fuzz.ts --inputs 100
 * ```
 *
 * @module
 */
import { jsrAnswers, root } from "./shared/config.ts";

/** Runs a program, by its path from the root, in a process of its own; resolves to its exit code. */
export async function runProgram(file: string, args: readonly string[]): Promise<number> {
  const config = await jsrAnswers() ? "deno.json" : "deno.offline.json";
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-lock", "--config", `${root}/${config}`, `${root}/${file}`, ...args],
  }).spawn();
  // The terminal tells the program, too, which may have something left to say.
  const wait = () => {};
  Deno.addSignalListener("SIGINT", wait);
  const { code } = await child.status;
  Deno.removeSignalListener("SIGINT", wait);
  return code;
}

if (import.meta.main) {
  const [file = "", ...args] = Deno.args;
  Deno.exit(await runProgram(file, args));
}
