import type { Instant } from "../protocol/protocol.ts";
import { Timers } from "./timers.ts";

/** What tells the time and wakes up. */
export interface Clock {
  /** The time now. Never goes backwards. */
  now(): Instant;
  /**
   * Calls `wake` once, not before `at`, from a later task (never from within this call); returns what undoes
   * it.
   */
  setTimer(at: Instant, wake: () => void): () => void;
}

// Longer timeouts overflow a 32-bit integer in every runtime and fire at once.
const LONGEST_TIMEOUT = 2 ** 31 - 1;

// It never changes, and asking for it costs as much as asking for the time.
const { timeOrigin } = performance;

// One timer of the runtime's for all of ours: a thousand shards have as many, and the runtime's take a tenth of
// all that an idle shard takes.
const timers = new Timers();
let timeout: ReturnType<typeof setTimeout> | undefined;
let timeoutAt: Instant = Infinity;

/** Sees to it that the runtime wakes us for the next timer; to be woken too early is harmless. */
function arm(): void {
  const at = timers.next;
  if (at >= timeoutAt) return;
  clearTimeout(timeout);
  timeoutAt = at;
  const wait = Math.ceil(at - systemClock.now());
  timeout = setTimeout(wakeDue, Math.min(Math.max(wait, 0), LONGEST_TIMEOUT));
}

function wakeDue(): void {
  timeoutAt = Infinity;
  // Those that are set meanwhile have to wait for the next time, however early they are due.
  const { count } = timers;
  // Some runtimes wake up to a millisecond early.
  const now = systemClock.now();
  try {
    for (let next = timers.take(now, count); next !== undefined; next = timers.take(now, count)) next();
  } finally {
    // One that throws does not keep back those behind it.
    arm();
  }
}

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
    const timer = timers.set(at, wake);
    arm();
    return () => {
      timers.remove(timer);
      // Where nothing is waited for, nothing keeps the process alive.
      if (timers.next < Infinity) return;
      clearTimeout(timeout);
      timeoutAt = Infinity;
    };
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

/**
 * Waits for work, but no longer than so many milliseconds: then it resolves though the work goes on.
 *
 * @throws what the work throws meanwhile.
 *
 * @example
 * ```ts
 * import { systemClock, within } from "@parley/parley/driver";
 *
 * await within(systemClock, 10, new Promise<void>(() => {}));
 * ```
 */
export function within(clock: Clock, ms: number, work: Promise<unknown>): Promise<void> {
  return new Promise((resolve, reject) => {
    const undo = clock.setTimer(clock.now() + ms, resolve);
    work.then(() => resolve(), reject).finally(undo);
  });
}
