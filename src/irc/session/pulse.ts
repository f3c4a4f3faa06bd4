import type { Instant } from "../../protocol/protocol.ts";

// How long the server may take to answer a PING, in milliseconds, before the link counts as dead.
const PONG_TIMEOUT = 60_000;
// How often to measure, in milliseconds, where nothing else does.
const INTERVAL = 60_000;

/**
 * Whether the server still answers, and how late. Lines may well come in from a server that has stopped
 * listening: only the answer to a PING shows that it has not.
 */
export class Pulse {
  #probeAt: Instant = Infinity;
  #probedAt: Instant | undefined;
  #deadAt: Instant = Infinity;
  #lag: number | undefined;

  /** How long the last answer took, in milliseconds; undefined: there was none on this link. */
  get lag(): number | undefined {
    return this.#lag;
  }

  /** When a PING is due, or the link is dead. */
  get deadline(): Instant {
    return Math.min(this.#probeAt, this.#deadAt);
  }

  /** The server has let us in. */
  start(now: Instant): void {
    this.#probeAt = now + INTERVAL;
  }

  /** The link is gone, or closing. */
  stop(): void {
    this.#probeAt = this.#deadAt = Infinity;
    this.#probedAt = undefined;
    this.#lag = undefined;
  }

  /** What is due now, if anything. */
  due(now: Instant): "ping" | "dead" | undefined {
    if (this.#deadAt <= now) return "dead";
    return this.#probeAt <= now ? "ping" : undefined;
  }

  /** A PING was sent, to measure or (`proof`) to prove what went before it. */
  sent(now: Instant, proof: boolean): void {
    if (!proof) this.#probedAt = now;
    this.#probeAt = now + INTERVAL;
    this.#deadAt = Math.min(this.#deadAt, now + PONG_TIMEOUT);
  }

  /** Our PING was answered: one that was sent at `at`, or the one that measures. */
  answered(now: Instant, at: Instant | undefined): void {
    const sent = at ?? this.#probedAt;
    if (at === undefined) this.#probedAt = undefined;
    if (sent === undefined) return;
    this.#lag = now - sent;
    this.#probeAt = now + INTERVAL;
    this.#deadAt = this.#probedAt === undefined ? Infinity : this.#probedAt + PONG_TIMEOUT;
  }
}
