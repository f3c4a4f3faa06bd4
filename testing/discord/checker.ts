import type { Observation } from "@parley/parley/driver";
import { isRecord, shownSession } from "@parley/parley/internal";
import type { Instant } from "@parley/parley/protocol";
import { RESUMES, type Story } from "./checking/_follower.ts";
import type { DiscordHistory, DiscordTold } from "./checking/_history.ts";
import { intentsFor } from "./gateway/_intents.ts";
import { storiesOf } from "./checking/_stories.ts";
import { checkSayings, type Delivered, type Saying } from "../world/checking/checker.ts";
import type { Violation } from "../world/checking/violation.ts";

export { checkDiscordDelivery } from "./checking/_delivery.ts";
export type {
  DiscordClient,
  DiscordClients,
  DiscordHistory,
  DiscordLink,
  DiscordNumbered,
  DiscordTold,
} from "./checking/_history.ts";
export { checkDiscordPresences } from "./checking/_presences.ts";
export type { DiscordWantedPresence } from "./checking/_presences.ts";
export { checkDiscordWire } from "./checking/_wire.ts";

const MINUTE = 60_000;
// "Apps can send 120 gateway events per connection every 60 seconds."
const SENDS = 120;
const DAY = 86_400_000;
// "Clients may only update their game status 5 times per 20 seconds."
const PRESENCES = 5;
const PRESENCES_PER = 20_000;

/**
 * Checks how clients take up their sessions, as the server sees it:
 * - RESUME only of the session they have, never after a close code, an op 9 or a close of their own that ends
 *   it, nor after three in a row that led to nothing; from the last sequence number received; on the URL that READY gave for it (or, once a dial has failed,
 *   on the first), with the query parameters of the first
 * - IDENTIFY on the first URL, and not while there is a session that may be resumed, unless three RESUMEs in a
 *   row led to nothing
 * - nothing that the server has to close a link for: unknown opcodes, payloads it cannot decode, numbers that
 *   it never gave out, anything before there is a session, two IDENTIFYs
 */
export function checkDiscordSessions(history: DiscordHistory): Violation[] {
  const violations: Violation[] = [];
  const { stories, firstUrls } = storiesOf(history);
  /** Links on which the server has taken a session away, of which the client may not know yet. */
  const invalidated = new Set<number>();
  for (const entry of history.log) {
    if (entry.kind === "sent" && entry.op === 9) invalidated.add(entry.link);
    const story = stories.get(entry.link);
    if (story === undefined) continue;
    const told = ({ rule, message }: Violation) =>
      violations.push({ rule, message: `${story.label}: ${message}, at ${entry.at}` });
    const first = firstUrls.get(story.label) ?? "";
    if (entry.kind === "closing" && entry.reason !== BY_COMMAND) {
      const before = entry.code === 4003 && !invalidated.has(entry.link);
      if (before || misconduct.has(entry.code)) {
        told({ rule: "misconduct", message: `had to be closed with ${entry.code}, ${entry.reason}` });
      }
    }
    if (entry.kind !== "received") continue;
    const { session, failedDials, failedResumes, url } = story;
    if (entry.op === 2) {
      if (url !== first) told({ rule: "identify_url", message: `IDENTIFY on ${url}` });
      if (session !== undefined && failedResumes < RESUMES) {
        told({
          rule: "identify_instead_of_resume",
          message: `IDENTIFY instead of a RESUME of ${session.id}`,
        });
      }
    }
    if (entry.op !== 6 || !isRecord(entry.d)) continue;
    const { session_id, seq } = entry.d;
    if (session === undefined || shownSession(String(session_id)) !== session.id) {
      told({ rule: "resume_of_ended", message: `RESUME of ${session_id}, which is not to be resumed` });
    } else if (failedResumes >= RESUMES) {
      told({ rule: "resume_in_vain", message: `RESUME of ${session_id} after ${failedResumes} in vain` });
    } else if (seq !== story.spokeAfter) {
      told({
        rule: "resume_sequence",
        message: `RESUME of ${session_id} from ${seq}, not ${story.spokeAfter}`,
      });
    } else if (url !== withQueryOf(first, session.resumeUrl) && !(failedDials > 0 && url === first)) {
      told({ rule: "resume_url", message: `RESUME of ${session_id} on ${url}` });
    }
  }
  return violations;
}

/** What the server gives as the reason when it was told to close a link. */
const BY_COMMAND = "Closed by the test";
const misconduct: ReadonlySet<number> = new Set([4001, 4002, 4005, 4007, 4012]);

/**
 * Checks the intents that clients IDENTIFY with, by the server's table of what each brings: every event that a
 * client wants comes, unless none brings it, and every intent brings one that it wants.
 */
export function checkDiscordIntents(history: DiscordHistory): Violation[] {
  const violations: Violation[] = [];
  const { stories } = storiesOf(history);
  for (const entry of history.log) {
    if (entry.kind !== "received" || entry.op !== 2 || !isRecord(entry.d)) continue;
    const label = stories.get(entry.link)?.label ?? "";
    const wanted = history.clients?.get(label)?.wanted;
    if (wanted === undefined) continue;
    const intents = Number(entry.d.intents);
    let useful = 0;
    for (const name of wanted) {
      const { guild = 0, direct = 0 } = intentsFor(name) ?? {};
      useful |= guild | direct;
      if ((guild | direct) !== 0 && (intents & (guild | direct)) === 0) {
        violations.push({
          rule: "intents_missing",
          message: `${label}: IDENTIFY with intents ${intents}, which never bring ${name}`,
        });
      }
    }
    if ((intents & ~useful) !== 0) {
      violations.push({
        rule: "intents_excess",
        message: `${label}: IDENTIFY with intents ${intents}, more than it wants`,
      });
    }
  }
  return violations;
}

/** How {@linkcode checkDiscordLimits} counts. */
export interface DiscordLimitOptions {
  /** How many IDENTIFYs the server takes in 5 s; a shard's bucket is its id modulo this. @default {1} */
  readonly maxConcurrency?: number;
  /** By how much longer one message may travel than a later one before it counts as held up, in milliseconds. @default {1_000} */
  readonly jitter?: number;
  /** How many IDENTIFYs the server takes in any 24 hours. @default {1_000} */
  readonly sessionStarts?: number;
  /** When others of the bot sent IDENTIFYs before the log begins: they count, too. @default {[]} */
  readonly earlierStarts?: readonly Instant[];
  /** Whether who sends one IDENTIFY can know when another of its bucket was sent before it. @default always */
  readonly knows?: (one: DiscordIdentify, before: DiscordIdentify) => boolean;
}

/** An IDENTIFY that the server has received. */
export interface DiscordIdentify {
  readonly at: Instant;
  /** Whose it is. */
  readonly label: string;
}

/**
 * Checks the limits of Discord's gateway by the server's clock:
 * - at most 120 messages in any 60 s for each link, unless the first of them was held up on its way by more
 *   than `jitter` longer than the last
 * - IDENTIFYs of a bucket at least 5 s apart, exactly: permits are held until READY, or until the client gives
 *   the link up. What arrives on a link after its client gave it up is not counted, since it may arrive at any
 *   time and nobody can know when
 * - at most 5 presences in any 20 s for each link, with the same allowance
 * - no more IDENTIFYs in any 24 hours than allowed: the next would reset the token
 */
export function checkDiscordLimits(history: DiscordHistory, options: DiscordLimitOptions = {}): Violation[] {
  const { maxConcurrency = 1, jitter = 1_000, sessionStarts = 1_000, earlierStarts = [] } = options;
  const { knows = () => true } = options;
  const violations: Violation[] = [];
  const { stories } = storiesOf(history);
  const arrivals = new Map<number, Crowd>();
  const identifies = new Map<number, DiscordIdentify>();
  const starts = [...earlierStarts];
  for (const entry of history.log) {
    if (entry.kind !== "received") continue;
    const { link, at } = entry;
    const story = stories.get(link);
    if (story === undefined) continue;
    let crowd = arrivals.get(link);
    if (crowd === undefined) arrivals.set(link, crowd = new Crowd(story, jitter));
    const crowded = crowd.add(entry.op, at);
    if (crowded !== undefined) {
      const { rule, message } = crowded;
      violations.push({ rule, message: `${story.label}: ${message} on link ${story.link}, at ${at}` });
    }
    if (entry.op !== 2) continue;
    const blocking = starts[starts.length - sessionStarts];
    starts.push(at);
    if (blocking !== undefined && at - blocking < DAY) {
      violations.push({
        rule: "daily_limit",
        message: `${story.label}: IDENTIFY at ${at}, though ${sessionStarts} were sent within a day`,
      });
    }
    if (story.leftAt < at) continue;
    const bucket = shardOf(entry.d) % maxConcurrency;
    const last = identifies.get(bucket);
    const identify = { at, label: story.label };
    identifies.set(bucket, identify);
    if (last !== undefined && at - last.at < 5_000 && knows(identify, last)) {
      violations.push({
        rule: "identify_limit",
        message: `${story.label}: IDENTIFY at ${at}, after that of ${last.label} at ${last.at}`,
      });
    }
  }
  return violations;
}

/** How close together the messages of one link arrive. */
class Crowd {
  readonly #story: Story;
  readonly #jitter: number;
  /** When they were sent, and when they came. */
  readonly #all: Travel[] = [];
  readonly #presences: Travel[] = [];
  #told = false;

  constructor(story: Story, jitter: number) {
    this.#story = story;
    this.#jitter = jitter;
  }

  /** One more has come; says once if that is too many. */
  add(op: number | undefined, at: Instant): Violation | undefined {
    const travel = { sentAt: this.#story.sent[this.#all.length] ?? at, at };
    this.#all.push(travel);
    if (op === 3) this.#presences.push(travel);
    if (this.#told) return undefined;
    const many = this.#exceeds(this.#all, SENDS, MINUTE)
      ? { rule: "send_limit", message: `more than ${SENDS} messages in a minute` }
      : this.#exceeds(this.#presences, PRESENCES, PRESENCES_PER)
      ? { rule: "presence_limit", message: `more than ${PRESENCES} presences in 20 s` }
      : undefined;
    this.#told = many !== undefined;
    return many;
  }

  /** Whether the last is too many, and the first of them was not held up on its way by much longer. */
  #exceeds(travels: readonly Travel[], limit: number, per: number): boolean {
    const first = travels[travels.length - 1 - limit];
    const last = travels[travels.length - 1];
    if (first === undefined || last === undefined || last.at - first.at >= per) return false;
    return (first.at - first.sentAt) - (last.at - last.sentAt) <= this.#jitter;
  }
}

interface Travel {
  readonly sentAt: Instant;
  readonly at: Instant;
}

function shardOf(d: unknown): number {
  return isRecord(d) && Array.isArray(d.shard) ? Number(d.shard[0]) : 0;
}

/** "Using the same query parameters from the initial Connection." */
function withQueryOf(first: string, resumeUrl: string): string {
  const url = new URL(resumeUrl);
  for (const [key, value] of new URL(first).searchParams) url.searchParams.set(key, value);
  return url.href;
}

/** Something a person said in a guild. */
export interface DiscordUtterance {
  /** No two are the same. */
  readonly text: string;
  readonly at: Instant;
}

/**
 * Checks that what people said in the guilds of one shard was delivered once and in order, and that a `gap`
 * stands where something is missing: also for what was said while there was no session that would have
 * numbered it. Before the first session, and after the end, there is nobody to tell.
 */
export function checkDiscordSpeech(
  said: readonly DiscordUtterance[],
  delivered: readonly Delivered<DiscordTold>[],
): Violation[] {
  const violations: Violation[] = [];
  /** Where each of `said` was delivered. */
  const positions = new Array<number | undefined>(said.length);
  const unsaid = new Set<string>();
  const gaps: number[] = [];
  let place = 0;
  delivered.forEach(({ event }, position) => {
    if (event.kind === "gap" && !event.resumed) gaps.push(position);
    if (event.kind !== "MESSAGE_CREATE" || !isRecord(event.data)) return;
    const { content } = event.data;
    if (typeof content !== "string") return;
    // Nearly all is behind what was said before it, where it takes much less to find than in a map of all.
    let found = place;
    while (found < said.length && said[found]?.text !== content) found++;
    if (found === said.length) found = said.findIndex(({ text }) => text === content);
    const twice = found < 0 ? unsaid.has(content) : positions[found] !== undefined;
    if (twice) violations.push({ rule: "delivered_twice", message: `"${content}" was delivered twice` });
    // What nobody has said the server made up.
    if (found < 0) unsaid.add(content);
    else {
      positions[found] = position;
      place = found + 1;
    }
  });
  let before = -1;
  let missing: DiscordUtterance[] = [];
  let gap = 0;
  for (const [place, utterance] of said.entries()) {
    const position = positions[place];
    if (position === undefined) {
      missing.push(utterance);
      continue;
    }
    if (position < before) {
      violations.push({ rule: "out_of_order", message: `"${utterance.text}" was delivered out of order` });
    }
    while ((gaps[gap] ?? Infinity) < before) gap++;
    const told = before < 0 || (gaps[gap] ?? Infinity) < position;
    for (const { text, at } of told ? [] : missing) {
      violations.push({
        rule: "lost_without_gap",
        message: `"${text}" was said at ${at} and lost without a gap`,
      });
    }
    missing = [];
    before = Math.max(before, position);
  }
  return violations;
}

/**
 * Checks what became of commands: each settled, once; what is done was handed to an open link once, in the
 * order in which it was said (presences apart), and what failed or was cancelled never. A presence may be sent once more
 * on each later link. A command's text is the name of its presence's activity, or its nonce.
 */
export function checkDiscordCommands(
  observations: readonly Observation[],
  sayings: readonly Saying[],
): Violation[] {
  const violations: Violation[] = [];
  const sent = new Map<string, number>();
  /** The link on which a text was sent last. */
  const links = new Map<string, number>();
  const settled = new Set<string>();
  const places = new Map(sayings.map(({ text }, place) => [text, place]));
  const last = new Map<string, number>();
  for (const observation of observations) {
    const { label } = observation;
    if (observation.kind === "settled") {
      const ticket = `${label}: command ${observation.ticket}`;
      if (settled.has(ticket)) violations.push({ rule: "settled_twice", message: `${ticket} settled twice` });
      settled.add(ticket);
    }
    if (observation.kind !== "sent" || typeof observation.data !== "string") continue;
    const text = /^\{"op":(?:3|8),.*"(?:name|nonce)":"([^"]+)"/.exec(observation.data)?.[1];
    const place = places.get(text ?? "");
    if (text === undefined || place === undefined) continue;
    const { link } = observation;
    const again = observation.data.startsWith('{"op":3,') && (links.get(text) ?? link) < link;
    if (!again) sent.set(text, (sent.get(text) ?? 0) + 1);
    links.set(text, link);
    // Presences, which have a limit of their own, may be overtaken by what is no presence.
    const line = `${label} ${observation.data.slice(0, 7)}`;
    if (place < (last.get(line) ?? 0)) {
      violations.push({ rule: "sent_out_of_order", message: `${label}: "${text}" was sent out of order` });
    }
    last.set(line, place);
  }
  for (const { text, outcome } of sayings) {
    if (outcome === "failed" && sent.has(text)) {
      violations.push({ rule: "failed_sent", message: `"${text}" is called failed, but was sent` });
    }
  }
  return [...violations, ...checkSayings(sayings, sent)];
}
