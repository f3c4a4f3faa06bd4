import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { liveReader, type Told } from "../../tools/live.ts";
import type { Runtime } from "../../tools/runtimes.ts";

// What each runner prints of a test that passes, and of a group with one that fails and one that is skipped.
const PRINTED: Record<Runtime, string> = {
  deno: `./tests/a_test.ts => plain ... \x1b[32mok\x1b[0m (1ms)
./tests/a_test.ts => group ... bad ... FAILED (3s)
./tests/a_test.ts => group ... left ... ignored (0ms)

plain => ./tests/a_test.ts:1:1`,
  bun: `bun test v1.4.5
tests/a_test.ts:
(pass) plain [1.06ms]
(fail) group > bad [3000.95ms]
  ^ this test timed out
(skip) group > left

1 tests failed:
(fail) group > bad [3000.95ms]
 1 pass`,
  node: `✔ plain (0.5ms)
▶ group
  ✖ bad (3000.8ms)
  ﹣ left (1.4ms) # SKIP
ℹ tests 3
✖ failing tests:
✖ bad (3000.8ms)`,
};

for (const runtime of ["deno", "bun", "node"] as const) {
  test(`liveReader: knows how tests went from what ${runtime} prints, and each once`, () => {
    const reader = liveReader(runtime);
    const told: Told[] = PRINTED[runtime].split("\n").flatMap((line) => reader.read(line) ?? []);
    const file = runtime === "node" ? undefined : "tests/a_test.ts";
    const group = runtime === "node" ? "" : "group > ";
    assertEquals(told, [
      { name: "plain", file, failed: false },
      { name: `${group}bad`, file, failed: true },
      { name: `${group}left`, file, failed: false },
    ]);
  });
}
