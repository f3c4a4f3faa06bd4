import { instantOf } from "../../../../driver/clock/_wall_times.ts";
import type { Clock } from "../../../../driver/clock/clock.ts";
import type { Instant } from "../../../../protocol/protocol.ts";
import type { ResumePoint } from "../../session/options.ts";

/** What has seen both clocks. */
interface WallTimed {
  wallTime(at: Instant): number;
}

/** A resume point to be stored: another run has another clock. */
export function inWallTime({ at, ...point }: ResumePoint, driver: WallTimed): ResumePoint {
  return { ...point, ...(at !== undefined && { at: driver.wallTime(at) }) };
}

/** A resume point that was stored, by the clock of this run. */
export function ofThisRun({ at, ...point }: ResumePoint, clock: Clock): ResumePoint {
  return { ...point, ...(at !== undefined && { at: instantOf(at, clock) }) };
}
