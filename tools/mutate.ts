/**
 * How much the tests notice: draws small changes to the kit, the driver and the session cores by a seed, runs for each
 * the tests that come by it, and prints which of them nobody noticed, and the score.
 *
 * ```sh
 * deno task mutate [--seed N] [--mutants 300] [--only PATH] [--jobs 2] [--least PERCENT] [--work FOLDER]
 * ```
 *
 * What is done is kept in the folder, so that a run that was stopped goes on where it was.
 *
 * @module
 */
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { seededRandom } from "../testing/world/random.ts";
import { walk } from "./files.ts";
import { describe, findMutants, type Mutant } from "./mutation/mutants.ts";
import { Laboratory, type Verdict } from "./mutation/laboratory.ts";
import { readOptions } from "./options.ts";
import { Progress } from "./progress.ts";
import { root } from "./config.ts";

const { values } = readOptions({
  args: process.argv.slice(2),
  options: {
    seed: { type: "string" },
    mutants: { type: "string", default: "300" },
    only: { type: "string", default: "" },
    jobs: { type: "string", default: String(Math.min(4, availableParallelism())) },
    least: { type: "string", default: "0" },
    work: { type: "string" },
  },
}, "deno task mutate [--seed N] [--mutants 300] [--only PATH] [--jobs N] [--least PERCENT] [--work FOLDER]");
const number = (name: "seed" | "mutants" | "jobs" | "least", least: number, given = values[name]): number => {
  const value = Number(given);
  if (Number.isSafeInteger(value) && value >= least) return value;
  console.error(`--${name} must be a whole number from ${least}, not "${given}"`);
  process.exit(2);
};
const seed = number("seed", 1, values.seed ?? String(1 + Math.floor(Math.random() * 1_000_000_000)));
const least = number("least", 0);
const jobs = number("jobs", 1);

/** What is mutated: what every protocol stands on, what runs them, and their cores. */
const isMutated = (path: string) =>
  /^src\/(protocol|driver)\/|\/session\//.test(path) && path.startsWith(values.only);

const all = [...walk("src")].filter(isMutated).flatMap((path) =>
  findMutants(path, Deno.readTextFileSync(join(root, path)))
);
const drawn = draw(all, number("mutants", 1));
const work = values.work ?? join(tmpdir(), `parley-mutants-${seed}`);
console.log(`Seed ${seed}: ${drawn.length} of ${all.length} mutants, in ${work}`);

const progress = new Progress();
const laboratory = await Laboratory.open(work, drawn, jobs);
await laboratory.measure((done, of) =>
  progress.show(() => `What comes by which mutant: ${done} of ${of} files`)
);
for (const file of laboratory.unfit) {
  console.log(`Left out, for it fails or hangs without any mutant: ${file}`);
}
const verdicts = await laboratory.tryAll((verdicts) =>
  progress.show(() => `${verdicts.size} of ${drawn.length}: ${score(verdicts)}`)
);
progress.end();

for (const [id, { survived, seen }] of [...verdicts].sort(([a], [b]) => a - b)) {
  const mutant = drawn[id];
  if (survived && mutant) console.log(`${seen === 0 ? "no test comes by" : "survives"}  ${describe(mutant)}`);
}
console.log(`${score(verdicts)} (seed ${seed})`);
process.exit(killedOf(verdicts) * 100 < least * verdicts.size ? 1 : 0);

function killedOf(verdicts: ReadonlyMap<number, Verdict>): number {
  return [...verdicts.values()].filter(({ survived }) => !survived).length;
}

function score(verdicts: ReadonlyMap<number, Verdict>): string {
  const killed = killedOf(verdicts);
  return `${killed} of ${verdicts.size} killed, ${(100 * killed / Math.max(1, verdicts.size)).toFixed(1)} %`;
}

function draw(all: readonly Mutant[], count: number): Mutant[] {
  const random = seededRandom(seed, "mutants");
  const left = [...all];
  const drawn: Mutant[] = [];
  while (drawn.length < count && left.length > 0) {
    drawn.push(...left.splice(Math.floor(random() * left.length), 1));
  }
  return drawn;
}
