import { LastHeard } from "./last_heard.ts";
import type { Instant } from "../protocol.ts";

/** How often to ask whether a peer is there, and how long to wait for its answer, in milliseconds. */
export interface PingTimes {
  /** With nothing received, until a PING asks whether the peer is still there. */
  readonly idle: number;
  /** From one PING to the next, whatever is received: a peer may well talk and not listen. */
  readonly interval: number;
  /** From a PING, with nothing received since, until the link counts as dead. */
  readonly pong: number;
  /** From a PING until the link counts as dead whatever is received. At least `pong`. @default {`pong`} */
  readonly deaf?: number;
}

/** Who waits for a PONG. */
export interface PingWaiter {
  /** The peer has handled all that was sent before; `latency` in milliseconds. */
  readonly proven?: ((latency: number) => void) | undefined;
  /** The link died first. */
  readonly lost?: (() => void) | undefined;
}

interface Waiting {
  readonly at: Instant;
  readonly waiter: PingWaiter;
}

// What the last PONGs took is kept for so many.
const HISTORY = 10;

/**
 * The one owner of PING on a link. Peers handle what they get in order, so a PONG proves that all that was sent
 * before its PING was handled, and that we have read all they said before; it measures how late they are; and
 * where none comes, the link is dead.
 *
 * **The caller's obligation.** Say when the session begins ({@linkcode PingBarrier.start}), when something came
 * ({@linkcode PingBarrier.heard}) and which PONG ({@linkcode PingBarrier.answered}); call
 * {@linkcode PingBarrier.due} no later than its deadline, and drop the link where that says so; say when the process
 * stood still ({@linkcode PingBarrier.stalled}); and say when the link is gone ({@linkcode PingBarrier.stop}).
 *
 * @example
 * ```ts
 * import { PingBarrier } from "@parley/parley/protocol";
 *
 * const send = (token: string) => console.log(`PING :${token}`);
 * const barrier = new PingBarrier({ idle: 60_000, interval: 60_000, pong: 20_000 }, send);
 * barrier.start(0);
 * barrier.request(100, { proven: () => console.log("all that was sent was handled") });
 * barrier.answered("parley-1", 150); // true
 * barrier.latency; // 50
 * ```
 */
export class PingBarrier {
  readonly #times: Required<PingTimes>;
  readonly #send: (token: string, now: Instant) => void;
  /** By token; the oldest first. */
  readonly #waiting = new Map<string, Waiting>();
  #latencies: readonly number[];
  #count = 0;
  #heardAt: Instant = Infinity;
  readonly #lastHeard = new LastHeard();
  #pingedAt: Instant = Infinity;
  /** When the process was last found to have stood still: nobody was there to hear what was due before. */
  #stalledAt: Instant = -Infinity;

  /**
   * Takes how long to wait for what, what sends a PING with a token, and the latencies of the link before, which
   * those of this one follow.
   */
  constructor(
    times: PingTimes,
    send: (token: string, now: Instant) => void,
    latencies: readonly number[] = [],
  ) {
    this.#times = { ...times, deaf: Math.max(times.deaf ?? times.pong, times.pong) };
    this.#send = send;
    this.#latencies = latencies;
  }

  /** How long the last PONG took, in milliseconds; undefined before the first. */
  get latency(): number | undefined {
    return this.#latencies.at(-1);
  }

  /** The last ten latencies in milliseconds, the latest last; those of earlier links, too. */
  get latencies(): readonly number[] {
    return this.#latencies;
  }

  /**
   * When the peer was last known to be there: what is read after the process stood still does not count until it has
   * answered a PING sent since. Stays when the link is gone.
   */
  get lastHeardAt(): Instant {
    return this.#lastHeard.at;
  }

  /** Whether a PING is under way. */
  get waiting(): boolean {
    return this.#waiting.size > 0;
  }

  /** The peer has let us in: from now on it is asked whether it is there. */
  start(now: Instant): void {
    this.#heardAt = this.#pingedAt = now;
    this.#lastHeard.trust(now);
  }

  /** The process stood still some time between `since` and `now`: asks the peer at once whether it is there. */
  stalled(since: Instant, now: Instant): void {
    this.#lastHeard.stalled(since, now);
    this.#stalledAt = now;
  }

  /** Something came. */
  heard(now: Instant): void {
    this.#lastHeard.heard(now);
    if (this.#heardAt < now) this.#heardAt = now;
  }

  /** Sends a PING behind all that was sent; the waiter is told once, whether it was answered or lost. */
  request(now: Instant, waiter: PingWaiter = {}): void {
    const token = `parley-${++this.#count}`;
    this.#waiting.set(token, { at: now, waiter });
    if (this.#pingedAt !== Infinity) this.#pingedAt = now;
    this.#send(token, now);
  }

  /**
   * A PONG came; false if none was waiting for this token. Undefined, where PONGs say nothing: the oldest PING's, for
   * they come in order.
   */
  answered(token: string | undefined, now: Instant): boolean {
    const [oldest] = token === undefined ? this.#waiting.keys() : [token];
    const waiting = oldest === undefined ? undefined : this.#waiting.get(oldest);
    if (oldest === undefined || waiting === undefined) return false;
    this.#waiting.delete(oldest);
    const latency = now - waiting.at;
    this.#lastHeard.answered(waiting.at, now);
    // Replaced, never changed: it was perhaps handed out.
    this.#latencies = [...this.#latencies, latency].slice(-HISTORY);
    waiting.waiter.proven?.(latency);
    return true;
  }

  /** The link is gone, or is being closed: nothing that was asked will be answered. */
  stop(): void {
    this.#heardAt = this.#pingedAt = Infinity;
    const lost = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { waiter } of lost) waiter.lost?.();
  }

  /** When {@linkcode PingBarrier.due} is to be called; Infinity: not at all. */
  get deadline(): Instant {
    return Math.min(this.#deadAt, this.#pingAt);
  }

  /** Sends a PING if one is due; true if the link is dead. */
  due(now: Instant): boolean {
    if (now >= this.#deadAt) return true;
    if (now >= this.#pingAt) this.request(now);
    return false;
  }

  get #deadAt(): Instant {
    for (const { at } of this.#waiting.values()) {
      const since = Math.max(at, this.#stalledAt);
      // Only what came after the PING shows that the peer still is there.
      const heardAt = this.#heardAt === Infinity ? since : Math.max(since, this.#heardAt);
      return Math.min(heardAt + this.#times.pong, since + this.#times.deaf);
    }
    return Infinity;
  }

  get #pingAt(): Instant {
    const { idle, interval } = this.#times;
    const { doubtedSince } = this.#lastHeard;
    // Whether the peer is there is to be known soon.
    if (doubtedSince < Infinity && this.#pingedAt < doubtedSince) return doubtedSince;
    const regular = this.#pingedAt + interval;
    return this.#waiting.size > 0
      ? regular
      : Math.min(regular, Math.max(this.#heardAt, this.#pingedAt) + idle);
  }
}
