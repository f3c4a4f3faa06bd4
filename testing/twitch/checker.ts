import type { Observation } from "@parley/parley/driver";
import { type Instant, RateLog } from "@parley/parley/protocol";
import type { TwitchEvent, TwitchGapEvent } from "@parley/parley/twitch";
import { groupedBy } from "../world/checking/_grouped_by.ts";
import { checkLines, type Delivered, linesOf } from "../world/checking/checker.ts";
import type { TwitchServerRecord, TwitchStanding, TwitchUtterance } from "./server_types.ts";
import type { Violation } from "../world/checking/violation.ts";

/** How {@linkcode checkTwitchLimits} counts. */
export interface TwitchLimitOptions {
  /** JOINs per 10 seconds for each account. @default {20} */
  readonly join?: number;
  /** Logins per 10 seconds for each account. @default {20} */
  readonly auth?: number;
  /** Messages per 30 seconds for each account in channels that it does not moderate. @default {20} */
  readonly message?: number;
  /** Messages per 30 seconds for each account in all. @default {100} */
  readonly moderated?: number;
  /**
   * What an account had been told to be in the channel when it sent a message there.
   *
   * @default what the server knew
   */
  readonly standing?: (record: TwitchServerRecord) => TwitchStanding | undefined;
  /**
   * How much closer together than they were sent things may arrive, in milliseconds: windows are shorter by
   * this. None where a client counts from the answers, which no answered thing can arrive after.
   *
   * @default {0}
   */
  readonly jitter?: number;
  /**
   * Whether a line arrived on a link after its client had given that link up. What is under way by then may
   * arrive at any time, and nobody can know when; it is not counted.
   *
   * @default none did
   */
  readonly stale?: (record: TwitchServerRecord) => boolean;
}

/**
 * Checks that no account went over Twitch's limits, as the server saw it: over all links of the account,
 * and in any sliding window.
 *
 * @example
 * ```ts
 * import { checkTwitchLimits, type TwitchServerRecord } from "@parley/testing";
 *
 * const log = Array.from({ length: 21 }, (_, index): TwitchServerRecord => {
 *   return { kind: "line", link: -1, at: index, login: "bot", text: `JOIN #channel${index}` };
 * });
 * checkTwitchLimits(log); // [ { rule: "join_limit", message: "bot: 21 JOINs within 10000 ms, at 20" } ]
 * ```
 */
export function checkTwitchLimits(
  log: readonly TwitchServerRecord[],
  options: TwitchLimitOptions = {},
): Violation[] {
  const { join = 20, auth = 20, message = 20, moderated = 100, jitter = 0, stale = () => false } = options;
  const { standing = ({ standing }) => standing } = options;
  const violations: Violation[] = [];
  const logs = new Map<string, RateLog>();
  const count = (rule: string, account: string, what: string, limit: number, per: number, at: Instant) => {
    const name = `${account} ${what}`;
    const window = logs.get(name) ?? new RateLog(limit, Math.max(1, per - jitter));
    logs.set(name, window);
    if (window.readyAt(at) > at) {
      violations.push({ rule, message: `${account}: ${limit + 1} ${what} within ${per} ms, at ${at}` });
    }
    window.add(at);
  };
  for (const record of log) {
    if (record.kind !== "line" || stale(record)) continue;
    const [command = "", parameter = ""] = untagged(record).split(" ");
    // A NICK comes before its login is known.
    const account = command === "NICK" ? parameter.toLowerCase() : record.login;
    switch (command) {
      case "JOIN":
        for (const _ of parameter.split(",")) count("join_limit", account, "JOINs", join, 10_000, record.at);
        break;
      case "NICK":
        count("login_limit", account, "logins", auth, 10_000, record.at);
        break;
      case "PRIVMSG":
        count("message_limit", account, "messages in all", moderated, 30_000, record.at);
        if (standing(record) === "moderator") break;
        count("ordinary_message_limit", account, "messages", message, 30_000, record.at);
        break;
    }
  }
  return violations;
}

/** How {@linkcode checkTwitchPauses} counts. */
export interface TwitchPauseOptions {
  /** As for {@linkcode checkTwitchLimits}. */
  readonly stale?: (record: TwitchServerRecord) => boolean;
  /**
   * How long an account had been told to pause in the channel when it sent a message there after an earlier
   * one, in milliseconds.
   *
   * @default what the server knew
   */
  readonly pause?: (record: TwitchServerRecord, earlier: TwitchServerRecord) => number | undefined;
}

/**
 * Checks that no account spoke in a channel sooner after its last message there than it may.
 *
 * @example
 * ```ts
 * import { checkTwitchPauses, type TwitchServerRecord } from "@parley/testing";
 *
 * const log = [0, 600].map((at): TwitchServerRecord => {
 *   return { kind: "line", link: -1, at, login: "bot", text: "PRIVMSG #dallas hello", pause: 1_000 };
 * });
 * checkTwitchPauses(log); // [ { rule: "pause", message: "bot in #dallas: 600 ms between messages, at 600" } ]
 * ```
 */
export function checkTwitchPauses(
  log: readonly TwitchServerRecord[],
  options: TwitchPauseOptions = {},
): Violation[] {
  const { stale = () => false, pause = ({ pause }: TwitchServerRecord) => pause } = options;
  const violations: Violation[] = [];
  const last = new Map<string, TwitchServerRecord>();
  for (const record of log) {
    if (record.kind !== "line" || record.pause === undefined || stale(record)) continue;
    const [, channel = ""] = untagged(record).split(" ");
    const name = `${record.login} in ${channel}`;
    const earlier = last.get(name);
    last.set(name, record);
    if (earlier === undefined) continue;
    const since = record.at - earlier.at;
    const demanded = Math.min(record.pause, pause(record, earlier) ?? 0);
    if (since < demanded) {
      violations.push({ rule: "pause", message: `${name}: ${since} ms between messages, at ${record.at}` });
    }
  }
  return violations;
}

function untagged({ text }: TwitchServerRecord): string {
  return text.replace(/^@\S+ /, "");
}

/** Checks what a Twitch client put on the wire: lines that end where they should and fit, and PING answered. */
export function checkTwitchWire(observations: readonly Observation[]): Violation[] {
  const violations = checkLines(observations);
  const logins = new Map<number, number>();
  for (const { direction, link, line } of linesOf(observations)) {
    if (direction === "sent" && line.startsWith("NICK ")) logins.set(link, (logins.get(link) ?? 0) + 1);
  }
  for (const [link, count] of logins) {
    if (count > 1) {
      violations.push({ rule: "logged_in_twice", message: `link ${link}: logged in ${count} times` });
    }
  }
  return violations;
}

/** Something that was said in a channel while a client was to be in it. */
export interface TwitchDue extends TwitchUtterance {
  /** The client's own links, by its numbers, that were in the channel as far as the server knew. */
  readonly over: readonly number[];
  /** Those, and the others it had, dead or alive; where it had none, all that it had had before. */
  readonly held: readonly number[];
}

/** What the checkers read of a `TwitchEvent`. */
export type TwitchTold =
  | TwitchGapEvent
  | { readonly kind: "PRIVMSG"; readonly id?: string | undefined; readonly text: string }
  | { readonly kind: Exclude<TwitchEvent["kind"], "PRIVMSG" | "gap"> };

/** What is lost in reckoning from one clock to the other and back, in milliseconds. */
const ROUNDING = 0.001;

/** How {@linkcode checkTwitchDelivery} judges. */
export interface TwitchDeliveryOptions {
  /** How far its clocks may have parted without its notice, in milliseconds. @default {0} */
  readonly slack?: number;
}

/**
 * Checks what a Twitch client was told of what people said: each thing once and nothing missing but in the
 * time of a `gap`. What came by the same link is told in its order. During a handover, what only the old
 * link brings may be told after later things that the new one brings: to wait would hold up everything.
 */
export function checkTwitchDelivery(
  due: readonly TwitchDue[],
  delivered: readonly Delivered<TwitchTold>[],
  observations: readonly Observation[],
  { slack = 0 }: TwitchDeliveryOptions = {},
): Violation[] {
  const violations: Violation[] = [];
  const positions = new Map<string, number>();
  const gaps: TwitchGapEvent[] = [];
  delivered.forEach(({ event }, position) => {
    if (event.kind === "gap") gaps.push(event);
    if (event.kind !== "PRIVMSG" || event.id === undefined) return;
    if (positions.has(event.text)) {
      violations.push({ rule: "delivered_twice", message: `"${event.text}" was delivered twice` });
    }
    positions.set(event.text, position);
  });
  const lastReceived = receptions(observations);
  /** What was delivered last of what the same links brought. */
  const before = new Map<string, { readonly over: readonly number[]; text: string; position: number }>();
  for (const { text, at, over, held, channel } of due) {
    const position = positions.get(text);
    if (position === undefined) {
      // A gap begins when something was last heard: what was said may have been on its way by then.
      const latest = Math.max(at, ...held.map((link) => lastReceived.get(link) ?? 0)) + slack + ROUNDING;
      const told = gaps.some(({ from, to, channels }) =>
        channels.includes(channel) && to >= at - slack && from <= latest
      );
      if (!told) {
        violations.push({
          rule: "lost_without_gap",
          message: `"${text}" was said in ${channel} at ${at} and lost without a gap`,
        });
      }
      continue;
    }
    for (const earlier of before.values()) {
      // Whatever link brought this has brought that before.
      if (position > earlier.position || !over.every((link) => earlier.over.includes(link))) continue;
      violations.push({ rule: "out_of_order", message: `"${text}" was delivered before "${earlier.text}"` });
    }
    const key = over.join();
    if (position > (before.get(key)?.position ?? -1)) before.set(key, { over, text, position });
  }
  return violations;
}

/**
 * Checks that each gap a Twitch client told of began when something last came on a link that it lost, both by its own
 * clock. What was read after its process had stood still may have come at any time meanwhile: there, from when it was last
 * known not to have stood still, until Twitch has answered a PING that was sent since.
 */
export function checkTwitchGaps(
  delivered: readonly Delivered<TwitchTold>[],
  observations: readonly Observation[],
): Violation[] {
  const begins = [...lostLinks(observations)];
  return delivered.flatMap(({ event }) => {
    if (event.kind !== "gap") return [];
    if (event.to < event.from) {
      return [{ rule: "gap_times", message: `a gap lasts from ${event.from} to ${event.to}` }];
    }
    // A channel that was forgotten begins to be missed when something last came from there.
    const begun = begins.some(({ earliest, latest }) =>
      event.from >= earliest - ROUNDING && event.from <= latest + ROUNDING
    );
    return begun || event.channels.length === 1
      ? []
      : [{ rule: "gap_begin", message: `no link was lost that last brought something at ${event.from}` }];
  });
}

/** A link, as its client sees it. */
interface SeenLink {
  isOpen: boolean;
  /** When something last came, between these. */
  earliest: Instant;
  latest: Instant;
  /** The process stood still, and none of the PINGs that it sent since is answered. */
  inDoubt: boolean;
  /** What those asked with. */
  readonly asked: Set<string>;
  closing: boolean;
}

/** The links that were lost, or given up because nobody could know whether they were. */
function* lostLinks(observations: readonly Observation[]): Generator<SeenLink> {
  const links = new Map<number, SeenLink>();
  const lines = groupedBy(linesOf(observations), ({ observation }) => observation);
  for (const observation of observations) {
    const { kind, at } = observation;
    if (kind === "dial") {
      links.set(observation.link, {
        isOpen: false,
        earliest: at,
        latest: at,
        inDoubt: false,
        asked: new Set(),
        closing: false,
      });
    }
    if (kind === "stalled") {
      for (const link of links.values()) {
        if (!link.inDoubt) link.earliest = Math.min(link.earliest, observation.since);
        link.inDoubt = true;
        link.asked.clear();
      }
    }
    const seen = "link" in observation ? links.get(observation.link) : undefined;
    if (seen === undefined) continue;
    if (kind === "opened" || kind === "received") {
      seen.isOpen = true;
      seen.latest = at;
      if (!seen.inDoubt) seen.earliest = at;
    }
    for (const { direction, line } of lines.get(observation) ?? []) {
      // The answer to one that was sent before says nothing of what happened since.
      const [, token = ""] = /(?:^PING| PONG .*?) :(.*)/.exec(line) ?? [];
      if (direction === "sent" && line.startsWith("PING") && seen.inDoubt) seen.asked.add(token);
      if (direction === "received" && / PONG /.test(line) && seen.asked.has(token)) {
        seen.inDoubt = false;
        seen.asked.clear();
        seen.earliest = at;
      }
    }
    if (kind === "close") seen.closing = true;
    if (kind !== "abort" && kind !== "closed") continue;
    if (seen.isOpen && (kind === "abort" || !seen.closing || seen.inDoubt)) yield seen;
    links.delete(observation.link);
  }
}

/** When something last came on each link. */
function receptions(observations: readonly Observation[]): Map<number, Instant> {
  const last = new Map<number, Instant>();
  for (const observation of observations) {
    if (observation.kind === "opened" || observation.kind === "received") {
      last.set(observation.link, observation.at);
    }
  }
  return last;
}

/** A JOIN command of a client: its ticket, as the driver numbers them, and its channel. */
export interface TwitchJoining {
  readonly ticket: number;
  /** With its `#`, in lower case. */
  readonly channel: string;
}

/** Checks that each JOIN command has settled, and as done only where a ROOMSTATE followed some link's echo. */
export function checkTwitchJoins(
  joinings: readonly TwitchJoining[],
  observations: readonly Observation[],
): Violation[] {
  const violations: Violation[] = [];
  const channels = new Map(joinings.map(({ ticket, channel }) => [ticket, channel]));
  /** Who each link has logged in as. */
  const logins = new Map<number, string>();
  const echoed = new Set<string>();
  const inside = new Set<string>();
  const lines = [...linesOf(observations)];
  let next = 0;
  for (const observation of observations) {
    for (; lines[next]?.observation === observation; next++) {
      const { direction, link, line } = lines[next] ?? { direction: "sent", link: 0, line: "" };
      if (direction === "sent") {
        if (line.startsWith("NICK ")) logins.set(link, line.slice(5));
        continue;
      }
      const described = /^@\S+ :\S+ ROOMSTATE (#\w+)$/.exec(line)?.[1];
      if (echoed.has(`${link} ${described}`)) inside.add(`${link} ${described}`);
      const [, who, what, channel] = /^:(\w+)!\S+ (JOIN|PART) (#\w+)$/.exec(line) ?? [];
      if (who === undefined || who !== logins.get(link)) continue;
      if (what === "JOIN") echoed.add(`${link} ${channel}`);
      else for (const names of [echoed, inside]) names.delete(`${link} ${channel}`);
    }
    if (observation.kind === "closed" || observation.kind === "abort") {
      for (const name of inside) if (name.startsWith(`${observation.link} `)) inside.delete(name);
    }
    if (observation.kind !== "settled") continue;
    const channel = channels.get(observation.ticket);
    if (channel === undefined) continue;
    channels.delete(observation.ticket);
    if (observation.outcome !== "done" || [...inside].some((name) => name.endsWith(` ${channel}`))) continue;
    violations.push(
      {
        rule: "join_done_early",
        message: `joining ${channel} is called done without an echo and a ROOMSTATE, at ${observation.at}`,
      },
    );
  }
  for (const [, channel] of channels) {
    violations.push({ rule: "join_unsettled", message: `joining ${channel} never settled` });
  }
  return violations;
}
