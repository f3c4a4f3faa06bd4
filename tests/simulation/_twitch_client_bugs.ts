import type { ClientEvent } from "../../src/driver/client/client_event.ts";
import type { Host } from "../../src/driver/host.ts";
import { AuthenticationError } from "../../src/protocol/errors.ts";
import type { CloseInfo, Data } from "../../src/protocol/protocol.ts";
import type { TwitchClientOptions } from "../../src/twitch/client.ts";
import type { TwitchEvent } from "../../src/twitch/wire/event.ts";
import { type ClientBug, clientBugs } from "./_client_bugs.ts";

/** What a client can tell. */
export type Told = TwitchEvent | ClientEvent;

/** A wrong variant of the client, or of a part of it. */
export interface TwitchClientBug extends ClientBug<Told> {
  readonly options?: (options: TwitchClientOptions) => TwitchClientOptions;
}

/** Changes what links bring, and sees their ends; what dials after a refusal never opens. */
function listening(how: {
  readonly batch?: (batch: readonly Data[]) => readonly Data[];
  readonly closed?: (info: CloseInfo) => void;
  readonly dials?: () => boolean;
}): (host: Host) => Host {
  const { batch = (batch) => batch, closed = () => {}, dials = () => true } = how;
  return (host) => ({
    ...host,
    dial: (request, events) =>
      dials()
        ? host.dial(request, {
          opened: (info) => events.opened(info),
          receive: (data) => events.receive(data),
          receiveBatch: (several) => events.receiveBatch(batch(several)),
          closed: (info) => {
            closed(info);
            events.closed(info);
          },
        })
        : { send: () => {}, close: () => {}, abort: () => {} },
  });
}

/** Changes why no token is to be had. */
function tokenFailing(why: (error: unknown) => unknown): NonNullable<TwitchClientBug["options"]> {
  return ({ token, ...options }) => ({
    ...options,
    token: async (signal, refused, refusedToken) => {
      try {
        return typeof token === "function" ? await token(signal, refused, refusedToken) : token ?? "";
      } catch (error) {
        throw why(error);
      }
    },
  });
}

/** Wrong variants of the client, each of which a checker must catch. */
export const twitchClientBugs: Readonly<Record<string, TwitchClientBug>> = {
  ...clientBugs<Told>(),
  "reads but one message of those that came in one read": {
    caught: "lost_without_gap",
    shownBy: "coalesce",
    host: listening({ batch: (batch) => batch.slice(0, 1) }),
  },
  "stays away once a link was corrupt": {
    caught: "not_in_channel",
    shownBy: "reset",
    host: (host) => {
      let corrupt = false;
      const closed = ({ cause }: CloseInfo) => void (corrupt ||= cause === "corrupt");
      return listening({ closed, dials: () => !corrupt })(host);
    },
  },
  "takes whatever fails who gives tokens for a refusal": {
    caught: "ended_by_itself",
    shownBy: "http",
    options: tokenFailing((error) => new AuthenticationError(`No token: ${error}`)),
  },
  "gives up once there is no token": {
    caught: "ended_by_itself",
    shownBy: "part",
    options: tokenFailing((error) =>
      String(error).includes("out of order") ? new AuthenticationError("No token") : error
    ),
  },
  "has no other token when one has expired": {
    caught: "ended_by_itself",
    options: ({ token: _, ...options }) => ({ ...options, token: "token1" }),
  },
  "knows all but one of its channels": {
    caught: "not_in_channel",
    options: ({ channels = [], ...options }) => ({ ...options, channels: channels.slice(1) }),
  },
};
