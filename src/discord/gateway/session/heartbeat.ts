import type { Instant } from "../../../protocol/protocol.ts";

const HISTORY = 10;

/**
 * When a link's heartbeats are due, and whether they are acknowledged.
 *
 * @see https://discord.com/developers/docs/events/gateway#sending-heartbeats
 */
export class Heartbeat {
  #interval = 0;
  #dueAt: Instant = Infinity;
  // Replaced, never changed: it is handed out.
  #latencies: readonly number[] = [];
  /** When the oldest heartbeat was sent of which no acknowledgement has come. */
  #unansweredSince: Instant = Infinity;
  /** How many were sent on this link, and how many of them are acknowledged. */
  #sent = 0;
  #acknowledged = 0;
  /** When those were sent that are not, the oldest first; made with the first. */
  #open: Instant[] | undefined = undefined;
  #provenAt: Instant = -Infinity;

  /** The time between heartbeats in milliseconds; 0 before HELLO. */
  get interval(): number {
    return this.#interval;
  }

  /** When the next one is due; Infinity while there are none. */
  get deadline(): Instant {
    return this.#dueAt;
  }

  /** When the oldest heartbeat was sent of which no acknowledgement has come; Infinity if there is none. */
  get unansweredSince(): Instant {
    return this.#unansweredSince;
  }

  /** From the last acknowledged heartbeat to its acknowledgement, in milliseconds. */
  get latency(): number | undefined {
    return this.#latencies.at(-1);
  }

  /** The last latencies, the latest last; those of earlier links, too. */
  get latencies(): readonly number[] {
    return this.#latencies;
  }

  /** "Your app should wait `heartbeat_interval * jitter` where `jitter` is any random value between 0 and 1." */
  start(interval: number, jitter: number, now: Instant): void {
    this.#interval = interval;
    this.#dueAt = now + interval * jitter;
    this.#unansweredSince = Infinity;
  }

  /** The link is being left: no more heartbeats. */
  stop(): void {
    this.#dueAt = Infinity;
  }

  /** There is a new link, of which HELLO has not come. */
  newLink(): void {
    this.#interval = 0;
    this.#sent = this.#acknowledged = 0;
    this.#open = undefined;
    this.#provenAt = -Infinity;
  }

  /** How many were sent on this link. */
  get count(): number {
    return this.#sent;
  }

  /** Whether so many of this link are acknowledged; acknowledgements come in the order of the heartbeats. */
  hasProven(count: number): boolean {
    return this.#acknowledged >= count;
  }

  /** When the last of this link was sent that is acknowledged: what the server sent before it got that is here. */
  get provenAt(): Instant {
    return this.#provenAt;
  }

  /** What a heartbeat that is due means: send it, or give the link up. */
  due(now: Instant): "send" | "zombie" {
    // A heartbeat the server asked for may be younger than the interval: it is judged the next time.
    // The hundredth is for what is lost in rounding.
    return now - this.#unansweredSince < this.#interval * 0.99 ? "send" : "zombie";
  }

  /** It cannot be sent before then. */
  putOff(at: Instant): void {
    this.#dueAt = at;
  }

  /** A heartbeat was sent because it was due. */
  sentOnTime(now: Instant): void {
    this.#dueAt = now + this.#interval;
    this.sent(now);
  }

  /** A heartbeat was sent. */
  sent(now: Instant): void {
    this.#sent++;
    (this.#open ??= []).push(now);
    if (this.#unansweredSince === Infinity) this.#unansweredSince = now;
  }

  /** An acknowledgement came; returns the latency, or undefined if none was awaited. */
  acknowledged(now: Instant): number | undefined {
    if (this.#acknowledged < this.#sent) this.#acknowledged++;
    const sentAt = this.#open?.shift();
    this.#provenAt = sentAt ?? this.#provenAt;
    if (sentAt === undefined || this.#unansweredSince === Infinity) return undefined;
    this.#unansweredSince = Infinity;
    const latency = now - sentAt;
    this.#latencies = [...this.#latencies, latency].slice(-HISTORY);
    return latency;
  }
}
