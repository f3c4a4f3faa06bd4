import { assertEquals } from "@std/assert";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { Program } from "../_program.ts";

const TESTS = `import { describe, it, test } from "node:test";
import { createRequire } from "node:module";
const later = () => new Promise((resolve) => setTimeout(resolve, 20));
test("throws later", async () => {
  setTimeout(() => { throw new Error("thrown in a timer"); }, 1);
  await later();
});
test("rejects later", async () => {
  setTimeout(() => void Promise.reject(new Error("rejected in a timer")), 1);
  await later();
});
describe("group", () => {
  it("goes well", later);
  describe("inner", () => it("throws later, too", async () => {
    await later();
    setTimeout(() => { throw new Error("thrown behind a promise"); }, 1);
    await later();
  }));
});
test("finds no hook in use", () => {
  if (createRequire(import.meta.url)("internal/async_hooks").getHookArrays()[0].length > 0) throw new Error("one");
});
`;

test("node_untracked: an error that nobody catches fails the test that runs, in its group, though nothing is tracked", async () => {
  const folder = await mkdtemp(join(tmpdir(), "parley-"));
  try {
    const file = join(folder, "later_test.mjs");
    await writeFile(file, TESTS);
    const isolation = process.allowedNodeEnvironmentFlags.has("--test-isolation")
      ? "--test-isolation=none"
      : "--experimental-test-isolation=none";
    await using program = new Program([
      "--expose-internals",
      "--import=./tools/suite/node_untracked.ts",
      "--test",
      isolation,
      "--test-reporter=spec",
      file,
    ]);
    assertEquals(await program.ends(), 1);
    const went = program.lines.map((line) => line.replace(/ \([\d.]+ms\)$/, ""));
    assertEquals(went.slice(0, went.findIndex((line) => line.startsWith("ℹ"))), [
      "✖ throws later",
      "✖ rejects later",
      "▶ group",
      "  ✔ goes well",
      "  ▶ inner",
      "    ✖ throws later, too",
      "  ✖ inner",
      "✖ group",
      "✔ finds no hook in use",
    ]);
    for (const text of ["thrown in a timer", "rejected in a timer", "thrown behind a promise"]) {
      assertEquals(went.some((line) => line.includes(`Error: ${text}`)), true, text);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
