import type { Instant } from "../../protocol/protocol.ts";
import type { Clock } from "./clock.ts";
import { Timers } from "./timers.ts";

/**
 * A clock that has one timer of another's for all that are set: a thousand shards have as many, and the runtime's
 * take a tenth of all that an idle shard takes. For server processes only, see `isServer`.
 */
export class PooledClock implements Clock {
  readonly #clock: Clock;
  readonly #timers = new Timers();
  #undo: () => void = () => {};
  #wakesAt: Instant = Infinity;

  /** Takes the clock whose timers are to be few. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The time now. */
  now(): Instant {
    return this.#clock.now();
  }

  /** The time by the wall clock. */
  wall(): number {
    return this.#clock.wall();
  }

  /** Calls `wake` once, not before `at`, from a later task; returns what undoes it. */
  setTimer(at: Instant, wake: () => void): () => void {
    const timer = this.#timers.set(at, wake);
    this.#arm();
    return () => {
      this.#timers.remove(timer);
      // Where nothing is waited for, nothing keeps the process alive.
      if (this.#timers.next < Infinity) return;
      this.#undo();
      this.#wakesAt = Infinity;
    };
  }

  /** Sees to it that we are woken for the next timer; to be woken too early is harmless. */
  #arm(): void {
    const at = this.#timers.next;
    if (at >= this.#wakesAt) return;
    this.#undo();
    this.#wakesAt = at;
    this.#undo = this.#clock.setTimer(at, this.#wakeDue);
  }

  readonly #wakeDue = (): void => {
    this.#wakesAt = Infinity;
    // Those that are set meanwhile have to wait for the next time, however early they are due.
    const { count } = this.#timers;
    const now = this.now();
    try {
      for (
        let next = this.#timers.take(now, count);
        next !== undefined;
        next = this.#timers.take(now, count)
      ) {
        next();
      }
    } finally {
      // One that throws does not keep back those behind it.
      this.#arm();
    }
  };
}
