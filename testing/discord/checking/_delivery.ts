import type { Observation } from "@parley/parley/driver";
import { shownSession } from "@parley/parley/internal";
import type { Instant } from "@parley/parley/protocol";
import { follow } from "./_follower.ts";
import type { DiscordClient, DiscordHistory, DiscordNumbered, DiscordTold } from "./_history.ts";
import type { Delivered } from "../../world/checking/checker.ts";
import { labelled, type Violation } from "../../world/checking/violation.ts";

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
  { log, observations, clients = new Map() }: DiscordHistory,
  delivered: ReadonlyMap<string, readonly Delivered<DiscordTold>[]>,
): Violation[] {
  const violations: Violation[] = [];
  const names = new Names();
  for (const entry of log) if (entry.kind === "dispatched") names.add(entry.session, entry.s, entry.t);
  const matches = new Map<string, Match>();
  const matchOf = (label: string) => {
    let match = matches.get(label);
    if (match === undefined) {
      matches.set(label, match = new Match(delivered.get(label) ?? [], clients.get(label)));
    }
    return match;
  };
  const aways = new Map<string, Away>();
  const followers = follow(observations, clients, ({ story }, observation) => {
    if (story === undefined) return;
    const { label } = observation;
    let away = aways.get(label);
    if (away === undefined) aways.set(label, away = new Away(clients.get(label)?.resume));
    away.note(observation);
  }, ({ label }, session, sequence, name) => matchOf(label).received(session, sequence, name));
  for (const [label, { fatal }] of followers) {
    const client = clients.get(label) ?? {};
    const found = [
      ...matchOf(label).end(),
      // After a fatal close nobody is there any more to be told.
      ...checkOrder(delivered.get(label) ?? [], names, aways.get(label)?.begins ?? [], client, fatal),
    ];
    violations.push(...labelled(label, found));
  }
  return violations;
}

/** The names of the events that were given out, by their numbers. */
class Names {
  readonly #bySession = new Map<string, string[]>();

  add(session: string, sequence: number, name: string): void {
    let names = this.#bySession.get(session);
    if (names === undefined) this.#bySession.set(session, names = []);
    names[sequence] = name;
  }

  /** Whether nothing that is wanted has a number behind one, up to another. */
  nothingWanted(session: string, behind: number, upTo: number, wanted: Wanted): boolean {
    const names = this.#bySession.get(session) ?? [];
    for (let sequence = behind + 1; sequence <= upTo; sequence++) {
      const name = names[sequence];
      if (wanted === undefined || name === undefined || wanted.has(name)) return false;
    }
    return true;
  }

  /** The last number that was given out. */
  last(session: string): number {
    return (this.#bySession.get(session)?.length ?? 1) - 1;
  }
}

type Wanted = ReadonlySet<string> | undefined;

/** Compares what was received with what was delivered, as it comes. */
class Match {
  readonly #delivered: readonly Delivered<DiscordTold>[];
  readonly #client: DiscordClient;
  #position = 0;
  #violation: Violation | undefined = undefined;

  constructor(delivered: readonly Delivered<DiscordTold>[], client: DiscordClient = {}) {
    this.#delivered = delivered;
    this.#client = client;
  }

  received(session: string, sequence: number, name: string | null): void {
    const { wanted, died } = this.#client;
    const told = name === "READY" || name === null || wanted === undefined || wanted.has(name);
    if (!told || this.#violation !== undefined) return;
    const event = this.#next();
    if (event !== undefined && shownSession(event.session) === session && event.sequence === sequence) return;
    if (event === undefined && died) return;
    const instead = event === undefined ? "nothing" : `${event.session} ${event.sequence}`;
    const message = `${session} ${sequence} was received, and ${instead} delivered`;
    this.#violation = { rule: "received_untold", message };
  }

  end(): Violation[] {
    const event = this.#violation === undefined ? this.#next() : undefined;
    if (event !== undefined) {
      const message = `${event.session} ${event.sequence} was delivered, but not received`;
      this.#violation = { rule: "told_unreceived", message };
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

/** What is lost where a time is told by another clock and back, in milliseconds. */
const ROUNDING = 0.01;
/** How far back it may date that the process stood still, in milliseconds. */
const NOTICED = 1_001;

/** When a time away began. */
interface Begin {
  readonly earliest: Instant;
  readonly latest: Instant;
}

type Doubt = ReturnType<NonNullable<DiscordClient["doubt"]>>;

const NONE: Doubt = { early: 0, late: 0 };

function isWithin(at: Instant, { earliest, latest }: Begin, { early, late }: Doubt): boolean {
  return at >= earliest - early - ROUNDING && at <= latest + late + ROUNDING;
}

/** When time away began, for each time that a client told of a gap. */
class Away {
  readonly begins: (Begin | undefined)[] = [];
  #heardAt: Instant | undefined = undefined;
  #openedAt: Instant = -Infinity;
  /** The process stood still, and nothing that was sent since is acknowledged. */
  #doubted = false;
  /** Whether the oldest heartbeat that no acknowledgement has followed was sent since; undefined: there is none. */
  #askedSince: boolean | undefined;
  #stalled = false;
  #since: Begin | undefined;
  #away: boolean;

  constructor(resume: DiscordClient["resume"]) {
    this.#since = resume?.at === undefined ? undefined : { latest: resume.at, earliest: resume.at };
    this.#away = resume !== undefined;
  }

  note(observation: Observation): void {
    if (observation.kind === "stalled") {
      // A link that opens when that is noticed had brought nothing by then, whichever of both is seen first.
      this.#doubted = observation.at > this.#openedAt;
      this.#stalled = true;
      if (this.#askedSince) this.#askedSince = false;
    }
    if (observation.kind === "opened") {
      this.#doubted = false;
      this.#askedSince = undefined;
      // Whoever takes a link is there.
      this.#heardAt = this.#openedAt = observation.at;
    }
    if (observation.kind === "sent" && String(observation.data).startsWith('{"op":1,')) {
      this.#askedSince ??= this.#doubted;
    }
    if (observation.kind === "received") {
      if (/^\{[^{}]*"op":11\b/.test(String(observation.data))) {
        if (this.#askedSince) this.#doubted = false;
        this.#askedSince = undefined;
      }
      if (!this.#doubted) this.#heardAt = observation.at;
    }
    if (observation.kind !== "event") return;
    const { event } = observation;
    if (event === "reconnecting" && !this.#away) {
      this.#away = true;
      // It looks once a second whether it stood still.
      const slack = this.#stalled ? NOTICED : 0;
      this.#since = this.#heardAt === undefined
        ? undefined
        : { latest: this.#heardAt, earliest: this.#heardAt - slack };
      this.#stalled = false;
    }
    if (event === "ready" || event === "resumed") this.#away = false;
    if (event === "gap") this.begins.push(this.#since);
  }
}

function numbered(event: DiscordTold | undefined): DiscordNumbered | undefined {
  if (event === undefined || event.kind === "gap" || !("sequence" in event)) return undefined;
  // One without a number belongs to no order.
  return event.sequence === 0 ? undefined : event;
}

/** Checks what one client was told. */
function checkOrder(
  delivered: readonly Delivered<DiscordTold>[],
  names: Names,
  begins: readonly (Begin | undefined)[],
  { wanted, resume, slow = false, died = false, doubt = () => NONE }: DiscordClient,
  fatal: boolean,
): Violation[] {
  const violations: Violation[] = [];
  let current: { readonly session: string; last: number } | undefined = resume &&
    { session: resume.sessionId, last: resume.sequence };
  let owed: { readonly session: string; readonly last: number; readonly resumed: boolean } | undefined;
  let gaps = 0;
  for (const { event, at } of delivered) {
    if (event.kind === "gap") {
      const from = begins[gaps++];
      const late = at - event.to;
      if (late < -ROUNDING || (!slow && late > ROUNDING) || event.from > event.to) {
        violations.push({
          rule: "gap_times",
          message: `a gap lasts from ${event.from} to ${event.to} at ${at}`,
        });
      }
      if (event.next !== undefined) {
        if (event.resumed || !follows(event.session, event.sequence, current)) {
          violations.push({
            rule: "gap_place",
            message: `a gap behind ${event.session} ${event.sequence} is told after ${name(current)}`,
          });
        }
        if (current !== undefined) current.last = event.next - 1;
        continue;
      }
      const wrong = event.session !== owed?.session || event.resumed !== owed.resumed ||
        (!event.resumed && !follows(event.session, event.sequence, owed));
      if (wrong) {
        violations.push(
          {
            rule: "gap_not_owed",
            message: `a gap behind ${event.session} ${event.sequence} is told, and owed behind ${name(owed)}`,
          },
        );
      } else if (from !== undefined && !isWithin(event.from, from, doubt(from.earliest, event.to))) {
        violations.push({
          rule: "gap_begin",
          message: `a gap begins at ${event.from}, and the server was last heard at ${from.latest}`,
        });
      }
      owed = undefined;
      continue;
    }
    const told = numbered(event);
    if (told === undefined) continue;
    if (owed !== undefined) {
      violations.push({
        rule: "gap_missing",
        message: `${told.session} ${told.sequence} was delivered, and no gap behind ${name(owed)}`,
      });
      owed = undefined;
    }
    const { session, sequence } = told;
    if (told.kind === "ready") {
      owed = current && { ...current, resumed: false };
      current = { session, last: sequence };
    } else if (told.kind === "resumed") {
      owed = { session, last: sequence, resumed: true };
      if (session !== current?.session || sequence < current.last) {
        violations.push({
          rule: "resumed_elsewhere",
          message: `${session} ${sequence} was resumed after ${name(current)}`,
        });
      }
      current = { session, last: sequence };
    } else {
      if (!follows(session, sequence - 1, current)) {
        violations.push({
          rule: "out_of_sequence",
          message: `${session} ${sequence} was delivered after ${name(current)}`,
        });
      }
      if (wanted?.has(told.kind) === false && told.kind !== "unknown") {
        violations.push({
          rule: "unwanted_event",
          message: `${session} ${sequence} was delivered, though nobody wants ${told.kind}`,
        });
      }
      current = { session, last: sequence };
    }
  }
  if (died) return violations;
  if (owed !== undefined) {
    violations.push({ rule: "gap_missing", message: `no gap behind ${name(owed)} was told` });
  }
  const last = names.last(current?.session ?? "");
  if (current !== undefined && !fatal && current.last < last && !follows(current.session, last, current)) {
    violations.push({
      rule: "undelivered",
      message: `nothing was delivered behind ${name(current)}, and it went on to ${last}`,
    });
  }
  return violations;

  /** Whether a number of a session is the one reached, or nothing but what nobody wants lies in between. */
  function follows(session: string, sequence: number, place: typeof current): boolean {
    if (session !== place?.session) return false;
    return sequence === place.last || sequence > place.last &&
        names.nothingWanted(session, place.last, sequence, wanted);
  }
}

function name(place: { readonly session: string; readonly last: number } | undefined): string {
  return place === undefined ? "nothing" : `${place.session} ${place.last}`;
}
