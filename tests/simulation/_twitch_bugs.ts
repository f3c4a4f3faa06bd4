import type { Clock } from "../../src/driver/clock/clock.ts";
import type { Host } from "../../src/driver/host.ts";
import { LocalPermits, type Permits } from "../../src/driver/permits.ts";
import type { Action } from "../../src/protocol/protocol.ts";
import type { TwitchAsk } from "../../src/twitch/session/outputs.ts";
import type { TwitchCommand } from "../../src/twitch/wire/commands/command.ts";
import type { TwitchEvent } from "../../src/twitch/wire/event.ts";
import type { TwitchPoolOptions } from "../../src/twitch/session/pool.ts";
import type { Tampering } from "./_tampered.ts";
import type { PlantedBug } from "../../testing/world/checking/search.ts";

interface Bug extends PlantedBug {
  readonly tamper?: () => Tampering<TwitchCommand, TwitchEvent, TwitchAsk>;
  readonly permits?: (host: Host) => Permits;
  /** Wraps the permits, which may fail. */
  readonly around?: (permits: Permits) => Permits;
  readonly answerWithin?: number;
  readonly clock?: (clock: Clock) => Clock;
  readonly options?: Partial<TwitchPoolOptions>;
}

/** Permits that are granted at once where their scope is this. */
function unlimited(scope: string): (host: Host) => Permits {
  return ({ permits }) => ({
    acquire: (permit, signal) =>
      permit.scope === scope
        ? Promise.resolve({ release: () => {}, isHeld: () => true })
        : permits.acquire(permit, signal),
  });
}

const text = (action: Action<TwitchAsk>) => action.kind === "send" ? String(action.data) : "";

/** The text of a message that is sent, whatever nonce it is sent with. */
const privmsg = (action: Action<TwitchAsk>) => text(action).replace(/^@\S+ (?=PRIVMSG )/, "");

/** Wrong variants of the core, each of which a checker must catch. */
export const twitchBugs: Readonly<Record<string, Bug>> = {
  "counts JOINs per connection": { caught: "join_limit", permits: ({ clock }) => new LocalPermits(clock) },
  "ignores the limit on messages where it does not moderate": {
    caught: "ordinary_message_limit",
    permits: unlimited("twitch.message.ordinary"),
  },
  "ignores the limit on all its messages": { caught: "message_limit", permits: unlimited("twitch.message") },
  "does not pause between messages to a channel": {
    caught: "pause",
    permits: unlimited("twitch.message.channel"),
  },
  "ignores the limit on logins": { caught: "login_limit", permits: unlimited("twitch.auth") },
  "ignores slow mode": {
    caught: "pause",
    tamper: () => ({
      receive: (data) => typeof data === "string" ? data.replaceAll(/;slow=\d+/g, ";slow=0") : data,
    }),
  },
  "never doubts that it is in a channel": {
    caught: "channel_links",
    options: { timeouts: { quiet: Infinity } },
  },
  "takes the echo of a JOIN for being in the channel": {
    caught: "join_done_early",
    tamper: () => ({
      receive: (data) => {
        if (typeof data !== "string") return data;
        const described = (line: string, channel: string) => `${line}@slow=0 :t ROOMSTATE ${channel}\r\n`;
        return data.replaceAll(/^:bot!\S+ JOIN (#\w+)\r\n/gm, described);
      },
    }),
  },
  "hides that it was out of a channel": {
    caught: "lost_without_gap",
    tamper: () => ({
      event: (event) => event.kind === "gap" && event.channels.length === 1 ? [] : [event],
    }),
  },
  "waits for its token for ever": { caught: "not_in_channel", shownBy: "part", answerWithin: 86_400_000 },
  "asks once for a permit that cannot be had": {
    caught: "unsettled",
    shownBy: "part",
    around: (permits) => ({
      acquire: (permit, signal) => permits.acquire(permit, signal).catch(() => new Promise<never>(() => {})),
    }),
  },
  "has no other token when one has expired": {
    caught: "not_in_channel",
    tamper: () => ({
      action: (action) =>
        action.kind === "ask" && action.ask.kind === "token"
          ? [{ ...action, ask: { kind: "token" } }]
          : [action],
    }),
  },
  "calls a message done that Twitch has dropped in silence": {
    caught: "done_untaken",
    tamper: () => ({
      action: (action) => {
        if (action.kind !== "settle" || action.outcome.kind !== "failed") return [action];
        const { error } = action.outcome;
        const unconfirmed = "code" in error && error.code === "unconfirmed";
        return [unconfirmed ? { ...action, outcome: { kind: "done" } } : action];
      },
    }),
  },
  "rejoins a channel that was parted": {
    caught: "channel_links",
    tamper: () => {
      let parted: string | undefined;
      const rejoined = new Set<number>();
      return {
        command: (command) => {
          if (command.kind === "part" && rejoined.size === 0) parted = command.channel;
          if (command.kind === "join" && command.channel === parted) parted = undefined;
        },
        action: (action) => {
          if (action.kind !== "send" || parted === undefined) return [action];
          // The core would leave again.
          if (rejoined.size > 0 && text(action) === `PART ${parted}\r\n`) return [];
          if (rejoined.has(action.link) || !text(action).startsWith("JOIN ")) return [action];
          rejoined.add(action.link);
          return [action, { ...action, data: `JOIN ${parted}\r\n` }];
        },
      };
    },
  },
  "closes the old link before the new one is ready": {
    caught: "gap_begin",
    tamper: () => {
      const open = new Set<number>();
      return {
        action: (action) => {
          if (action.kind === "abort" || action.kind === "close") open.delete(action.link);
          if (action.kind !== "dial") return [action];
          const old = [...open];
          open.clear();
          open.add(action.link);
          return [...old.map((link) => ({ kind: "close" as const, link, code: 1000, reason: "" })), action];
        },
      };
    },
  },
  "tells twice what both links bring in a handover": {
    caught: "delivered_twice",
    tamper: () => ({
      // Ids that differ by the link hide from the core that messages are the same.
      receive: (data, _now, link) =>
        typeof data === "string" && link % 2 === 0 ? data.replaceAll(";id=", ";id=x") : data,
    }),
  },
  "calls a join done when it is sent": {
    caught: "join_done_early",
    tamper: () => {
      const tickets = new Map<string, number>();
      const settled = new Set<number>();
      return {
        command: (command, ticket) => {
          if (command.kind === "join") tickets.set(`JOIN ${command.channel}\r\n`, ticket);
        },
        action: (action) => {
          if (action.kind === "settle") return settled.delete(action.ticket) ? [] : [action];
          const ticket = tickets.get(text(action));
          if (ticket === undefined) return [action];
          tickets.delete(text(action));
          settled.add(ticket);
          return [action, { kind: "settle", ticket, outcome: { kind: "done" } }];
        },
      };
    },
  },
  "calls a message done when it is written": {
    caught: "done_unheard",
    tamper: () => {
      const tickets = new Map<string, number>();
      const settled = new Set<number>();
      return {
        command: (command, ticket) => {
          if (command.kind === "say") tickets.set(`PRIVMSG ${command.channel} :${command.text}\r\n`, ticket);
        },
        action: (action) => {
          if (action.kind === "settle") return settled.delete(action.ticket) ? [] : [action];
          const ticket = tickets.get(privmsg(action));
          if (ticket === undefined) return [action];
          settled.add(ticket);
          return [action, { kind: "settle", ticket, outcome: { kind: "done" } }];
        },
      };
    },
  },
  "takes each piece of a stream for whole characters": {
    caught: "lost_without_gap",
    tamper: () => ({
      receive: (data) => typeof data === "string" ? data : new TextDecoder().decode(data),
    }),
  },
  "hears no answer to the JOIN of one channel": {
    caught: "given_up",
    tamper: () => ({
      receive: (data) =>
        typeof data === "string" ? data.replaceAll(/^.*(?:JOIN|ROOMSTATE) #c1\r\n/gm, "") : data,
    }),
  },
  "does not know its own messages": {
    caught: "came_back",
    tamper: () => ({
      receive: (data) =>
        typeof data === "string"
          ? data.replaceAll(/:bot!\S+ (?=PRIVMSG )/g, ":ann!ann@ann.tmi.twitch.tv ")
          : data,
    }),
  },
  "forgets to settle a join": {
    caught: "join_unsettled",
    tamper: () => {
      const joins = new Set<number>();
      return {
        command: (command, ticket) => {
          if (command.kind === "join") joins.add(ticket);
        },
        action: (action) => action.kind === "settle" && joins.has(action.ticket) ? [] : [action],
      };
    },
  },
  "ends with its link": {
    caught: "ended_by_itself",
    tamper: () => ({ action: (action) => action.kind === "abort" ? [action, { kind: "end" }] : [action] }),
  },
  "does not end when it is told to": {
    caught: "not_ended",
    tamper: () => ({ action: (action) => action.kind === "end" ? [] : [action] }),
  },
  "takes what it reads after it stood still for what comes then": {
    caught: "lost_without_gap",
    shownBy: "freeze",
    tamper: () => ({ stalled: () => false }),
  },
  "has no clock but that which it waits by": {
    caught: "lost_without_gap",
    shownBy: "skew",
    clock: (clock) => ({
      now: () => clock.now(),
      wall: () => clock.now(),
      setTimer: (at, wake) => clock.setTimer(at, wake),
    }),
  },
  "hides the gap": {
    caught: "lost_without_gap",
    tamper: () => ({ event: (event) => event.kind === "gap" ? [] : [event] }),
  },
  "loses a message now and then": {
    caught: "lost_without_gap",
    tamper: () => {
      let count = 0;
      return { event: (event) => event.kind === "PRIVMSG" && ++count % 50 === 0 ? [] : [event] };
    },
  },
};
