/**
 * How much the tests notice: draws small changes by a seed, to the kit, the driver and the session cores or to what is
 * named, runs for each the tests that come by it, and prints which of them nobody noticed, and the score.
 *
 * ```sh
 * deno task mutate [--seed N] [--mutants 300] [--only PATH] [--jobs 2] [--least PERCENT] [--work FOLDER]
 * ```
 *
 * With `--only src`, all of the package is changed. What is done is kept in the folder, so that a run that was stopped
 * goes on where it was.
 *
 * @module
 */
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { seededRandom } from "../testing/world/random.ts";
import { walk } from "./shared/files.ts";
import { freshBase } from "./shared/fresh_base.ts";
import { describe, findMutants, type Mutant } from "./mutation/mutants.ts";
import { Laboratory, type Verdict } from "./mutation/laboratory.ts";
import { readNumber, readOptions } from "./shared/options.ts";
import { Progress } from "./shared/progress.ts";
import { root } from "./shared/config.ts";

const { values } = readOptions({
  args: process.argv.slice(2),
  options: {
    seed: { type: "string" },
    mutants: { type: "string", default: "300" },
    only: { type: "string" },
    jobs: { type: "string", default: String(Math.min(4, availableParallelism())) },
    least: { type: "string", default: "0" },
    work: { type: "string" },
  },
}, "deno task mutate [--seed N] [--mutants 300] [--only PATH] [--jobs N] [--least PERCENT] [--work FOLDER]");
const seed = values.seed === undefined ? freshBase() : readNumber("seed", values.seed);
const least = readNumber("least", values.least, { least: 0 });
const jobs = readNumber("jobs", values.jobs);

/** What is mutated unless something is named: what every protocol stands on, what runs them, and their cores. */
const CORES = /^src\/(protocol|driver)\/|\/session\//;
/** Values that others have made. */
const WRITTEN = /^src\/discord\/types\//;

const isMutated = (path: string) =>
  values.only === undefined ? CORES.test(path) : path.startsWith(values.only) && !WRITTEN.test(path);

const all = walk("src").filter(isMutated).flatMap((path) =>
  findMutants(path, Deno.readTextFileSync(join(root, path)))
);
const drawn = draw(all, readNumber("mutants", values.mutants));
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
