import type { Clock } from "../../src/driver/clock.ts";
import type { Host } from "../../src/driver/host.ts";
import type { Data } from "../../src/protocol/protocol.ts";
import type { PlantedBug } from "../../testing/world/search.ts";

/** A wrong variant of the client. */
export interface EventSubBug extends PlantedBug {
  readonly host?: (host: Host) => Host;
  /** Whether its user is told of a time away. */
  readonly tellsGaps?: boolean;
}

/** Changes what links bring; undefined: nothing. */
const bringing = (change: (data: Data, clock: Clock) => Data | undefined) => (host: Host): Host => ({
  ...host,
  dial: (request, events) =>
    host.dial(request, {
      opened: (info) => events.opened(info),
      receive: (data) => {
        const changed = change(data, host.clock);
        if (changed !== undefined) events.receive(changed);
      },
      receiveBatch: (several) => {
        events.receiveBatch(several.flatMap((data) => change(data, host.clock) ?? []));
      },
      closed: (info) => events.closed(info),
    }),
});

/** Changes how the API is asked for a subscription. */
const subscribing =
  (ask: (count: number, real: () => Promise<Response>) => Promise<Response>) => (host: Host): Host => {
    let count = 0;
    return {
      ...host,
      fetch: (input, init) => {
        const real = () => host.fetch(input, init);
        const isMeant = init?.method === "POST" && input.includes("/eventsub/subscriptions");
        return isMeant ? ask(++count, real) : real();
      },
    };
  };

let invented = 0;

/** Wrong variants, each of which a checker must catch. */
export const twitchEventSubBugs: Readonly<Record<string, EventSubBug>> = {
  "tells again what Twitch repeats": {
    caught: "told_twice",
    host: bringing((data) =>
      String(data).replace(/"message_id":"[^"]*"/, () => `"message_id":"${++invented}"`)
    ),
  },
  "does not go where it is sent": {
    caught: "gap_needless",
    host: bringing((data) => String(data).includes('"session_reconnect"') ? undefined : data),
  },
  "hides the gap": { caught: "lost_without_gap", tellsGaps: false },
  "loses an event now and then": {
    caught: "lost_without_gap",
    host: (host) => {
      let count = 0;
      return bringing((data) => {
        return String(data).includes('"notification"') && ++count % 7 === 0 ? undefined : data;
      })(host);
    },
  },
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
  "does not hear that a subscription has ended": {
    caught: "revocation_untold",
    host: bringing((data) => String(data).includes('"revocation"') ? undefined : data),
  },
  "notices no silence": {
    caught: "not_back",
    host: (host) => ({
      ...host,
      dial: (request, events) => {
        let live = true;
        const beat = () => {
          if (!live) return;
          events.receive(KEEPALIVE);
          host.clock.setTimer(host.clock.now() + 5_000, beat);
        };
        return host.dial(request, {
          opened: (info) => {
            events.opened(info);
            host.clock.setTimer(host.clock.now() + 5_000, beat);
          },
          receive: (data) => events.receive(data),
          receiveBatch: (several) => events.receiveBatch(several),
          closed: (info) => {
            live = false;
            events.closed(info);
          },
        });
      },
    }),
  },
};

const KEEPALIVE = JSON.stringify({
  metadata: {
    message_id: "invented",
    message_type: "session_keepalive",
    message_timestamp: "2026-11-22T00:00:00Z",
  },
  payload: {},
});
