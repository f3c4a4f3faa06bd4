import { assertEquals, assertLessOrEqual } from "@std/assert";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const page = readFileSync(new URL("../../../docs/beside-discord-hono.md", import.meta.url), "utf8");

test("docs/beside-discord-hono.md: no program of parley's has more lines than the other, and each says how many it has", () => {
  const programs = [
    ...page.matchAll(/^(parley|discord-hono), (\d+) lines:\n\n```ts\n([^`]*(?:`[^`]+`[^`]*)*?)\n```$/gm),
  ]
    .map(([, name, said, code = ""]) => ({
      name,
      said,
      lines: code.split("\n").filter((line) => line !== "").length,
    }));
  assertEquals(programs.map(({ name }) => name), Array(5).fill(["parley", "discord-hono"]).flat());
  for (const { said, lines } of programs) assertEquals(lines, Number(said));
  for (let i = 0; i < programs.length; i += 2) {
    assertLessOrEqual(programs[i]?.lines ?? NaN, programs[i + 1]?.lines ?? NaN);
  }
});
