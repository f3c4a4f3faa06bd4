import type { Instant } from "../../src/protocol/protocol.ts";
import type { Fault } from "../../testing/world/faults.ts";

/** A wall clock that steps by no more than this may do so unnoticed, in milliseconds. */
const UNNOTICED = 1_000;

/** How far the clock on the wall of a host is ahead of the world's, as a plan sets it. */
export class Wall {
  readonly #steps: readonly { readonly at: Instant; readonly ahead: number }[];

  /** Takes the plan, and the name of the host. */
  constructor(plan: readonly Fault<unknown>[], client: string) {
    const steps = plan.flatMap((fault) => fault.kind === "skew" && fault.client === client ? [fault] : []);
    this.#steps = [{ at: -Infinity, ahead: 0 }, ...steps.sort((one, other) => one.at - other.at)];
  }

  /** Every distance it had between two times, both included. */
  ahead(from: Instant, to: Instant): number[] {
    return this.#steps.filter(({ at }, place) => at <= to && (this.#steps[place + 1]?.at ?? Infinity) >= from)
      .map(({ ahead }) => ahead);
  }

  /**
   * How much too early, and too late, it may be told at a time when something was, in milliseconds: where the clock has
   * stepped since, nobody knows which was right, and the earlier is told. A process that has begun since sees no step that
   * was before.
   */
  doubt(since: Instant, at: Instant, began: Instant): { readonly early: number; readonly late: number } {
    const now = this.ahead(at, at).at(-1) ?? 0;
    const aheads = this.ahead(since, at);
    const differences = aheads.map((then) => now - then);
    const steps = aheads.slice(1).map((ahead, place) => ahead - (aheads[place] ?? 0));
    return {
      // A step forward may have been a sleep; one back was none.
      early: steps.reduce((sum, step) => sum + Math.max(0, step), 0),
      late: Math.min(
        since < began ? Infinity : UNNOTICED,
        Math.max(0, ...differences.map((difference) => -difference)),
      ),
    };
  }
}
