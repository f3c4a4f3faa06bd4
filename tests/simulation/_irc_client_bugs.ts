import type { ClientEvent } from "../../src/driver/client_event.ts";
import type { IrcClientOptions } from "../../src/irc/client.ts";
import type { IrcEvent } from "../../src/irc/wire/event.ts";
import { type ClientBug, clientBugs } from "./_client_bugs.ts";

/** What a client can tell. */
export type Told = IrcEvent | ClientEvent;

/** A wrong variant of the client, or of a part of it. */
export interface IrcClientBug extends ClientBug<Told> {
  readonly options?: (options: IrcClientOptions) => IrcClientOptions;
}

/** Wrong variants of the client, each of which a checker must catch. */
export const ircClientBugs: Readonly<Record<string, IrcClientBug>> = {
  ...clientBugs<Told>(),
  "loses what came while it stood still": {
    caught: "lost_without_gap",
    shownBy: "freeze",
    host: (host) => {
      let stoodUntil = -Infinity;
      const { clock } = host;
      const watch = (at: number) =>
        void clock.setTimer(at, () => {
          const now = clock.now();
          if (now > at + 500) stoodUntil = now;
          watch(now + 1_000);
        });
      watch(clock.now() + 1_000);
      return {
        ...host,
        dial: (request, events) =>
          host.dial(request, {
            opened: (info) => events.opened(info),
            receive: (data) => {
              if (clock.now() > stoodUntil) events.receive(data);
            },
            receiveBatch: (batch) => {
              if (clock.now() > stoodUntil) events.receiveBatch(batch);
            },
            closed: (info) => events.closed(info),
          }),
      };
    },
  },
  "looks at the clock on the wall but once": {
    caught: "gap_times",
    shownBy: "skew",
    host: ({ clock, ...host }) => {
      const ahead = clock.wall() - clock.now();
      const once = { now: () => clock.now(), wall: () => clock.now() + ahead };
      return { ...host, clock: { ...once, setTimer: (at, wake) => clock.setTimer(at, wake) } };
    },
  },
  "waits for its store for ever": {
    caught: "not_in_channel",
    shownBy: "part",
    options: (options) => ({ ...options, timeouts: { ...options.timeouts, answer: 86_400_000 } }),
  },
  "knows but the first of its addresses": {
    caught: "not_in_channel",
    options: ({ url, ...options }) => ({ ...options, url: typeof url === "string" ? url : url?.[0] ?? "" }),
  },
};
