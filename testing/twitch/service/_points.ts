import type { Clock } from "@parley/parley/driver";

/** The points that the API grants each token for a minute. */
export class Points {
  readonly #clock: Clock;
  readonly #most: number;
  readonly #spent = new Map<string, { readonly minute: number; readonly count: number }>();

  constructor(clock: Clock, most: number) {
    this.#clock = clock;
    this.#most = most;
  }

  /** Spends one of a token's, and tells how many are left, as headers do. */
  spend(token: string): { readonly isOver: boolean; readonly headers: Readonly<Record<string, string>> } {
    const minute = Math.floor(this.#clock.wall() / 60_000);
    const known = this.#spent.get(token);
    const before = known?.minute === minute ? known.count : 0;
    const isOver = before >= this.#most;
    if (!isOver) this.#spent.set(token, { minute, count: before + 1 });
    const headers = {
      "Ratelimit-Limit": String(this.#most),
      "Ratelimit-Remaining": String(Math.max(0, this.#most - before - 1)),
      "Ratelimit-Reset": String((minute + 1) * 60),
      Date: new Date(this.#clock.wall()).toUTCString(),
    };
    return { isOver, headers };
  }
}
