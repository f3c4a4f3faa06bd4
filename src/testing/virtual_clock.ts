import type { Clock } from "../driver/clock.ts";
import type { Instant } from "../protocol/protocol.ts";

interface Timer {
  readonly at: Instant;
  /** Timers of one time wake in the order they were set. */
  readonly order: number;
  readonly wake: () => void;
  undone: boolean;
}

/**
 * A clock that stands still until it is told to move, and then jumps from timer to timer.
 *
 * @example
 * ```ts
 * import { VirtualClock } from "@parley/parley/testing";
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
  #order = 0;
  /** A binary heap by time, then order. */
  readonly #timers: Timer[] = [];

  /** Takes the time to start at. @default {0} */
  constructor(now: Instant = 0) {
    this.#now = now;
  }

  /** The virtual time. */
  now(): Instant {
    return this.#now;
  }

  /** Wakes at a virtual time; returns what undoes it. */
  setTimer(at: Instant, wake: () => void): () => void {
    const timer: Timer = { at: Math.max(at, this.#now), order: this.#order++, wake, undone: false };
    this.#push(timer);
    return () => {
      timer.undone = true;
    };
  }

  /** When the next timer is due; Infinity if none is set. */
  next(): Instant {
    while (this.#timers[0]?.undone) this.#pop();
    return this.#timers[0]?.at ?? Infinity;
  }

  /** Jumps to the next timer that is due by `until` and wakes it; false if there is none. */
  step(until: Instant = Infinity): boolean {
    const at = this.next();
    // A timer at Infinity is one that never wakes.
    if (at > until || at === Infinity) return false;
    const timer = this.#pop();
    this.#now = at;
    timer?.wake();
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

  #push(timer: Timer): void {
    const heap = this.#timers;
    let index = heap.push(timer) - 1;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex];
      if (parent === undefined || isBefore(parent, timer)) break;
      heap[index] = parent;
      index = parentIndex;
    }
    heap[index] = timer;
  }

  #pop(): Timer | undefined {
    const heap = this.#timers;
    const top = heap[0];
    const last = heap.pop();
    if (last === undefined || last === top) return top;
    let index = 0;
    for (;;) {
      let childIndex = 2 * index + 1;
      let child = heap[childIndex];
      if (child === undefined) break;
      const right = heap[childIndex + 1];
      if (right !== undefined && isBefore(right, child)) {
        child = right;
        childIndex++;
      }
      if (isBefore(last, child)) break;
      heap[index] = child;
      index = childIndex;
    }
    heap[index] = last;
    return top;
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
