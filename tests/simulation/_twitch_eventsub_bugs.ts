import type { PlantedBug } from "../../testing/world/checking/search.ts";
import { bringing, deafTo, type HostBug, losing, neverSilent, subscribing } from "./_twitch_host_bugs.ts";

/** A wrong variant of the client. */
export interface EventSubBug extends PlantedBug {
  readonly host?: HostBug;
  /** Whether its user is told of a time away. */
  readonly tellsGaps?: boolean;
}

let invented = 0;

/** Wrong variants, each of which a checker must catch. */
export const twitchEventSubBugs: Readonly<Record<string, EventSubBug>> = {
  "tells again what Twitch repeats": {
    caught: "told_twice",
    host: bringing((data) =>
      String(data).replace(/"message_id":"[^"]*"/, () => `"message_id":"${++invented}"`)
    ),
  },
  "does not go where it is sent": { caught: "gap_needless", host: deafTo("session_reconnect") },
  "hides the gap": { caught: "lost_without_gap", tellsGaps: false },
  "loses an event now and then": { caught: "lost_without_gap", host: losing(7) },
  "subscribes once": {
    caught: "not_back",
    host: subscribing(async (count, real) => {
      if (count <= 4) return await real();
      return Response.json({ data: [{ id: `sub-invented-${count}` }] }, { status: 202 });
    }),
  },
  "takes a subscription for refused": {
    caught: "refused",
    host: subscribing(async (count, real) => {
      if (count !== 3) return await real();
      return Response.json({ error: "Bad Request", status: 400, message: "invented" }, { status: 400 });
    }),
  },
  "does not hear that a subscription has ended": { caught: "revocation_untold", host: deafTo("revocation") },
  "notices no silence": { caught: "not_back", host: neverSilent },
};
