/**
 * Spares tests on Node what its runner does for every promise that they make: to know whose an error is that nobody
 * catches, it notes which test each promise goes back to, which takes longer than most of what a world does. Here such
 * an error fails the test that runs, for they run one after the other.
 *
 * Used as `node --expose-internals --import ./tools/suite/node_untracked.ts --test --test-isolation=none`.
 *
 * @module
 */
import { createRequire } from "node:module";
import process from "node:process";
import { afterEach, beforeEach } from "node:test";

/** What nobody has caught since a test began. */
let uncaught: unknown[] = [];
let tracked = true;

/**
 * The runner's own hook of `node:async_hooks`, the first of those in use, for it is there before any module. Node has
 * no public list of them: undefined where it keeps them elsewhere, and then all is as slow as it was.
 */
function runnersHook(): { disable(): void } | undefined {
  try {
    const [hooks] = createRequire(import.meta.url)("internal/async_hooks").getHookArrays();
    return hooks[0];
  } catch {
    return undefined;
  }
}

beforeEach(() => {
  if (!tracked) return;
  tracked = false;
  // Not before all files are loaded: by its hook the runner also knows which group a test is made in.
  runnersHook()?.disable();
  const note = (error: unknown) => void uncaught.push(error);
  process.on("uncaughtException", note);
  process.on("unhandledRejection", note);
});

afterEach(() => {
  const errors = uncaught;
  uncaught = [];
  if (errors.length > 0) {
    throw new AggregateError(errors, "Nobody caught what was thrown while this test ran");
  }
});
