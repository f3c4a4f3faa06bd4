import { type Clock, systemClock } from "./clock.ts";

/** What bundles for browsers have in place of `_process_clock.ts`: a page has few clients. */
export function processClock(): Clock {
  return systemClock;
}
