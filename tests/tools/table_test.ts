import { assertEquals, assertThrows } from "@std/assert";
import { test } from "node:test";
import type { RunResults } from "../../tools/suite/suite.ts";
import { cell, compare, type Place, tableOf, withTable } from "../../tools/table.ts";

const file = "tests/a_test.ts";
const proof = { runtime: "node", version: "24.", file, named: "reads" } as const;

const PLACES: readonly Place[] = [{ name: "Node 24", proofs: { "`./twitch`": proof } }];
const EMPTY =
  "# a\n\n<!-- deno task table writes what follows, from how the tests went. -->\n<!-- Until here. -->\n\nb\n";

function run(outcome: "passed" | "failed" | "skipped", version = "24.1.0"): RunResults {
  return {
    runtime: "node",
    version,
    tests: [{ name: "A: reads", file, outcome }, { name: "A: b", file, outcome: "failed" }],
  };
}

test("cell: says yes only of what ran there and passed", () => {
  assertEquals(cell(proof, [run("passed")]), "yes");
  assertEquals(cell(proof, [run("passed"), run("failed")]), "no");
  assertEquals(cell(proof, [run("skipped")]), "");
  assertEquals(cell(proof, [run("passed"), run("skipped")]), "");
  assertEquals(cell(proof, [run("passed", "22.1.0")]), "");
  assertEquals(cell({ ...proof, runtime: "bun" }, [run("passed")]), "");
  assertEquals(cell({ ...proof, file: "tests/b_test.ts" }, [run("passed")]), "");
  assertEquals(cell({ ...proof, named: "writes" }, [run("passed")]), "");
  assertEquals(cell(undefined, [run("passed")]), "");
});

test("withTable: takes the place of the table before, and of nothing else", () => {
  const table = tableOf([run("passed")], PLACES);
  const written = withTable(EMPTY, table);
  assertEquals(withTable(written, table), written);
  assertEquals(written.match(/^\| Node 24 +\|.*\| yes +\|/m)?.length, 1);
  assertEquals([written.startsWith("# a\n"), written.endsWith("-->\n\nb\n")], [true, true]);
  assertThrows(() => withTable("# a\n", table), Error, "no place for it");
});

test("compare: tells each cell that the tests do not bear out, and what was skipped by itself", () => {
  const readme = withTable(EMPTY, tableOf([run("passed")], PLACES));
  const wrong = (text: string, ...runs: RunResults[]) => compare(text, runs, PLACES).wrong;
  assertEquals(compare(readme, [run("passed")], PLACES), { wrong: [], untold: [] });
  assertEquals(wrong(readme, run("failed")), ['Node 24, `./twitch`: "yes", where the tests say "no"']);
  assertEquals(wrong(readme), ['Node 24, `./twitch`: "yes", where the tests say ""']);
  assertEquals(wrong(readme.replace("yes", "   "), run("passed")), [
    'Node 24, `./twitch`: "", where the tests say "yes"',
  ]);
  assertEquals(
    wrong(EMPTY, run("passed")).includes('Node 24, `./twitch`: "no such cell", where the tests say "yes"'),
    true,
  );
  assertEquals(compare(readme, [run("skipped")], PLACES), { wrong: [], untold: ["Node 24, `./twitch`"] });
});
