/**
 * Runs a benchmark by its name, with its own arguments; without one, lists them.
 *
 * ```sh
 * deno task bench gateway --rounds 5
 * ```
 *
 * @module
 */
import { jsrAnswers, root } from "../tools/config.ts";

const benchmarks: Readonly<Record<string, { readonly file: string; readonly what: string }>> = {
  gateway: { file: "gateway_throughput.ts", what: "Discord dispatches per second against a bare WebSocket" },
  interactions: { file: "interactions.ts", what: "Signed Discord commands per second against bare Ed25519" },
  "irc-parse": { file: "irc_parse.ts", what: "Parsing of IRC lines against five other parsers" },
  shards: { file: "shard_hours.ts", what: "How fast a day of four Discord shards passes in virtual time" },
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
const config = await jsrAnswers() ? "deno.json" : "deno.offline.json";
const { code } = await new Deno.Command(Deno.execPath(), {
  args: [
    "run",
    "-A",
    "--no-lock",
    "--config",
    `${root}/${config}`,
    `${root}/bench/${benchmark.file}`,
    ...args,
  ],
}).spawn().status;
Deno.exit(code);
