import type { Instant } from "../../../protocol/protocol.ts";

/** Twitch repeats what it is not sure of within this time, in milliseconds. */
const KEPT = 600_000;
const MOST = 10_000;

/** Which messages have come: "you should keep track of the message IDs". */
export class Repeats {
  readonly #seen = new Map<string, Instant>();

  /** Whether a message has come before; from now on it has. */
  has(id: string, now: Instant): boolean {
    for (const [oldest, at] of this.#seen) {
      if (now - at < KEPT && this.#seen.size < MOST) break;
      this.#seen.delete(oldest);
    }
    if (this.#seen.has(id)) return true;
    this.#seen.set(id, now);
    return false;
  }
}
