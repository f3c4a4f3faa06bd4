import type { ClientEvent } from "../../src/driver/client_event.ts";
import type { Host } from "../../src/driver/host.ts";
import type { IrcClientOptions } from "../../src/irc/client.ts";
import type { IrcEvent } from "../../src/irc/wire/event.ts";
import type { PlantedBug } from "../../testing/world/search.ts";

/** What a client can tell. */
export type Told = IrcEvent | ClientEvent;

/** What the world's user does with the client. */
export interface Uses {
  readonly say: (channel: string, text: string) => Promise<void>;
  /** Handles what is said. */
  readonly handle: (handler: (text: string) => unknown) => void;
  readonly read: () => AsyncIterator<Told, undefined>;
  /** Waits for something to be said. */
  readonly wait: (text: string, signal: AbortSignal) => Promise<unknown>;
}

/** A wrong variant of the client, or of a part of it. */
export interface IrcClientBug extends PlantedBug {
  readonly host?: (host: Host) => Host;
  readonly options?: (options: IrcClientOptions) => IrcClientOptions;
  /** `written` resolves when something said is on its way. */
  readonly uses?: (uses: Uses, host: Host, written: (text: string) => Promise<void>) => Partial<Uses>;
}

/** Wrong variants of the client, each of which a checker must catch. */
export const ircClientBugs: Readonly<Record<string, IrcClientBug>> = {
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
  "takes what it has written for heard a moment later": {
    caught: "done_early",
    shownBy: "narrow",
    uses: ({ say }, { clock }, written) => ({
      say: (channel, text) => {
        const { promise, resolve, reject } = Promise.withResolvers<void>();
        say(channel, text).then(resolve, reject);
        void written(text).then(() => clock.setTimer(clock.now() + 110, resolve));
        return promise;
      },
    }),
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
  "swallows what a handler throws": {
    caught: "error_untold",
    uses: ({ handle }) => ({
      handle: (handler) =>
        handle(async (text) => {
          try {
            await handler(text);
          } catch { /* This is the bug. */ }
        }),
    }),
  },
  "does not tell a slow reader what it has missed": {
    caught: "missed_untold",
    uses: ({ read }) => ({
      read: () => {
        const events = read();
        const next = async () => {
          for (;;) {
            const result = await events.next();
            if (result.done || result.value.kind !== "lagged") return result;
          }
        };
        return { next };
      },
    }),
  },
  "tells who reads of no end": {
    caught: "reader_endless",
    uses: ({ read }) => ({
      read: () => {
        const events = read();
        const next = async () => {
          const result = await events.next();
          return result.done ? new Promise<never>(() => {}) : result;
        };
        return { next };
      },
    }),
  },
  "tells who reads less than who handles": {
    caught: "readers_differ",
    uses: ({ read }) => ({
      read: () => {
        const events = read();
        let said = 0;
        const next = async () => {
          const result = await events.next();
          return !result.done && result.value.kind === "PRIVMSG" && ++said === 5
            ? await events.next()
            : result;
        };
        return { next };
      },
    }),
  },
  "wakes nobody who waits": { caught: "wait_missed", uses: () => ({ wait: () => new Promise(() => {}) }) },
};
