import type { Instant } from "../protocol/protocol.ts";
import type { Actions } from "./actions.ts";

interface Waiting {
  readonly permits: readonly number[];
  readonly act: () => void;
  readonly deadline: Instant;
}

/**
 * Proofs that the server has read what was sent on a link, and that we have read what it said before that:
 * PINGs, each with its own token, and their PONGs. They tell a server that says nothing from a link on which
 * nothing gets through, where a time alone would take the one for the other.
 */
export class Proofs {
  readonly #link: number;
  readonly #actions: Actions;
  readonly #timeout: number;
  /** By token; the oldest first. */
  readonly #waiting = new Map<string, Waiting>();
  #last = 0;

  /** Takes the link, where to put actions, and how long a PONG may take. */
  constructor(link: number, actions: Actions, timeout: number) {
    this.#link = link;
    this.#actions = actions;
    this.#timeout = timeout;
  }

  /** Calls back, unless the link dies before, once the server is past all that was sent until now. */
  request(now: Instant, act: () => void): void {
    this.#ask(now, [], act);
  }

  /** Holds permits whose effect is not proven until it is, or the link dies: then they count as used. */
  hold(now: Instant, permits: readonly number[]): void {
    if (permits.length > 0) this.#ask(now, permits, () => {});
  }

  /** A PONG came. */
  answered(token: string): void {
    const waiting = this.#waiting.get(token);
    if (waiting === undefined) return;
    this.#waiting.delete(token);
    for (const permit of waiting.permits) this.#actions.release(permit, true);
    waiting.act();
  }

  /** When the link counts as dead, for want of a PONG. */
  deadline(): Instant {
    for (const { deadline } of this.#waiting.values()) return deadline;
    return Infinity;
  }

  /** The link is gone. */
  lost(): void {
    for (const { permits } of this.#waiting.values()) {
      for (const permit of permits) this.#actions.release(permit, true);
    }
    this.#waiting.clear();
  }

  #ask(now: Instant, permits: readonly number[], act: () => void): void {
    const token = `parley-${++this.#last}`;
    this.#actions.send(this.#link, `PING :${token}`);
    this.#waiting.set(token, { permits, act, deadline: now + this.#timeout });
  }
}
