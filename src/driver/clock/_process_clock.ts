import { PooledClock } from "./_pooled_clock.ts";
import { type Clock, systemClock } from "./clock.ts";

/** A clock for all clients of a process. */
export function processClock(): Clock {
  return new PooledClock(systemClock);
}
