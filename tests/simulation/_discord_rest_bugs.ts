import type { Clock } from "../../src/driver/clock/clock.ts";
import type { Host } from "../../src/driver/host.ts";
import type { PlantedBug } from "../../testing/world/checking/search.ts";

/** A wrong variant of how Discord's REST API is asked. */
export interface RestBug extends PlantedBug {
  readonly fetch?: (fetch: Host["fetch"]) => Host["fetch"];
  readonly clock?: (clock: Clock) => Clock;
}

/** Changes the headers of answers. */
const telling =
  (change: (headers: Headers, status: number) => void) =>
  (fetch: Host["fetch"]): Host["fetch"] =>
  async (input, init) => {
    const response = await fetch(input, init);
    const headers = new Headers(response.headers);
    change(headers, response.status);
    const { status, statusText } = response;
    return new Response(status === 204 ? null : await response.text(), { status, statusText, headers });
  };

/** Wrong variants, each of which a checker must catch. */
export const discordRestBugs: Readonly<Record<string, RestBug>> = {
  "posts again what it got no answer to": {
    caught: "sent_twice",
    shownBy: "http",
    fetch: (fetch) => async (input, init) => {
      const response = await fetch(input, init);
      try {
        return new Response(response.status === 204 ? null : await response.text(), response);
      } catch {
        return await fetch(input, init);
      }
    },
  },
  "blocks a bucket by a sub-limit": {
    caught: "held_needlessly",
    fetch: telling((headers, status) => {
      if (status !== 429 || headers.get("x-ratelimit-bucket") === null) return;
      headers.set("x-ratelimit-remaining", "0");
      headers.set("x-ratelimit-reset-after", headers.get("retry-after") ?? "0");
    }),
  },
  "takes no notice of what a bucket has left": {
    caught: "refused_foretold",
    fetch: telling((headers) => {
      if (headers.get("x-ratelimit-remaining") === "0") headers.set("x-ratelimit-remaining", "5");
    }),
  },
  "never wakes who waits for long": {
    caught: "call_endless",
    clock: (clock) => ({
      now: () => clock.now(),
      wall: () => clock.wall(),
      setTimer: (at, wake) => at - clock.now() > 2_000 ? () => {} : clock.setTimer(at, wake),
    }),
  },
};
