/**
 * Reports every test on Node, as `test_hook.ts` does on Deno and Bun. Node 22 loads it before what compiles TypeScript.
 *
 * Used as `PARLEY_TEST_REPORT=FILE node --test --test-reporter=./tools/suite/node_reporter.mjs`: a file that is the reporter's
 * destination would be emptied by whatever a test forks, which is started with the same arguments.
 *
 * @module
 */
import { appendFileSync } from "node:fs";
import { relative } from "node:path";
import process from "node:process";
import { Transform } from "node:stream";

const { PARLEY_TEST_REPORT: path } = process.env;
delete process.env.PARLEY_TEST_REPORT;

/** The groups that we are in, and the test. */
const names = [];
let id = 0;

/**
 * Tells of each test that has ended, as `Told` of `report.ts` has it. Groups are not told of: their tests say how those
 * went.
 *
 * @param {import("node:test/reporters").TestEvent} event
 */
function report({ type, data }) {
  if (type === "test:start") names.splice(data.nesting, Infinity, data.name);
  if (path === undefined || type !== "test:pass" && type !== "test:fail") return;
  const isSkipped = data.skip !== undefined && data.skip !== false;
  if (data.details.type === "suite" && !isSkipped) return;
  const told = {
    id: id++,
    running: false,
    name: [...names.slice(0, data.nesting), data.name].join(" > "),
    file: data.file === undefined ? "" : relative(process.cwd(), data.file).replaceAll("\\", "/"),
    seconds: data.details.duration_ms / 1_000,
    outcome: isSkipped ? "skipped" : type === "test:pass" ? "passed" : "failed",
  };
  appendFileSync(path, `${JSON.stringify(told)}\n`);
}

export default new Transform({
  writableObjectMode: true,
  transform(event, _encoding, done) {
    report(event);
    done();
  },
  // A process that dies without a word does not come so far.
  flush(done) {
    if (path !== undefined) appendFileSync(`${path}.ended`, "");
    done();
  },
});
