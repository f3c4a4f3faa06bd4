/**
 * Measures what answering Discord over HTTP takes beyond what no bot can do without. A signed use of a
 * command is given to endpoints behind Hono, in process, one after another: to parley's (which is measured without
 * Hono, too) and to other libraries', and to a floor that has no framework, no router and no check, only the runtime's Ed25519 and
 * `JSON.parse`. Every contender runs in a process of its own, on Deno, Bun and Node 24, one after the other in each round; what
 * they answer to a command, a PING and a forged request must be the same. Of each run the lower quartile of
 * its batches counts, as others on the machine can only slow them. Printed are ratios to the floor of the same
 * round, medians over the rounds, and whether the targets hold; then, how large the least programs are by public
 * entries, minified and gzipped, in one file and split, and how long they take to load. Like is compared with like:
 * discord-interactions verifies and has nothing more; discord-hono routes and replies, but checks nothing that it sends.
 * With `--sizes` only the sizes are measured.
 *
 *     deno task bench interactions [--rounds N] [--requests N] [--warm-up N] [--in-flight N]
 *                                  [--runtime NAME]... [--only NAME]... [--sizes] [--beside FOLDER]
 *
 * With `--beside`, another version of this repository is measured, too, which is there with its `node_modules`: of CPU,
 * medians of the ratios within a round tell what a change costs where the machine is too noisy for times.
 *
 * @module
 */
import { join } from "node:path";
import { isDeepStrictEqual, parseArgs } from "node:util";
import { bundle, loadedAtOnce } from "../tools/shared/bundle.ts";
import { Progress } from "../tools/shared/progress.ts";
import { RUNTIMES } from "../tools/shared/runtimes.ts";
import { measured } from "./_figures.ts";
import { type Command, commands, contend, median, MOST_BESIDE, timesOf, verdict } from "./_harness.ts";
import type { Run } from "./_interactions_contender.ts";
import { BUNDLED, PROGRAMS, sizeOf, VERIFY } from "./_interaction_programs.ts";
import type { Load } from "./_interactions_load.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    rounds: { type: "string", default: "9" },
    requests: { type: "string", default: "10000" },
    "warm-up": { type: "string", default: "4000" },
    "in-flight": { type: "string", default: "1" },
    runtime: { type: "string", multiple: true, default: [...RUNTIMES] },
    only: { type: "string", multiple: true },
    sizes: { type: "boolean", default: false },
    beside: { type: "string" },
  },
});
const rounds = Number(values.rounds);
const progress = new Progress();

const FLOOR = "floor";
const OURS = "parley";
const BESIDE = "beside: ";
const contenders = [
  FLOOR,
  OURS,
  ...values.beside === undefined ? [] : [`${BESIDE}${OURS}`],
  `${OURS}, without Hono`,
  "discord-hono",
  "discord-interactions",
  "discord-interactions, imported",
].filter((name) => name === FLOOR || (values.only?.some((part) => name.includes(part)) ?? true));

/** The least speed against the floor, at which the target holds. */
const LEAST_SPEED = 0.9;
const CONTENDER = "_interactions_contender.ts";

const scratch = await Deno.makeTempDir({ prefix: "parley-" });

async function measureRequests(runtimes: readonly Command[]): Promise<boolean> {
  console.log(
    `${rounds} rounds of ${values.requests} requests, ${values["in-flight"]} in flight, after ${
      values["warm-up"]
    } to warm up`,
  );
  let expected: Run["answers"] | undefined;
  let held = true;
  for (const runtime of runtimes) {
    const results = new Map<string, Run[]>();
    for (let round = 0; round < rounds; round++) {
      // There and back again, so that nobody always runs first.
      for (const name of round % 2 === 0 ? contenders : contenders.toReversed()) {
        progress.show(() => `${runtime.name}, round ${round + 1} of ${rounds}: ${name}`);
        const args = [name, values["warm-up"], values.requests, values["in-flight"], values.beside ?? ""];
        const run = await contend<Run>(runtime, CONTENDER, args);
        expected ??= run.answers;
        if (!isDeepStrictEqual(run.answers, expected)) {
          throw new Error(`${name} on ${runtime.name} answers otherwise: ${JSON.stringify(run.answers)}`);
        }
        results.set(name, [...results.get(name) ?? [], run]);
      }
    }
    progress.end();
    const of = (name: string) => results.get(name) ?? [];
    const rows = contenders.map((name) => {
      const runs = of(name);
      const ratio = (figure: (run: Run) => number) =>
        median(runs.map((run, i) => figure(run) / figure(of(FLOOR)[i] ?? run)));
      return {
        name,
        speed: 1 / ratio(({ seconds }) => seconds),
        cpu: ratio(({ cpuSeconds }) => cpuSeconds),
        each: median(runs.map(({ cpuSeconds }) => cpuSeconds * 1e6)),
        rate: median(runs.map(({ seconds }) => 1 / seconds)),
      };
    });
    console.log(`\n${runtime.name} ${runtime.version}`);
    console.log(
      `  ${"".padEnd(32)}${"requests/s, to floor".padStart(22)}${"CPU, to floor".padStart(15)}` +
        `${"µs CPU each".padStart(13)}${"per s".padStart(9)}`,
    );
    for (const { name, speed, cpu, each, rate } of rows) {
      console.log(
        `  ${name.padEnd(32)}${speed.toFixed(2).padStart(22)}${cpu.toFixed(2).padStart(15)}` +
          `${each.toFixed(1).padStart(13)}${rate.toFixed(0).padStart(9)}`,
      );
    }
    const ours = rows.find(({ name }) => name === OURS);
    if (ours === undefined) continue;
    const what = "Discord commands over HTTP per second, to bare verifying";
    measured(runtime, { what, value: ours.speed, better: "more", target: LEAST_SPEED });
    held = verdict(`at least ${LEAST_SPEED} of the floor`, ours.speed >= LEAST_SPEED) && held;
    for (const { name, cpu } of rows) {
      if (name === FLOOR || name.startsWith(OURS)) continue;
      if (name.startsWith(BESIDE)) {
        const times = median(of(OURS).map((run, i) => run.cpuSeconds / (of(name)[i]?.cpuSeconds ?? NaN)));
        held = verdict(`${timesOf(times)} of the other version`, times <= MOST_BESIDE) && held;
        continue;
      }
      held = verdict(`parley takes no more CPU per request than ${name}`, ours.cpu <= cpu) && held;
    }
  }
  return held;
}

function measureSizes(): boolean {
  console.log(
    `\n${"minified, gzipped, in bytes".padEnd(50)}${"one file".padStart(10)}${"split".padStart(8)}`,
  );
  let held = true;
  const ofVerify: number[] = [];
  const verdicts: (() => void)[] = [];
  for (const { name, does, source, most } of PROGRAMS) {
    const [one, split] = [sizeOf(source, false), sizeOf(source, true)];
    console.log(`  ${`${does}, ${name}`.padEnd(48)}${String(one).padStart(10)}${String(split).padStart(8)}`);
    if (does === VERIFY) ofVerify.push(one);
    if (most === undefined) continue;
    verdicts.push(() =>
      held = verdict(`what ${does} has at most ${most} bytes in one file`, one <= most) && held
    );
  }
  for (const say of verdicts) say();
  const [ours = NaN, theirs = NaN] = ofVerify;
  return verdict("what verifies is not larger than discord-interactions", ours <= theirs) && held;
}

/** How long each program takes to load, in one file. */
async function measureLoads(runtimes: readonly Command[]): Promise<void> {
  console.log(`\n${"loaded, in ms".padEnd(50)}${runtimes.map(({ name }) => name.padStart(8)).join("")}`);
  for (const [at, { name, does, source }] of PROGRAMS.entries()) {
    const file = join(scratch, `program${at}.js`);
    const [main] = loadedAtOnce(bundle(source, BUNDLED));
    if (main !== undefined) await Deno.writeFile(file, main.contents);
    const loads: string[] = [];
    for (const runtime of runtimes) {
      const runs: number[] = [];
      for (let round = 0; round < rounds; round++) {
        runs.push((await contend<Load>(runtime, "_interactions_load.ts", [file])).milliseconds);
      }
      loads.push(median(runs).toFixed(1).padStart(8));
    }
    console.log(`  ${`${does}, ${name}`.padEnd(48)}${loads.join("")}`);
  }
}

let held = false;
try {
  const runtimes = await commands(values.runtime, scratch);
  held = values.sizes || await measureRequests(runtimes);
  held = measureSizes() && held;
  if (!values.sizes) await measureLoads(runtimes);
} finally {
  await Deno.remove(scratch, { recursive: true });
}
Deno.exit(held ? 0 : 1);
