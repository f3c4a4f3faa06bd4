import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { findExamples } from "../../tools/shared/examples.ts";

const lines = (...text: string[]) => text.join("\n");

test("findExamples: finds those in doc comments, without their asterisks, by the line they start at", () => {
  const source = lines(
    "/**",
    " * ```ts",
    " * const a = [",
    " *   1,",
    " * ];",
    " * ```",
    " * ```ts",
    " * 2;",
    " * ```",
    " */",
  );
  assertEquals(findExamples(source), [
    { line: 2, code: "const a = [\n  1,\n];\n", runnable: true },
    { line: 7, code: "2;\n", runnable: true },
  ]);
});

test("findExamples: finds those in Markdown", () => {
  assertEquals(findExamples(lines("# Title", "", "```ts", "1;", "```")), [{
    line: 3,
    code: "1;\n",
    runnable: true,
  }]);
});

test("findExamples: leaves out other languages, and those to be ignored", () => {
  assertEquals(
    findExamples(lines("```sh", "ls", "```", "```", "text", "```", "```ts ignore", "2;", "```")),
    [],
  );
});

for (const code of ["await new IrcClient().connect();", "declare const token: string;"]) {
  test(`findExamples: does not run "${code}"`, () => {
    assertEquals(findExamples(lines("```ts", code, "```")), [{
      line: 1,
      code: `${code}\n`,
      runnable: false,
    }]);
  });
}

test("findExamples: does not run what is marked so", () => {
  assertEquals(findExamples(lines("```ts no-eval", "1;", "```")), [{
    line: 1,
    code: "1;\n",
    runnable: false,
  }]);
});
