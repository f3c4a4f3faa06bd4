import { assert, assertEquals } from "@std/assert";
import { basename, join } from "node:path";
import { test } from "node:test";
import { countTests, Report, type TestResult } from "../../tools/suite/report.ts";
import { find, RUNTIMES } from "../../tools/shared/runtimes.ts";
import { commandFor } from "../../tools/suite/command.ts";
import { Program } from "../_program.ts";

/** One test of each kind, but for what takes its time. */
const ALL = `import { describe, it, test } from "node:test";
test("plain", () => {});
test.skip("left out", () => {});
test("left out, too", { skip: true }, () => {});
describe("group", () => {
  it("one > two", async () => {});
  describe("inner", () => it("bad", () => { throw new Error("Boom"); }));
});
describe("other", { skip: true }, () => {
  it("is not reached", () => {});
});
`;

const HANGS = `import { before, describe, it, test } from "node:test";
const never = () => new Promise((resolve) => setTimeout(resolve, 3_000));
test("plain", () => {});
test("hangs", never);
describe("group", () => {
  it("one", () => {});
  it("hangs, too", never);
});
describe("setting up", () => {
  before(never);
  it("is not reached", () => {});
});
`;

const DIES = `import { test } from "node:test";
import process from "node:process";
test("plain", () => {});
test("dies", () => process.reallyExit(0));
`;

interface Run {
  readonly code: number | null;
  readonly results: readonly TestResult[];
  readonly printed: string;
  readonly isEnded: boolean;
}

/** Runs test files by their sources, as the suite does. */
async function run(
  runtime: typeof RUNTIMES[number],
  sources: Readonly<Record<string, string>>,
  { filter = "", env = {} }: { readonly filter?: string; readonly env?: Record<string, string> } = {},
): Promise<Run> {
  const found = await find(runtime);
  assert(found !== undefined, `There is no ${runtime}`);
  const folder = await Deno.makeTempDir({ prefix: "parley-" });
  try {
    const files = Object.keys(sources).map((name) => join(folder, name));
    for (const file of files) await Deno.writeTextFile(file, sources[basename(file)] ?? "");
    const config = { jsr: false, args: ["--no-lock", "--config", "deno.offline.json"] };
    const command = commandFor({ runtime, version: found.version }, files, {
      config,
      base: join(folder, "part"),
      filter,
    });
    const report = new Report(command.report);
    const options = { command: found.path };
    await using program = new Program(command.args, { NO_COLOR: "1", ...command.env, ...env }, options);
    const code = await program.ends();
    report.read();
    return { code, results: report.results, isEnded: report.isEnded, printed: program.lines.join("\n") };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const outcomes = ({ results }: Run) =>
  results.map(({ name, file, outcome }) => `${basename(file)}: ${name} ${outcome}`).sort();

for (const runtime of RUNTIMES) {
  test(`report: ${runtime} tells of every test, with its groups, its file and how it went`, async () => {
    const ran = await run(runtime, { "a_test.ts": ALL, "b_test.ts": 'import "node:test";' + ALL });
    assertEquals(ran.code, 1);
    const each = [
      "group > inner > bad failed",
      "group > one > two passed",
      "left out skipped",
      "left out, too skipped",
      "other skipped",
      "plain passed",
    ];
    assertEquals(outcomes(ran), [
      ...each.map((of) => `a_test.ts: ${of}`),
      ...each.map((of) => `b_test.ts: ${of}`),
    ]);
  });

  test(`report: ${runtime} tells of no test that a filter leaves out, and looks behind groups`, async () => {
    const some = await run(runtime, { "a_test.ts": ALL }, { filter: "group one" });
    assertEquals(some.code, 0, some.printed);
    assertEquals(outcomes(some), ["a_test.ts: group > one > two passed"]);
    const none = await run(runtime, { "a_test.ts": ALL }, { filter: "nothing of the kind" });
    assertEquals([none.code, none.results], [0, []], none.printed);
  });

  test(`report: a ${runtime} that dies without a word is no success`, async () => {
    const ran = await run(runtime, { "a_test.ts": DIES });
    // On Node, the report only lacks its end; the others name the test.
    if (runtime === "node") assertEquals([ran.isEnded, countTests(ran.results).failed], [false, 0]);
    else assertEquals(outcomes(ran), ["a_test.ts: dies failed", "a_test.ts: plain passed"]);
  });
}

test("report: what a test forks on Node leaves the report alone", async () => {
  const forks = `import { fork } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
for (let i = 0; i < 3; i++) test("plain " + i, () => {});
test("forks", async () => void await once(fork(new URL("b.mjs", import.meta.url)), "exit"));
`;
  const ran = await run("node", { "a_test.ts": forks });
  assertEquals([ran.code, ran.isEnded], [0, true], ran.printed);
  assertEquals(outcomes(ran).length, 4);
});

// Node has limits of its own.
for (const runtime of ["deno", "bun"] as const) {
  test(`report: what hangs fails on ${runtime}, and says so by its name`, async () => {
    const ran = await run(runtime, { "a_test.ts": HANGS }, { env: { PARLEY_TEST_LIMIT: "200" } });
    assertEquals(ran.code, 1);
    const told = new Map(ran.results.map(({ name, outcome }) => [name, outcome]));
    const names = ["plain", "hangs", "group > one", "group > hangs, too"];
    assertEquals(names.map((name) => told.get(name)), ["passed", "failed", "passed", "failed"]);
    assert(ran.printed.includes('"before" of "setting up" timed out after 1000ms'), ran.printed);
  });
}

test("deno test: says what to run where no file is named, and runs one that is", async () => {
  await using plain = new Program(["test", "--no-lock"], { NO_COLOR: "1" });
  assertEquals(await plain.ends(), 1);
  assert(plain.lines.some((line) => line.includes("Run `deno task test`")), plain.lines.join("\n"));
  const named = [
    "test",
    "-A",
    "--no-lock",
    "--no-check",
    "--config",
    "deno.offline.json",
    "tests/irc/wire/event_test.ts",
  ];
  await using one = new Program(named, { NO_COLOR: "1" });
  assertEquals(await one.ends(), 0, one.lines.join("\n"));
});
