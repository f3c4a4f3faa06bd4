import type { Instant } from "../protocol/protocol.ts";

/** A timer that was set. */
export interface Timer {
  readonly at: Instant;
  /** Timers of one time wake in the order they were set. */
  readonly order: number;
  readonly wake: () => void;
  /** Where in the heap; -1 once it is taken out. */
  place: number;
}

/** The timers of a clock: which is the next, whatever their number. */
export class Timers {
  #order = 0;
  /** A binary heap by time, then order. */
  readonly #heap: Timer[] = [];

  /** When the next is due; Infinity if none is set. */
  get next(): Instant {
    return this.#heap[0]?.at ?? Infinity;
  }

  /** How many were ever set: those that are set from now on have this number or a higher one. */
  get count(): number {
    return this.#order;
  }

  /** Sets one. */
  set(at: Instant, wake: () => void): Timer {
    const timer: Timer = { at, order: this.#order++, wake, place: -1 };
    this.#heap.push(timer);
    this.#rise(this.#heap.length - 1, timer);
    return timer;
  }

  /** Takes out the next if it is due by `until` and one of the first `count` that were set. */
  take(until: Instant, count: number = Infinity): (() => void) | undefined {
    const next = this.#heap[0];
    if (next === undefined || next.at > until || next.order >= count) return undefined;
    this.remove(next);
    return next.wake;
  }

  /** Takes one out, if it is still here. */
  remove(timer: Timer): void {
    const { place } = timer;
    if (place < 0) return;
    timer.place = -1;
    const last = this.#heap.pop();
    if (last === undefined || last === timer) return;
    const parent = this.#heap[(place - 1) >> 1];
    if (place > 0 && parent !== undefined && isBefore(last, parent)) this.#rise(place, last);
    else this.#sink(place, last);
  }

  #rise(place: number, timer: Timer): void {
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = this.#heap[above];
      if (parent === undefined || isBefore(parent, timer)) break;
      this.#put(place, parent);
      place = above;
    }
    this.#put(place, timer);
  }

  #sink(place: number, timer: Timer): void {
    for (;;) {
      let below = 2 * place + 1;
      let child = this.#heap[below];
      const right = this.#heap[below + 1];
      if (child !== undefined && right !== undefined && isBefore(right, child)) {
        child = right;
        below++;
      }
      if (child === undefined || isBefore(timer, child)) break;
      this.#put(place, child);
      place = below;
    }
    this.#put(place, timer);
  }

  #put(place: number, timer: Timer): void {
    this.#heap[place] = timer;
    timer.place = place;
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
