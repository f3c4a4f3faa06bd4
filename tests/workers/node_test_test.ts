import { assertEquals, assertMatch } from "@std/assert";
import { test } from "node:test";
import * as shim from "./_node_test.ts";

/** Runs tests as a module of them is run in a worker: what it says while it is loaded. */
function run(module: () => void): Promise<shim.Outcome[]> {
  return shim.runTests(() => Promise.resolve(module()));
}

test("runTests: tells of each test by its name and its groups' how it went", async () => {
  const outcomes = await run(() => {
    shim.test("passes", () => {});
    shim.describe("group", () => {
      shim.it("fails", () => {
        throw new Error("on purpose");
      });
      shim.it.skip("is skipped", () => {});
      shim.describe("inner", () => shim.it("rejects", () => Promise.reject(new Error("on purpose, too"))));
    });
    shim.it("is skipped, too", { skip: true }, () => {});
  });
  assertEquals(
    outcomes.map(({ name, error, skipped }) => [name, /on purpose(, too)?/.exec(error ?? "")?.[0], skipped]),
    [
      ["passes", undefined, undefined],
      ["group > fails", "on purpose", undefined],
      ["group > is skipped", undefined, true],
      ["group > inner > rejects", "on purpose, too", undefined],
      ["is skipped, too", undefined, true],
    ],
  );
});

test("runTests: does what is to be done around tests, also around one that fails", async () => {
  const done: string[] = [];
  const note = (what: string) => () => void done.push(what);
  await run(() => {
    shim.describe("group", () => {
      shim.before(note("before"));
      shim.after(note("after"));
      shim.beforeEach(note("before each"));
      shim.afterEach(note("after each"));
      shim.it("a", (t) => {
        t.after(note("after a"));
        throw new Error("on purpose");
      });
      shim.it("b", note("b"));
    });
  });
  assertEquals(done, [
    ...["before", "before each", "after a", "after each"],
    ...["before each", "b", "after each", "after"],
  ]);
});

test("runTests: what fails around tests is told, and so is a test that takes too long", async () => {
  const [late, before] = await run(() => {
    shim.it("late", { timeout: 1 }, () => new Promise(() => {}));
    shim.describe("group", () => {
      shim.before(() => Promise.reject(new Error("on purpose")));
      shim.it("is not run", () => {});
    });
  });
  assertEquals([late?.name, before?.name], ["late", "group > before or after"]);
  assertMatch(late?.error ?? "", /"late" timed out after 1 ms/);
  assertMatch(before?.error ?? "", /on purpose/);
});
