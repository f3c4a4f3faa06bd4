import type { Instant } from "../protocol/protocol.ts";

/** What tells the time and wakes up. */
export interface Clock {
  /** The time now. Never goes backwards. */
  now(): Instant;
  /**
   * Calls `wake` once, not before `at`, from a task of its own (never from within this call); returns
   * what undoes it.
   */
  setTimer(at: Instant, wake: () => void): () => void;
}

// Longer timeouts overflow a 32-bit integer in every runtime and fire at once.
const LONGEST_TIMEOUT = 2 ** 31 - 1;

// It never changes, and asking for it costs as much as asking for the time.
const { timeOrigin } = performance;

/**
 * The runtime's own clock: `performance.timeOrigin + performance.now()` and `setTimeout`, with waits of
 * any length.
 *
 * @example
 * ```ts
 * import { systemClock } from "@parley/parley/driver";
 *
 * const undo = systemClock.setTimer(systemClock.now() + 5_000, () => console.log("five seconds later"));
 * undo();
 * ```
 */
export const systemClock: Clock = {
  now: () => timeOrigin + performance.now(),
  setTimer(at, wake) {
    let id: ReturnType<typeof setTimeout>;
    const arm = () => {
      // Some runtimes fire up to a millisecond early, which is why this looks at the clock again.
      const wait = at - systemClock.now();
      if (wait <= 0) return wake();
      id = setTimeout(arm, Math.min(Math.ceil(wait), LONGEST_TIMEOUT));
    };
    id = setTimeout(arm, Math.min(Math.max(Math.ceil(at - systemClock.now()), 0), LONGEST_TIMEOUT));
    return () => clearTimeout(id);
  },
};

/**
 * Waits until a time.
 *
 * @throws the signal's reason if it is aborted first.
 *
 * @example
 * ```ts
 * import { sleepUntil, systemClock } from "@parley/parley/driver";
 *
 * await sleepUntil(systemClock, systemClock.now() + 10);
 * ```
 */
export function sleepUntil(clock: Clock, at: Instant, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      undo();
      reject(signal?.reason);
    };
    const undo = clock.setTimer(at, () => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    });
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
