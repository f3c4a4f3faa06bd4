/**
 * Feeds parley what a hostile or broken peer could send, from a base that is drawn and printed, until
 * something goes wrong, the time is over, or it is interrupted.
 *
 * ```sh
 * deno task fuzz [--minutes N] [--inputs N] [--from BASE] [--only NAME]
 * ```
 *
 * `--inputs` is for each fuzzer. Without either of both it goes on without end.
 *
 * @module
 */
import process from "node:process";
import { freshBase } from "../../tools/shared/fresh_base.ts";
import { fuzz, type Fuzzer } from "./_fuzzer.ts";
import { fuzzers } from "./fuzzers.ts";
import { readNumber, readOptions } from "../../tools/shared/options.ts";
import { Progress } from "../../tools/shared/progress.ts";

const { values } = readOptions({
  args: process.argv.slice(2),
  options: {
    minutes: { type: "string" },
    inputs: { type: "string" },
    from: { type: "string" },
    only: { type: "string", multiple: true },
  },
}, "deno task fuzz [--minutes N] [--inputs N] [--from BASE] [--only NAME]");
const minutes = values.minutes === undefined
  ? Infinity
  : readNumber("minutes", values.minutes, { least: 0, fractions: true });
const until = performance.now() + minutes * 60_000;
const inputs = values.inputs === undefined ? Infinity : readNumber("inputs", values.inputs);
const from = values.from === undefined ? freshBase() : readNumber("from", values.from);
const chosen = values.only === undefined
  ? fuzzers
  : fuzzers.filter(({ name }) => values.only?.includes(name));
if (chosen.length === 0) {
  fail(`there is no fuzzer named "${values.only}": ${fuzzers.map(({ name }) => name).join(", ")}`);
}

/** Each takes a turn of about this many milliseconds. */
const TURN = 1_000;

/** One fuzzer, and how far it is. */
class Lane {
  readonly fuzzer: Fuzzer;
  fed = 0;
  failed = false;
  #batch = 16;

  constructor(fuzzer: Fuzzer) {
    this.fuzzer = fuzzer;
  }

  get ended(): boolean {
    return this.failed || this.fed >= inputs;
  }

  async turn(): Promise<void> {
    const began = performance.now();
    const batch = Math.min(this.#batch, inputs - this.fed);
    const found = await fuzz(this.fuzzer, from + this.fed, batch);
    this.fed = found === undefined ? this.fed + batch : found.seed - from + 1;
    this.failed = found !== undefined;
    const took = performance.now() - began;
    if (took < TURN / 2) this.#batch *= 2;
    else if (took > TURN * 2) this.#batch = Math.max(1, this.#batch >> 1);
    if (found === undefined) return;
    progress.end();
    print(
      `${this.fuzzer.name}: input ${found.seed} goes wrong (--only ${this.fuzzer.name} --from ${found.seed} --inputs 1)`,
    );
    console.error(found.error);
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function fail(why: string): never {
  process.stderr.write(`Cannot fuzz: ${why}\n`);
  process.exit(2);
}

const progress = new Progress();
const lanes = chosen.map((fuzzer) => new Lane(fuzzer));
let interrupted = false;
process.on("SIGINT", () => interrupted = true);
print(`From ${from}`);
while (!interrupted && performance.now() < until && lanes.some((lane) => !lane.ended)) {
  for (const lane of lanes) {
    if (interrupted || lane.ended || performance.now() >= until) continue;
    progress.show(() => lanes.map(({ fuzzer, fed }) => `${fuzzer.name} ${fed}`).join(", "));
    await lane.turn();
  }
}
progress.end();
for (const { fuzzer, fed, failed } of lanes) {
  print(`${fuzzer.name}: ${fed} inputs, ${failed ? "the last goes wrong" : "nothing found"}`);
}
process.exit(lanes.some(({ failed }) => failed) ? 1 : 0);
