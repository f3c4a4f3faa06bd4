import type { Instant } from "../protocol/protocol.ts";

/** Who may not use what until when: of so many at most, of whom those who used it longest ago are forgotten. */
export class Cooldowns {
  readonly #capacity: number;
  readonly #until = new Map<string, Instant>();

  /** Takes of how many it remembers. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** How many are remembered. */
  get size(): number {
    return this.#until.size;
  }

  /** How long it takes yet until something may be used, in milliseconds; 0: it may be now. */
  left(key: string, now: Instant): number {
    return Math.max(0, (this.#until.get(key) ?? 0) - now);
  }

  /** It is used, and may be again in so many milliseconds. */
  use(key: string, ms: number, now: Instant): void {
    if (ms === 0) return;
    this.#until.delete(key);
    this.#until.set(key, now + ms);
    for (const [oldest, until] of this.#until) {
      if (this.#until.size <= this.#capacity && until > now) return;
      this.#until.delete(oldest);
    }
  }
}
