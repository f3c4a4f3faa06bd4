import type { Permit } from "../protocol/permit.ts";
import type { Instant } from "../protocol/protocol.ts";
import { Queue } from "../protocol/core/queue.ts";
import type { Clock } from "./clock/clock.ts";

/** A permit that was granted. It takes up its place until it is released, and if used, for `per` after. */
export interface Grant {
  /** `used`: its effect is proven, and counts from now. Otherwise its place is free at once. */
  release(used: boolean): void;
  /**
   * Whether it is still sure to be held, and not released: where a limit is kept elsewhere, who is out of reach for long
   * loses it. Whoever lets time pass before the permit is used looks first.
   */
  isHeld(): boolean;
}

/** Grants permits, first come first served for each scope and key. */
export interface Permits {
  /**
   * Waits for a place within the limit.
   *
   * @throws the signal's reason if it is aborted first.
   */
  acquire(permit: Permit, signal?: AbortSignal): Promise<Grant>;
}

interface Waiter {
  readonly permit: Permit;
  grant(grant: Grant): void;
  gone: boolean;
}

class Limit {
  /** When permits that count were released, oldest first. */
  readonly used: Instant[] = [];
  readonly waiting: Queue<Waiter> = new Queue();
  held = 0;
  longest = 0;
  undoTimer: (() => void) | undefined = undefined;
}

/**
 * Permits for one process: a sliding log for each scope and key, counting from the moment a permit's
 * effect was proven, so that what the server sees is never closer together than the limit allows.
 *
 * @example
 * ```ts
 * import { LocalPermits, systemClock } from "@parley/parley/driver";
 *
 * const permits = new LocalPermits(systemClock);
 * const grant = await permits.acquire({ scope: "twitch.join", key: "parley", limit: 20, per: 10_000 });
 * grant.release(true);
 * ```
 */
export class LocalPermits implements Permits {
  readonly #clock: Clock;
  readonly #limits = new Map<string, Limit>();

  /** Takes the clock that limits are measured by. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Waits for a place within the limit. */
  acquire(permit: Permit, signal?: AbortSignal): Promise<Grant> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const name = JSON.stringify([permit.scope, permit.key]);
      const limit = this.#limits.get(name) ?? new Limit();
      this.#limits.set(name, limit);
      const onAbort = () => {
        waiter.gone = true;
        reject(signal?.reason);
        this.#pump(name, limit);
      };
      const waiter: Waiter = {
        permit,
        gone: false,
        grant(grant) {
          signal?.removeEventListener("abort", onAbort);
          resolve(grant);
        },
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      limit.waiting.push(waiter);
      this.#pump(name, limit);
    });
  }

  #pump(name: string, limit: Limit): void {
    const now = this.#clock.now();
    for (;;) {
      const waiter = limit.waiting.peek();
      if (waiter === undefined) break;
      if (waiter.gone) {
        limit.waiting.shift();
        continue;
      }
      limit.longest = Math.max(limit.longest, waiter.permit.per);
      const free = freeAt(limit, waiter.permit);
      if (free === undefined) break;
      if (free > now) {
        forgetOld(limit, now);
        return this.#wakeAt(name, limit, free);
      }
      limit.waiting.shift();
      limit.held++;
      waiter.grant(this.#grant(name, limit));
    }
    this.#tidy(name, limit, now);
  }

  #grant(name: string, limit: Limit): Grant {
    let released = false;
    return {
      isHeld: () => !released,
      release: (used) => {
        if (released) return;
        released = true;
        limit.held--;
        if (used) limit.used.push(this.#clock.now());
        this.#pump(name, limit);
      },
    };
  }

  #wakeAt(name: string, limit: Limit, at: Instant): void {
    limit.undoTimer?.();
    limit.undoTimer = this.#clock.setTimer(at, () => {
      limit.undoTimer = undefined;
      this.#pump(name, limit);
    });
  }

  /** Forgets what no longer counts, and the limit itself once nothing does. */
  #tidy(name: string, limit: Limit, now: Instant): void {
    forgetOld(limit, now);
    limit.undoTimer?.();
    limit.undoTimer = undefined;
    // Who waits, waits for one that is held.
    if (limit.held === 0 && limit.used.length === 0) this.#limits.delete(name);
  }
}

/** What no longer counts: also while others wait all the time, as where messages are never all sent. */
function forgetOld(limit: Limit, now: Instant): void {
  while ((limit.used[0] ?? Infinity) + limit.longest <= now) limit.used.shift();
}

/** When the next permit fits; undefined: not before one that is held is released. */
function freeAt(limit: Limit, permit: Permit): Instant | undefined {
  const room = permit.limit - limit.held;
  if (room <= 0) return undefined;
  const blocking = limit.used[limit.used.length - room];
  return blocking === undefined ? -Infinity : blocking + permit.per;
}
