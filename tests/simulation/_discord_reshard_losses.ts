import { isRecord } from "../../src/protocol/data/json_value.ts";
import type { Instant } from "../../src/protocol/protocol.ts";
import type { DiscordServerLogEntry } from "../../testing/discord/server.ts";

/** What was said. */
export interface Said {
  readonly text: string;
  readonly at: Instant;
  /** Which of so many shards is told of it. */
  readonly shardOf: (count: number) => number;
}

/** A process of the bot: a session that it has neither begun nor found in its store, it does not know of. */
export interface Known {
  readonly began: Instant;
  /** The sessions of earlier processes that it has found in its store. */
  readonly found: ReadonlySet<string>;
}

/** What is known of the world besides its server's log. */
export interface Surroundings {
  /** How many shards the set of a session has. */
  readonly countOf: (session: string) => number;
  /** The bot's, one after the other. */
  readonly processes: readonly Known[];
  /** By how much later than it happens a session may be told of something, in milliseconds. */
  readonly lag: number;
  /** For so long something may travel from one end of a link to the other, in milliseconds. */
  readonly trip: number;
}

/** A session, as far as the server's log tells. */
interface Seen {
  readonly id: string;
  readonly begun: Instant;
  readonly shard: number;
  readonly count: number;
  /** The link it is on; undefined while its client is away. */
  link: number | undefined;
  /** When it had none. */
  readonly aways: { readonly from: Instant; to: Instant }[];
  /** What its client was sent. */
  readonly sent: { readonly s: number; readonly at: Instant }[];
  /** When its client ended it. */
  ended: Instant;
  /** Its link was cut, and neither its client nor the server has said a word of it since. */
  isDropped: boolean;
  /** Its client never heard of it: READY was lost, or was under way as its link was cut. */
  isUnheard: boolean;
}

/** Where something was meant to go. */
interface Dispatched {
  readonly session: Seen;
  readonly s: number;
  /** It was lost on a link that went on. */
  readonly lost: boolean;
}

/**
 * What of that which was said nobody can know to be lost: each session that it was meant for, of those that the process
 * which ran then knew of, lost it on a link that went on, and was sent nothing behind it, by whose number that would have
 * shown, until the client ended that session, since another set had taken its place or its own was given up; and no session
 * of another set was broken just then.
 */
export function unknowableLosses(
  log: readonly DiscordServerLogEntry[],
  said: readonly Said[],
  { countOf, processes, lag, trip }: Surroundings,
): ReadonlySet<string> {
  const sessions = new Map<string, Seen>();
  const processOf = (at: Instant) => processes.findLast(({ began }) => began <= at);
  const onLink = new Map<number, Seen>();
  const dispatched = new Map<unknown, Dispatched[]>();
  for (const entry of log) {
    const { at } = entry;
    if (entry.kind === "session") {
      const { session: id, shard, link } = entry;
      const count = countOf(id);
      const seen = sessions.get(id) ?? {
        ...{ id, begun: at, shard, count, link, aways: [], sent: [], ended: Infinity },
        ...{ isDropped: false, isUnheard: false },
      };
      // Who knows of a session would have asked for it before it begins another.
      for (const before of sessions.values()) {
        const isReplaced = before !== seen && before.shard === shard && before.count === count &&
          before.isDropped && processOf(before.begun) === processOf(at);
        if (isReplaced) before.isUnheard = true;
      }
      seen.isDropped = false;
      const away = seen.aways.at(-1);
      if (away !== undefined && seen.link === undefined) away.to = at;
      seen.link = link;
      sessions.set(id, seen);
      onLink.set(link, seen);
    } else if (entry.kind === "replayed" || entry.kind === "dispatched") {
      const session = sessions.get(entry.session);
      if (session === undefined) continue;
      if (entry.link !== 0) session.sent.push({ s: entry.s, at });
      if (entry.kind === "replayed" || !isRecord(entry.d)) continue;
      const { content } = entry.d;
      const lost = entry.link === 0 && session.link !== undefined;
      dispatched.set(content, [...dispatched.get(content) ?? [], { session, s: entry.s, lost }]);
    } else {
      if (entry.kind === "received" && entry.op === 6 && isRecord(entry.d)) {
        const asked = sessions.get(String(entry.d.session_id));
        if (asked !== undefined) asked.isDropped = false;
      }
      const seen = onLink.get(entry.link);
      const isOff = entry.kind === "closing" || entry.kind === "closed" || isInvalid(entry);
      if (!isOff || seen?.link !== entry.link) continue;
      seen.link = undefined;
      seen.aways.push({ from: at, to: Infinity });
      const byClient = entry.kind === "closed" && entry.info.cause === "peer" && entry.info.code === 1000;
      if (byClient) seen.ended = at;
      seen.isDropped = entry.kind === "closed" && !byClient;
    }
  }
  // What crosses the client's close on its way comes too late to show anything.
  const isShown = ({ session: { sent, ended }, s }: Dispatched) =>
    sent.some((one) => one.s > s && one.at <= ended - 2 * trip);
  const isUnknowable = ({ text, at, shardOf }: Said): boolean => {
    const process = processOf(at);
    const isKnown = ({ id, begun, isUnheard }: Seen) =>
      !isUnheard && (process === undefined || begun >= process.began || process.found.has(id));
    const all = (dispatched.get(text) ?? []).filter(({ session }) => isKnown(session));
    const [first] = all.map(({ session }) => session).sort((one, other) => one.begun - other.begun);
    if (first === undefined) return false;
    if (!all.every((one) => one.lost && one.session.ended < Infinity && !isShown(one))) return false;
    // A session of another set that was broken when it would have been told is known to lack that.
    return ![...sessions.values()].filter(isKnown).some(({ begun, ended, shard, count, aways }) =>
      count !== first.count && shard === shardOf(count) && begun > first.begun && begun <= at &&
      ended > at && aways.some(({ from, to }) => from < ended && from <= at + lag && to > at)
    );
  };
  return new Set(said.filter(isUnknowable).map(({ text }) => text));
}

/** Whether a client is told that its session is over. */
function isInvalid(entry: DiscordServerLogEntry): boolean {
  return entry.kind === "sent" && entry.op === 9;
}
