import type { Host } from "../../src/driver/host.ts";
import type { PlantedBug } from "../../testing/world/checking/search.ts";
import {
  answering,
  asking,
  askingAgain,
  bringing,
  deafTo,
  type HostBug,
  losing,
  neverSilent,
  subscribing,
} from "./_twitch_host_bugs.ts";

/** A wrong variant of a client that reads chat over EventSub. */
export interface EventSubChatBug extends PlantedBug {
  readonly host?: HostBug;
  /** Whether its user is told of a time away. */
  readonly tellsGaps?: boolean;
}

/** Waits for no permit of some scopes. */
const permitting = (isMeant: (scope: string) => boolean) => (host: Host): Host => ({
  ...host,
  permits: {
    acquire: async (permit, signal) => {
      return isMeant(permit.scope)
        ? { release() {}, isHeld: () => true }
        : await host.permits.acquire(permit, signal);
    },
  },
});

/** Wrong variants, each of which a checker must catch. */
export const twitchEventSubChatBugs: Readonly<Record<string, EventSubChatBug>> = {
  "hides the gap": { caught: "lost_without_gap", tellsGaps: false },
  "loses a line now and then": { caught: "lost_without_gap", host: losing(7) },
  "does not go where it is sent": { caught: "gap_needless", host: deafTo("session_reconnect") },
  "does not hear that it is thrown out": { caught: "revocation_untold", host: deafTo("revocation") },
  "notices no silence": { caught: "not_back", host: neverSilent },
  "is in a channel by half": {
    caught: "not_back",
    host: subscribing(async (count, real) => {
      if (count % 9 !== 0) return await real();
      return Response.json({ data: [{ id: `sub-invented-${count}` }] }, { status: 202 });
    }),
  },
  "takes a channel for refused": {
    caught: "refused",
    host: subscribing(async (count, real) => {
      if (count !== 3) return await real();
      return Response.json({ error: "Bad Request", status: 400, message: "invented" }, { status: 400 });
    }),
  },
  "does not know its own messages": {
    caught: "own_unknown",
    host: bringing((data) =>
      String(data).replace('"chatter_user_login":"bot"', '"chatter_user_login":"b0t"')
    ),
  },
  "says again what it got no answer to": {
    caught: "sent_twice",
    shownBy: "http",
    host: askingAgain((response, method) => response === undefined && method === "POST"),
  },
  "takes what was dropped for said": {
    caught: "done_unheard",
    host: answering((text) => text.replace('"is_sent":false', '"is_sent":true')),
  },
  "takes what was said for dropped": {
    caught: "failed_heard",
    host: answering((text) => text.replace('"is_sent":true', '"is_sent":false')),
  },
  "says as much as it likes": {
    caught: "over_limit",
    host: permitting((scope) => scope === "twitch.message.ordinary"),
  },
  "does not pause between messages to a channel": {
    caught: "no_pause",
    host: permitting((scope) => scope === "twitch.message.channel"),
  },
  "has no other token when one has expired": {
    caught: "failed_needless",
    host: asking(
      (input) => input.endsWith("/oauth2/token"),
      () => Promise.resolve(new Response("unwell", { status: 503 })),
    ),
  },
};
