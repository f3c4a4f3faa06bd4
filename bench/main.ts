/**
 * Runs all benchmarks, one after the other, prints one table of what they have measured, and writes it with a chart to
 * `bench/RESULTS.md` and `bench/results.svg`; or one of them, by its name, with its own arguments.
 *
 * ```sh
 * deno task bench [--quick] [--rounds N] [--runtime NAME]... [--out FOLDER]
 * deno task bench gateway --rounds 5
 * PARLEY_BENCH_FIGURES=figures.jsonl deno task bench etf; deno task bench --from figures.jsonl
 * ```
 *
 * `--quick` measures so little that nothing but a fault shows: it writes nothing, unless there is an `--out`. `--from`
 * measures nothing, and takes the figures that benchmarks which ran by their names have left in a file.
 *
 * @module
 */
import { cpus } from "node:os";
import { join } from "node:path";
import { root } from "../tools/shared/config.ts";
import { readOptions } from "../tools/shared/options.ts";
import { runProgram } from "../tools/run.ts";
import { RUNTIMES } from "../tools/shared/runtimes.ts";
import type { Measured } from "./_figures.ts";
import { installPeers, PEERS, versionOf } from "./_peers.ts";
import { chart, figureTable, resultsPage } from "./_results.ts";

interface Benchmark {
  readonly file: string;
  readonly what: string;
  /** What makes it quick, beside one round. @default [] */
  readonly quick?: readonly string[];
  /** Further arguments with which it runs among all. @default it runs once, without any */
  readonly runs?: readonly (readonly string[])[];
  /** It measures the same whatever runs it, without rounds. @default {false} */
  readonly once?: boolean;
}

const LINES = ["--lines", "5000", "--warm-up", "1000"];

const benchmarks: Readonly<Record<string, Benchmark>> = {
  gateway: {
    file: "gateway_throughput.ts",
    what: "Discord dispatches per second against a bare WebSocket",
    quick: ["--events", "2000", "--warm-up", "500"],
    runs: [[], ["--heap"]],
  },
  interactions: {
    file: "interactions.ts",
    what: "Signed Discord commands per second against bare Ed25519",
    quick: ["--requests", "500", "--warm-up", "100"],
  },
  "irc-parse": {
    file: "irc_parse.ts",
    what: "Parsing of IRC lines against five other parsers",
    quick: LINES,
  },
  "twitch-typed": {
    file: "twitch_typed.ts",
    what: "Typed Twitch messages against three libraries",
    quick: LINES,
  },
  "twitch-ingest": {
    file: "twitch_ingest.ts",
    what: "CPU of a Twitch message over a socket against three libraries",
    quick: LINES,
  },
  etf: {
    file: "etf.ts",
    what: "Reading and writing ETF against etf.js and JSON",
    quick: ["--payloads", "1000", "--warm-up", "100"],
  },
  "irc-names": {
    file: "irc_names.ts",
    what: "Who is in 200 IRC channels, beside irc-framework",
    quick: ["--channels", "20"],
  },
  "fan-out": {
    file: "fan_out.ts",
    what: "Events published to workers against a bare JetStream publish",
    quick: ["--events", "2000"],
  },
  sizes: {
    file: "sizes.ts",
    what: "How large each entry is, minified and gzipped, beside others",
    once: true,
  },
};

async function runAll(args: readonly string[]): Promise<boolean> {
  const { values } = readOptions(
    {
      args: [...args],
      options: {
        quick: { type: "boolean", default: false },
        rounds: { type: "string" },
        runtime: { type: "string", multiple: true, default: [...RUNTIMES] },
        out: { type: "string" },
        from: { type: "string" },
      },
    },
    "deno task bench [--quick | --from FILE] [--rounds N] [--runtime NAME]... [--out FOLDER] | deno task bench NAME ...",
  );
  const { quick, rounds = quick ? "1" : undefined, runtime } = values;
  const out = values.out ?? (quick ? undefined : join(root, "bench"));
  const shared = [
    ...rounds === undefined ? [] : ["--rounds", rounds],
    ...runtime.flatMap((name) => ["--runtime", name]),
  ];
  const scratch = await Deno.makeTempDir({ prefix: "parley-" });
  const file = join(scratch, "figures.jsonl");
  await Deno.writeTextFile(file, "");
  Deno.env.set("PARLEY_BENCH_FIGURES", file);
  const read = async (path = file): Promise<readonly Measured[]> =>
    (await Deno.readTextFile(path)).split("\n").filter(Boolean).map((line) => JSON.parse(line));
  const broken: string[] = [];
  let held = true;
  try {
    if (values.from !== undefined) {
      const kept = await read(values.from);
      if (out !== undefined) await write(out, kept, "deno task bench NAME, one after the other", []);
      console.log(figureTable(kept));
      return true;
    }
    const runs = Object.entries(benchmarks).flatMap(([name, benchmark]) =>
      (benchmark.runs ?? [[]]).map((more) => ({ name, benchmark, more }))
    );
    for (const [index, { name, benchmark, more }] of runs.entries()) {
      const label = [name, ...more].join(" ");
      console.log(`\n=== ${index + 1} of ${runs.length}: ${label}: ${benchmark.what}`);
      const given = benchmark.once ? [] : [...shared, ...quick ? benchmark.quick ?? [] : [], ...more];
      const before = (await read()).length;
      const code = await runProgram(`bench/${benchmark.file}`, given);
      held = held && code === 0;
      if ((await read()).length === before) broken.push(label);
      // As it goes, so that what ends early has left what it knew.
      if (out !== undefined) await write(out, await read(), ["deno task bench", ...args].join(" "), broken);
    }
    console.log(`\n${figureTable(await read())}`);
    if (broken.length > 0) console.error(`Without a figure: ${broken.join(", ")}`);
    return held && broken.length === 0;
  } finally {
    await Deno.remove(scratch, { recursive: true });
  }
}

async function write(
  folder: string,
  all: readonly Measured[],
  command: string,
  broken: readonly string[],
): Promise<void> {
  await installPeers();
  const date = new Date().toISOString().slice(0, 10);
  const [{ model = "an unknown processor" } = {}, ...others] = cpus();
  const machine = `${others.length + 1} cores of ${model.trim()}, ${Deno.build.os}`;
  const peers = PEERS.map((name) => `${name} ${versionOf(name)}`);
  const page = resultsPage(all, { date, machine, command, peers, broken });
  await Deno.writeTextFile(join(folder, "RESULTS.md"), page);
  await Deno.writeTextFile(join(folder, "results.svg"), chart(all, date));
}

const [name = "", ...args] = Deno.args;
if (name === "" || name.startsWith("-")) Deno.exit(await runAll(Deno.args) ? 0 : 1);
const benchmark = benchmarks[name];
if (benchmark === undefined) {
  const lines = Object.entries(benchmarks).map(([name, { what }]) => `  ${name.padEnd(14)}${what}`);
  console.error(`Cannot run the benchmark "${name}": choose one of\n${lines.join("\n")}`);
  Deno.exit(2);
}
// In a process of its own, since each reads the arguments of the command line.
Deno.exit(await runProgram(`bench/${benchmark.file}`, args));
