import type { Clock } from "@parley/parley/driver";

/** A timer that was set, as runtimes give them. */
export class WorldTimer {
  readonly #arm: () => () => void;
  #undo: () => void;

  /** Takes what sets it, and gives what undoes that. */
  constructor(arm: () => () => void) {
    this.#arm = arm;
    this.#undo = arm();
  }

  /** Takes it back. */
  close(): this {
    this.#undo();
    return this;
  }

  /** Sets it anew. */
  refresh(): this {
    this.#undo();
    this.#undo = this.#arm();
    return this;
  }

  /** Does nothing: no process waits for virtual time. */
  ref(): this {
    return this;
  }

  /** The same. */
  unref(): this {
    return this;
  }

  /** False. */
  hasRef(): boolean {
    return false;
  }
}

/** The timers of a clock, by the names and in the manner of a runtime's own. */
export interface WorldTimers {
  /** Calls the function once, after so many milliseconds. */
  setTimeout<Args extends unknown[]>(call: (...args: Args) => void, ms?: number, ...args: Args): WorldTimer;
  /** Calls the function every so many milliseconds. */
  setInterval<Args extends unknown[]>(call: (...args: Args) => void, ms?: number, ...args: Args): WorldTimer;
  /** Takes a timer back. */
  clearTimeout(timer: unknown): void;
  /** The same. */
  clearInterval(timer: unknown): void;
  /** The time on the wall, in milliseconds since 1970 began (UTC): what `Date.now()` says. */
  now(): number;
}

/**
 * The timers of a clock, for a bot that takes its own: of `runtime.clock`, they stand and die with its process.
 *
 * @example
 * ```ts
 * import { discordWorld, timersOf } from "@parley/testing";
 *
 * const world = await discordWorld();
 * let ticks = 0;
 * await world.start((runtime) => timersOf(runtime.clock).setInterval(() => ticks++, 60_000));
 * await world.run("1h");
 * ticks; // 60
 * await world.close();
 * ```
 */
export function timersOf(clock: Clock): WorldTimers {
  const clear = (timer: unknown) => void (timer instanceof WorldTimer && timer.close());
  return {
    setTimeout(call, ms, ...args) {
      return new WorldTimer(() => clock.setTimer(clock.now() + delayOf(ms), () => call(...args)));
    },
    setInterval(call, ms, ...args) {
      return new WorldTimer(() => {
        let undo = () => {};
        const arm = () => {
          undo = clock.setTimer(clock.now() + delayOf(ms), () => {
            arm();
            call(...args);
          });
        };
        arm();
        return () => undo();
      });
    },
    clearTimeout: clear,
    clearInterval: clear,
    now: () => clock.wall(),
  };
}

/** "If delay is larger than 2147483647 or less than 1 or NaN, the delay will be set to 1." */
function delayOf(ms = 1): number {
  const whole = Math.trunc(Number(ms));
  return whole >= 1 && whole <= 2_147_483_647 ? whole : 1;
}
