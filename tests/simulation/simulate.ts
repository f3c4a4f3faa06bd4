/**
 * Runs many simulated worlds of every protocol, and prints either that nothing was lost or the smallest
 * plan of faults that makes something go wrong, as a test to paste.
 *
 *     deno task simulate [--seeds 1000] [--from BASE] [--world irc]
 *
 * The seeds begin with a base that is drawn and printed, unless it is given.
 *
 * @module
 */
import process from "node:process";
import fc from "fast-check";
import { freshBase } from "../../tools/fresh_base.ts";
import { asTest, newTally, searchWorlds, type World, type WorldTally } from "../../testing/world/search.ts";
import { worlds } from "./worlds.ts";
import { readOptions } from "../../tools/options.ts";
import { Progress } from "../../tools/progress.ts";

const { values } = readOptions({
  args: process.argv.slice(2),
  options: { seeds: { type: "string" }, from: { type: "string" }, world: { type: "string", multiple: true } },
}, "deno task simulate [--seeds N] [--from BASE] [--world NAME]");
const count = positive("seeds", values.seeds ?? "300");
const from = values.from === undefined ? freshBase() : positive("from", values.from);
// "discord" is "discord bot", too, and "irc" is "irc client".
const chosen = worlds.filter(({ name }) =>
  values.world?.some((wanted) => `${name} `.startsWith(`${wanted} `)) ?? true
);
if (chosen.length === 0) {
  fail(`there is no world named "${values.world}": ${worlds.map(({ name }) => name).join(", ")}`);
}

async function simulate<Act>(world: World<Act>): Promise<boolean> {
  const tally = newTally();
  const began = performance.now();
  const progress = new Progress();
  const seeds = Array.from({ length: count }, (_, index) => from + index);
  let done = 0;
  const step = () => {
    done++;
    progress.show(() => `${world.name}: ${done} of ${count} worlds`);
  };
  const found = await searchWorlds(fc, world, seeds, { tally, progress: step });
  progress.end();
  report(world.name, tally, (performance.now() - began) / 1_000);
  if (found === undefined) {
    print("  nothing lost");
    return true;
  }
  print(`  seed ${found.seed} goes wrong:\n\n${asTest(world, found)}\n`);
  return false;
}

function report(name: string, tally: WorldTally, seconds: number): void {
  const hours = tally.simulated / 3_600_000;
  print(
    `${name}: ${tally.worlds} worlds, ${hours.toFixed(1)} simulated hours in ${seconds.toFixed(1)} s ` +
      `(${(hours / seconds).toFixed(1)} hours per second), ${tally.events} events delivered`,
  );
  const faults = [...tally.faults].sort(([, a], [, b]) => b - a).map(([kind, times]) => `${kind} ${times}`);
  print(`  faults: ${faults.join(", ")}`);
}

function positive(option: string, text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) {
    fail(`--${option} must be a positive whole number, not "${text}"`);
  }
  return number;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function fail(why: string): never {
  process.stderr.write(`Cannot simulate: ${why}\n`);
  process.exit(2);
}

print(`seeds ${from} to ${from + count - 1} (--from ${from} repeats them)`);
let failed = false;
for (const world of chosen) failed = !(await simulate(world)) || failed;
process.exit(failed ? 1 : 0);
