import type { Instant } from "./protocol.ts";

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
// A wake-up this late says that the whole process stood still: what came meanwhile has not been read yet.
const LATE = 1_000;

/**
 * The one owner of PING on a link. Peers handle what they get in order, so a PONG proves that all that was sent
 * before its PING was handled, and that we have read all they said before; it measures how late they are; and
 * where none comes, the link is dead.
 *
 * **The caller's obligation.** Say when the session begins ({@linkcode PingBarrier.start}), when something came
 * ({@linkcode PingBarrier.heard}) and which PONG ({@linkcode PingBarrier.answered}); call
 * {@linkcode PingBarrier.due} no later than its deadline, and drop the link where that says so; and say when it
 * is gone ({@linkcode PingBarrier.stop}).
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
  #pingedAt: Instant = Infinity;
  /** Until when a link is not dead, since nobody was awake when it would have been; once in each silence. */
  #excusedUntil: Instant = -Infinity;

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

  /** Whether a PING is under way. */
  get waiting(): boolean {
    return this.#waiting.size > 0;
  }

  /** The peer has let us in: from now on it is asked whether it is there. */
  start(now: Instant): void {
    this.#heardAt = this.#pingedAt = now;
  }

  /** Something came. */
  heard(now: Instant): void {
    if (this.#heardAt < now) this.#heardAt = now;
    this.#excusedUntil = -Infinity;
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
    // Replaced, never changed: it was perhaps handed out.
    this.#latencies = [...this.#latencies, latency].slice(-HISTORY);
    waiting.waiter.proven?.(latency);
    return true;
  }

  /** The link is gone, or is being closed: nothing that was asked will be answered. */
  stop(): void {
    this.#heardAt = this.#pingedAt = Infinity;
    this.#excusedUntil = -Infinity;
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
    const late = now - this.#deadAt;
    if (late > LATE && this.#excusedUntil === -Infinity) this.#excusedUntil = now + LATE;
    else if (late >= 0) return true;
    if (now >= this.#pingAt) this.request(now);
    return false;
  }

  get #deadAt(): Instant {
    for (const { at } of this.#waiting.values()) {
      // Only what came after the PING shows that the peer still is there.
      const heardAt = this.#heardAt === Infinity ? at : Math.max(at, this.#heardAt);
      const deadAt = Math.min(heardAt + this.#times.pong, at + this.#times.deaf);
      return Math.max(deadAt, this.#excusedUntil);
    }
    return Infinity;
  }

  get #pingAt(): Instant {
    const { idle, interval } = this.#times;
    const regular = this.#pingedAt + interval;
    return this.#waiting.size > 0
      ? regular
      : Math.min(regular, Math.max(this.#heardAt, this.#pingedAt) + idle);
  }
}
