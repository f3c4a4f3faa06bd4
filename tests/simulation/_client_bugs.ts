import type { Host } from "../../src/driver/host.ts";
import type { PlantedBug } from "../../testing/world/checking/search.ts";
import type { ToldAlike, WrongUses } from "./_client_user.ts";

/** A wrong variant of what every client is. */
export interface ClientBug<Event> extends PlantedBug {
  readonly host?: (host: Host) => Host;
  readonly uses?: WrongUses<Event>;
}

/** Wrong variants of what every client is, each of which a checker must catch. */
export function clientBugs<Event extends ToldAlike>(): Readonly<Record<string, ClientBug<Event>>> {
  return {
    "takes what it has written for heard a moment later": {
      caught: "done_early",
      shownBy: "narrow",
      uses: ({ say }, { clock }, written) => ({
        say: (channel, text) => {
          const { promise, resolve, reject } = Promise.withResolvers<unknown>();
          say(channel, text).then(resolve, reject);
          void written(text).then(() => clock.setTimer(clock.now() + 110, () => resolve(undefined)));
          return promise;
        },
      }),
    },
    "leaves its timers behind": {
      caught: "timer_left",
      host: ({ clock, ...host }) => ({
        ...host,
        clock: {
          now: () => clock.now(),
          wall: () => clock.wall(),
          setTimer: (at, wake) => {
            let live = true;
            clock.setTimer(at, () => {
              if (live) wake();
            });
            return () => void (live = false);
          },
        },
      }),
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
    "loses what is said now and then": {
      caught: "unsettled",
      uses: ({ say }) => {
        let count = 0;
        return {
          say: (channel, text) => ++count % 5 === 0 ? new Promise(() => {}) : say(channel, text),
        };
      },
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
}
