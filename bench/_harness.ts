/**
 * What the benchmarks share: each contender runs in a process of its own, on Deno, Bun or Node, and prints one
 * line of JSON; what is printed of them are medians of ratios.
 *
 * @module
 */
import { chooseConfig, root } from "../tools/config.ts";
import { find, type Runtime, RUNTIMES } from "../tools/runtimes.ts";

/** A runtime that contenders run on, and how to start it. */
export interface Command {
  readonly name: Runtime;
  readonly version: string;
  readonly path: string;
  readonly args: readonly string[];
}

/** Finds the runtimes of these names; contenders may call the garbage collector. */
export async function commands(wanted: readonly string[], scratch: string): Promise<readonly Command[]> {
  const config = await chooseConfig(scratch);
  const found: Command[] = [];
  for (const name of RUNTIMES.filter((name) => wanted.includes(name))) {
    const runtime = await find(name);
    if (runtime === undefined) throw new Error(`Cannot find ${name}`);
    const args = {
      deno: ["run", "-A", "--quiet", "--no-check", "--v8-flags=--expose-gc", ...config.args],
      bun: ["run"],
      node: ["--expose-gc"],
    };
    found.push({ name, ...runtime, args: args[name] });
  }
  return found;
}

/** Runs a file under `bench/` in a process of its own, to the JSON that it prints last. */
export async function contend<Result extends object>(
  runtime: Command,
  file: string,
  args: readonly string[],
): Promise<Result> {
  const { stdout, stderr } = await new Deno.Command(runtime.path, {
    args: [...runtime.args, `${root}/bench/${file}`, ...args],
    env: { NO_COLOR: "1" },
    stdin: "null",
    signal: AbortSignal.timeout(120_000),
  }).output();
  const decoder = new TextDecoder();
  const line = decoder.decode(stdout).split("\n").findLast((line) => line.startsWith("{"));
  if (line === undefined) throw new Error(`No result of ${args.join(" ")}:\n${decoder.decode(stderr)}`);
  return JSON.parse(line);
}

/** Prints whether a target holds, and returns it. */
export function verdict(target: string, holds: boolean): boolean {
  console.log(`  ${holds ? "holds " : "MISSED"} ${target}`);
  return holds;
}

/** The median; of an even number of figures, the mean of the two in the middle. */
export function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}
