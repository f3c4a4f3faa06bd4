import type { PlantedBug } from "../../testing/world/checking/search.ts";
import { answering, askingAgain, type HostBug, neverWaking } from "./_twitch_host_bugs.ts";

/** A wrong variant of how Twitch's API is asked. */
export interface HelixBug extends PlantedBug {
  readonly host: HostBug;
}

/** Wrong variants, each of which a checker must catch. */
export const twitchHelixBugs: Readonly<Record<string, HelixBug>> = {
  "posts again what it got no answer to": {
    caught: "sent_twice",
    shownBy: "http",
    host: askingAgain((response, method) => response === undefined && method === "POST"),
  },
  "asks again what was refused for good": {
    caught: "refused_again",
    host: askingAgain((response) => response?.status === 400),
  },
  "takes no notice of the points that are left": {
    caught: "refused_foretold",
    host: answering((text, headers) => {
      if (headers.has("ratelimit-remaining")) headers.set("ratelimit-remaining", "500");
      return text;
    }),
  },
  "takes what was dropped for sent": {
    caught: "done_unheard",
    host: answering((text) => text.replace('"is_sent":false', '"is_sent":true')),
  },
  "takes what was sent for dropped": {
    caught: "failed_heard",
    host: answering((text) => text.replace('"is_sent":true', '"is_sent":false')),
  },
  "never wakes who waits for long": { caught: "call_endless", host: neverWaking(2_000) },
};
