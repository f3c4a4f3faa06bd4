import { isRecord } from "../../src/protocol/json_value.ts";
import type { Instant } from "../../src/protocol/protocol.ts";
import type { DiscordServerLogEntry } from "../../testing/discord/server.ts";

/** What was said. */
export interface Said {
  readonly text: string;
  readonly at: Instant;
  /** Which of so many shards is told of it. */
  readonly shardOf: (count: number) => number;
}

/** A session, as far as the server's log tells. */
interface Seen {
  readonly begun: Instant;
  readonly shard: number;
  readonly count: number;
  /** The link it is on; undefined while its client is away. */
  link: number | undefined;
  /** The last number that its client was sent. */
  last: number;
  /** When its client ended it. */
  ended: Instant;
}

/** Where something was meant to go. */
interface Dispatched {
  readonly session: Seen;
  readonly s: number;
  /** It was lost on a link that went on. */
  readonly lost: boolean;
}

/**
 * What of that which was said nobody can know to be lost: it was meant for one session alone, for none of another set had
 * begun that is told of the same guild; it was lost on a link that went on; and nothing was sent behind it, by whose number
 * that would have shown, until the client ended that session, since another set had taken its place.
 *
 * @param countOf How many shards the set of a session has.
 */
export function unknowableLosses(
  log: readonly DiscordServerLogEntry[],
  countOf: (session: string) => number,
  said: readonly Said[],
): ReadonlySet<string> {
  const sessions = new Map<string, Seen>();
  const onLink = new Map<number, Seen>();
  const dispatched = new Map<unknown, Dispatched[]>();
  for (const entry of log) {
    if (entry.kind === "session") {
      const count = countOf(entry.session);
      const seen = sessions.get(entry.session) ??
        { begun: entry.at, shard: entry.shard, count, link: undefined, last: 0, ended: Infinity };
      seen.link = entry.link;
      sessions.set(entry.session, seen);
      onLink.set(entry.link, seen);
    } else if (entry.kind === "replayed" || entry.kind === "dispatched") {
      const session = sessions.get(entry.session);
      if (session === undefined) continue;
      if (entry.link !== 0) session.last = Math.max(session.last, entry.s);
      if (entry.kind === "replayed" || !isRecord(entry.d)) continue;
      const { content } = entry.d;
      const lost = entry.link === 0 && session.link !== undefined;
      dispatched.set(content, [...dispatched.get(content) ?? [], { session, s: entry.s, lost }]);
    } else {
      const seen = onLink.get(entry.link);
      const isOff = entry.kind === "closing" || entry.kind === "closed" || isInvalid(entry);
      if (!isOff || seen?.link !== entry.link) continue;
      seen.link = undefined;
      const byClient = entry.kind === "closed" && entry.info.cause === "peer" && entry.info.code === 1000;
      if (byClient) seen.ended = entry.at;
    }
  }
  const isUnknowable = ({ text, at, shardOf }: Said): boolean => {
    const [one, ...others] = dispatched.get(text) ?? [];
    if (one === undefined || others.length > 0) return false;
    const { session, s, lost } = one;
    // Of another set that had begun, a session that was broken just then is known to lack what came meanwhile.
    const isFollowed = [...sessions.values()].some(({ begun, ended, shard, count }) =>
      count !== session.count && shard === shardOf(count) && begun > session.begun && begun <= at &&
      ended > at
    );
    return lost && session.last < s && session.ended < Infinity && !isFollowed;
  };
  return new Set(said.filter(isUnknowable).map(({ text }) => text));
}

/** Whether a client is told that its session is over. */
function isInvalid(entry: DiscordServerLogEntry): boolean {
  return entry.kind === "sent" && entry.op === 9;
}
