import type { Instant } from "../../protocol/protocol.ts";
import type { TwitchOutputs } from "./outputs.ts";
import type { Latency } from "./latency.ts";

interface Waiting {
  readonly permits: readonly number[];
  readonly act: (latency: number) => void;
  readonly at: Instant;
}

/**
 * Proofs that the server has read what was sent on a link, and that we have read what it said before that:
 * PINGs, each with its own token, and their PONGs. They tell a server that says nothing from a link on which
 * nothing gets through, where a time alone would take the one for the other.
 */
export class Proofs {
  readonly #link: number;
  readonly #outputs: TwitchOutputs;
  readonly #timeout: number;
  readonly #latency: Latency;
  /** By token; the oldest first. */
  readonly #waiting = new Map<string, Waiting>();
  #last = 0;
  #askedAt: Instant = -Infinity;

  /** Takes the link, where to put what it wants done, how long a PONG may take, and where to note how long it took. */
  constructor(link: number, outputs: TwitchOutputs, timeout: number, latency: Latency) {
    this.#link = link;
    this.#outputs = outputs;
    this.#timeout = timeout;
    this.#latency = latency;
  }

  /** When something was last asked. */
  get askedAt(): Instant {
    return this.#askedAt;
  }

  /**
   * Calls back with how long it took, unless the link dies before, once the server is past all that was sent
   * until now.
   */
  request(now: Instant, act: (latency: number) => void = () => {}): void {
    this.#ask(now, [], act);
  }

  /** Holds permits whose effect is not proven until it is, or the link dies: then they count as used. */
  hold(now: Instant, permits: readonly number[]): void {
    if (permits.length > 0) this.#ask(now, permits, () => {});
  }

  /** A PONG came. */
  answered(token: string, now: Instant): void {
    const waiting = this.#waiting.get(token);
    if (waiting === undefined) return;
    this.#waiting.delete(token);
    for (const permit of waiting.permits) this.#outputs.release(permit, true);
    const latency = now - waiting.at;
    this.#latency.add(latency);
    waiting.act(latency);
  }

  /** When the link counts as dead, for want of a PONG. */
  deadline(): Instant {
    for (const { at } of this.#waiting.values()) return at + this.#timeout;
    return Infinity;
  }

  /** The link is gone. */
  lost(): void {
    for (const { permits } of this.#waiting.values()) {
      for (const permit of permits) this.#outputs.release(permit, true);
    }
    this.#waiting.clear();
  }

  #ask(now: Instant, permits: readonly number[], act: (latency: number) => void): void {
    const token = `parley-${++this.#last}`;
    this.#outputs.line(this.#link, `PING :${token}`);
    this.#waiting.set(token, { permits, act, at: now });
    this.#askedAt = now;
  }
}
