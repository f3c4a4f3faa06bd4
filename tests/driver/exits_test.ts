import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { assert, assertEquals } from "@std/assert";
import { Program, runArgs } from "../_program.ts";

const CHILD = fileURLToPath(new URL("./_exits.ts", import.meta.url));

/** In milliseconds: the least that a timer left behind has to wait is longer. */
const AT_ONCE = 1_500;

for (
  const [what, title] of [
    ["systemClock", "systemClock: timers that were undone keep no process"],
    ["PooledClock", "PooledClock: timers that were undone keep no process"],
    ["client", "Client.close: the process can end at once"],
  ] as const
) {
  test(title, async () => {
    await using program = new Program(runArgs(CHILD, what));
    assertEquals(await program.ends(), 0, program.lines.join("\n"));
    const took = Number(program.lines.at(-1) ?? NaN);
    assert(took < AT_ONCE, `The process lived on for ${took} ms`);
  });
}
