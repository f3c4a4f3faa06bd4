/**
 * What the benchmarks share: each contender runs in a process of its own, on Deno, Bun or Node, and prints one
 * line of JSON; what is printed of them are medians of ratios.
 *
 * @module
 */
import { chooseConfig, root } from "../tools/shared/config.ts";
import { find, type Runtime, RUNTIMES } from "../tools/shared/runtimes.ts";
import { installPeers } from "./_peers.ts";

/** A runtime that contenders run on, and how to start it. */
export interface Command {
  readonly name: Runtime;
  readonly version: string;
  readonly path: string;
  readonly args: readonly string[];
}

/** Finds the runtimes of these names; contenders may call the garbage collector. */
export async function commands(wanted: readonly string[], scratch: string): Promise<readonly Command[]> {
  await installPeers();
  const config = await chooseConfig(scratch);
  const found: Command[] = [];
  for (const name of RUNTIMES.filter((name) => wanted.includes(name))) {
    const runtime = await find(name);
    if (runtime === undefined) throw new Error(`Cannot find ${name}`);
    const args = {
      deno: ["run", "-A", "--quiet", "--no-check", "--v8-flags=--expose-gc", ...config.args],
      bun: ["run"],
      node: ["--expose-gc", `--import=${root}/tools/suite/node_hook.ts`],
    };
    found.push({ name, ...runtime, args: args[name] });
  }
  return found;
}

/** Runs a file under `bench/` in a process of its own, to the JSON that it prints last, within so many milliseconds. */
export async function contend<Result extends object>(
  runtime: Command,
  file: string,
  args: readonly string[],
  limit = 120_000,
): Promise<Result> {
  const { stdout, stderr, code, signal } = await new Deno.Command(runtime.path, {
    args: [...runtime.args, `${root}/bench/${file}`, ...args],
    env: { NO_COLOR: "1" },
    stdin: "null",
    signal: AbortSignal.timeout(limit),
  }).output();
  const decoder = new TextDecoder();
  const line = decoder.decode(stdout).split("\n").findLast((line) => line.startsWith("{"));
  if (line === undefined) {
    const end = signal === null ? `exit code ${code}` : `${signal}, the limit is ${limit / 1_000} s`;
    throw new Error(`No result of ${args.join(" ")} (${end}):\n${decoder.decode(stderr)}`);
  }
  return JSON.parse(line);
}

/** Prints whether a target holds, and returns it. */
export function verdict(target: string, holds: boolean): boolean {
  console.log(`  ${holds ? "holds " : "MISSED"} ${target}`);
  return holds;
}

/** So many times the CPU of another version is no change: two runs of one version differ by as much. */
export const MOST_BESIDE = 1.03;

/** Says how much CPU something takes beside something else. */
export function timesOf(times: number): string {
  return `takes ${times.toFixed(3)} times the CPU`;
}

/** The median; of an even number of figures, the mean of the two in the middle. */
export function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/** What one run of one contender measured. */
export interface Run {
  /** What the values read come to. */
  readonly sum: number;
  /** How long the measured part took. */
  readonly seconds: number;
  /** How much processor time all of the process used in it. */
  readonly cpuSeconds: number;
}

/** Who is to be measured against whom. */
export interface Comparison {
  /** Whom the others are compared with. */
  readonly subject: string;
  readonly peers: readonly string[];
  /** The file under `bench/` that runs one of them, and its arguments. */
  readonly file: string;
  readonly args: (name: string) => readonly string[];
  readonly rounds: number;
  /** By which of a run's times they are compared. @default {"seconds"} */
  readonly by?: "seconds" | "cpuSeconds";
  /** How many times each run does what is measured. */
  readonly count: number;
}

/**
 * Runs each contender in turn, round by round, and prints what one time takes, and how many times faster the
 * subject is; returns how many times, by peer. All must have read the same.
 */
export async function compare(
  runtime: Command,
  comparison: Comparison,
): Promise<Readonly<Record<string, number>>> {
  const { subject, peers, file, args, rounds, count, by = "seconds" } = comparison;
  const contenders = [subject, ...peers];
  const runs = new Map<string, Run[]>(contenders.map((name) => [name, []]));
  let sum: number | undefined;
  for (let round = 0; round < rounds; round++) {
    // There and back again, so that nobody always runs first.
    for (const name of round % 2 === 0 ? contenders : contenders.toReversed()) {
      const run = await contend<Run>(runtime, file, args(name));
      sum ??= run.sum;
      if (run.sum !== sum) throw new Error(`${name} on ${runtime.name} read other values than others did`);
      runs.get(name)?.push(run);
    }
  }
  const of = (name: string) => runs.get(name) ?? [];
  const width = Math.max(16, ...contenders.map(({ length }) => length + 2));
  console.log(
    `  ${"".padEnd(width)}${"ns each".padStart(10)}${"ns CPU".padStart(10)}${
      `${subject} is faster by`.padStart(22)
    }`,
  );
  const ratios: Record<string, number> = {};
  for (const name of contenders) {
    // Of the same round, so that what slows the machine down slows both.
    const ratio = median(of(name).map((run, i) => run[by] / (of(subject)[i]?.[by] ?? NaN)));
    const each = (figure: (run: Run) => number) => (median(of(name).map(figure)) / count * 1e9).toFixed(0);
    console.log(
      `  ${name.padEnd(width)}${each((run) => run.seconds).padStart(10)}${
        each((run) => run.cpuSeconds).padStart(10)
      }${ratio.toFixed(1).padStart(22)}`,
    );
    if (name !== subject) ratios[name] = ratio;
  }
  return ratios;
}
