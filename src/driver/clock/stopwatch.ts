import type { Clock } from "./clock.ts";

/** Tells how long ago this was, by whichever clock says more: one stands while a machine sleeps, the other steps. */
export function stopwatch(clock: Clock): () => number {
  const [now, wall] = [clock.now(), clock.wall()];
  return () => Math.max(clock.now() - now, clock.wall() - wall);
}
