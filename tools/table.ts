/**
 * Writes the table of what runs where into the README, from how the tests went: a cell says so only of what ran there
 * and passed. What was skipped, or did not run, is no yes.
 *
 * ```sh
 * deno task test --all --results results; deno task test --oldest --results results
 * deno task table [--results results] [--check]
 * ```
 *
 * With `--check`, changes nothing, and fails if the README says otherwise: but for cells whose tests were skipped, such
 * as those of Chromium where there is none, which it names.
 *
 * @module
 */
import { join } from "node:path";
import { root } from "./shared/config.ts";
import { asTable } from "./shared/markdown_tables.ts";
import { readOptions } from "./shared/options.ts";
import type { Runtime } from "./shared/runtimes.ts";
import type { RunResults } from "./suite/suite.ts";

/** What shows that something works: tests of a file whose names hold a text, in the runs of a runtime. */
interface Proof {
  readonly runtime: Runtime;
  /** How its version begins. */
  readonly version: string;
  readonly file: string;
  readonly named: string;
}

/** The columns: what is looked for at each place, of which entry. */
const FEATURES = [
  "all entries",
  "`./twitch`",
  "`./irc`, TLS",
  "`./irc`, WebSocket",
  "`./discord`, REST too",
  "`./hono`, interactions",
  "proxies",
] as const;

type Feature = typeof FEATURES[number];

/** A row of the table: where, and what shows of each feature that it works there. */
export interface Place {
  readonly name: string;
  readonly proofs: Partial<Readonly<Record<Feature, Proof>>>;
}

const NPM = "tests/packages/npm_process_deno_test.ts";
const JSR = "tests/packages/jsr_process_deno_test.ts";
const IN_BROWSERS = "tests/browser/bundles_process_deno_test.ts";
const PAGE = "tests/browser/page_process_deno_test.ts";

/** All is started by a test that runs on Deno: what it is of is in its name. */
const by = (file: string, named: string): Proof => ({ runtime: "deno", version: "2.", file, named });

/** Where the package was installed, from one of the registries: its own tests there, by the name of the place. */
function installed(name: string, file: string, place: string): Place {
  return {
    name,
    proofs: {
      "all entries": by(file, `${place}: ${file === NPM ? "import" : "deno add"}`),
      "`./twitch`": by(file, `${place}: Twitch`),
      "`./irc`, TLS": by(file, `${place}: IRC by TLS`),
      "`./irc`, WebSocket": by(file, `${place}: IRC by WebSocket`),
      "`./discord`, REST too": by(file, `${place}: Discord`),
      "`./hono`, interactions": by(file, `${place}: interactions`),
      proxies: by(file, `${place}: proxies`),
    },
  };
}

export const PLACES: readonly Place[] = [
  installed("Deno 2, newest", JSR, "deno newest"),
  installed("Deno 2.5", JSR, "deno 2.5"),
  installed("Bun 1, newest", NPM, "bun newest"),
  installed("Bun 1.2.18", NPM, "bun 1.2.18"),
  installed("Node 24", NPM, "node 24"),
  installed("Node 22.15", NPM, "node 22.15"),
  installed("workerd", NPM, "workerd"),
  {
    name: "Chromium",
    proofs: {
      "all entries": by(IN_BROWSERS, "bundles for browsers"),
      "`./twitch`": by(PAGE, "reads Twitch and IRC"),
      "`./irc`, WebSocket": by(PAGE, "reads Twitch and IRC"),
    },
  },
];

/** What a cell says of a proof: "yes" if all of its tests ran and passed, "no" if one failed, else nothing. */
export function cell(proof: Proof | undefined, runs: readonly RunResults[]): "yes" | "no" | "" {
  const outcomes = outcomesOf(proof, runs);
  if (outcomes.includes("failed")) return "no";
  return outcomes.length > 0 && outcomes.every((outcome) => outcome === "passed") ? "yes" : "";
}

function outcomesOf(proof: Proof | undefined, runs: readonly RunResults[]): string[] {
  if (proof === undefined) return [];
  const { runtime, version, file, named } = proof;
  return runs.filter((run) => run.runtime === runtime && run.version.startsWith(version))
    .flatMap(({ tests }) => tests.filter((test) => test.file === file && test.name.includes(named)))
    .map(({ outcome }) => outcome);
}

/** The table, as Markdown. */
export function tableOf(runs: readonly RunResults[], places: readonly Place[] = PLACES): string {
  const cells = places.map(({ name, proofs }) => [name, ...FEATURES.map((of) => cell(proofs[of], runs))]);
  return asTable(["", ...FEATURES], cells);
}

const BEGIN = "<!-- deno task table writes what follows, from how the tests went. -->";
const END = "<!-- Until here. -->";

/** What is before the table in the README, the table, and what is behind it. */
function partsOf(readme: string): readonly [before: string, table: string, after: string] {
  const [before = "", rest = ""] = readme.split(BEGIN);
  const [table = "", after] = rest.split(END);
  if (after === undefined) {
    throw new Error(`Cannot write the table: README.md has no place for it, "${BEGIN}"`);
  }
  return [before, table, after];
}

/** The README with this table in place of the one it has. */
export function withTable(readme: string, table: string): string {
  const [before, , after] = partsOf(readme);
  return `${before}${BEGIN}\n\n${table}\n\n${END}${after}`;
}

/** Where the README's table and these runs disagree, and what could not be told here, for its tests were skipped. */
export function compare(
  readme: string,
  runs: readonly RunResults[],
  places: readonly Place[] = PLACES,
): { readonly wrong: readonly string[]; readonly untold: readonly string[] } {
  const [header = [], , ...rows] = partsOf(readme)[1].trim().split("\n")
    .map((line) => line.split("|").slice(1, -1).map((text) => text.trim()));
  const wrong: string[] = [];
  const untold: string[] = [];
  for (const { name, proofs } of places) {
    const row = rows.find(([place]) => place === name);
    for (const feature of FEATURES) {
      const says = row?.[header.indexOf(feature)];
      const is = cell(proofs[feature], runs);
      const what = `${name}, ${feature}`;
      const skipped = is === "" && outcomesOf(proofs[feature], runs).includes("skipped");
      if (skipped && says !== undefined) untold.push(what);
      else if (says !== is) wrong.push(`${what}: "${says ?? "no such cell"}", where the tests say "${is}"`);
    }
  }
  return { wrong, untold };
}

if (import.meta.main) {
  const { values } = readOptions(
    {
      args: Deno.args,
      options: {
        results: { type: "string", default: join(root, "results") },
        check: { type: "boolean", default: false },
      },
    },
    "deno task table [--results FOLDER] [--check]",
  );
  const runs = [...Deno.readDirSync(values.results)].map(({ name }): RunResults =>
    JSON.parse(Deno.readTextFileSync(join(values.results, name)))
  );
  const path = join(root, "README.md");
  const readme = Deno.readTextFileSync(path);
  if (!values.check) {
    Deno.writeTextFileSync(path, withTable(readme, tableOf(runs)));
  } else {
    const { wrong, untold } = compare(readme, runs);
    for (const what of untold) console.log(`Not checked, for its tests were skipped here: ${what}`);
    for (const what of wrong) console.error(`README.md is wrong of what runs where: ${what}`);
    if (wrong.length > 0) Deno.exit(1);
  }
}
