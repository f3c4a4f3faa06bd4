/**
 * Runs a benchmark by its name, with its own arguments; without one, lists them.
 *
 * ```sh
 * deno task bench gateway --rounds 5
 * ```
 *
 * @module
 */
import { runProgram } from "../tools/run.ts";

const benchmarks: Readonly<Record<string, { readonly file: string; readonly what: string }>> = {
  etf: { file: "etf.ts", what: "Reading and writing ETF against etf.js and JSON" },
  gateway: { file: "gateway_throughput.ts", what: "Discord dispatches per second against a bare WebSocket" },
  interactions: { file: "interactions.ts", what: "Signed Discord commands per second against bare Ed25519" },
  "irc-names": { file: "irc_names.ts", what: "Who is in 200 IRC channels, beside irc-framework" },
  "irc-parse": { file: "irc_parse.ts", what: "Parsing of IRC lines against five other parsers" },
  sizes: { file: "sizes.ts", what: "How large each entry is, minified and gzipped, beside others" },
  "twitch-ingest": {
    file: "twitch_ingest.ts",
    what: "CPU of a Twitch message over a socket against three libraries",
  },
  "twitch-typed": { file: "twitch_typed.ts", what: "Typed Twitch messages against three libraries" },
};

const [name = "", ...args] = Deno.args;
const benchmark = benchmarks[name];
if (benchmark === undefined) {
  const lines = Object.entries(benchmarks).map(([name, { what }]) => `  ${name.padEnd(14)}${what}`);
  console.error(`Cannot run the benchmark "${name}": choose one of\n${lines.join("\n")}`);
  Deno.exit(2);
}
// In a process of its own, since each reads the arguments of the command line.
Deno.exit(await runProgram(`bench/${benchmark.file}`, args));
