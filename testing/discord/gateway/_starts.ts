import type { Instant } from "@parley/parley/protocol";

const DAY = 86_400_000;
const WINDOW = 5_000;

/** How often sessions may be begun: a limit for each bucket of shards, and one for the day. */
export class SessionStarts {
  readonly #perDay: number;
  readonly #maxConcurrency: number;
  /** The IDENTIFYs of the last 24 hours, oldest first. */
  readonly #times: Instant[];
  /** When each bucket last began a session. */
  readonly #lastOf = new Map<number, Instant>();
  #exceeded = false;

  /** `earlier`: when sessions were begun that count against the day, oldest first. */
  constructor(perDay: number, maxConcurrency: number, earlier: readonly Instant[]) {
    this.#perDay = perDay;
    this.#maxConcurrency = maxConcurrency;
    this.#times = [...earlier];
  }

  /** True once there were more in a day than allowed: the token is reset for good. */
  get exceeded(): boolean {
    return this.#exceeded;
  }

  /** Counts an IDENTIFY against the daily limit, whatever becomes of it; true if it is the one too many. */
  count(now: Instant): boolean {
    this.#forget(now);
    this.#times.push(now);
    if (this.#exceeded || this.#times.length <= this.#perDay) return false;
    this.#exceeded = true;
    return true;
  }

  /** Takes the place of a shard in its bucket; false if another took one within the last 5 s. */
  admit(shard: number, now: Instant): boolean {
    const bucket = shard % this.#maxConcurrency;
    if (now - (this.#lastOf.get(bucket) ?? -Infinity) < WINDOW) return false;
    this.#lastOf.set(bucket, now);
    return true;
  }

  /** What `GET /gateway/bot` says of it. */
  limit(now: Instant): Readonly<Record<string, number>> {
    this.#forget(now);
    return {
      total: this.#perDay,
      remaining: Math.max(0, this.#perDay - this.#times.length),
      reset_after: Math.ceil((this.#times[0] ?? now) + DAY - now),
      max_concurrency: this.#maxConcurrency,
    };
  }

  #forget(now: Instant): void {
    while ((this.#times[0] ?? Infinity) + DAY <= now) this.#times.shift();
  }
}
