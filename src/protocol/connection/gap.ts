import type { Instant } from "../protocol.ts";

/**
 * The time away: it begins when a session is lost, goes on over attempts that fail, and is told once the session
 * is what it was again.
 *
 * @example
 * ```ts
 * import { Gap } from "@parley/parley/protocol";
 *
 * const gap = new Gap();
 * gap.begin(1_000);
 * gap.begin(5_000); // lost again before it was restored
 * gap.end(9_000); // { from: 1000, to: 9000 }
 * gap.end(9_500); // undefined
 * ```
 */
export class Gap {
  #from: Instant | undefined = undefined;

  /** Since when we are away; undefined if we are not. */
  get from(): Instant | undefined {
    return this.#from;
  }

  /** The session was lost; what it brought last came at `from`. */
  begin(from: Instant): void {
    this.#from ??= from;
  }

  /** The session is what it was: the time away, if there was one. */
  end(now: Instant): { readonly from: Instant; readonly to: Instant } | undefined {
    const from = this.#from;
    this.#from = undefined;
    return from === undefined ? undefined : { from, to: now };
  }
}
