/**
 * Measures parsing of IRC lines: parley's against the parsers of irc-framework, irc-message, ircv3, tekko and
 * tmi.js. Each parses the same lines and reads six tags, the nick and the text; what it reads is compared for
 * equality first. The lines come from a seed: like Twitch's with 15 to 25 tags, plain IRC, and numerics. Every
 * contender runs in a process of its own, on Deno, Bun and Node 24, turn by turn. Printed are medians over the
 * rounds, how many times faster parley is, and whether the target holds: 4.5 times the fastest peer on lines
 * like Twitch's; and what *tmi*, in Rust, was measured to take of such lines.
 *
 *     deno task bench irc-parse [--rounds N] [--lines N] [--warm-up N] [--seed N] [--runtime NAME]...
 *         [--kind twitch|plain|numerics]...
 *
 * @module
 */
import { parseArgs } from "node:util";
import { RUNTIMES } from "../tools/shared/runtimes.ts";
import { measured } from "./_figures.ts";
import { type Command, commands, compare, verdict } from "./_harness.ts";
import { LINE_KINDS, type LineKind, makeLines } from "./_irc_lines.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    rounds: { type: "string", default: "7" },
    lines: { type: "string", default: "200000" },
    "warm-up": { type: "string", default: "50000" },
    seed: { type: "string", default: "1" },
    runtime: { type: "string", multiple: true, default: [...RUNTIMES] },
    kind: { type: "string", multiple: true, default: [...LINE_KINDS] },
  },
});
const rounds = Number(values.rounds);
const count = Number(values.lines);

const PEERS = ["irc-framework", "irc-message", "ircv3", "tekko", "tmi.js"];

/** How many times the fastest peer's speed parley must have, by kind of lines. */
const LEAST: Readonly<Partial<Record<LineKind, number>>> = { twitch: 4.5 };

/** What was found once, on the same machine in the same hour: Rust is not installed where this runs. */
const TMI = "tmi 0.10 (Rust) took 330 ns with AVX2, 480 with SSE2 and 700 to 800 without of these lines, " +
  "where parley took 865 on Deno, 635 on Bun and 905 on Node (2026)";

async function measure(runtime: Command, kind: LineKind): Promise<boolean> {
  const lines = makeLines(Number(values.seed), kind);
  const size = lines.reduce((total, { line }) => total + line.length, 0) / lines.length;
  console.log(`\n${runtime.name} ${runtime.version}, ${kind} lines of ${size.toFixed(0)} characters`);
  const ratios = await compare(runtime, {
    subject: "parley",
    peers: PEERS,
    file: "_irc_contender.ts",
    args: (name) => [name, kind, values.seed, values["warm-up"], String(count)],
    rounds,
    count,
  });
  const least = Math.min(...Object.values(ratios));
  if (kind === "twitch") console.log(`  ${TMI}`);
  const target = LEAST[kind];
  const what = `IRC lines (${kind}), times as fast as the next fastest parser`;
  measured(runtime, { what, value: least, better: "more", target });
  return target === undefined ||
    verdict(`at least ${target} times the fastest peer: ${least.toFixed(1)}`, least >= target);
}

const scratch = await Deno.makeTempDir({ prefix: "parley-" });
let held = true;
try {
  console.log(
    `${rounds} rounds of ${count} lines after ${values["warm-up"]} to warm up, seed ${values.seed}`,
  );
  for (const runtime of await commands(values.runtime, scratch)) {
    for (const kind of LINE_KINDS.filter((kind) => values.kind.includes(kind))) {
      held = await measure(runtime, kind) && held;
    }
  }
} finally {
  await Deno.remove(scratch, { recursive: true });
}
Deno.exit(held ? 0 : 1);
