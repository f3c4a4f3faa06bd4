import { IrcTextEvent } from "../../src/irc/wire/events/event.ts";
import { parseMessage } from "../../src/irc/wire/messages/message.ts";
import type { Observation } from "../../src/driver/host.ts";
import type { Data } from "../../src/protocol/protocol.ts";
import type { DiscordServerLogEntry } from "../../testing/discord/_types.ts";
import {
  checkEnd,
  checkLines,
  checkSayings,
  type Delivered,
  type Saying,
} from "../../testing/world/checking/checker.ts";
import {
  checkDiscordCommands,
  checkDiscordDelivery,
  checkDiscordSessions,
  checkDiscordSpeech,
  checkDiscordWire,
  type DiscordTold,
} from "../../testing/discord/checker.ts";
import { checkIrcDelivery, checkIrcWire } from "../../testing/irc/checker.ts";
import {
  checkTwitchDelivery,
  checkTwitchGaps,
  checkTwitchWire,
  type TwitchDue,
} from "../../testing/twitch/checker.ts";
import type { Violation } from "../../testing/world/checking/violation.ts";
import { typedMessage } from "../../src/twitch/wire/message.ts";
import type { StoredShard } from "../../src/discord/gateway/mod.ts";
import { checkLeftBehind } from "../simulation/discord_reshard_world.ts";
import { checkHolders } from "../simulation/_discord_holders.ts";
import { checkMembers, type MembersListing, type Run, type Save } from "../simulation/_discord_restarts.ts";

const label = "it";
const url = "wss://gateway.test";

const dial = (at: number, link = 1, to = url): Observation => ({ label, at, kind: "dial", link, url: to });
const opened = (at: number, link = 1): Observation => {
  return { label, at, kind: "opened", link, info: { url, protocol: "" } };
};
const sent = (at: number, data: Data | undefined, link = 1): Observation => {
  return { label, at, kind: "sent", link, data };
};
const received = (at: number, data: Data, link = 1): Observation => {
  return { label, at, kind: "received", link, data };
};
const closed = (at: number, link = 1): Observation => {
  const info = { code: 1006, reason: "", clean: false, cause: "lost" } as const;
  return { label, at, kind: "closed", link, info };
};
const event = (at: number, name: string): Observation => ({ label, at, kind: "event", event: name });
const asked = (at: number): Observation => ({ label, at, kind: "ask", id: 1, ask: "discord.identify" });
const pieces = (...texts: string[]) => texts.map((text) => received(0, text));

// Line protocols.

const chats = (...texts: string[]) =>
  texts.map((text) => {
    const message = parseMessage(`:ann!a@h PRIVMSG #a :${text}`);
    return { event: new IrcTextEvent("PRIVMSG", message, "#a"), at: 0 };
  });
const ircSaid = (...texts: string[]) => texts.map((text, at) => ({ text, channel: "#a", at, member: true }));
const twitchChats = (...texts: string[]) =>
  texts.map((text) => {
    const message = typedMessage(parseMessage(`@id=${text} :ann!ann@ann.tmi.twitch.tv PRIVMSG #a :${text}`));
    return { event: message, at: 0 };
  });
const twitchDue = (...texts: string[]): TwitchDue[] =>
  texts.map((text, at) => ({
    text,
    channel: "#a",
    at,
    tags: {},
    links: [-1],
    from: undefined,
    forgotten: [],
    over: [1],
    held: [1],
    id: text,
    login: "ann",
  }));
const missedFrom = (from: number) => [
  { event: { kind: "gap" as const, from, to: 90_000, channels: ["#a", "#b"] }, at: 90_000 },
];
/** A link of a process that was last known not to stand still at 60,000, and moved again at 70,000. */
const stoodStill: readonly Observation[] = [
  dial(0),
  opened(0),
  received(1_000, ":a!a@a PRIVMSG #a :hello\r\n"),
  { label, at: 70_000, kind: "stalled", since: 60_000, ms: 10_000 },
];
const saying = (outcome: Saying["outcome"]): Saying => ({ text: "hello", outcome });
const times = (count: number) => new Map([["hello", count]]);

// Discord.

const hello = (interval = 10_000) => `{"op":10,"d":{"heartbeat_interval":${interval}}}`;
const ready = '{"t":"READY","s":1,"op":0,"d":{"session_id":"one","resume_gateway_url":"wss://resume.test"}}';
const dispatch = (s: number) => `{"t":"MESSAGE_CREATE","s":${s},"op":0,"d":{"content":"${s}"}}`;
const beat = (d: number | null) => `{"op":1,"d":${d}}`;
const greeted = [dial(0), opened(0), received(0, hello())];
const identified = [...greeted, asked(0), sent(0, undefined), received(0, ready)];
/** A second link, on which the session is resumed. */
const resuming = [dial(10, 2, "wss://resume.test"), opened(10, 2), received(10, hello(), 2)];

const told = (kind: "ready" | "resumed" | "MESSAGE_CREATE", sequence: number, session = "one") => {
  return { kind, session, sequence };
};
const gap = (changes: object = {}): DiscordTold => {
  const plain = { kind: "gap", shard: 0, from: 0, to: 0, resumed: false } as const;
  return { ...plain, session: "one", sequence: 1, next: undefined, ...changes };
};
const delivering = (
  events: readonly DiscordTold[],
  observations: readonly Observation[] = identified,
  log: readonly DiscordServerLogEntry[] = [],
) => {
  const delivered: Delivered<DiscordTold>[] = events.map((event) => ({ event, at: 0 }));
  return checkDiscordDelivery({ log, observations }, new Map([[label, delivered]]));
};
const arrived = (op: number, d: unknown, link = -1): DiscordServerLogEntry => {
  return { at: 0, link, kind: "received", op, d };
};
const accepted = (link: number, at = url): DiscordServerLogEntry => ({
  at: 0,
  link,
  kind: "opened",
  url: at,
});
const presence = (name: string) => `{"op":3,"d":{"activities":[{"name":"${name}"}]}}`;

const listing = (changes: Partial<MembersListing>) => {
  const plain = { label, guild: "1", began: 0, ids: ["1", "2"], ended: { at: 1, error: undefined } };
  return checkMembers({ log: [], observations: [] }, [{ ...plain, ...changes }], [], ["1", "2"], 0);
};

/** By rule: what breaks it, and others perhaps, in the fewest observations. For rules that no planted bug is tied to. */
export const brokenRules: Readonly<Record<string, () => readonly Violation[]>> = {
  not_one_line: () => checkLines([sent(0, "PRIVMSG #a :hello\nQUIT\r\n")]),
  line_too_long: () => checkLines([sent(0, `PRIVMSG #a :${"é".repeat(300)}\r\n`)]),
  ping_unanswered: () => checkLines([dial(0, 1, "irc://irc.test"), ...pieces("PING :a", "b\r\n")]),
  sent_twice: () => checkSayings([saying("done")], times(2)),
  cancelled_sent: () => checkSayings([saying("cancelled")], times(1)),
  left_behind: () => checkLeftBehind([{ connected: false }, { connected: true }]),
  after_end: () => checkEnd([{ label, at: 0, kind: "end", error: undefined }, event(0, "gap")]),

  cap_end_missing: () => checkIrcWire([dial(0, 1, "irc://irc.test"), ...pieces(":s 001 bot :Welcome\r\n")]),
  out_of_order: () => checkIrcDelivery(ircSaid("a", "b"), chats("b", "a")),
  "out_of_order on Twitch": () => checkTwitchDelivery(twitchDue("a", "b"), twitchChats("b", "a"), []),
  logged_in_twice: () => checkTwitchWire([sent(0, "NICK bot\r\n"), sent(0, "NICK bot\r\n")]),
  "gap_times on Twitch": () =>
    checkTwitchGaps([{ event: { kind: "gap", from: 2, to: 1, channels: ["#a", "#b"] }, at: 2 }], []),
  "gap_begin before what came before the process stood still": () =>
    checkTwitchGaps(missedFrom(500), [...stoodStill, closed(80_000)]),
  "gap_begin while the process stood still, on a link that has answered since": () =>
    checkTwitchGaps(missedFrom(65_000), [
      ...stoodStill,
      sent(70_001, "PING :a\r\n"),
      received(70_100, ":tmi.twitch.tv PONG tmi.twitch.tv :a\r\n"),
      closed(80_000),
    ]),
  "gap_begin on a link that was never open": () => checkTwitchGaps(missedFrom(0), [dial(0), closed(1)]),

  two_links: () => checkDiscordWire([dial(0), dial(0, 2)]),
  same_url_again: () => checkDiscordWire([...identified, closed(1), dial(1, 2), closed(2, 2), dial(3, 3)]),
  send_rate: () =>
    checkDiscordWire([...identified, ...Array.from({ length: 121 }, () => sent(1, presence("a")))]),
  heartbeat_before_hello: () => checkDiscordWire([dial(0), opened(0), sent(0, beat(null))]),
  heartbeat_time: () => checkDiscordWire([...greeted, sent(5, beat(null)), sent(6, beat(null))]),
  heartbeat_missing: () => checkDiscordWire([...greeted, sent(20_000, beat(null))]),
  hole_asked_twice: () => {
    const skips = (at: number, link: number) => [received(at, dispatch(3), link), event(at, "reconnecting")];
    return checkDiscordWire([
      ...[...identified, ...skips(1, 1), closed(2), ...resuming, sent(10, undefined, 2), ...skips(11, 2)],
    ]);
  },
  hole_not_asked: () => checkDiscordWire([...identified, received(1, dispatch(3)), event(1, "gap")]),

  identify_url: () => {
    const log = [accepted(-1), accepted(-2, "wss://resume.test"), arrived(2, {}, -2)];
    const elsewhere = [dial(1, 2, "wss://resume.test"), opened(1, 2)];
    return checkDiscordSessions({ log, observations: [dial(0), opened(0), closed(1), ...elsewhere] });
  },
  resume_in_vain: () => {
    const attempts = [2, 3, 4].flatMap((link) => [
      ...[dial(link, link), opened(link, link), received(link, hello(), link), sent(link, undefined, link)],
      closed(link, link),
    ]);
    const observations = [...identified, closed(1), ...attempts, dial(9, 5), opened(9, 5)];
    const log = [1, 2, 3, 4, 5].map((link) => accepted(-link));
    return checkDiscordSessions({
      log: [...log, arrived(6, { session_id: "one", seq: 1 }, -5)],
      observations,
    });
  },
  sent_out_of_order: () => {
    const sayings = ["a", "b"].map((text): Saying => ({ text, outcome: "done" }));
    return checkDiscordCommands([sent(0, presence("b")), sent(0, presence("a"))], sayings);
  },
  failed_sent: () => checkDiscordCommands([sent(0, presence("hello"))], [saying("failed")]),

  received_untold: () => delivering([told("ready", 1)], [...identified, received(1, dispatch(2))]),
  told_unreceived: () => delivering([told("ready", 1), told("MESSAGE_CREATE", 2)]),
  gap_times: () => delivering([told("ready", 1), gap({ from: 1 })]),
  gap_place: () => delivering([told("ready", 1), gap({ sequence: 7, next: 9 })]),
  gap_not_owed: () => delivering([told("ready", 1), gap()]),
  gap_begin: () => {
    const [, ...again] = identified;
    const second = again.map((one) => "link" in one ? { ...one, link: 2 } : one);
    const lost = [
      closed(1),
      event(1, "reconnecting"),
      dial(1, 2),
      ...second,
      event(2, "ready"),
      event(2, "gap"),
    ];
    return delivering([told("ready", 1), told("ready", 1, "two"), gap({ from: -1 })], [
      ...identified,
      ...lost,
    ]);
  },
  resumed_elsewhere: () => delivering([told("ready", 1), told("resumed", 2, "two")]),
  undelivered: () =>
    delivering([told("ready", 1)], identified, [
      { at: 0, link: -1, kind: "dispatched", session: "one", s: 2, t: "MESSAGE_CREATE", d: {} },
    ]),
  "out_of_order on Discord": () => {
    const message = (content: string): Delivered<DiscordTold> => {
      return { event: { ...told("MESSAGE_CREATE", 2), data: { content } }, at: 0 };
    };
    const said = ["a", "b"].map((text, at) => ({ text, at }));
    return checkDiscordSpeech(said, [message("b"), message("a")]);
  },
  saved_replaced: () => {
    const save = (at: number, name: string) => {
      const holder = { name, at };
      const stored: StoredShard = { application: "1", shard: [0, 1], session: null, identifies: [], holder };
      return { at, begun: at - 100, stored };
    };
    const run = (label: string, saves: readonly Save[]): Run => {
      const nothing = {
        delivered: [],
        consumed: new Map(),
        loaded: undefined,
        saveEvery: 1_000,
        slow: false,
      };
      return { ...nothing, label, saves, began: 0, machine: label };
    };
    const runs = [run("one", [save(0, "a"), save(30_000, "a")]), run("two", [save(20_000, "b")])];
    return checkHolders({ log: [], observations: [] }, runs, 15_000, () => false);
  },

  members_twice: () => listing({ ids: ["1", "2", "2"] }),
  members_failed: () => listing({ began: 1, ended: { at: 2, error: new Error("No") } }),
};
