import { type Clock, sleepUntil } from "../../driver/clock/clock.ts";
import type { Instant } from "../../protocol/protocol.ts";
import { tooMany } from "./too_many.ts";

/** How long to wait where Twitch does not say, in milliseconds. */
const UNKNOWN = 1_000;
/** What Twitch grants is for a minute: whoever says longer has another clock than the one that is read here. */
const LONGEST = 60_000;

/**
 * The points that Twitch grants for a minute, as its answers tell them.
 * ([Rate limits](https://dev.twitch.tv/docs/api/guide/#twitch-rate-limits))
 */
export class PointsLimit {
  readonly #clock: Clock;
  readonly #maxWait: number;
  /** How many points there are for a minute. */
  #points = Infinity;
  /** How many of them are left, after what is under way. */
  #left = Infinity;
  /** When there are all of them again. */
  #resetAt: Instant = -Infinity;
  /** What is under way may be told of in the past. */
  #underWay = 0;

  /** Takes the clock, and how long anybody waits at most, in milliseconds. */
  constructor(clock: Clock, maxWait: number) {
    this.#clock = clock;
    this.#maxWait = maxWait;
  }

  /**
   * Waits until a request may be made, and counts it.
   *
   * @throws {ParleyError} `rate_limited` if that takes too long.
   * @throws the signal's reason if it is aborted.
   */
  async pass(endpoint: string, signal: AbortSignal | undefined): Promise<void> {
    const until = this.#clock.now() + this.#maxWait;
    while (this.#left <= 0 && this.#clock.now() < this.#resetAt) {
      // All points of a new minute are under way, and the first answer will tell when it is over.
      if (this.#resetAt === Infinity && this.#clock.now() < until) {
        if (this.#underWay === 0) break;
        await sleepUntil(this.#clock, this.#clock.now() + UNKNOWN, signal);
        continue;
      }
      if (this.#resetAt > until) {
        throw tooMany(endpoint, `Twitch's limit is used up for longer than ${this.#maxWait / 1_000} s`);
      }
      await sleepUntil(this.#clock, this.#resetAt, signal);
    }
    signal?.throwIfAborted();
    if (this.#clock.now() >= this.#resetAt) {
      this.#left = this.#points - this.#underWay;
      this.#resetAt = Infinity;
    }
    this.#left--;
    this.#underWay++;
  }

  /** An answer has come, with what is left. */
  answered(headers: Headers): void {
    this.#underWay = Math.max(0, this.#underWay - 1);
    const points = headers.get("ratelimit-limit");
    if (points !== null && /^[1-9]\d*$/.test(points)) this.#points = Number(points);
    const left = headers.get("ratelimit-remaining");
    const resetAt = this.#resetOf(headers);
    if (left === null || resetAt === undefined || !/^\d+$/.test(left)) return;
    this.#resetAt = resetAt;
    this.#left = Number(left) - this.#underWay;
  }

  /** No answer will come. */
  failed(): void {
    this.#underWay = Math.max(0, this.#underWay - 1);
  }

  /** The limit is used up, whatever was thought. False: it is not, and what was asked has a limit of its own. */
  limited(headers: Headers): boolean {
    const left = headers.get("ratelimit-remaining");
    if (left !== null && /^[1-9]\d*$/.test(left)) return false;
    this.#left = 0;
    const soonest = this.#clock.now() + UNKNOWN;
    this.#resetAt = Math.max(this.#resetOf(headers) ?? soonest, soonest);
    return true;
  }

  /** Twitch tells it by its own clock, in whole seconds, and what that says; browsers do not show the latter. */
  #resetOf(headers: Headers): Instant | undefined {
    const reset = headers.get("ratelimit-reset");
    if (reset === null || !/^\d+$/.test(reset)) return undefined;
    const date = Date.parse(headers.get("date") ?? "");
    const wall = Number.isNaN(date) ? this.#clock.wall() : date;
    return this.#clock.now() + Math.min(Math.max(0, Number(reset) * 1_000 - wall), LONGEST);
  }
}
