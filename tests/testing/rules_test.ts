import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { assert, assertEquals } from "@std/assert";
import { worlds } from "../simulation/worlds.ts";
import { brokenRules } from "./_broken_rules.ts";

for (const [name, broken] of Object.entries(brokenRules)) {
  const [rule = ""] = name.split(" ");
  test(`checkers: ${name} can be broken`, () => {
    const rules = broken().map((violation) => violation.rule);
    assert(rules.includes(rule), `What was found: ${rules.join(", ") || "nothing"}`);
  });
}

test("checkers: every rule is seen to be broken, by a planted bug or by hand", () => {
  const seen = new Set([
    // By a test of the search, which has it from no checker.
    "thrown",
    // By tests of worlds of bots, of what a bot does by itself.
    "unheard_error",
    "crashed",
    ...Object.keys(brokenRules).map((name) => name.split(" ")[0]),
    ...worlds.flatMap(({ bugs }) => Object.values(bugs).map(({ caught }) => caught)),
  ]);
  const written = new Set<string>();
  for (const folder of ["../../testing/", "../simulation/"]) {
    const path = fileURLToPath(new URL(folder, import.meta.url));
    for (const file of readdirSync(path, { recursive: true, encoding: "utf8" })) {
      if (!file.endsWith(".ts")) continue;
      const text = readFileSync(`${path}/${file}`, "utf8");
      for (const [, rule = ""] of text.matchAll(/(?:\brule: |\bcount\()"(\w+)"/g)) written.add(rule);
    }
  }
  assert(written.size > 60);
  assertEquals([...written].filter((rule) => !seen.has(rule)).toSorted(), []);
});
