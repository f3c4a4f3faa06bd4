import { TimeoutError } from "../../protocol/errors.ts";
import type { Instant } from "../../protocol/protocol.ts";

/** What tells the time and wakes up. */
export interface Clock {
  /** The time now, for measuring how long something takes. Never goes backwards; may stand while the machine sleeps. */
  now(): Instant;
  /**
   * The time by the wall clock, in milliseconds since 1970 began (UTC), for what is compared with another machine's
   * clock or kept for another run. May step, forwards and backwards.
   */
  wall(): number;
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

/**
 * The runtime's own clock: `performance.timeOrigin + performance.now()`, `Date.now()` and `setTimeout`, with waits of
 * any length. Each timer is one of the runtime's, so that on an edge worker it belongs to the request that sets it.
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
  wall: () => Date.now(),
  setTimer(at, wake) {
    let timeout: ReturnType<typeof setTimeout> | undefined;
    const wait = () => {
      const left = Math.ceil(at - systemClock.now());
      timeout = setTimeout(woken, Math.min(Math.max(left, 0), LONGEST_TIMEOUT));
    };
    // Some runtimes wake up to a millisecond early.
    const woken = () => systemClock.now() < at ? wait() : wake();
    if (at < Infinity) wait();
    return () => clearTimeout(timeout);
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
 * Waits for what somebody else answers, but no longer than so many milliseconds. `ask` is given a signal that is
 * aborted once nobody waits for the answer any more.
 *
 * @throws {TimeoutError} `missed` and how long it was waited, if it takes longer, whatever becomes of it then.
 * @throws the signal's reason if it is aborted first, and what `ask` throws meanwhile.
 *
 * @example
 * ```ts
 * import { systemClock, within } from "@parley/parley/driver";
 *
 * const load = () => new Promise<string>((resolve) => setTimeout(resolve, 5, "kept"));
 * await within(systemClock, 1_000, "Cannot load the session: the store did not answer", load); // "kept"
 * ```
 */
export function within<Answer>(
  clock: Clock,
  ms: number,
  missed: string,
  ask: (signal: AbortSignal) => Answer | PromiseLike<Answer>,
  signal?: AbortSignal,
): Promise<Answer> {
  const controller = new AbortController();
  return new Promise<Answer>((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const giveUp = (reason: unknown) => {
      reject(reason);
      over();
      controller.abort(reason);
    };
    const onAbort = () => giveUp(signal?.reason);
    const undo = clock.setTimer(clock.now() + ms, () => {
      giveUp(new TimeoutError(`${missed} within ${ms / 1_000} s`));
    });
    const over = () => {
      undo();
      signal?.removeEventListener("abort", onAbort);
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    // What it throws at once rejects, too.
    new Promise<Answer>((answer) => answer(ask(controller.signal))).then(resolve, reject).finally(over);
  });
}
