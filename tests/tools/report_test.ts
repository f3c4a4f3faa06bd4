import { assertEquals } from "@std/assert";
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { countTests, Report, slowestFiles, type TestResult, writeTold } from "../../tools/suite/report.ts";

const result = (name: string, of: Partial<TestResult> = {}): TestResult => (
  { name, file: "tests/a_test.ts", seconds: 0, outcome: "passed", ...of }
);

function withFile(act: (path: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "parley-"));
  try {
    act(join(folder, "report"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("Report: is read while it is written, and what has begun and not ended has failed", () =>
  withFile((path) => {
    const report = new Report(path);
    assertEquals(report.read(), []);
    const running = { id: 0, running: true, ...result("ä", { outcome: "failed" }) };
    const began = new TextEncoder().encode(writeTold(running));
    // A reader may come at any time: in the middle of a character, too.
    const cut = began.indexOf(0xc3) + 1;
    appendFileSync(path, began.subarray(0, cut));
    assertEquals(report.read(), []);
    appendFileSync(path, began.subarray(cut));
    assertEquals(report.read(), [running]);
    assertEquals(countTests(report.results), { passed: 0, failed: 1, skipped: 0 });

    const ended = { id: 0, running: false, ...result("ä", { seconds: 0.5 }) };
    const skipped = { id: 1, running: false, ...result("ä", { outcome: "skipped" }) };
    appendFileSync(path, writeTold(ended) + writeTold(skipped));
    assertEquals(report.read(), [ended, skipped]);
    assertEquals(report.read(), []);
    assertEquals(report.results, [
      result("ä", { seconds: 0.5 }),
      result("ä", { outcome: "skipped" }),
    ]);
    assertEquals(countTests(report.results), { passed: 1, failed: 0, skipped: 1 });
  }));

test("slowestFiles: adds up what the tests of a file took", () => {
  const [a, b] = ["tests/a_test.ts", "tests/b_test.ts"];
  const results = [
    result("one", { seconds: 0.25 }),
    result("two", { file: b, seconds: 0.5 }),
    result("three", { seconds: 0.5 }),
  ];
  assertEquals(slowestFiles(results, 1), [{ file: a, seconds: 0.75 }]);
  assertEquals(slowestFiles(results, 5), [{ file: a, seconds: 0.75 }, { file: b, seconds: 0.5 }]);
});
