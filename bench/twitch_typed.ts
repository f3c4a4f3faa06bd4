/**
 * Measures typed Twitch messages: parley's against those of `@twurple/chat`, `@mastondzn/dank-twitch-irc` and
 * `tmi.js`. Each makes its message of the same lines, and all that most programs read is read of it: who said
 * what where and when, with badges and emotes. What is read is compared for equality first. Of tmi.js it is
 * what its listeners get. The lines come from a seed. Every contender runs in a process of its own, on Deno,
 * Bun and Node 24, turn by turn. Printed are medians over the rounds, how many times faster parley is by
 * processor time, and whether what is reached holds: 4.5 times the fastest peer, 3.5 on Bun, whose runs differ by a third.
 *
 * All warm up for 300,000 lines: JavaScriptCore compiles who reads so much of a message for a second, beside what runs, so
 * that on Bun 50,000 measured its compiler. Of what a line takes there then, the least a parser can do is a part: to find
 * where each tag begins and ends by `indexOf` takes 0.28 µs of processor time, to cut out the values, too, 0.35, the
 * expression that does both and knows the names 0.37, and all that is read, of plain arrays, 1.1.
 *
 *     deno task bench twitch-typed [--rounds N] [--lines N] [--warm-up N] [--seed N] [--runtime NAME]...
 *
 * @module
 */
import { parseArgs } from "node:util";
import { RUNTIMES } from "../tools/shared/runtimes.ts";
import { measured } from "./_figures.ts";
import { commands, compare, verdict } from "./_harness.ts";
import { makeChat } from "./_twitch_lines.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    rounds: { type: "string", default: "7" },
    lines: { type: "string", default: "200000" },
    "warm-up": { type: "string", default: "300000" },
    seed: { type: "string", default: "1" },
    runtime: { type: "string", multiple: true, default: [...RUNTIMES] },
  },
});

const PEERS = ["@twurple/chat", "@mastondzn/dank-twitch-irc", "tmi.js"];

/** How many times the fastest peer's speed parley must have. */
const LEAST = { deno: 4.5, bun: 3.5, node: 4.5 };

const scratch = await Deno.makeTempDir({ prefix: "parley-" });
let held = true;
try {
  const lines = makeChat(Number(values.seed));
  const size = lines.reduce((total, { line }) => total + line.length, 0) / lines.length;
  console.log(
    `${values.rounds} rounds of ${values.lines} lines (mean ${size.toFixed(0)} characters) after ` +
      `${values["warm-up"]} to warm up, seed ${values.seed}`,
  );
  for (const runtime of await commands(values.runtime, scratch)) {
    console.log(`\n${runtime.name} ${runtime.version}`);
    const ratios = await compare(runtime, {
      subject: "parley",
      peers: PEERS,
      file: "_twitch_contender.ts",
      args: (name) => [name, values.seed, values["warm-up"], values.lines],
      rounds: Number(values.rounds),
      by: "cpuSeconds",
      count: Number(values.lines),
    });
    const least = Math.min(...Object.values(ratios));
    const what = "typed Twitch messages, times as fast as the next fastest library";
    const target = LEAST[runtime.name];
    measured(runtime, { what, value: least, better: "more", target });
    held = verdict(`at least ${target} times the fastest peer: ${least.toFixed(1)}`, least >= target) && held;
  }
} finally {
  await Deno.remove(scratch, { recursive: true });
}
Deno.exit(held ? 0 : 1);
