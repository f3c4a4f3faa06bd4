import type { Observation } from "@parley/parley/driver";
import type { Instant } from "@parley/parley/protocol";
import type { Violation } from "../world/checking/violation.ts";
import type { Told } from "./bot/_life.ts";

/** What is lost in reckoning from one clock to the other and back, in milliseconds. */
const ROUNDING = 0.01;

/** When a client lost its links, be it that they broke or that it gave them up. */
export function lossesOf(observations: readonly Observation[]): Instant[] {
  return observations.flatMap(({ kind, at }) =>
    kind === "closed" || kind === "abort" || kind === "close" ? [at] : []
  );
}

/** Checks that in the time of each gap that a client has told of it had lost what would have brought what it missed. */
export function checkGapsOwed(told: readonly Told[], losses: readonly Instant[]): Violation[] {
  return told.flatMap(({ event, at }) => {
    if (!isGap(event)) return [];
    const { from, to } = event;
    if (losses.some((lostAt) => from <= lostAt + ROUNDING && lostAt <= to + ROUNDING)) return [];
    const message = `a gap from ${from} to ${to} is told at ${at}, and nothing was lost meanwhile`;
    return [{ rule: "gap_not_owed", message }];
  });
}

function isGap(event: Told["event"]): event is { kind: "gap"; from: Instant; to: Instant } {
  return event.kind === "gap" && "from" in event && "to" in event;
}
