import { Backoff, type BackoffOptions } from "../../protocol/backoff.ts";
import type { ReconnectCause } from "./event.ts";

/** How long to wait before the next link. */
export class Retry {
  readonly #random: () => number;
  readonly #links: Backoff;
  // IDENTIFYs are counted per day, and too many reset the token: those that fail get ever rarer.
  readonly #identifies: Backoff;
  /** The link sent IDENTIFY, and nothing has proven yet that it led to a session that lasts. */
  #identified = false;

  /** Takes the bounds, and where randomness in [0, 1) comes from. */
  constructor(options: BackoffOptions, random: () => number) {
    this.#random = random;
    this.#links = new Backoff(options, random);
    this.#identifies = new Backoff({ base: 2_500, cap: 600_000 }, random);
  }

  /** How many links in a row have come to nothing. */
  get count(): number {
    return this.#links.count;
  }

  /** IDENTIFY was sent. */
  identified(): void {
    this.#identified = true;
  }

  /**
   * The session has lived on for a while. Not told when it has just begun: one that is cut at once, again
   * and again, would make us spin.
   */
  proven(): void {
    this.#links.reset();
    this.#identifies.reset();
    this.#identified = false;
  }

  /** Counts a link that came to nothing; returns the wait in milliseconds, or undefined: give up. */
  next(cause: ReconnectCause, resumable: boolean): number | undefined {
    const first = this.#links.count === 0;
    let wait = this.#links.next();
    if (wait === undefined) return undefined;
    // "You should attempt to reconnect and resume immediately."
    if (first && (cause === "reconnect" || cause === "skipped")) wait = 0;
    if (!resumable) {
      if (this.#identified) wait = Math.max(wait, this.#identifies.next() ?? 0);
      // Shards that lost their sessions together shall not identify together.
      if (cause === "invalid_session") wait = Math.max(wait, 1_000 + 4_000 * this.#random());
    }
    this.#identified = false;
    return wait;
  }
}
