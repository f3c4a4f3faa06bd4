import type { Instant } from "../../../protocol/protocol.ts";

/** Some parameters of a route, and until when Discord takes none of them together. */
interface Held {
  readonly parameters: readonly string[];
  readonly until: Instant;
}

/** How many routes are kept at least before those that nothing holds any more are looked for. */
const SWEEP = 64;

/**
 * Limits within a limit: a 429 whose bucket has room is about what the request set, such as a channel's name, of
 * which Discord takes two in ten minutes. Which parameter it was is not told. What sets all of them again would be
 * refused again, and waits; what leaves one out is let through, and tells.
 *
 * Source: Discord, "Rate Limits", whose headers describe the bucket only; "Channels Resource", Modify Channel.
 */
export class Sublimits {
  readonly #held = new Map<string, readonly Held[]>();
  #sweepAt = SWEEP;

  /** When a request that sets these parameters may be sent; -Infinity if nothing holds it. */
  readyAt(route: string, parameters: readonly string[], now: Instant): Instant {
    let at: Instant = -Infinity;
    for (const held of this.#held.get(route) ?? []) {
      if (held.until > now && held.parameters.every((name) => parameters.includes(name))) {
        at = Math.max(at, held.until);
      }
    }
    return at;
  }

  /** Lets nothing that sets all these parameters pass before a time. */
  hold(route: string, parameters: readonly string[], until: Instant, now: Instant): void {
    const others = this.#left(route, now).filter((held) => !isSame(held.parameters, parameters));
    this.#held.set(route, [...others, { parameters, until }]);
    if (this.#held.size <= this.#sweepAt) return;
    for (const known of this.#held.keys()) if (this.#left(known, now).length === 0) this.#held.delete(known);
    this.#sweepAt = Math.max(SWEEP, 2 * this.#held.size);
  }

  #left(route: string, now: Instant): readonly Held[] {
    return (this.#held.get(route) ?? []).filter(({ until }) => until > now);
  }
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((name) => others.includes(name));
}
