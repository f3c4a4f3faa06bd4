import type { Instant } from "../../../protocol/protocol.ts";

/** Twitch repeats what it is not sure of within this time, in milliseconds. */
const KEPT = 600_000;
const MOST = 10_000;
/** Their characters, all together: an id of Twitch's has 36. */
const MOST_CHARACTERS = 1_000_000;

/** Which messages have come: "you should keep track of the message IDs". */
export class Repeats {
  readonly #seen = new Map<string, Instant>();
  #characters = 0;

  /** Whether a message has come before; from now on it has. */
  has(id: string, now: Instant): boolean {
    for (const [oldest, at] of this.#seen) {
      const fits = this.#seen.size < MOST && this.#characters + id.length <= MOST_CHARACTERS;
      if (now - at < KEPT && (fits || this.#seen.has(id))) break;
      this.#seen.delete(oldest);
      this.#characters -= oldest.length;
    }
    if (this.#seen.has(id)) return true;
    this.#seen.set(id, now);
    this.#characters += id.length;
    return false;
  }
}
