import type { Instant } from "../../protocol/protocol.ts";
import type { Clock } from "./clock.ts";

/** Waits until a time, whatever happens; `sleepUntil` can be woken before. In a file of its own: few need more than this. */
export function pauseUntil(clock: Clock, at: Instant): Promise<void> {
  return new Promise((resolve) => void clock.setTimer(at, resolve));
}
