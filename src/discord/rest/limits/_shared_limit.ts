import { type Clock, within } from "../../../driver/clock/clock.ts";
import type { Grant, Permits } from "../../../driver/permits.ts";

/** So many requests go by one permit: to ask for each would cost as much as the request. */
const BATCH = 5;
/** A permit by which no more requests go is kept for so long, in milliseconds. */
const KEPT = 250;
const SECOND = 1_000;

/** The bot's limit on requests in a second, over all processes that share its permits. */
export class SharedLimit {
  readonly #permits: Permits;
  readonly #clock: Clock;
  readonly #key: string;
  readonly #limit: number;
  readonly #maxWait: number;
  #grant: Grant | undefined;
  /** How many more requests go by it. */
  #left = 0;
  #asking: Promise<void> | undefined;
  #undo: () => void = () => {};

  /** Takes what grants, whose limit it is, how many requests there may be, and how long one may wait, in milliseconds. */
  constructor(permits: Permits, clock: Clock, key: string, limit: number, maxWait: number) {
    this.#permits = permits;
    this.#clock = clock;
    this.#key = key;
    this.#limit = limit;
    this.#maxWait = maxWait;
  }

  /**
   * Waits until a request may be sent.
   *
   * @throws what the permits reject with, {@linkcode TimeoutError} if none comes in time.
   * @throws the signal's reason if it is aborted.
   */
  async take(signal: AbortSignal | undefined): Promise<void> {
    // Who stood still may have lost it to others.
    if (this.#grant?.isHeld() === false) this.#release();
    while (this.#left === 0) {
      this.#asking ??= this.#ask().finally(() => this.#asking = undefined);
      const asking = this.#asking;
      await within(this.#clock, this.#maxWait, "No permit for a request came", () => asking, signal);
    }
    this.#undo();
    if (--this.#left === 0) return this.#release();
    this.#undo = this.#clock.setTimer(this.#clock.now() + KEPT, () => this.#release());
  }

  async #ask(): Promise<void> {
    const batch = Math.min(BATCH, this.#limit);
    const limit = Math.floor(this.#limit / batch);
    const permit = { scope: "discord.rest", key: this.#key, limit, per: SECOND };
    this.#grant = await this.#permits.acquire(permit);
    this.#left = batch;
    // Whoever asked may have given up.
    this.#undo = this.#clock.setTimer(this.#clock.now() + KEPT, () => this.#release());
  }

  #release(): void {
    this.#undo();
    this.#left = 0;
    this.#grant?.release(true);
    this.#grant = undefined;
  }
}
