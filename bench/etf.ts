/**
 * Measures what it takes to read and to write ETF: parley's codec against npm's etf.js, and against JSON, which every
 * runtime reads natively. Each gets the same dispatches, of about 1 KB, in its own encoding; what they read is compared.
 * Every contender runs in a process of its own, on Deno, Bun and Node 24, turn by turn. Printed are medians over the
 * rounds, how many times faster parley's ETF is, and whether the target holds: faster than etf.js.
 *
 *     deno task bench etf [--rounds N] [--payloads N] [--warm-up N] [--seed N] [--runtime NAME]...
 *
 * @module
 */
import { parseArgs } from "node:util";
import { RUNTIMES } from "../tools/shared/runtimes.ts";
import { measured } from "./_figures.ts";
import { commands, compare, verdict } from "./_harness.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    rounds: { type: "string", default: "5" },
    payloads: { type: "string", default: "40000" },
    "warm-up": { type: "string", default: "20000" },
    seed: { type: "string", default: "1" },
    runtime: { type: "string", multiple: true, default: [...RUNTIMES] },
  },
});
const count = Number(values.payloads);
const rounds = Number(values.rounds);

const scratch = await Deno.makeTempDir({ prefix: "parley-" });
let held = true;
try {
  console.log(`${rounds} rounds of ${count} payloads after ${values["warm-up"]} to warm up`);
  for (const runtime of await commands(values.runtime, scratch)) {
    for (const task of ["read", "read one in ten", "write"]) {
      console.log(`\n${runtime.name} ${runtime.version}, ${task}`);
      const ratios = await compare(runtime, {
        subject: "parley",
        peers: ["etf.js", "JSON"],
        file: "_etf_contender.ts",
        args: (name) => [name, task, values.seed, values["warm-up"], String(count)],
        rounds,
        count,
      });
      const ratio = ratios["etf.js"] ?? NaN;
      const what = `ETF (${task}), times as fast as etf.js`;
      measured(runtime, { what, value: ratio, better: "more", target: 1 });
      held = verdict(`faster than etf.js: ${ratio.toFixed(1)} times`, ratio > 1) && held;
    }
  }
} finally {
  await Deno.remove(scratch, { recursive: true });
}
Deno.exit(held ? 0 : 1);
