/**
 * Writes the table of what runs where into the README, from how the tests went: a cell says so only of what ran there
 * and passed. What was skipped, or did not run, is no yes.
 *
 * ```sh
 * deno task test --all --results results; deno task test --oldest --results results
 * deno task table [--results results] [--check]
 * ```
 *
 * With `--check`, changes nothing, and fails if the README says otherwise.
 *
 * @module
 */
import { join } from "node:path";
import { root } from "./config.ts";
import { readOptions } from "./options.ts";
import type { Runtime } from "./runtimes.ts";
import type { RunResults } from "./suite.ts";

/** What shows that something works: tests of a file, all or those whose names hold a text, in the runs of a runtime. */
interface Proof {
  readonly runtime: Runtime;
  /** How its version begins. */
  readonly version: string;
  readonly file: string;
  readonly named?: string;
}

const FEATURES = [
  "every entry loads",
  "Twitch",
  "IRC",
  "Discord gateway",
  "Discord REST",
  "interactions",
] as const;

type Feature = typeof FEATURES[number];

/** A row of the table: where, and what shows of each feature that it works there. */
export interface Place {
  readonly name: string;
  readonly proofs: Partial<Readonly<Record<Feature, Proof>>>;
}

const NPM = "tests/packages/npm_process_deno_test.ts";
const JSR = "tests/packages/jsr_process_deno_test.ts";
const DENO = { runtime: "deno", version: "2." } as const;

/** The newest of a runtime, where the whole suite runs. */
function newest(runtime: Runtime, version: string, entries: Proof): Place["proofs"] {
  const by = (file: string): Proof => ({ runtime, version, file });
  return {
    "every entry loads": entries,
    Twitch: by("tests/twitch/loopback_test.ts"),
    IRC: by("tests/irc/client_test.ts"),
    "Discord gateway": by("tests/discord/gateway/loopback_test.ts"),
    "Discord REST": by("tests/discord/rest/loopback_test.ts"),
    interactions: by("tests/hono/loopback_test.ts"),
  };
}

/** Where what is packed for npm is installed, and a bot of each network runs. */
function packed(name: string): Place["proofs"] {
  const bots: Proof = { ...DENO, file: NPM, named: `${name}: a bot on each network` };
  return {
    "every entry loads": { ...DENO, file: NPM, named: `${name}: import and require()` },
    Twitch: bots,
    IRC: bots,
    "Discord gateway": bots,
    "Discord REST": bots,
    interactions: bots,
  };
}

const oldestDeno: Proof = { ...DENO, file: JSR, named: "deno 2.5: " };
const objects: Proof = { ...DENO, file: "tests/discord/gateway/durable_objects_deno_test.ts" };
const page: Proof = {
  ...DENO,
  file: "tests/browser/page_process_deno_test.ts",
  named: "reads Twitch and IRC",
};

export const PLACES: readonly Place[] = [
  { name: "Deno 2, newest", proofs: newest("deno", "2.", { ...DENO, file: JSR, named: "brings nothing" }) },
  {
    name: "Deno 2.5",
    proofs: {
      Twitch: oldestDeno,
      IRC: oldestDeno,
      "Discord gateway": oldestDeno,
      "Discord REST": oldestDeno,
      interactions: { runtime: "deno", version: "2.5.", file: "tests/hono/interactions_test.ts" },
    },
  },
  { name: "Bun 1, newest", proofs: newest("bun", "1.", { ...DENO, file: NPM, named: "bun newest: import" }) },
  { name: "Bun 1.2.18", proofs: packed("bun 1.2.18") },
  { name: "Node 24", proofs: newest("node", "24.", { ...DENO, file: NPM, named: "node 24: import" }) },
  { name: "Node 22.15", proofs: packed("node 22.15") },
  {
    name: "workerd",
    proofs: {
      "Discord gateway": objects,
      "Discord REST": objects,
      interactions: { ...DENO, file: "tests/hono/workerd_deno_test.ts" },
    },
  },
  {
    name: "Chromium",
    proofs: {
      "every entry loads": { ...DENO, file: "tests/browser/bundles_process_deno_test.ts" },
      Twitch: page,
      IRC: page,
    },
  },
];

/** What a cell says of a proof: "yes" if all of its tests ran and passed, "no" if one failed, else nothing. */
export function cell(proof: Proof | undefined, runs: readonly RunResults[]): "yes" | "no" | "" {
  if (proof === undefined) return "";
  const { runtime, version, file, named = "" } = proof;
  const outcomes = runs.filter((run) => run.runtime === runtime && run.version.startsWith(version))
    .flatMap(({ tests }) => tests.filter((test) => test.file === file && test.name.includes(named)))
    .map(({ outcome }) => outcome);
  if (outcomes.includes("failed")) return "no";
  return outcomes.length > 0 && outcomes.every((outcome) => outcome === "passed") ? "yes" : "";
}

/** The table, as Markdown. */
export function tableOf(runs: readonly RunResults[], places: readonly Place[] = PLACES): string {
  const rows = [
    ["", ...FEATURES],
    ["---", ...FEATURES.map(() => "---")],
    ...places.map(({ name, proofs }) => [name, ...FEATURES.map((feature) => cell(proofs[feature], runs))]),
  ];
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const line = (row: readonly string[]) =>
    `| ${row.map((text, i) => text.padEnd(width(i), text === "---" ? "-" : " ")).join(" | ")} |`;
  return rows.map(line).join("\n");
}

const BEGIN = "<!-- deno task table writes what follows, from how the tests went. -->";
const END = "<!-- Until here. -->";

/** The README with this table in place of the one it has. */
export function withTable(readme: string, table: string): string {
  const [before, rest = ""] = readme.split(BEGIN);
  const [, after] = rest.split(END);
  if (after === undefined) {
    throw new Error(`Cannot write the table: README.md has no place for it, "${BEGIN}"`);
  }
  return `${before}${BEGIN}\n\n${table}\n\n${END}${after}`;
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
  const written = withTable(readme, tableOf(runs));
  if (values.check && written !== readme) {
    console.error(`The README's table of what runs where is not what the tests say:\n\n${tableOf(runs)}`);
    Deno.exit(1);
  }
  if (!values.check) Deno.writeTextFileSync(path, written);
}
