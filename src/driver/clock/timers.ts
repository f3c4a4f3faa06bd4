import type { Instant } from "../../protocol/protocol.ts";

/** A timer that was set. */
export interface Timer {
  readonly at: Instant;
  /** Timers of one time wake in the order they were set. */
  readonly order: number;
  readonly wake: () => void;
}

/** The timers of a clock: which is the next, whatever their number. */
export class Timers {
  #order = 0;
  /** The next is the last, where it is taken from for least. */
  readonly #timers: Timer[] = [];

  /** When the next is due; Infinity if none is set. */
  get next(): Instant {
    return this.#timers.at(-1)?.at ?? Infinity;
  }

  /** How many were ever set: those that are set from now on have this number or a higher one. */
  get count(): number {
    return this.#order;
  }

  /** Sets one. */
  set(at: Instant, wake: () => void): Timer {
    const timer: Timer = { at, order: this.#order++, wake };
    this.#timers.splice(this.#placeOf(timer), 0, timer);
    return timer;
  }

  /** Takes out the next if it is due by `until` and one of the first `count` that were set. */
  take(until: Instant, count: number = Infinity): (() => void) | undefined {
    const next = this.#timers.at(-1);
    if (next === undefined || next.at > until || next.order >= count) return undefined;
    this.#timers.pop();
    return next.wake;
  }

  /** Takes one out, if it is still here. */
  remove(timer: Timer): void {
    const place = this.#placeOf(timer);
    if (this.#timers[place] === timer) this.#timers.splice(place, 1);
  }

  /** Where one is, or belongs: behind all that wake later. */
  #placeOf(timer: Timer): number {
    let low = 0;
    let high = this.#timers.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.#timers[middle];
      if (other !== undefined && isBefore(timer, other)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
