import { dispatchNames } from "../../src/discord/gateway/wire/dispatch_names.ts";
import type { ResumePoint } from "../../src/discord/gateway/session/options.ts";
import { shownSession } from "../../src/discord/gateway/wire/shown_payload.ts";
import type { StoredShard } from "../../src/discord/gateway/shards/store/stored_shard.ts";
import type { Instant } from "../../src/protocol/protocol.ts";
import { follow } from "../../testing/discord/checking/_follower.ts";
import type { DiscordHistory, DiscordTold } from "../../testing/discord/checker.ts";
import type { Delivered } from "../../testing/world/checking/checker.ts";
import { labelled, type Violation } from "../../testing/world/checking/violation.ts";
import { awakeSince, type Stall } from "./_stalls.ts";

/** What one run has saved of a shard, and when that began and was done. */
export interface Save {
  readonly begun: Instant;
  readonly at: Instant;
  readonly stored: StoredShard;
}

/** One shard in one run of a bot, from the start of the process to its end. */
export interface Run {
  /** What it is called in observations. */
  readonly label: string;
  /** What its consumers were given. */
  readonly delivered: readonly Delivered<DiscordTold>[];
  /** When they were done with each event that has a number: by its session's mark and number. */
  readonly consumed: ReadonlyMap<string, Instant>;
  /** What its store held when it began. */
  readonly loaded: StoredShard | undefined;
  /** What it has saved. */
  readonly saves: readonly Save[];
  /** How often what was consumed is saved, in milliseconds. */
  readonly saveEvery: number;
  /** Whether consumers take their time. */
  readonly slow: boolean;
  readonly began: Instant;
  /** The name of its machine. */
  readonly machine: string;
  /** When it stopped, and whether it was asked to. @default it was there to the end */
  readonly stopped?: { readonly at: Instant; readonly politely: boolean } | undefined;
  /** Another process has taken its sessions over, so that it kept nothing any more. @default {false} */
  readonly replaced?: boolean;
}

/** How long what was consumed may take to be saved once that is due, in milliseconds: a look each second, and a slow store. */
const SAVED_WITHIN = 2_000;

/**
 * Checks what the runs of one shard keep for each other:
 * - nothing is saved before it was consumed
 * - what was consumed is saved soon: at once, if the bot is asked to stop
 * - an IDENTIFY is saved before it is sent
 * - once a session was saved, there is always something to tell of: a session, or one that was lost
 *
 * What the store cannot save while it is `troubled` is excused, and nothing is due while the process stands still.
 */
export function checkRestarts(
  history: DiscordHistory,
  runs: readonly Run[],
  troubled: (from: Instant, to: Instant) => boolean,
  stalls: readonly Stall[],
): Violation[] {
  const violations: Violation[] = [];
  for (const run of runs) {
    const tell = (violation: Violation) => violations.push(...labelled(run.label, [violation]));
    checkSaves(history, run, tell);
    checkStop(run, troubled, stalls, tell);
    checkIdentifies(history, run, troubled, tell);
  }
  return violations;
}

type Tell = (violation: Violation) => void;

interface Received {
  readonly session: string;
  readonly sequence: number;
  readonly at: Instant;
}

/** The numbers that a run has received and that are to be consumed, in order. */
function receivedOf({ observations, clients }: DiscordHistory, label: string): Received[] {
  const wanted = clients?.get(label)?.wanted;
  const received: Received[] = [];
  const own = observations.filter((observation) => observation.label === label);
  follow(own, clients, () => {}, ({ at }, session, sequence, name) => {
    const told = name !== null && dispatched.has(name) && wanted?.has(name) !== false;
    if (told) received.push({ session, sequence, at });
  });
  return received;
}

const dispatched: ReadonlySet<string> = new Set(dispatchNames);

function checkSaves(history: DiscordHistory, run: Run, tell: Tell): void {
  const received = receivedOf(history, run.label);
  let before = run.loaded;
  for (const { at, stored } of run.saves) {
    const { session } = stored;
    // Of a session that it was about to begin, it may know since that there is none.
    const wasBegun = isUnknown(before) && !isUnknown(run.loaded);
    if (session === null && before?.session && !wasBegun) {
      tell({ rule: "nothing_left", message: `nothing is left of ${name(before.session)} at ${at}` });
    }
    before = stored;
    if (session === null || session.ended) continue;
    const missed = received.find((event) =>
      event.session === shownSession(session.sessionId) && event.sequence <= session.sequence &&
      event.at <= at &&
      (run.consumed.get(keyOf(event)) ?? Infinity) > at
    );
    if (missed !== undefined) {
      tell({
        rule: "saved_early",
        message: `${name(session)} was saved at ${at}, before ${missed.sequence} was consumed`,
      });
    }
  }
}

function checkStop(
  run: Run,
  troubled: (from: Instant, to: Instant) => boolean,
  stalls: readonly Stall[],
  tell: Tell,
): void {
  const { consumed, delivered, loaded, saves, saveEvery, slow, stopped, replaced } = run;
  if (stopped === undefined || replaced) return;
  const due = awakeSince(stalls, stopped.at, saveEvery + SAVED_WITHIN);
  if (troubled(due, stopped.at)) return;
  const by = stopped.politely && !slow ? stopped.at : due;
  const numbers = delivered.flatMap(({ event }) =>
    "session" in event && event.kind !== "gap" && event.kind !== "resumed" ? [event] : []
  );
  const place = numbers.findLastIndex((event) => (consumed.get(keyOf(event)) ?? Infinity) <= by);
  const last = numbers[place];
  if (last === undefined) return;
  const point = (saves.at(-1)?.stored ?? loaded)?.session;
  if (point?.sessionId === last.session && point.sequence >= last.sequence) return;
  // Another session may have begun since.
  if (numbers.findLastIndex(({ session }) => session === point?.sessionId) > place) return;
  tell({
    rule: "saved_late",
    message: `stops at ${stopped.at} with ${name(point)} saved, and ${keyOf(last)} consumed`,
  });
}

function checkIdentifies(
  { observations, clients }: DiscordHistory,
  run: Run,
  troubled: (from: Instant, to: Instant) => boolean,
  tell: Tell,
): void {
  const own = observations.filter(({ label }) => label === run.label);
  const before = run.loaded?.identifies.length ?? 0;
  let identifies = 0;
  follow(own, clients, ({ story }, observation) => {
    // What is secret is RESUME, or IDENTIFY if a permit was asked for.
    if (observation.kind !== "sent" || observation.data !== undefined || !story?.asked) return;
    const { at } = observation;
    identifies++;
    if (troubled(-Infinity, at)) return;
    const saved = run.saves.findLast((save) => save.at <= at)?.stored ?? run.loaded;
    if ((saved?.identifies.length ?? 0) < before + identifies) {
      tell({ rule: "identify_unsaved", message: `IDENTIFY at ${at} was not saved before it was sent` });
    }
  });
}

/** Checks that nothing is acknowledged to Discord before it is saved: what is, Discord forgets. */
export function checkAcknowledged({ log }: DiscordHistory, runs: readonly Run[]): Violation[] {
  const violations: Violation[] = [];
  const saves = runs.flatMap((run) => run.saves);
  const sessions = new Map<number, string>();
  for (const entry of log) {
    if (entry.kind === "session") sessions.set(entry.link, entry.session);
    const session = sessions.get(entry.link);
    if (session === undefined || entry.kind !== "received" || entry.op !== 1) continue;
    if (typeof entry.d !== "number") continue;
    const points = saves.filter(({ at }) => at <= entry.at).map(({ stored }) => stored.session);
    // READY has the number 1, and is not sent again.
    const most = Math.max(
      1,
      ...points.map((point) => point?.sessionId === session ? point?.sequence ?? 1 : 1),
    );
    if (entry.d > most) {
      violations.push({
        rule: "acknowledged_unsaved",
        message: `${session}: acknowledges ${entry.d} at ${entry.at} with ${most} saved`,
      });
    }
  }
  return violations;
}

function keyOf({ session, sequence }: { readonly session: string; readonly sequence: number }): string {
  return `${shownSession(session)} ${sequence}`;
}

/** Whether what is stored is that a session may have begun. */
function isUnknown(stored: StoredShard | undefined): boolean {
  return stored?.session?.sessionId === "unknown";
}

function name(point: ResumePoint | null | undefined): string {
  return point ? `${point.sessionId} ${point.sequence}` : "nothing";
}

/** A listing of a guild's members, and what came of it. */
export interface MembersListing {
  readonly label: string;
  readonly guild: string;
  readonly began: Instant;
  /** The ids that it gave, in order. */
  readonly ids: readonly string[];
  /** Undefined: it has not ended. */
  readonly ended: { readonly at: Instant; readonly error: Error | undefined } | undefined;
}

/** When a request for members was refused, and until when. */
export interface MembersLimit {
  readonly label: string;
  readonly guild: string;
  readonly at: Instant;
  /** The number of the event that said so. */
  readonly sequence: number;
  readonly until: Instant;
}

/**
 * Checks listings of guild members, one at a time for each guild: each gives every member once, ends, and waits
 * for Discord's limit. Only while there are faults may one be given up.
 */
export function checkMembers(
  { observations, clients }: DiscordHistory,
  listings: readonly MembersListing[],
  limits: readonly MembersLimit[],
  members: readonly string[],
  faultsUntil: Instant,
): Violation[] {
  const violations: Violation[] = [];
  for (const { label, guild, began, ids, ended } of listings) {
    const told = `${label}: the listing of guild ${guild} that began at ${began}`;
    if (new Set(ids).size < ids.length) {
      violations.push({ rule: "members_twice", message: `${told} gives some members twice` });
    }
    if (ended === undefined) violations.push({ rule: "members_endless", message: `${told} has not ended` });
    else if (ended.error === undefined && members.some((id) => !ids.includes(id))) {
      violations.push({
        rule: "members_missing",
        message: `${told} ends with ${ids.length} of ${members.length} members`,
      });
    } else if (ended.error !== undefined && began > faultsUntil) {
      violations.push({ rule: "members_failed", message: `${told} fails: ${ended.error.message}` });
    }
  }
  // What comes behind a hole on a link that is being left is not told, and comes again.
  const told = new Set<string>();
  const chunks: { readonly label: string; readonly at: Instant; readonly sequence: number }[] = [];
  follow(observations, clients, () => {}, ({ label, at }, _session, sequence, name) => {
    told.add(`${label} ${at} ${sequence}`);
    if (name === "GUILD_MEMBERS_CHUNK") chunks.push({ label, at, sequence });
  });
  // What is replayed comes late: members behind a refusal show that it was over by then.
  const over = (limit: MembersLimit, by: Instant) =>
    chunks.some(({ label, at, sequence }) =>
      label === limit.label && at <= by && (at > limit.at || (at === limit.at && sequence > limit.sequence))
    );
  const known = limits.filter(({ label, at, sequence }) => told.has(`${label} ${at} ${sequence}`));
  for (const observation of observations) {
    if (observation.kind !== "sent") continue;
    const { label, at, data } = observation;
    const asked = /^\{"op":8,"d":\{"guild_id":"(\d+)"/.exec(String(data))?.[1];
    // What came while there was no link comes late, all at once: the last word counts.
    const limit = asked === undefined
      ? undefined
      : known.findLast((one) => one.label === label && one.guild === asked && one.at < at);
    if (limit === undefined || at >= limit.until - 1 || over(limit, at)) continue;
    violations.push({
      rule: "members_limit",
      message: `${label}: asks for members at ${at}, though limited to ${limit.until}`,
    });
  }
  return violations;
}
