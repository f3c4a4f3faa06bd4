import type { Clock } from "../../src/driver/clock.ts";
import type { Host } from "../../src/driver/host.ts";
import type { PlantedBug } from "../../testing/world/search.ts";

/** A wrong variant of how Twitch's API is asked. */
export interface HelixBug extends PlantedBug {
  readonly fetch?: (fetch: Host["fetch"]) => Host["fetch"];
  readonly clock?: (clock: Clock) => Clock;
}

/** Asks again whatever ends in some way. */
const again =
  (isMeant: (response: Response | undefined, method: string) => boolean) =>
  (fetch: Host["fetch"]): Host["fetch"] =>
  async (input, init) => {
    const method = init?.method ?? "GET";
    try {
      const response = await fetch(input, init);
      const text = await response.text();
      if (isMeant(response, method)) return await fetch(input, init);
      const { status, headers } = response;
      return new Response(status === 204 ? null : text, { status, headers });
    } catch (error) {
      if (isMeant(undefined, method)) return await fetch(input, init);
      throw error;
    }
  };

/** Wrong variants, each of which a checker must catch. */
export const twitchHelixBugs: Readonly<Record<string, HelixBug>> = {
  "posts again what it got no answer to": {
    caught: "sent_twice",
    shownBy: "http",
    fetch: again((response, method) => response === undefined && method === "POST"),
  },
  "asks again what was refused for good": {
    caught: "refused_again",
    fetch: again((response) => response?.status === 400),
  },
  "takes no notice of the points that are left": {
    caught: "refused_foretold",
    fetch: (fetch) => async (input, init) => {
      const response = await fetch(input, init);
      const headers = new Headers(response.headers);
      if (headers.has("ratelimit-remaining")) headers.set("ratelimit-remaining", "500");
      const { status } = response;
      return new Response(status === 204 ? null : await response.text(), { status, headers });
    },
  },
  "takes what was dropped for sent": {
    caught: "done_unheard",
    fetch: (fetch) => async (input, init) => {
      const response = await fetch(input, init);
      const { status, headers } = response;
      if (status === 204) return response;
      const text = (await response.text()).replace('"is_sent":false', '"is_sent":true');
      return new Response(text, { status, headers });
    },
  },
  "takes what was sent for dropped": {
    caught: "failed_heard",
    fetch: (fetch) => async (input, init) => {
      const response = await fetch(input, init);
      const { status, headers } = response;
      if (status === 204) return response;
      const text = (await response.text()).replace('"is_sent":true', '"is_sent":false');
      return new Response(text, { status, headers });
    },
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
