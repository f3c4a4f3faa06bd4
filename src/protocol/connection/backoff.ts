import { OptionError } from "../errors.ts";

/** How long to wait between attempts. */
export interface BackoffOptions {
  /** The ceiling of the first wait, in milliseconds. @default {1_000} */
  readonly base?: number;
  /** The ceiling of any wait, in milliseconds. @default {60_000} */
  readonly cap?: number;
  /** Gives up after this many attempts in a row without success. @default {Infinity} */
  readonly attempts?: number;
}

/** The names of all of them. */
export const backoffNames: Readonly<Record<keyof BackoffOptions, 1>> = { base: 1, cap: 1, attempts: 1 };

/**
 * Exponential backoff with jitter: the n-th wait is drawn from the upper half of
 * `min(cap, base × 2ⁿ)`, so that clients which lost their server together do not come back together,
 * and none comes back at once.
 *
 * @throws {OptionError} if an option is not a positive number, or `cap` is below `base`.
 *
 * @example
 * ```ts
 * import { Backoff } from "@parley/parley/protocol";
 *
 * const backoff = new Backoff({ base: 1_000, cap: 8_000 }, () => 0.5);
 * backoff.next(); // 750
 * backoff.next(); // 1500
 * backoff.reset(); // a session was established
 * backoff.next(); // 750
 * ```
 */
export class Backoff {
  readonly #base: number;
  readonly #cap: number;
  readonly #attempts: number;
  readonly #random: () => number;
  #ceiling: number;
  #count = 0;

  /** Takes the bounds, and where randomness in [0, 1) comes from. */
  constructor(options: BackoffOptions, random: () => number) {
    const { base = 1_000, cap = Math.max(60_000, base), attempts = Infinity } = options;
    if (!(base > 0 && cap >= base && cap < Infinity)) {
      throw new OptionError(`Cannot back off from "${base}" to "${cap}" ms: need 0 < base ≤ cap < Infinity`);
    }
    if (!(attempts >= 1)) {
      throw new OptionError(`Cannot try "${attempts}" times: attempts must be at least 1`);
    }
    this.#base = base;
    this.#cap = cap;
    this.#attempts = attempts;
    this.#random = random;
    this.#ceiling = base;
  }

  /** How many attempts have failed in a row. */
  get count(): number {
    return this.#count;
  }

  /**
   * Counts a failure; returns the wait before the next attempt in milliseconds, or undefined: give up. `most`: its
   * ceiling is no higher than that.
   */
  next(most: number = Infinity): number | undefined {
    this.#count++;
    if (this.#count >= this.#attempts) return undefined;
    const ceiling = Math.min(this.#ceiling, most);
    // Doubling instead of a power: engines differ in the last bit of the latter.
    this.#ceiling = Math.min(this.#cap, this.#ceiling * 2);
    return ceiling / 2 + this.#random() * (ceiling / 2);
  }

  /** Forgets the failures: an attempt has succeeded. */
  reset(): void {
    this.#count = 0;
    this.#ceiling = this.#base;
  }
}
