import { type Clock, systemClock } from "../../../driver/clock/clock.ts";
import { OptionError } from "../../../protocol/errors.ts";
import { snowflakeTime } from "../../snowflake.ts";

/** What a {@linkcode ReplayGuard} goes by. */
export interface ReplayGuardOptions {
  /** For how long an interaction is accepted after Discord made it, in milliseconds. @default {60_000} */
  readonly window?: number;
  /** How many interactions are remembered. @default {10_000} */
  readonly capacity?: number;
  /** Tells the time, by its wall clock: Discord's is what it is compared with. @default {systemClock} */
  readonly clock?: Pick<Clock, "wall">;
}

/**
 * Lets each interaction pass once. Whoever got hold of a signed request could send it again: its signature
 * stays good for ever. Remembered are the IDs of a while, no more than `capacity`; what is older by its own ID
 * is refused.
 *
 * Source: Discord, "API Reference", Snowflakes.
 *
 * @throws {OptionError} if an option is not positive.
 *
 * @example
 * ```ts
 * import { ReplayGuard } from "@parley/parley/discord/interactions";
 *
 * const guard = new ReplayGuard({ clock: { wall: () => 1_462_015_106_000 } });
 * guard.accept("175928847299117063"); // true
 * guard.accept("175928847299117063"); // false
 * ```
 */
export class ReplayGuard {
  readonly #window: number;
  readonly #capacity: number;
  readonly #clock: Pick<Clock, "wall">;
  /** By ID, when it was made; in the order in which they came. */
  readonly #seen = new Map<string, number>();
  /** What was made before that has been forgotten, and is refused. */
  #forgotten = -Infinity;

  /** Takes for how long, and how many. */
  constructor(options: ReplayGuardOptions = {}) {
    const { window = 60_000, capacity = 10_000, clock = systemClock } = options;
    if (!(window > 0)) throw new OptionError(`Cannot guard "${window}" ms: window must be above 0`);
    if (!(Number.isSafeInteger(capacity) && capacity > 0)) {
      throw new OptionError(
        `Cannot remember "${capacity}" interactions: capacity must be a positive integer`,
      );
    }
    this.#window = window;
    this.#capacity = capacity;
    this.#clock = clock;
  }

  /** Whether an interaction comes for the first time, and in time. What has no ID of Discord's does not. */
  accept(id: string): boolean {
    const made = snowflakeTime(id);
    if (made === undefined) return false;
    const oldest = Math.max(this.#clock.wall() - this.#window, this.#forgotten);
    if (made <= oldest || this.#seen.has(id)) return false;
    for (const [known, at] of this.#seen) {
      if (at > oldest && this.#seen.size < this.#capacity) break;
      this.#seen.delete(known);
      this.#forgotten = Math.max(this.#forgotten, at);
    }
    this.#seen.set(id, made);
    return true;
  }
}
