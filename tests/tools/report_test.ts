import { assertEquals } from "@std/assert";
import { describe, it, test } from "node:test";
import { countTests, readReport, slowestFiles } from "../../tools/report.ts";

// Each as its runtime writes it for one group, with a test that passes, one skipped, and a group with one
// that fails; and a test that passes outside.
const REPORTS = {
  deno: `<testsuites><testsuite name="./a_test.ts">
        <testcase name="outer" time="0.007"><failure message="1 test step failed">…</failure>
        </testcase>
        <testcase name="plain" time="0.000">
        </testcase>
    </testsuite><testsuite name="ext:deno_node/testing.ts">
        <testcase name="outer &gt; a" time="0.000">
        </testcase>
        <testcase name="outer &gt; b" time="0.000"><skipped/></testcase>
        <testcase name="outer &gt; inner"><failure message="1 test step failed">…</failure></testcase>
        <testcase name="outer &gt; inner &gt; c"><failure message="boom">Error: boom</failure></testcase>
    </testsuite></testsuites>`,
  bun: `<testsuites><testsuite name="a_test.ts"><testsuite name="outer">
      <testcase name="a" classname="outer" />
      <testcase name="b" classname="outer"><skipped /></testcase>
      <testsuite name="inner"><testcase name="c" classname="inner &gt; outer">
        <failure type="Error" message="boom">Error: boom&#10;</failure></testcase></testsuite>
    </testsuite><testcase name="plain" classname="" /></testsuite></testsuites>`,
  node: `<testsuites><testsuite name="outer" failures="1">
      <testcase name="a" classname="outer"/>
      <testcase name="b" classname="outer"><skipped type="skipped" message="true"/></testcase>
      <testsuite name="inner"><testcase name="c" classname="outer.inner" failure="boom">
        <failure type="testCodeFailure" message="boom">Error: boom</failure></testcase></testsuite>
    </testsuite><testcase name="plain" classname="test"/></testsuites>`,
};

describe("countTests", () => {
  for (const [runtime, report] of Object.entries(REPORTS)) {
    it(`countTests: counts tests and not groups, as ${runtime} reports them`, () => {
      assertEquals(countTests(readReport(report)), { passed: 2, failed: 1, skipped: 1 });
    });
  }

  it("countTests: counts nothing in an empty report", () => {
    assertEquals(countTests(readReport("<testsuites></testsuites>")), { passed: 0, failed: 0, skipped: 0 });
  });
});

test("slowestFiles: adds up what the tests of a file took, wherever the report says which it is", () => {
  const bun = `<testsuites><testcase name="a" time="0.25" file="tests/a_test.ts" />
    <testcase name="b &quot;c&quot; &#10;" time="0.5" file="tests/a_test.ts" />
    <testcase name="d" time="0.5" file="tests/b_test.ts" /></testsuites>`;
  const deno = `<testsuites><testcase name="a" time="0.25" classname="./hook.ts" />
    <testcase name="g" time="3" classname="./hook.ts" />
    <testcase name="g &gt; b" time="0.5" classname="ext:x" /></testsuites>`;
  const node = `<testsuites><testcase name="a" time="2" file="/root/tests/a_test.ts"/></testsuites>`;
  assertEquals(readReport(bun)[1]?.name, 'b "c" \n');
  assertEquals(slowestFiles(readReport(bun), 1), [{ file: "tests/a_test.ts", seconds: 0.75 }]);
  const fileOf = new Map([["a", "tests/a_test.ts"], ["g > b", "tests/b_test.ts"]]);
  assertEquals(slowestFiles(readReport(deno, "", (name) => fileOf.get(name)), 2), [
    { file: "tests/b_test.ts", seconds: 0.5 },
    { file: "tests/a_test.ts", seconds: 0.25 },
  ]);
  assertEquals(slowestFiles(readReport(node, "/root"), 5), [{ file: "tests/a_test.ts", seconds: 2 }]);
});
