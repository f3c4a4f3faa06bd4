import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { readFileSync } from "node:fs";
import { drawnTable, mistakes } from "./_drawn.ts";
import { replaceTable } from "../../tools/shared/markdown_tables.ts";
import { worlds } from "./worlds.ts";

test("worlds: each draws every fault, or it is said why it does not", () => {
  assertEquals(mistakes(worlds), []);
});

test("docs/simulation.md: has the table of what each world draws (deno task simulate --faults --write)", () => {
  const page = readFileSync(new URL("../../docs/simulation.md", import.meta.url), "utf8");
  assertEquals(page, replaceTable(page, drawnTable(worlds)));
});
