/**
 * Runs many simulated worlds of every protocol, one kind after the other on all cores, and prints for each either that
 * nothing was lost or the smallest plan of faults that makes something go wrong, as a test to paste; at the end a
 * table of all.
 *
 * ```sh
 * deno task simulate [--seeds N] [--from BASE] [--world NAME] [--bugs | --faults] [--write]
 * ```
 *
 * The seeds begin with a base that is drawn and printed, unless it is given. With `--bugs`, it plants each bug, and
 * prints in which world it is caught first, if it is in so many. With `--faults`, it runs nothing, and prints which world
 * draws which fault. `--write` puts the table into docs/simulation.md; with
 * `--bugs`, the seeds into `_shown_at.ts`, so that the tests try them first.
 *
 * @module
 */
import { readFile, writeFile } from "node:fs/promises";
import process from "node:process";
import { freshBase } from "../../tools/shared/fresh_base.ts";
import { readNumber, readOptions } from "../../tools/shared/options.ts";
import { asTable, replaceTable } from "../../tools/shared/markdown_tables.ts";
import { Progress } from "../../tools/shared/progress.ts";
import {
  asTest,
  type Counterexample,
  newTally,
  type World,
  type WorldTally,
} from "../../testing/world/checking/search.ts";
import { drawnTable, mistakes } from "./_drawn.ts";
import { Pool } from "./_simulate_pool.ts";
import { asModule } from "./_known_seeds.ts";
import { shownAt } from "./_shown_at.ts";
import { worlds } from "./worlds.ts";

const { values } = readOptions({
  args: process.argv.slice(2),
  options: {
    seeds: { type: "string", default: "300" },
    from: { type: "string" },
    world: { type: "string", multiple: true },
    bugs: { type: "boolean", default: false },
    faults: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
  },
}, "deno task simulate [--seeds N] [--from BASE] [--world NAME] [--bugs | --faults] [--write]");
const count = readNumber("seeds", values.seeds);
const from = values.from === undefined ? freshBase() : readNumber("from", values.from);
// "discord" is "discord bot", too, and "irc" is "irc client".
const chosen = worlds.filter(({ name }) =>
  values.world?.some((wanted) => `${name} `.startsWith(`${wanted} `)) ?? true
);
if (chosen.length === 0) {
  fail(`there is no world named "${values.world}": ${worlds.map(({ name }) => name).join(", ")}`);
}

/** How many worlds a worker runs before it takes what is next. */
const BATCH = 10;

const pool = new Pool();
const progress = new Progress();

/** A kind of world, and what came of it. */
interface Result {
  readonly name: string;
  readonly tally: WorldTally;
  readonly seconds: number;
  readonly found: Counterexample<unknown> | undefined;
}

async function simulate(world: World<unknown>): Promise<Result> {
  const { name } = world;
  const began = performance.now();
  const tally = newTally();
  let ran = 0;
  let found: Counterexample<unknown> | undefined;
  const step = () => {
    ran++;
    progress.show(() => `${name}: ${ran} of ${count} worlds`);
  };
  let next = 0;
  const work = async () => {
    while (next < count && found === undefined) {
      const batch = { world: name, from: from + next, count: Math.min(BATCH, count - next) };
      next += batch.count;
      const done = await pool.do(batch, step);
      add(tally, done.tally);
      found ??= done.found;
    }
  };
  await Promise.all(Array.from({ length: pool.size }, work));
  progress.end();
  const result = { name, tally, seconds: (performance.now() - began) / 1_000, found };
  report(world, result);
  return result;
}

function add(sum: WorldTally, { worlds, simulated, events, faults }: WorldTally): void {
  sum.worlds += worlds;
  sum.simulated += simulated;
  sum.events += events;
  for (const [kind, times] of faults) sum.faults.set(kind, (sum.faults.get(kind) ?? 0) + times);
}

function report(world: World<unknown>, { tally, seconds, found }: Result): void {
  print(
    `${world.name}: ${tally.worlds} worlds, ${hoursOf(tally).toFixed(1)} simulated hours in ${
      seconds.toFixed(1)
    } s ` +
      `(${(hoursOf(tally) / seconds).toFixed(1)} hours per second), ${tally.events} events delivered`,
  );
  const faults = [...tally.faults].sort(([, a], [, b]) => b - a).map(([kind, times]) => `${kind} ${times}`);
  print(`  faults: ${faults.join(", ")}`);
  if (found === undefined) print("  nothing lost");
  else print(`  seed ${found.seed} goes wrong:\n\n${asTest(world, found)}\n`);
}

const hoursOf = ({ simulated }: WorldTally): number => simulated / 3_600_000;

/** Runs all worlds; resolves to whether all went well. */
async function simulateAll(): Promise<boolean> {
  const results: Result[] = [];
  for (const world of chosen) results.push(await simulate(world));
  const rows = results.map(({ name, tally, seconds, found }) => [
    name,
    tally.worlds.toLocaleString("en"),
    `${Math.round(hoursOf(tally)).toLocaleString("en")} hours`,
    `${Math.round(seconds)} s`,
    found === undefined ? "nothing lost" : `seed ${found.seed}`,
  ]);
  const table = asTable(["world", "worlds", "simulated", "took", "found"], rows);
  print(`\n${table}`);
  if (values.write) await rewritePage(table);
  return results.every(({ found }) => found === undefined);
}

/** Tells which world draws what; resolves to whether each does, or says why not. */
async function tellFaults(): Promise<boolean> {
  const table = drawnTable(worlds);
  print(table);
  if (values.write) await rewritePage(table);
  const wrong = mistakes(worlds);
  for (const mistake of wrong) print(mistake);
  return wrong.length === 0;
}

/** Plants all bugs; resolves to whether all were caught. */
async function plantAll(): Promise<boolean> {
  const planted = chosen.flatMap((world) =>
    Object.entries(world.bugs).map(([bug, { caught, shownBy = "" }]) => ({
      world: world.name,
      bug,
      caught,
      shownBy,
    }))
  );
  let done = 0;
  let ran = 0;
  const step = () => {
    ran++;
    progress.show(() => `${done} of ${planted.length} bugs, ${ran} worlds`);
  };
  const rows = await Promise.all(planted.map(async ({ world, bug, caught, shownBy }) => {
    const { found } = await pool.do({ world, bug, from, count }, step);
    done++;
    return { world, bug, caught, shownBy, seed: found?.seed };
  }));
  progress.end();
  print(asTable(
    ["world", "bug", "caught by", "shown by", "in the n-th world"],
    rows.map(({ world, bug, caught, shownBy, seed }) => [
      world,
      bug,
      caught,
      shownBy,
      seed === undefined ? "none" : String(1 + seed - from),
    ]),
  ));
  if (values.write) {
    const known: Record<string, Record<string, number>> = structuredClone(shownAt);
    for (const { world } of rows) known[world] = {};
    // The first is tried anyway.
    for (const { world, bug, seed = 1 } of rows) if (seed !== 1) (known[world] ??= {})[bug] = seed;
    await rewrite("./_shown_at.ts", () => asModule(known));
  }
  return rows.every(({ seed }) => seed !== undefined);
}

function rewritePage(table: string): Promise<void> {
  return rewrite("../../docs/simulation.md", (page) => replaceTable(page, table));
}

async function rewrite(path: string, change: (text: string) => string): Promise<void> {
  const url = new URL(path, import.meta.url);
  await writeFile(url, change(await readFile(url, "utf8")));
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function fail(why: string): never {
  process.stderr.write(`Cannot simulate: ${why}\n`);
  process.exit(2);
}

print(`seeds from ${from} on (--from ${from} repeats them), on ${pool.size} cores`);
let well = false;
try {
  if (values.faults) well = await tellFaults();
  else well = values.bugs ? await plantAll() : await simulateAll();
} catch (error) {
  progress.end();
  console.error(error);
}
await pool.close();
process.exit(well ? 0 : 1);
