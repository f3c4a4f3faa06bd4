import type { DispatchName, GapEvent, GatewayEvent } from "../discord/gateway/event.ts";
import type { Observation } from "../driver/host.ts";
import type { Instant } from "../protocol/protocol.ts";
import { follow, type Follower, type KnownSession, RESUMES, type Story } from "./_discord_follower.ts";
import { isRecord } from "./_discord_payload.ts";
import type { DiscordServerLogEntry } from "./_discord_types.ts";
import { checkSayings, type Delivered, type Saying } from "./checker.ts";

/** What a bot has done, as told by both ends. */
export interface DiscordHistory {
  /** The server's log, from its beginning. */
  readonly log: readonly DiscordServerLogEntry[];
  /** What all clients observed, in one list, in the order in which it happened. One label is one shard. */
  readonly observations: readonly Observation[];
}

/** An event that has a number in its session. */
export interface DiscordNumbered {
  readonly kind: DispatchName | "unknown" | "ready" | "resumed";
  readonly session: string;
  readonly sequence: number;
  /** What Discord says of it. Only the `content` of messages is read: the rest need not be kept for a day. */
  readonly data?: unknown;
}

/** What the checkers read of a `GatewayEvent`. */
export type DiscordTold =
  | DiscordNumbered
  | GapEvent
  | Exclude<GatewayEvent, { readonly sequence: number }>;

const MINUTE = 60_000;
// "Apps can send 120 gateway events per connection every 60 seconds."
const SENDS = 120;
// Whatever goes wrong, to dial more often than this is to spin.
const DIALS = 30;
/** Rounding, in milliseconds. */
const SLACK = 1;

/**
 * Checks what clients of Discord's gateway put on the wire, by their own clocks:
 * - one link at a time, and nothing sent on one that is not open or is being left, heartbeats included
 * - heartbeats: the first within the interval, then one each interval and one at once when asked for, with
 *   the last sequence number
 * - a link whose heartbeats are not acknowledged is left within two intervals
 * - at most 120 messages in any 60 s for each link, and at most 30 dials
 * - a session that could be resumed is not ended by closing with 1000 or 1001, unless the client ends too
 * - a URL that could not be dialled is not the next to be dialled while there is a session to resume, since
 *   either of its two may be the one that is down
 * - sequence numbers that are skipped are asked for once, by a RESUME, and given up only if that does not bring
 *   them
 * - no dial after a fatal close code, but the end
 *
 * @example
 * ```ts
 * import { checkDiscordWire } from "@parley/parley/testing";
 *
 * const dial = { label: "shard 0", at: 0, kind: "dial", url: "wss://gateway.test" } as const;
 * checkDiscordWire([{ ...dial, link: 1 }, { ...dial, link: 2 }]);
 * // [ "shard 0: link 2 is dialled while link 1 is there" ]
 * ```
 */
export function checkDiscordWire(observations: readonly Observation[]): string[] {
  const violations: string[] = [];
  const pulses = new Map<string, Pulse>();
  const followers = follow(observations, (follower, observation) => {
    let pulse = pulses.get(observation.label);
    if (pulse === undefined) pulses.set(observation.label, pulse = new Pulse(violations));
    pulse.feel(follower, observation);
  });
  for (const [label, { fatal, ended, mistakes }] of followers) {
    if (fatal && !ended) violations.push(`${label}: did not end after a fatal close`);
    violations.push(...mistakes.map((mistake) => `${label}: ${mistake}`));
  }
  return violations;
}

/** Watches what one client sends, and when. */
class Pulse {
  readonly #violations: string[];
  #story: Story | undefined = undefined;
  /** When the last heartbeat was sent that was due, not asked for. */
  #beatAt: Instant | undefined = undefined;
  #unansweredSince: Instant = Infinity;
  #asked = 0;
  #askedAt: Instant = -Infinity;
  readonly #dials: Instant[] = [];
  /** What was said of this link already. */
  readonly #told = new Set<string>();

  constructor(violations: string[]) {
    this.#violations = violations;
  }

  feel({ story, frame, session, fatal }: Follower, observation: Observation): void {
    const { at, kind } = observation;
    if (story === undefined) return;
    if (kind === "dial") this.#dialled(story, fatal, at);
    // What comes in at this very moment can still be in time.
    if (story.leftAt >= at) this.#checkOverdue(story, at);
    if (!("link" in observation) || observation.link !== story.link) return;
    if (kind === "received" && frame !== undefined && story.leftAt === Infinity) {
      if (frame.op === 11) this.#unansweredSince = Infinity;
      if (frame.op === 1 && story.helloAt !== undefined) {
        this.#asked++;
        this.#askedAt = at;
      }
    }
    if (kind === "sent") this.#sent(story, session, observation.data, at);
  }

  #dialled(story: Story, fatal: boolean, at: Instant): void {
    const before = this.#story;
    this.#story = story;
    this.#beatAt = undefined;
    this.#unansweredSince = Infinity;
    this.#asked = 0;
    this.#told.clear();
    if (before !== undefined && !before.gone) {
      this.#tell(story, `link ${story.link} is dialled while link ${before.link} is there`);
    }
    if (fatal) this.#tell(story, `link ${story.link} is dialled after a fatal close`);
    const resumable = story.session !== undefined && story.failedResumes < RESUMES;
    if (resumable && before?.openedAt === undefined && before?.url === story.url) {
      this.#tell(story, `link ${story.link} is dialled where link ${before.link} could not be`);
    }
    if (before?.endedSession) this.#tell(story, `link ${before.link} was closed so that its session ended`);
    this.#dials.push(at);
    const earlier = this.#dials[this.#dials.length - 1 - DIALS];
    if (earlier !== undefined && at - earlier < MINUTE) {
      this.#tell(story, `more than ${DIALS} dials in a minute, at ${at}`);
    }
  }

  #sent(story: Story, session: KnownSession | undefined, data: unknown, at: Instant): void {
    const { link, sent } = story;
    if (story.openedAt === undefined || story.leftAt < Infinity) {
      this.#tell(story, `${String(data).slice(0, 20)} was sent on link ${link}, which is not open`);
    }
    const earlier = sent[sent.length - 1 - SENDS];
    if (earlier !== undefined && at - earlier < MINUTE) {
      this.#tell(story, `more than ${SENDS} messages in a minute on link ${link}`);
    }
    if (typeof data === "string" && data.startsWith('{"op":1,')) this.#beat(story, session, data, at);
  }

  #beat(story: Story, session: KnownSession | undefined, data: string, at: Instant): void {
    const { link, helloAt, interval } = story;
    if (helloAt === undefined) return this.#tell(story, `a heartbeat was sent on link ${link} before HELLO`);
    const { d }: { d?: unknown } = JSON.parse(data);
    const expected = story.asked && !story.ready ? null : session?.last ?? null;
    if (d !== expected) this.#tell(story, `a heartbeat on link ${link} says ${d}, not ${expected}, at ${at}`);
    this.#unansweredSince = Math.min(this.#unansweredSince, at);
    if (this.#asked > 0 && this.#askedAt === at) {
      this.#asked--;
      return;
    }
    const due = this.#beatAt === undefined ? at : this.#beatAt + interval;
    if (Math.abs(at - due) > SLACK && !throttled(story, at)) {
      this.#tell(story, `a heartbeat on link ${link} was sent at ${at}, and due at ${due}`);
    }
    this.#beatAt = at;
  }

  #checkOverdue(story: Story, at: Instant): void {
    const { link, helloAt, interval } = story;
    if (helloAt === undefined) return;
    if (at > (this.#beatAt ?? helloAt) + interval + SLACK && !throttled(story, at)) {
      this.#tell(story, `no heartbeat was sent on link ${link} since ${this.#beatAt}`);
    }
    if (this.#asked > 0 && at > this.#askedAt && !throttled(story, at)) {
      this.#tell(story, `a heartbeat was asked for on link ${link} at ${this.#askedAt}, in vain`);
    }
    if (at > this.#unansweredSince + 2 * interval + SLACK) {
      this.#tell(story, `link ${link} is held though nothing is acknowledged since ${this.#unansweredSince}`);
    }
  }

  /** Says it once for each link. */
  #tell(story: Story, violation: string): void {
    const key = violation.replace(/\d+/g, "");
    if (this.#told.has(key)) return;
    this.#told.add(key);
    this.#violations.push(`${story.label}: ${violation}`);
  }
}

/** Whether even a heartbeat had to wait: the client counts a second more than a minute, for what is under way. */
function throttled({ sent }: Story, at: Instant): boolean {
  return at - (sent[sent.length - SENDS] ?? -Infinity) <= MINUTE + 1_000 + SLACK;
}

/**
 * Checks what clients were told, by their labels:
 * - each sequence number of each session exactly once and in order, or one `gap` in its place
 * - everything that was received, and that a session on the server has given out, unless a `gap` says that
 *   it is not to be had
 * - one `gap` after each `ready` but the first and after each `resumed`, before anything that happened since,
 *   which begins when the server was last heard
 *
 * What was sent last must have had the time to arrive.
 */
export function checkDiscordDelivery(
  { log, observations }: DiscordHistory,
  delivered: ReadonlyMap<string, readonly Delivered<DiscordTold>[]>,
): string[] {
  const violations: string[] = [];
  /** The last number of each session that was given out. */
  const given = new Map<string, number>();
  for (const entry of log) if (entry.kind === "dispatched") given.set(entry.session, entry.s);
  const matches = new Map<string, Match>();
  const aways = new Map<string, Away>();
  const followers = follow(observations, ({ story }, observation) => {
    if (story === undefined) return;
    let away = aways.get(observation.label);
    if (away === undefined) aways.set(observation.label, away = new Away());
    away.note(observation);
  }, (label, session, sequence) => {
    let match = matches.get(label);
    if (match === undefined) matches.set(label, match = new Match(delivered.get(label) ?? []));
    match.received(session, sequence);
  });
  for (const [label, { fatal }] of followers) {
    const events = delivered.get(label) ?? [];
    const match = matches.get(label) ?? new Match(events);
    // After a fatal close nobody is there any more to be told.
    const found = [
      ...match.end(),
      ...checkOrder(events, fatal ? new Map() : given, aways.get(label)?.begins ?? []),
    ];
    violations.push(...found.map((violation) => `${label}: ${violation}`));
  }
  return violations;
}

/** Compares what was received with what was delivered, as it comes. */
class Match {
  readonly #delivered: readonly Delivered<DiscordTold>[];
  #position = 0;
  #violation: string | undefined = undefined;

  constructor(delivered: readonly Delivered<DiscordTold>[]) {
    this.#delivered = delivered;
  }

  received(session: string, sequence: number): void {
    if (this.#violation !== undefined) return;
    const event = this.#next();
    if (event?.session === session && event.sequence === sequence) return;
    const instead = event === undefined ? "nothing" : `${event.session} ${event.sequence}`;
    this.#violation = `${session} ${sequence} was received, and ${instead} delivered`;
  }

  end(): string[] {
    const event = this.#violation === undefined ? this.#next() : undefined;
    if (event !== undefined) {
      this.#violation = `${event.session} ${event.sequence} was delivered, but not received`;
    }
    return this.#violation === undefined ? [] : [this.#violation];
  }

  #next(): DiscordNumbered | undefined {
    while (this.#position < this.#delivered.length) {
      const event = numbered(this.#delivered[this.#position++]?.event);
      if (event !== undefined && event.kind !== "resumed") return event;
    }
    return undefined;
  }
}

/** When time away began, for each time that a client told of a gap. */
class Away {
  readonly begins: (Instant | undefined)[] = [];
  #heardAt: Instant | undefined = undefined;
  #since: Instant | undefined = undefined;
  #away = false;

  note(observation: Observation): void {
    if (observation.kind === "received") this.#heardAt = observation.at;
    if (observation.kind !== "event") return;
    const { event } = observation;
    if (event === "reconnecting" && !this.#away) {
      this.#away = true;
      this.#since = this.#heardAt;
    }
    if (event === "ready" || event === "resumed") this.#away = false;
    if (event === "gap") this.begins.push(this.#since);
  }
}

function numbered(event: DiscordTold | undefined): DiscordNumbered | undefined {
  return event === undefined || event.kind === "gap" || !("sequence" in event) ? undefined : event;
}

/** Checks what one client was told. */
function checkOrder(
  delivered: readonly Delivered<DiscordTold>[],
  given: ReadonlyMap<string, number>,
  begins: readonly (Instant | undefined)[],
): string[] {
  const violations: string[] = [];
  let current: { readonly session: string; last: number } | undefined;
  let owed: { readonly session: string; readonly last: number; readonly resumed: boolean } | undefined;
  let gaps = 0;
  for (const { event, at } of delivered) {
    if (event.kind === "gap") {
      const from = begins[gaps++];
      if (event.to !== at || event.from > at) {
        violations.push(`a gap lasts from ${event.from} to ${event.to} at ${at}`);
      }
      if (event.next !== undefined) {
        if (event.session !== current?.session || event.sequence !== current.last || event.resumed) {
          violations.push(`a gap behind ${event.session} ${event.sequence} is told after ${name(current)}`);
        }
        if (current !== undefined) current.last = event.next - 1;
        continue;
      }
      const wrong = event.session !== owed?.session || event.resumed !== owed.resumed ||
        (!event.resumed && event.sequence !== owed.last);
      if (wrong) {
        violations.push(
          `a gap behind ${event.session} ${event.sequence} is told, and owed behind ${name(owed)}`,
        );
      } else if (from !== undefined && event.from !== from) {
        violations.push(`a gap begins at ${event.from}, and the server was last heard at ${from}`);
      }
      owed = undefined;
      continue;
    }
    const told = numbered(event);
    if (told === undefined) continue;
    if (owed !== undefined) {
      violations.push(`${told.session} ${told.sequence} was delivered, and no gap behind ${name(owed)}`);
      owed = undefined;
    }
    const { session, sequence } = told;
    if (told.kind === "ready") {
      owed = current && { ...current, resumed: false };
      current = { session, last: sequence };
    } else if (told.kind === "resumed") {
      owed = { session, last: sequence, resumed: true };
      if (session !== current?.session || sequence < current.last) {
        violations.push(`${session} ${sequence} was resumed after ${name(current)}`);
      }
      current = { session, last: sequence };
    } else {
      if (session !== current?.session || sequence !== current.last + 1) {
        violations.push(`${session} ${sequence} was delivered after ${name(current)}`);
      }
      current = { session, last: sequence };
    }
  }
  if (owed !== undefined) violations.push(`no gap behind ${name(owed)} was told`);
  const last = given.get(current?.session ?? "") ?? 0;
  if (current !== undefined && current.last < last) {
    violations.push(`nothing was delivered behind ${name(current)}, and it went on to ${last}`);
  }
  return violations;
}

function name(place: { readonly session: string; readonly last: number } | undefined): string {
  return place === undefined ? "nothing" : `${place.session} ${place.last}`;
}

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
export function checkDiscordSessions(history: DiscordHistory): string[] {
  const violations: string[] = [];
  const { stories, firstUrls } = storiesOf(history);
  /** Links on which the server has taken a session away, of which the client may not know yet. */
  const invalidated = new Set<number>();
  for (const entry of history.log) {
    if (entry.kind === "sent" && entry.op === 9) invalidated.add(entry.link);
    const story = stories.get(entry.link);
    if (story === undefined) continue;
    const told = (violation: string) => violations.push(`${story.label}: ${violation}, at ${entry.at}`);
    const first = firstUrls.get(story.label) ?? "";
    if (entry.kind === "closing" && entry.reason !== BY_COMMAND) {
      const before = entry.code === 4003 && !invalidated.has(entry.link);
      if (before || misconduct.has(entry.code)) told(`had to be closed with ${entry.code}, ${entry.reason}`);
    }
    if (entry.kind !== "received") continue;
    const { session, failedDials, failedResumes, url } = story;
    if (entry.op === 2) {
      if (url !== first) told(`IDENTIFY on ${url}`);
      if (session !== undefined && failedResumes < RESUMES) {
        told(`IDENTIFY instead of a RESUME of ${session.id}`);
      }
    }
    if (entry.op !== 6 || !isRecord(entry.d)) continue;
    const { session_id, seq } = entry.d;
    if (session === undefined || session_id !== session.id) {
      told(`RESUME of ${session_id}, which is not to be resumed`);
    } else if (failedResumes >= RESUMES) {
      told(`RESUME of ${session_id} after ${failedResumes} in vain`);
    } else if (seq !== story.spokeAfter) {
      told(`RESUME of ${session_id} from ${seq}, not ${story.spokeAfter}`);
    } else if (url !== withQueryOf(first, session.resumeUrl) && !(failedDials > 0 && url === first)) {
      told(`RESUME of ${session_id} on ${url}`);
    }
  }
  return violations;
}

/** What the server gives as the reason when it was told to close a link. */
const BY_COMMAND = "Closed by the test";
const misconduct: ReadonlySet<number> = new Set([4001, 4002, 4005, 4007, 4012]);

/** How {@linkcode checkDiscordLimits} counts. */
export interface DiscordLimitOptions {
  /** How many IDENTIFYs the server takes in 5 s; a shard's bucket is its id modulo this. @default {1} */
  readonly maxConcurrency?: number;
  /** By how much longer one message may travel than a later one before it counts as held up, in milliseconds. @default {1_000} */
  readonly jitter?: number;
}

/**
 * Checks the limits of Discord's gateway by the server's clock:
 * - at most 120 messages in any 60 s for each link, unless the first of them was held up on its way by more
 *   than `jitter` longer than the last
 * - IDENTIFYs of a bucket at least 5 s apart, exactly: permits are held until READY, or until the client gives
 *   the link up. What arrives on a link after its client gave it up is not counted, since it may arrive at any
 *   time and nobody can know when
 */
export function checkDiscordLimits(history: DiscordHistory, options: DiscordLimitOptions = {}): string[] {
  const { maxConcurrency = 1, jitter = 1_000 } = options;
  const violations: string[] = [];
  const { stories } = storiesOf(history);
  const arrivals = new Map<number, Instant[]>();
  const crowded = new Set<number>();
  const identifies = new Map<number, { readonly at: Instant; readonly label: string }>();
  for (const entry of history.log) {
    if (entry.kind !== "received") continue;
    const { link, at } = entry;
    const story = stories.get(link);
    if (story === undefined) continue;
    let times = arrivals.get(link);
    if (times === undefined) arrivals.set(link, times = []);
    const index = times.push(at) - 1;
    const earlier = times[index - SENDS];
    if (earlier !== undefined && at - earlier < MINUTE && !crowded.has(link)) {
      const heldUp = earlier - (story.sent[index - SENDS] ?? earlier) - (at - (story.sent[index] ?? at));
      if (heldUp <= jitter) {
        crowded.add(link);
        violations.push(
          `${story.label}: more than ${SENDS} messages in a minute on link ${story.link}, at ${at}`,
        );
      }
    }
    if (entry.op !== 2 || story.leftAt < at) continue;
    const bucket = shardOf(entry.d) % maxConcurrency;
    const last = identifies.get(bucket);
    identifies.set(bucket, { at, label: story.label });
    if (last !== undefined && at - last.at < 5_000) {
      violations.push(`${story.label}: IDENTIFY at ${at}, after that of ${last.label} at ${last.at}`);
    }
  }
  return violations;
}

function shardOf(d: unknown): number {
  return isRecord(d) && Array.isArray(d.shard) ? Number(d.shard[0]) : 0;
}

interface Stories {
  readonly stories: ReadonlyMap<number, Story>;
  readonly firstUrls: ReadonlyMap<string, string>;
}

// Two checkers need them, and a day is long.
const lastStories = new WeakMap<DiscordHistory, Stories & { readonly length: number }>();

/** The links of the server's log as their clients saw them: the n-th that opened is the n-th it accepted. */
function storiesOf(history: DiscordHistory): Stories {
  const { log, observations } = history;
  const length = log.length + observations.length;
  const known = lastStories.get(history);
  if (known?.length === length) return known;
  const opened: Story[] = [];
  const firstUrls = new Map<string, string>();
  follow(observations, ({ story }, { kind, label }) => {
    if (story === undefined) return;
    if (kind === "opened") opened.push(story);
    if (kind === "dial" && !firstUrls.has(label)) firstUrls.set(label, story.url);
  });
  const stories = new Map<number, Story>();
  let count = 0;
  for (const { kind, link } of log) {
    const story = kind === "opened" ? opened[count++] : undefined;
    if (story !== undefined) stories.set(link, story);
  }
  const found = { stories, firstUrls, length };
  lastStories.set(history, found);
  return found;
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
): string[] {
  const violations: string[] = [];
  const positions = new Map<string, number>();
  const gaps: number[] = [];
  delivered.forEach(({ event }, position) => {
    if (event.kind === "gap" && !event.resumed) gaps.push(position);
    if (event.kind !== "MESSAGE_CREATE" || !isRecord(event.data)) return;
    const content = String(event.data.content);
    if (positions.has(content)) violations.push(`"${content}" was delivered twice`);
    positions.set(content, position);
  });
  let before = -1;
  let missing: DiscordUtterance[] = [];
  let gap = 0;
  for (const utterance of said) {
    const position = positions.get(utterance.text);
    if (position === undefined) {
      missing.push(utterance);
      continue;
    }
    if (position < before) violations.push(`"${utterance.text}" was delivered out of order`);
    while ((gaps[gap] ?? Infinity) < before) gap++;
    const told = before < 0 || (gaps[gap] ?? Infinity) < position;
    for (const { text, at } of told ? [] : missing) {
      violations.push(`"${text}" was said at ${at} and lost without a gap`);
    }
    missing = [];
    before = Math.max(before, position);
  }
  return violations;
}

/**
 * Checks what became of commands: each settled, once; what is done was handed to an open link once, in the
 * order in which it was said, and what failed or was cancelled never. A command's text is the name of its
 * presence's activity, or its nonce.
 */
export function checkDiscordCommands(
  observations: readonly Observation[],
  sayings: readonly Saying[],
): string[] {
  const violations: string[] = [];
  const sent = new Map<string, number>();
  const settled = new Set<string>();
  const places = new Map(sayings.map(({ text }, place) => [text, place]));
  const last = new Map<string, number>();
  for (const observation of observations) {
    const { label } = observation;
    if (observation.kind === "settled") {
      const ticket = `${label}: command ${observation.ticket}`;
      if (settled.has(ticket)) violations.push(`${ticket} settled twice`);
      settled.add(ticket);
    }
    if (observation.kind !== "sent" || typeof observation.data !== "string") continue;
    const text = /^\{"op":(?:3|8),.*"(?:name|nonce)":"([^"]+)"/.exec(observation.data)?.[1];
    const place = places.get(text ?? "");
    if (text === undefined || place === undefined) continue;
    sent.set(text, (sent.get(text) ?? 0) + 1);
    if (place < (last.get(label) ?? 0)) violations.push(`${label}: "${text}" was sent out of order`);
    last.set(label, place);
  }
  for (const { text, outcome } of sayings) {
    if (outcome === "failed" && sent.has(text)) violations.push(`"${text}" is called failed, but was sent`);
  }
  return [...violations, ...checkSayings(sayings, sent)];
}
