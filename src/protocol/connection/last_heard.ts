import type { Instant } from "../protocol.ts";

/**
 * When a peer was last known to be there. What is read after the process stood still may have come long before, so
 * that it says nothing of when, until the peer answers what it was asked since: a time away begins too early rather
 * than too late.
 *
 * @example
 * ```ts
 * import { LastHeard } from "@parley/parley/protocol";
 *
 * const heard = new LastHeard(0);
 * heard.heard(1_000);
 * heard.stalled(1_000, 181_000); // the process stood still for three minutes
 * heard.heard(181_005); // what is read now came some time in between
 * heard.at; // 1000
 * heard.answered(181_010, 181_050); // of what was asked at 181010
 * heard.at; // 181050
 * ```
 */
export class LastHeard {
  #at: Instant;
  /** What was asked before that proves nothing; Infinity: nothing is doubted. */
  #doubtedSince: Instant = Infinity;

  /** Takes when that was. @default before all time */
  constructor(at: Instant = -Infinity) {
    this.#at = at;
  }

  /** When that was. */
  get at(): Instant {
    return this.#at;
  }

  /** When the process was found to have stood still, unless the peer has answered since; else Infinity. */
  get doubtedSince(): Instant {
    return this.#doubtedSince;
  }

  /** Something was read. */
  heard(now: Instant): void {
    if (this.#doubtedSince === Infinity) this.#at = now;
  }

  /** The process stood still some time between `since` and `now`. */
  stalled(since: Instant, now: Instant): void {
    this.#at = Math.min(this.#at, since);
    this.#doubtedSince = now;
  }

  /** The peer has answered what it was asked at `askedAt`. */
  answered(askedAt: Instant, now: Instant): void {
    if (askedAt >= this.#doubtedSince) this.trust(now);
  }

  /** The peer is known to be there, as at the other end of a link that has just opened. */
  trust(now: Instant): void {
    this.#doubtedSince = Infinity;
    this.#at = now;
  }
}
