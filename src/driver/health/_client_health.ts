import type { Instant } from "../../protocol/protocol.ts";
import type { HealthState, HealthTracker, Tracked, TrackedTrouble } from "./_health_tracker.ts";
import type { Clock } from "../clock/clock.ts";
import type { Health, HealthOptions, HealthWaiting, SessionHealth, Vitals } from "./health.ts";

/** A driver, to who asks how its core is. */
interface Watched {
  readonly health: HealthTracker;
  /** What it has asked for. */
  readonly waiting: readonly { readonly for: string; readonly since: Instant }[];
  /** What the wall clock said at an instant. */
  wallTime(at: Instant): number;
}

/** What a client knows of itself. */
interface Known {
  readonly clock: Clock;
  readonly ended: boolean;
  /** What its consumers have missed. */
  readonly lagged: number;
  readonly budgets: Readonly<Record<string, number>>;
  /** What is known of the sessions of each core, beside what its driver remembers. */
  readonly vitals: ReadonlyMap<Watched, readonly Vitals[]>;
}

/** Remembers how a client is, and puts that together when somebody asks. */
export class ClientHealth {
  /** Every core's driver, those that have ended by themselves, too. */
  readonly #watched = new Set<Watched>();
  /** When it was told to connect; -Infinity: it was not. */
  begunAt: Instant = -Infinity;
  #trouble: TrackedTrouble | undefined;

  /** Has one more to look at. */
  watch(driver: Watched): void {
    this.#watched.add(driver);
  }

  /** Looks at one no more. */
  forget(driver: Watched): void {
    this.#watched.delete(driver);
  }

  /** Something has failed. */
  failed(error: unknown, at: Instant): void {
    const message = error instanceof Error ? `${error.name}: ${error.message}` : `${typeof error} was thrown`;
    this.#trouble = { at, message };
  }

  /** How the client is. */
  report({ clock, ended, lagged, budgets, vitals }: Known, options: HealthOptions): Health {
    const { awayFor = 60_000, deafAfter = Infinity } = options;
    const now = clock.now();
    const wall = clock.wall();
    const wallOf = (at: Instant) => wall - (now - at);
    const { begunAt } = this;
    const sessions: SessionHealth[] = [];
    const problems: string[] = [];
    let trouble = this.#trouble;
    let lost = 0;
    for (const driver of this.#watched) {
      const { health } = driver;
      lost += health.lost;
      if (health.trouble !== undefined && (trouble === undefined || health.trouble.at > trouble.at)) {
        trouble = health.trouble;
      }
      for (const [index, of] of (vitals.get(driver) ?? [{ name: "" }]).entries()) {
        const session = sessionOf(driver, index, of, now);
        sessions.push(session);
        const problem = problemOf(session, health.quietSince(index), { now, wall, awayFor, deafAfter });
        if (problem !== undefined) {
          problems.push(session.name === "" ? problem : `${session.name}: ${problem}`);
        }
      }
    }
    const { state, since } = least(sessions, ended, begunAt);
    if (sessions.length === 0 && now - begunAt > awayFor) {
      problems.push(`It has been connecting for ${seconds(now - begunAt)}`);
    }
    const whole = ended
      ? "The client has ended"
      : begunAt === -Infinity
      ? "connect() was not called"
      : undefined;
    return {
      ok: whole === undefined && problems.length === 0,
      problems: whole === undefined ? problems : [whole],
      state,
      since: since ?? (begunAt === -Infinity ? null : wallOf(begunAt)),
      lagged,
      lost,
      budgets: finite(budgets),
      lastError: trouble === undefined ? null : { at: wallOf(trouble.at), message: trouble.message },
      sessions,
    };
  }
}

function sessionOf(driver: Watched, index: number, vitals: Vitals, now: Instant): SessionHealth {
  const { health } = driver;
  const session = health.session(index);
  const wallOf = (at: Instant) => driver.wallTime(at);
  const { loss } = session;
  return {
    name: vitals.name,
    state: session.state,
    since: session.since === -Infinity ? null : wallOf(session.since),
    step: vitals.step ?? null,
    frameAge: age(health.heardAt, now),
    eventAge: age(health.toldAt, now),
    acknowledgedAge: age(health.answeredAt, now),
    latency: vitals.latency ?? null,
    waiting: waitingOf(driver, session, now),
    attempts: session.attempts,
    reconnects: session.reconnects,
    resumes: session.resumes,
    budgets: finite(vitals.budgets ?? {}),
    lastLoss: loss === undefined ? null : { at: wallOf(loss.at), message: loss.message },
  };
}

function waitingOf(driver: Watched, { next, limitUntil, loss }: Tracked, now: Instant): HealthWaiting | null {
  const [asked] = driver.waiting;
  if (asked !== undefined) {
    const until = limitUntil !== undefined && limitUntil > driver.wallTime(now) ? limitUntil : null;
    return { for: asked.for, since: driver.wallTime(asked.since), until };
  }
  if (loss === undefined || next === undefined || next <= now) return null;
  return { for: "the next attempt", since: driver.wallTime(loss.at), until: driver.wallTime(next) };
}

function problemOf(
  { state, since, lastLoss, attempts }: SessionHealth,
  quietSince: Instant,
  at: { readonly now: Instant; readonly wall: number; readonly awayFor: number; readonly deafAfter: number },
): string | undefined {
  if (state === "ended") return "It has ended";
  if (state === "ready") {
    const quiet = at.now - quietSince;
    return quiet > at.deafAfter ? `No event has come for ${seconds(quiet)}` : undefined;
  }
  const away = since === null ? 0 : at.wall - since;
  if (away <= at.awayFor) return undefined;
  const why = lastLoss === null ? "" : `: ${lastLoss.message}`;
  return `It has had no session for ${seconds(away)}, after ${attempts} attempts in vain${why}`;
}

const ORDER: readonly HealthState[] = ["ended", "new", "connecting", "reconnecting", "ready"];

/** The state of the session that is worst, and since when it is the whole's. */
function least(
  sessions: readonly SessionHealth[],
  ended: boolean,
  begunAt: Instant,
): { readonly state: HealthState; readonly since: number | null } {
  const rank = ({ state }: SessionHealth) => ORDER.indexOf(state);
  const worst = sessions.toSorted((a, b) => rank(a) - rank(b))[0];
  if (ended) return { state: "ended", since: latest(sessions) };
  if (worst === undefined) return { state: begunAt === -Infinity ? "new" : "connecting", since: null };
  const same = sessions.filter(({ state }) => state === worst.state);
  return { state: worst.state, since: worst.state === "ready" ? latest(same) : earliest(same) };
}

function latest(sessions: readonly SessionHealth[]): number | null {
  return sessions.reduce<number | null>(
    (max, { since }) => Math.max(max ?? -Infinity, since ?? -Infinity),
    null,
  );
}

function earliest(sessions: readonly SessionHealth[]): number | null {
  return sessions.reduce<number | null>((min, { since }) => {
    return since === null ? min : Math.min(min ?? Infinity, since);
  }, null);
}

function age(at: Instant, now: Instant): number | null {
  return at === -Infinity ? null : Math.max(0, now - at);
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1_000)} s`;
}

/** JSON has no Infinity. */
function finite(budgets: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(budgets).filter(([, left]) => Number.isFinite(left)));
}
