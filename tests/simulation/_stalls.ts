import type { Fault } from "../../testing/world/faults.ts";
import type { Instant } from "../../src/protocol/protocol.ts";

/** A process that stands still for less than this may not notice, in milliseconds: it looks every five seconds. */
const UNNOTICED = 6_000;

/** When a process stood still, by the world's clock. */
export interface Stall {
  readonly from: Instant;
  readonly to: Instant;
}

/**
 * When the process of a host stands still: those that overlap, or follow at once, as one. Without `least`, in milliseconds,
 * only for so long that it can know.
 */
export function stallsOf(
  plan: readonly Fault<unknown>[],
  client: string,
  least: number = UNNOTICED,
): readonly Stall[] {
  const stalls: Stall[] = [];
  for (const fault of [...plan].sort((a, b) => a.at - b.at)) {
    if (fault.kind !== "freeze" || fault.client !== client) continue;
    const last = stalls.at(-1);
    const stall = { from: fault.at, to: fault.at + fault.ms };
    if (last === undefined || stall.from > last.to) stalls.push(stall);
    else stalls[stalls.length - 1] = { from: last.from, to: Math.max(last.to, stall.to) };
  }
  return stalls.filter(({ from, to }) => to - from >= least);
}

/** A wall clock that steps by no more than this is not noticed to, in milliseconds. */
const UNNOTICED_STEP = 1_000;

/** How often a driver looks whether its clocks have parted, in milliseconds. */
const LOOK = 5_000;

/** How far the clocks of a host part, in all, without notice: by little, or along with a larger step. */
export function slackOf(plan: readonly Fault<unknown>[], client: string): number {
  let ahead = 0;
  let slack = 0;
  for (const fault of [...plan].sort((a, b) => a.at - b.at)) {
    let step = 0;
    if (fault.kind === "freeze" && fault.client === client && fault.clockStands) step = fault.ms;
    if (fault.kind === "skew" && fault.client === client) {
      step = Math.abs(fault.ahead - ahead);
      ahead = fault.ahead;
    }
    // Set while a clock stands that is waited by, or before both are looked at again: a driver sees the sum of both alone,
    // and no other clock is there to tell by how much of it the one stood and the other was set.
    const isHidden = fault.kind === "skew" &&
      plan.some((other) =>
        other.kind === "freeze" && other.client === client && other.clockStands &&
        fault.at >= other.at - LOOK && fault.at <= other.at + other.ms + LOOK
      );
    if (step <= UNNOTICED_STEP || isHidden) slack += step;
  }
  return slack;
}

/** Since when something may have lain there that was read at a time. */
export function cameAt(stalls: readonly Stall[], at: Instant): Instant {
  return stalls.find(({ from, to }) => from < at && at <= to)?.from ?? at;
}

/** Since when a process has been awake for so many milliseconds before a time. */
export function awakeSince(stalls: readonly Stall[], at: Instant, ms: number): Instant {
  let since = at;
  let left = ms;
  for (const { from, to } of stalls.toReversed()) {
    if (from >= since) continue;
    const awake = Math.max(0, since - to);
    if (awake >= left) break;
    left -= awake;
    since = from;
  }
  return since - left;
}
