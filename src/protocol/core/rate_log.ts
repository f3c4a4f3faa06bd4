import type { Instant } from "../protocol.ts";
import { OptionError } from "../errors.ts";
import { Queue } from "./queue.ts";

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
  /** When the last entries were, at most `limit` of them: an older one holds nothing up. */
  readonly #times = new Queue<Instant>();

  /** Takes how many entries fit into how many milliseconds. */
  constructor(limit: number, per: number) {
    if (!(Number.isSafeInteger(limit) && limit > 0 && per > 0)) {
      throw new OptionError(`Cannot limit to "${limit}" per "${per}" ms: both must be positive`);
    }
    this.limit = limit;
    this.per = per;
  }

  /**
   * The earliest time, not before `now`, at which an entry fits while `reserve` more places stay free for
   * what must not wait. `reserve` is below `limit`.
   *
   * @default {0} for `reserve`
   */
  readyAt(now: Instant, reserve = 0): Instant {
    // Not before the last, which may have been counted ahead of its time: what it outlasted is forgotten.
    const last = this.#times.at(-1) ?? -Infinity;
    const blocking = this.#times.at(reserve - this.limit) ?? -Infinity;
    return Math.max(now, last, blocking + this.per);
  }

  /** Counts one effect at `now`; times must not go backwards. */
  add(now: Instant): void {
    while ((this.#times.peek() ?? Infinity) + this.per <= now) this.#times.shift();
    this.#times.push(now);
    if (this.#times.length > this.limit) this.#times.shift();
  }

  /** How many effects the window holds at `now`. */
  count(now: Instant): number {
    return [...this.#times].filter((time) => time + this.per > now).length;
  }

  /** Forgets everything: a new connection has a new limit. */
  clear(): void {
    this.#times.clear();
  }
}
