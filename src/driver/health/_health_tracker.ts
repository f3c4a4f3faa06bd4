import type { Instant } from "../../protocol/protocol.ts";

/** Where a session, or the client as a whole, stands. */
export type HealthState =
  /** `connect()` was not called. */
  | "new"
  /** It has had no session yet. */
  | "connecting"
  /** It has its session: of a client, each of them. */
  | "ready"
  /** The session is interrupted, or was lost: another link is on its way. */
  | "reconnecting"
  /** For good. */
  | "ended";

/** What went wrong. */
export interface TrackedTrouble {
  readonly at: Instant;
  readonly message: string;
}

/** What is remembered of a session. */
export interface Tracked {
  readonly state: HealthState;
  readonly since: Instant;
  readonly attempts: number;
  readonly reconnects: number;
  readonly resumes: number;
  /** When the next attempt is, after a loss. */
  readonly next: Instant | undefined;
  /** Until when a limit keeps it waiting, by the wall clock. */
  readonly limitUntil: number | undefined;
  readonly loss: TrackedTrouble | undefined;
}

const NEW: Tracked = {
  state: "new",
  since: -Infinity,
  attempts: 0,
  reconnects: 0,
  resumes: 0,
  next: undefined,
  limitUntil: undefined,
  loss: undefined,
};

/** The fields that events of parley's own may have which say how a session is. */
interface Telling {
  readonly kind: string;
  readonly connection?: unknown;
  readonly after?: unknown;
  readonly attempt?: unknown;
  readonly cause?: unknown;
  readonly reason?: unknown;
  readonly until?: unknown;
}

/** Remembers how the sessions of a core are, by what its driver sees go by. Knows no clock. */
export class HealthTracker {
  /** When something last came. */
  heardAt: Instant = -Infinity;
  /** When an event last came that was no answer to a PING or a heartbeat. */
  toldAt: Instant = -Infinity;
  /** When a PING or a heartbeat was last answered. */
  answeredAt: Instant = -Infinity;
  /** Of how many commands nobody knows whether they took effect. */
  lost = 0;
  /** What ended the core. */
  trouble: TrackedTrouble | undefined;
  #begunAt: Instant = -Infinity;
  #endedAt: Instant | undefined = undefined;
  /** The session with the number 0: most cores have no other. */
  #first: Tracked | undefined = undefined;
  /** The others by number, if there are any. */
  #others: Map<number, Tracked> | undefined = undefined;

  /** The core begins. */
  began(at: Instant): void {
    this.#begunAt = at;
  }

  /** The core has ended. */
  ended(at: Instant, error: Error | undefined): void {
    this.#endedAt = at;
    if (error !== undefined) this.trouble = { at, message: error.message };
  }

  /** How a session is. */
  session(index: number): Tracked {
    const tracked = (index === 0 ? this.#first : this.#others?.get(index)) ??
      (this.#begunAt === -Infinity ? NEW : { ...NEW, state: "connecting", since: this.#begunAt });
    return this.#endedAt === undefined ? tracked : { ...tracked, state: "ended", since: this.#endedAt };
  }

  /** Since when a session that stands has brought no event. */
  quietSince(index: number): Instant {
    return Math.max(this.toldAt, this.session(index).since);
  }

  /** An event is told. */
  told(event: Telling, at: Instant): void {
    switch (event.kind) {
      case "ready":
      case "resumed": {
        const { reconnects, resumes, loss } = this.#of(event);
        const taken = event.kind === "resumed" ? 1 : 0;
        this.#set(event, { ...NEW, state: "ready", since: at, reconnects, resumes: resumes + taken, loss });
        return;
      }
      case "reconnecting":
        return this.#reconnecting(event, at);
      case "identify_waiting":
        return this.#set(event, { ...this.#of(event), limitUntil: numberOf(event.until) });
      case "PONG":
      case "heartbeat_ack":
        this.answeredAt = at;
        return;
      case "PING":
      case "gap":
      case "invalid_session":
      case "malformed":
        return;
      default:
        this.toldAt = at;
    }
  }

  #reconnecting(event: Telling, at: Instant): void {
    const before = this.#of(event);
    const wasReady = before.state === "ready";
    const loss = { at, message: String(event.reason ?? event.cause ?? "the link was lost") };
    this.#set(event, {
      ...before,
      state: before.state === "connecting" ? "connecting" : "reconnecting",
      since: wasReady ? at : before.since,
      attempts: numberOf(event.attempt) ?? before.attempts + 1,
      reconnects: before.reconnects + (wasReady ? 1 : 0),
      next: at + (numberOf(event.after) ?? 0),
      loss,
    });
  }

  #of(event: Telling): Tracked {
    return this.session(numberOf(event.connection) ?? 0);
  }

  #set(event: Telling, tracked: Tracked): void {
    const index = numberOf(event.connection) ?? 0;
    if (index === 0) this.#first = tracked;
    else (this.#others ??= new Map()).set(index, tracked);
  }
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
