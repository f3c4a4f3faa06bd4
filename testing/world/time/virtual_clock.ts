import type { Clock } from "@parley/parley/driver";
import { Timers } from "@parley/parley/internal";
import type { Instant } from "@parley/parley/protocol";

// A world has thousands of timers, and few of them at the very same time.
const MOST_AT_ONCE = 100_000;

/**
 * A clock that stands still until it is told to move, and then jumps from timer to timer.
 *
 * @example
 * ```ts
 * import { VirtualClock } from "@parley/testing";
 *
 * const clock = new VirtualClock();
 * let woken = false;
 * clock.setTimer(60_000, () => woken = true);
 * clock.advance(60_000);
 * woken; // true, and no time has passed
 * ```
 */
export class VirtualClock implements Clock {
  #now: Instant;
  readonly #timers = new Timers();
  /** How many were woken since time last moved. */
  #wokenAtOnce = 0;

  /** Takes the time to start at. @default {0} */
  constructor(now: Instant = 0) {
    this.#now = now;
  }

  /** The virtual time. */
  now(): Instant {
    return this.#now;
  }

  /** The same, for a clock on the wall that is right: in a {@linkcode Simulation} that of a host may be wrong. */
  wall(): number {
    return this.#now;
  }

  /** Wakes at a virtual time; returns what undoes it. */
  setTimer(at: Instant, wake: () => void): () => void {
    const timer = this.#timers.set(Math.max(at, this.#now), wake);
    return () => this.#timers.remove(timer);
  }

  /** When the next timer is due; Infinity if none is set. */
  next(): Instant {
    return this.#timers.next;
  }

  /**
   * Jumps to the next timer that is due by `until` and wakes it; false if there is none.
   *
   * @throws {RangeError} if time would never move again: 100,000 timers were woken at one time.
   */
  step(until: Instant = Infinity): boolean {
    const at = this.next();
    // A timer at Infinity is one that never wakes.
    if (at > until || at === Infinity) return false;
    this.#wokenAtOnce = at > this.#now ? 0 : this.#wokenAtOnce + 1;
    if (this.#wokenAtOnce > MOST_AT_ONCE) {
      throw new RangeError(
        `Cannot go on from ${at}: ${MOST_AT_ONCE} timers were woken and time has not moved`,
      );
    }
    const wake = this.#timers.take(at);
    this.#now = at;
    wake?.();
    return true;
  }

  /** Moves time on by so many milliseconds, waking every timer on the way. */
  advance(ms: number): void {
    const until = this.#now + ms;
    while (this.step(until));
    this.#now = until;
  }

  /** Sets the time without waking anything that is due later than it. */
  moveTo(at: Instant): void {
    this.#now = Math.max(this.#now, Math.min(at, this.next()));
  }
}
