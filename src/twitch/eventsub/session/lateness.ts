import type { Instant } from "../../../protocol/protocol.ts";

/** As many are remembered of those that were the quickest one after the other. */
const MOST = 32;

/**
 * How late messages come, by when Twitch says that it sent them: by how much longer they were under way than the quickest
 * of the session, so that it does not matter how far both clocks are apart.
 */
export class Lateness {
  /** Those that were quicker than all before, with how long they took. */
  #quickest: { readonly at: Instant; readonly took: number }[] = [];

  /** A session begins, perhaps elsewhere. */
  reset(): void {
    this.#quickest = [];
  }

  /** How late what was sent at a time of Twitch's clock is, in milliseconds; 0 if it does not say when that was. */
  of(sentAt: number, now: Instant): number {
    if (Number.isNaN(sentAt)) return 0;
    const took = now - sentAt;
    const least = this.#quickest.at(-1)?.took ?? Infinity;
    if (took >= least) return took - least;
    this.#quickest = [...this.#quickest, { at: now, took }].slice(-MOST);
    return 0;
  }

  /**
   * The clock may have stood after `since`, for so many milliseconds, by which all that follows seems to be quicker, also
   * what was read before anybody noticed. If that on the wall was set instead, all seems to be late from here on: a time
   * away begins too early rather than too late.
   */
  stalled(since: Instant, stood: number): void {
    this.#quickest = this.#quickest.filter(({ at }) => at <= since)
      .map(({ at, took }) => ({ at, took: took - stood }));
  }
}
