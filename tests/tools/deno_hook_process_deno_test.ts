import { assert, assertEquals } from "@std/assert";
import { basename, join } from "node:path";
import { test } from "node:test";
import { Program } from "../_program.ts";

const TESTS = `import { before, describe, it, test } from "node:test";
const never = () => new Promise((resolve) => setTimeout(resolve, 30_000));
test("plain", () => {});
test("hangs", never);
describe("group", () => {
  it("one", () => {});
  it("hangs, too", never);
  describe("inner", () => it("two", () => {}));
});
describe("setting up", () => {
  before(never);
  it("is not reached", () => {});
});
`;

const HOOK = new URL("../../tools/deno_hook.ts", import.meta.url);

interface Run {
  readonly code: number | null;
  /** What `deno test` prints of these tests, by their names. */
  readonly lines: readonly string[];
  /** In which file each test and group is, without the folder. */
  readonly fileOf: Readonly<Record<string, string>>;
}

/** Runs these tests as a part of the suite. */
async function run(env: Record<string, string>): Promise<Run> {
  const folder = await Deno.makeTempDir({ prefix: "parley-" });
  try {
    const [tests, index] = [join(folder, "tests.ts"), join(folder, "index.json")];
    await Deno.writeTextFile(tests, TESTS);
    await Deno.writeTextFile(
      join(folder, "part_test.ts"),
      `import { loadTests } from "${HOOK}"; await loadTests(["${tests}"], "${index}");`,
    );
    const args = ["test", "-A", "--no-check", "--no-lock", "--config", "deno.offline.json", folder];
    await using program = new Program(args, { NO_COLOR: "1", ...env });
    const code = await program.ends();
    const files: [string, string][] = Object.entries(JSON.parse(await Deno.readTextFile(index)));
    const fileOf = Object.fromEntries(files.map(([name, file]) => [name, basename(file)]));
    return { code, lines: program.lines.map((line) => line.trim()), fileOf };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

test("deno_hook: every test and hook has a limit, and says so by its name", async () => {
  const { code, lines } = await run({ PARLEY_TEST_LIMIT: "200" });
  assertEquals(code, 1);
  const went = (name: string) =>
    lines.find((line) => line.startsWith(`${name} ... `))?.split(" ")[name.split(" ").length + 1];
  assertEquals(["plain", "hangs", "one", "hangs, too", "two"].map(went), [
    "ok",
    "FAILED",
    "ok",
    "FAILED",
    "ok",
  ]);
  assert(
    lines.some((line) => line.includes('"before" of "setting up" timed out after 1000ms')),
    lines.join("\n"),
  );
});

test("deno_hook: a filter looks at the names of tests behind those of their groups", async () => {
  const { code, lines, fileOf } = await run({ PARLEY_TEST_FILTER: "inner two" });
  assertEquals(code, 0);
  assertEquals(lines.flatMap((line) => /^(.+) \.\.\. ok/.exec(line)?.[1] ?? []), ["two", "inner", "group"]);
  assertEquals(fileOf, { group: "tests.ts" });
});
