import type { ConnectFailure } from "../../protocol/connection/connect_error.ts";
import type { Instant } from "../../protocol/protocol.ts";
import type { Runnable } from "../driver.ts";
import type { ClientEvent } from "./client_event.ts";

/** The kinds of events that say nothing of the protocol. */
export const clientKinds: readonly string[] = [
  "error",
  "undelivered",
  "lagged",
  "closed",
] satisfies ClientEvent["kind"][];

/** An event that tells of a time away, which users compare with other machines' times. */
interface TimeAway {
  readonly kind: "gap";
  readonly from: Instant;
  readonly to: Instant;
}

function isTimeAway<Event extends { readonly kind: string }>(event: Event): event is Event & TimeAway {
  return event.kind === "gap" && "from" in event && "to" in event;
}

/** The event with its times by the wall clock, if it has times. */
export function inWallTime<Event extends { readonly kind: string }>(event: Event, driver: Runnable): Event {
  if (!isTimeAway(event)) return event;
  return { ...event, ...driver.wallSpan(event.from, event.to) };
}

/** Whether an event says that an attempt to connect has failed, as those of every protocol here do. */
export function isReconnecting(
  event: { readonly kind: string },
): event is ConnectFailure & { readonly kind: string } {
  return event.kind === "reconnecting" && "url" in event && typeof event.url === "string" &&
    "reason" in event && typeof event.reason === "string";
}
