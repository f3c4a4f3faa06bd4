import type { IrcAsk } from "../../src/irc/session/ask.ts";
import type { IrcCommand } from "../../src/irc/wire/commands/command.ts";
import type { IrcEvent } from "../../src/irc/wire/events/event.ts";
import type { IrcSessionOptions } from "../../src/irc/session/options.ts";
import type { Action } from "../../src/protocol/protocol.ts";
import type { Tampering } from "./_tampered.ts";
import type { PlantedBug } from "../../testing/world/checking/search.ts";

interface Bug extends PlantedBug {
  readonly options?: (options: IrcSessionOptions) => IrcSessionOptions;
  readonly tamper?: () => Tampering<IrcCommand, IrcEvent, IrcAsk>;
}

const text = (action: Action<IrcAsk>) => action.kind === "send" ? String(action.data) : "";

/** Changes what is received: whole lines, however they come. */
function rewriting(change: (lines: string) => string): Tampering<IrcCommand, IrcEvent, IrcAsk> {
  const links = new Map<number, { readonly decoder: TextDecoder; rest: string }>();
  return {
    receive: (data, _now, link) => {
      const state = links.get(link) ?? { decoder: new TextDecoder(), rest: "" };
      links.set(link, state);
      const heard = state.rest +
        (typeof data === "string" ? data : state.decoder.decode(data, { stream: true }));
      const end = heard.lastIndexOf("\n") + 1;
      state.rest = heard.slice(end);
      return change(heard.slice(0, end));
    },
  };
}

/** Wrong variants of the core, each of which a checker must catch. */
export const ircBugs: Readonly<Record<string, Bug>> = {
  "rejoins a channel that was parted": {
    caught: "in_parted_channel",

    tamper: () => {
      const parted = new Set<string>();
      let link = 0;
      return {
        command: (command) => {
          if (command.kind === "PART") parted.add(command.channel);
        },
        action: (action) => {
          if (action.kind === "dial") link = action.link;
          const isJoin = text(action).startsWith("JOIN ") && parted.size > 0 && link > 1;
          return isJoin && action.kind === "send"
            ? [action, { ...action, data: `JOIN ${[...parted].join(",")}\r\n` }]
            : [action];
        },
      };
    },
  },
  "sends CAP END twice": {
    caught: "cap_end_repeated",

    tamper: () => ({ action: (action) => text(action) === "CAP END\r\n" ? [action, action] : [action] }),
  },
  "sends CAP END before SASL is settled": {
    caught: "cap_end_early",

    tamper: () => ({
      action: (action) =>
        action.kind === "send" && /^AUTHENTICATE [A-Z]/.test(text(action))
          ? [action, { ...action, data: "CAP END\r\n" }]
          : [action],
    }),
  },
  "joins all but one of its channels again": {
    caught: "not_in_channel",

    tamper: () => {
      let link = 0;
      return {
        action: (action) => {
          if (action.kind === "dial") link = action.link;
          if (action.kind !== "send" || link < 2) return [action];
          // However often it tries.
          return [{ ...action, data: text(action).replace(/^JOIN .*\r\n/, "JOIN #a\r\n") }];
        },
      };
    },
  },
  "does not wait for what it sends to be paid for": {
    caught: "flood",

    tamper: () => ({
      action: (action) =>
        action.kind === "send" && text(action).startsWith("PRIVMSG ")
          ? [action, ...Array(60).fill({ ...action, data: `PING :${"x".repeat(60)}\r\n` })]
          : [action],
    }),
  },
  "takes a ban for a lost link": {
    caught: "ban_unheeded",

    tamper: () => rewriting((lines) => lines.replaceAll(" 465 ", " 399 ").replaceAll("K-Lined", "Unliked")),
  },
  "folds names as it likes": {
    caught: "not_in_channel",
    tamper: () => rewriting((lines) => lines.replaceAll(/ CASEMAPPING=\S+/g, "")),
  },
  "takes each piece of a stream for whole characters": {
    caught: "lost_without_gap",
    tamper: () => ({
      receive: (data) => typeof data === "string" ? data : new TextDecoder().decode(data),
    }),
  },
  "never asks for its nick again": {
    caught: "nick_not_regained",

    tamper: () => ({ action: (action) => /^ISON /.test(text(action)) ? [] : [action] }),
  },
  "answers PING late": {
    caught: "ping_late",

    tamper: () => {
      let late: Action<IrcAsk>[] = [];
      return {
        action: (action) => {
          if (text(action).startsWith("PONG ")) {
            late.push(action);
            return [];
          }
          const due = late;
          late = [];
          return [...due, action];
        },
      };
    },
  },
  "goes on without its account": {
    caught: "without_account",
    options: ({ sasl: _, ...options }) => options,
  },
  "takes no notice of being kicked": {
    caught: "mistaken_about_channel",
    tamper: () => rewriting((lines) => lines.replaceAll(" KICK ", " KICKED ")),
  },
  "ends with its link": {
    caught: "ended_by_itself",
    tamper: () => ({
      action: (action) => action.kind === "dial" && action.link > 1 ? [{ kind: "end" }] : [action],
    }),
  },
  "does not end when it is told to": {
    caught: "not_ended",
    tamper: () => ({
      action: (action) => action.kind === "end" && action.error === undefined ? [] : [action],
    }),
  },
  "hides the gap": {
    caught: "lost_without_gap",
    tamper: () => ({ event: (event) => event.kind === "gap" ? [] : [event] }),
  },
  "calls a message done when it is written": {
    caught: "done_unheard",

    tamper: () => {
      const tickets = new Map<string, number>();
      const written = new Set<number>();
      return {
        command: (command, ticket) => {
          if (command.kind === "PRIVMSG") tickets.set(command.text, ticket);
        },
        action: (action) => {
          if (action.kind === "settle") return written.delete(action.ticket) ? [] : [action];
          const ticket = tickets.get(/:(bot says .+)\r\n/.exec(text(action))?.[1] ?? "");
          if (ticket === undefined) return [action];
          written.add(ticket);
          return [action, { kind: "settle", ticket, outcome: { kind: "done" } }];
        },
      };
    },
  },
  "forgets a message when a link dies": {
    caught: "unsettled",
    tamper: () => {
      const waiting = new Map<number, string>();
      const forgotten = new Map<number, string>();
      return {
        command: (command, ticket) => {
          if (command.kind === "PRIVMSG") waiting.set(ticket, command.text);
        },
        action: (action) => {
          if (action.kind === "dial") {
            const [first] = waiting;
            if (first !== undefined) forgotten.set(...first);
          }
          if (action.kind === "settle") {
            waiting.delete(action.ticket);
            if (forgotten.has(action.ticket)) return [];
          }
          const sent = text(action);
          return [...forgotten.values()].some((one) => sent.endsWith(` :${one}\r\n`)) ? [] : [action];
        },
      };
    },
  },
  "loses a line now and then": {
    caught: "lost_without_gap",

    tamper: () => {
      let count = 0;
      return { event: (event) => event.kind === "PRIVMSG" && ++count % 50 === 0 ? [] : [event] };
    },
  },
  "delivers a line twice after a reconnect": {
    caught: "delivered_twice",

    tamper: () => {
      let again = false;
      return {
        event: (event) => {
          if (event.kind === "gap") again = true;
          if (event.kind !== "PRIVMSG" || !again) return [event];
          again = false;
          return [event, event];
        },
      };
    },
  },
  "goes on trying nicks for ever": {
    caught: "too_many_nicks",

    tamper: () => ({
      action: (action) => text(action).startsWith("NICK ") ? Array(25).fill(action) : [action],
    }),
  },
  "reads but one line of those that came in one read": {
    caught: "lost_without_gap",
    shownBy: "coalesce",
    tamper: () => ({
      receive: (data) => {
        if (typeof data === "string") return data;
        const end = data.indexOf(10);
        const isWhole = end >= 0 && data.at(-1) === 10 && data.indexOf(10, end + 1) >= 0;
        return isWhole ? data.subarray(0, end + 1) : data;
      },
    }),
  },
  "stays away once a link was corrupt": {
    caught: "not_in_channel",
    shownBy: "reset",
    tamper: () => {
      let corrupt = false;
      return {
        closed: (info) => {
          corrupt ||= info.cause === "corrupt";
          return info;
        },
        action: (action) => action.kind === "dial" && corrupt ? [] : [action],
      };
    },
  },
};
