import { isRecord } from "@parley/parley/internal";
import type { Instant } from "@parley/parley/protocol";
import type { DiscordHistory } from "./_history.ts";
import { storiesOf } from "./_stories.ts";
import type { Violation } from "../../world/checking/violation.ts";

/** A presence that somebody wanted a shard to show. */
export interface DiscordWantedPresence {
  /** The name of its activity; no two are the same. */
  readonly text: string;
  /** Whose. */
  readonly label: string;
  readonly at: Instant;
  /** Whether it was given up before it was sent. */
  readonly givenUp: boolean;
}

/** How long a presence waits at most for the limit on presences once there is a session, in milliseconds. */
const WAITS = 25_000;

/**
 * Checks what Discord shows of shards, by the server's log:
 * - `presence_stale`: IDENTIFY carries the presence that was wanted last when it was sent, and the last session of a
 *   shard shows in the end the last that was sent
 * - `presence_lost`: what was sent before a link was resumed or begun shows by the time in which the limit lets it
 *
 * What was wanted must be in the order in which it was.
 */
export function checkDiscordPresences(
  history: DiscordHistory,
  wanted: readonly DiscordWantedPresence[],
): Violation[] {
  const violations: Violation[] = [];
  const { stories } = storiesOf(history);
  const places = new Map(wanted.map(({ text }, place) => [text, place]));
  const byLabel = Map.groupBy(wanted, ({ label }) => label);
  const sent = sentPresences(history);
  /** What links have said in IDENTIFY, whose sessions they bring, and what those show. */
  const begun = new Map<number, string | undefined>();
  const sessions = new Map<number, string>();
  const shown = new Map<string, string | undefined>();
  /** The last session of each shard. */
  const last = new Map<string, string>();
  const counts = new Map<number, number>();
  const isOlder = (text: string | undefined, than: string) =>
    (places.get(text ?? "") ?? -1) < (places.get(than) ?? -1);
  for (const entry of history.log) {
    const { link, at } = entry;
    const story = stories.get(link);
    if (story === undefined) continue;
    const { label } = story;
    if (entry.kind === "session") {
      sessions.set(link, entry.session);
      last.set(label, entry.session);
      if (!entry.resumed) shown.set(entry.session, begun.get(link));
    }
    if (entry.kind !== "received") continue;
    const count = counts.get(link) ?? 0;
    counts.set(link, count + 1);
    const session = sessions.get(link) ?? "";
    if (entry.op === 2) {
      const text = isRecord(entry.d) ? nameOf(entry.d.presence) : undefined;
      begun.set(link, text);
      const newest = byLabel.get(label)?.findLast((presence) => presence.at < story.spokeAt);
      if (newest !== undefined && !newest.givenUp && isOlder(text, newest.text)) {
        const message = `${label}: IDENTIFY at ${at} shows "${text}", though "${newest.text}" was wanted`;
        violations.push({ rule: "presence_stale", message });
      }
    }
    if (entry.op === 3) shown.set(session, nameOf(entry.d));
    // What is read in its order was sent in it, too.
    const sentAt = story.sent[count] ?? at;
    if (sentAt < story.standsAt + WAITS || history.clients?.get(label)?.stands === true) continue;
    const before = sent.get(label)?.findLast((presence) => presence.at < story.standsAt);
    if (before !== undefined && isOlder(shown.get(session), before.text)) {
      const message = `${label}: "${before.text}" was sent before link ${story.link}, which shows "${
        shown.get(session)
      }" at ${at}`;
      violations.push({ rule: "presence_lost", message });
    }
  }
  for (const [label, session] of last) {
    const text = sent.get(label)?.at(-1)?.text;
    if (text === undefined || !isOlder(shown.get(session), text)) continue;
    const message = `${label}: shows "${shown.get(session)}" in the end, though "${text}" was sent last`;
    violations.push({ rule: "presence_stale", message });
  }
  return violations;
}

/** The presences that clients have handed to their links, by label. */
function sentPresences(
  { observations }: DiscordHistory,
): ReadonlyMap<string, readonly { readonly text: string; readonly at: Instant }[]> {
  const all = observations.flatMap((observation) => {
    if (observation.kind !== "sent" || typeof observation.data !== "string") return [];
    const text = /^\{"op":3,.*"name":"([^"]+)"/.exec(observation.data)?.[1];
    return text === undefined ? [] : [{ label: observation.label, text, at: observation.at }];
  });
  return Map.groupBy(all, ({ label }) => label);
}

/** The name of a presence's activity. */
function nameOf(presence: unknown): string | undefined {
  const activities = isRecord(presence) ? presence.activities : undefined;
  const first: unknown = Array.isArray(activities) ? activities[0] : undefined;
  return isRecord(first) && typeof first.name === "string" ? first.name : undefined;
}
