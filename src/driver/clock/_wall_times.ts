import type { Instant } from "../../protocol/protocol.ts";
import type { Clock } from "./clock.ts";

/** As many steps of the wall clock are remembered. */
const MOST_STEPS = 8;
/** A wall clock that is set right little by little does not count as one that steps, in milliseconds. */
const STEP = 1_000;

/** How far the wall clock was ahead of the other one until it stepped. */
interface Step {
  readonly until: Instant;
  readonly ahead: number;
}

const NONE: readonly Step[] = [];

/** When the wall clock said so, as it is set now; what another machine's, which is ahead, says already is now. */
export function instantOf(wall: number, clock: Clock): Instant {
  return clock.now() - Math.max(0, clock.wall() - wall);
}

/** What the wall clock said when, by looks at both clocks. */
export class WallTimes {
  /** When was last looked. */
  lookedAt: Instant = -Infinity;
  #ahead = 0;
  // Replaced, never changed: most have none.
  #steps: readonly Step[] = NONE;

  /** Looks at both; returns by how much more the wall clock went on since the last look, in milliseconds. */
  look(clock: Clock, now: Instant): number {
    const ahead = clock.wall() - now;
    const more = this.lookedAt === -Infinity ? 0 : ahead - this.#ahead;
    if (Math.abs(more) > STEP) {
      this.#steps = [...this.#steps, { until: this.lookedAt, ahead: this.#ahead }].slice(-MOST_STEPS);
    }
    this.#ahead = ahead;
    this.lookedAt = now;
    return more;
  }

  /**
   * The wall clock's time at an instant, or the earliest that it may have been, as it is set now. Where it went on more than the other one since, also since the
   * last look, nobody knows whether it was wrong before or the other one stood meanwhile: then the earlier of both. Where
   * it went on less, it was set back.
   */
  at(instant: Instant, clock: Clock): number {
    const now = clock.wall() - clock.now();
    const hasStepped = Math.abs(now - this.#ahead) > STEP;
    if (hasStepped && instant > this.lookedAt) return instant + now;
    const since = this.#steps.filter(({ until }) => instant <= until).map(({ ahead }) => ahead);
    const [then = 0, ...later] = [...since, ...hasStepped ? [this.#ahead, now] : [now]];
    let [wall, last] = [instant + then, then];
    for (const ahead of later) {
      wall += Math.min(0, ahead - last);
      last = ahead;
    }
    return wall;
  }

  /** The latest that the wall clock's time at an instant may have been: as if it had always gone as it is set now. */
  latestAt(instant: Instant, clock: Clock): number {
    return instant + clock.wall() - clock.now();
  }
}
