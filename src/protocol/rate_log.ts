import type { Instant } from "./protocol.ts";
import { OptionError } from "./errors.ts";

/**
 * A limit kept as a sliding log: at most `limit` entries in any window of `per` milliseconds. A fixed
 * window would let twice the rate through across its boundary.
 *
 * The caller asks {@linkcode RateLog.readyAt} before an effect and calls {@linkcode RateLog.add} with it.
 *
 * @throws {OptionError} if `limit` is not a positive integer or `per` not a positive number.
 *
 * @example
 * ```ts
 * import { RateLog } from "@parley/parley/protocol";
 *
 * const log = new RateLog(2, 1_000);
 * log.add(0);
 * log.add(400);
 * log.readyAt(500); // 1000: the first entry leaves the window then
 * log.readyAt(1_100); // 1100: now
 * ```
 */
export class RateLog {
  /** How many entries fit into the window. */
  readonly limit: number;
  /** The length of the window, in milliseconds. */
  readonly per: number;
  // A ring of the last `limit` entries: only the oldest of them can hold up the next.
  readonly #times: number[];
  #next = 0;

  /** Takes how many entries fit into how many milliseconds. */
  constructor(limit: number, per: number) {
    if (!(Number.isSafeInteger(limit) && limit > 0 && per > 0)) {
      throw new OptionError(`Cannot limit to "${limit}" per "${per}" ms: both must be positive`);
    }
    this.limit = limit;
    this.per = per;
    this.#times = [];
  }

  /**
   * The earliest time, not before `now`, at which an entry fits while `reserve` more places stay free for
   * what must not wait. `reserve` is below `limit`.
   *
   * @default {0} for `reserve`
   */
  readyAt(now: Instant, reserve = 0): Instant {
    const ordinal = this.limit - reserve;
    if (this.#times.length < ordinal) return now;
    const index = (this.#next - ordinal + this.limit) % this.limit;
    const blocking = this.#times[index];
    return blocking === undefined ? now : Math.max(now, blocking + this.per);
  }

  /** Counts one effect at `now`; times must not go backwards. */
  add(now: Instant): void {
    this.#times[this.#next] = now;
    this.#next = (this.#next + 1) % this.limit;
  }

  /** How many effects the window holds at `now`. */
  count(now: Instant): number {
    let count = 0;
    for (const time of this.#times) if (time + this.per > now) count++;
    return count;
  }

  /** Forgets everything: a new connection has a new limit. */
  clear(): void {
    this.#times.length = 0;
    this.#next = 0;
  }
}
