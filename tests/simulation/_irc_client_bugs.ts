import type { Host } from "../../src/driver/host.ts";
import type { ClientEvent } from "../../src/driver/client/client_event.ts";
import type { IrcClientOptions } from "../../src/irc/client.ts";
import type { LineHandler } from "../../src/irc/session/line_handlers.ts";
import type { IrcEvent } from "../../src/irc/wire/events/event.ts";
import type { IrcMessage } from "../../src/irc/wire/messages/message.ts";
import { type ClientBug, clientBugs } from "./_client_bugs.ts";

/** What a client can tell. */
export type Told = IrcEvent | ClientEvent;

/** A wrong variant of the client, or of a part of it. */
export interface IrcClientBug extends ClientBug<Told> {
  /** What has become of a KICK that must be refused, and of a NAMES that must not, as the client tells it. */
  readonly asked?: (outcomes: Outcomes) => Outcomes;
  readonly options?: (options: IrcClientOptions) => IrcClientOptions;
}

/** How commands ended that were given at once: `done`, the code of the error, or the numeric that refused it. */
export interface Outcomes {
  readonly kick: string;
  readonly names: string;
}

/** Changes the lines that the client sends, undefined: not at all; told what came on the link, and which link it is. */
function sending(
  host: Host,
  change: (line: string, heard: string, link: number) => string | undefined,
): Host {
  let links = 0;
  let heard = "";
  const text = (data: unknown) => data instanceof Uint8Array ? new TextDecoder().decode(data) : String(data);
  return {
    ...host,
    dial: (request, events) => {
      const number = ++links;
      const link = host.dial(request, {
        opened: (info) => events.opened(info),
        receive: (data) => {
          heard += text(data);
          events.receive(data);
        },
        receiveBatch: (batch) => {
          heard += batch.map(text).join("");
          events.receiveBatch(batch);
        },
        closed: (info) => events.closed(info),
      });
      return {
        send: (data) => {
          const changed = change(text(data), heard, number);
          if (changed !== undefined) link.send(changed);
        },
        close: (code, reason) => link.close(code, reason),
        abort: () => link.abort(),
      };
    },
  };
}

type ChangedOptions = (options: IrcClientOptions) => IrcClientOptions;

/** Takes no notice of some lines. */
function heeding(isHeeded: (message: IrcMessage) => boolean): ChangedOptions {
  const handler: LineHandler = (message, next, direction) => {
    if (direction === "out" || isHeeded(message)) next();
  };
  return (options) => ({ ...options, use: [handler] });
}

/** Reads other lines than came. */
function reading(change: (line: string) => string): ChangedOptions {
  return (options) => ({ ...options, use: [({ raw }, next) => next(change(raw))] });
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
  "keeps a member who has quit": {
    caught: "member_kept",
    options: heeding((message) => message.command !== "QUIT"),
  },
  "misses who comes back from a netsplit": {
    caught: "member_missing",
    options: heeding(({ command, raw }) => command !== "JOIN" || !/^@batch=b\d/.test(raw)),
  },
  "takes no notice of another name of a channel": {
    caught: "mistaken_about_channel",
    options: heeding((message) => message.command !== "RENAME"),
  },
  "loses a text of each page of history": {
    caught: "history_wrong",
    options: (options) => {
      let played = 0;
      const handler: LineHandler = (message, next, direction) => {
        const isPlayed = direction === "in" && /^@batch=b\d+;/.test(message.raw) &&
          message.command === "PRIVMSG";
        if (!isPlayed || ++played % 3 !== 0) next();
      };
      return { ...options, use: [handler] };
    },
  },
  "takes history for news": {
    caught: "delivered_twice",
    options: reading((line) => line.replace(/^@batch=b\d+;/, "@")),
  },
  "takes who sits in between for the server": {
    caught: "wrong_command_refused",
    options: reading((line) => line.replace(/^:irc\.znc\.in PONG irc\.znc\.in/, ":irc.test PONG irc.test")),
  },
  "does not hear that its bouncer has lost the network": {
    caught: "outage_untold",
    options: (options) => {
      let isWelcome = false;
      return heeding(({ command, raw }) => {
        if (command === "CAP") isWelcome = false;
        const isSecond = command === "001" && isWelcome;
        isWelcome ||= command === "001";
        return !isSecond && command !== "BOUNCER" && !raw.includes("*status!znc@znc.in");
      })(options);
    },
  },
  "blames a refusal on another command": {
    caught: "wrong_command_refused",
    asked: ({ kick, names }) => ({ kick: names, names: kick }),
  },
  "forgets a channel that was unavailable once": {
    caught: "channel_forgotten",
    host: (host) =>
      sending(host, (line, heard) => /JOIN /.test(line) && / 437 /.test(heard) ? undefined : line),
  },
  "loses the key of a channel with its link": {
    caught: "key_lost",
    host: (host) => sending(host, (line, _, link) => link > 1 ? line.replace(" sesame", "") : line),
  },
  "loses a line that has waited": {
    caught: "done_unheard",
    host: (host) => {
      let said = 0;
      return sending(host, (line) => / ?PRIVMSG /.test(line) && ++said % 4 === 0 ? undefined : line);
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
