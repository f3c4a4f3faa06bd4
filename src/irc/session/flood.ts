import { OptionError } from "../../protocol/errors.ts";
import { MOST_OWED } from "../wire/bounds.ts";
import type { Instant } from "../../protocol/protocol.ts";

/**
 * What a server makes lines cost, so that it never thinks of flooding. Each line moves a penalty ahead of the
 * clock; what is ahead of it by more than the limit waits. ([RFC 1459 section 8.10](https://www.rfc-editor.org/rfc/rfc1459#section-8.10))
 */
export interface FloodOptions {
  /** What a line costs, in milliseconds: at length one is sent in so many. @default {2_000} */
  readonly line?: number;
  /** What each byte of it costs beside that, in milliseconds; servers of the ircu family take 1000/120. @default {0} */
  readonly byte?: number;
  /** How far costs may run ahead of the clock, in milliseconds: what may be sent at once. @default {10_000} */
  readonly ahead?: number;
}

/** A server's penalty for what we send, as we reckon it. */
export class Flood {
  readonly #line: number;
  readonly #byte: number;
  readonly #ahead: number;
  /** When all that was sent will be paid for. */
  #paid: Instant = 0;

  /** Takes what lines cost. */
  constructor({ line = 2_000, byte = 0, ahead = 10_000 }: FloodOptions = {}) {
    if (!(line > 0 && byte >= 0 && line < Infinity && byte < Infinity)) {
      throw new OptionError(
        `Cannot let a line cost "${line}" ms and a byte "${byte}": need finite costs, line > 0`,
      );
    }
    // Room for a line, and for the PING that proves it.
    if (!(ahead >= 2 * line)) {
      throw new OptionError(
        `Cannot run "${ahead}" ms ahead: need at least twice what a line costs, ${2 * line}`,
      );
    }
    this.#line = line;
    this.#byte = byte;
    this.#ahead = ahead;
  }

  /** When a line of so many bytes may be sent; what must not wait, PONG and PING, keeps the room of one line. */
  readyAt(now: Instant, bytes: number): Instant {
    const room = this.#ahead - this.#line;
    // What costs more than there can be room for waits until all else is paid for.
    const cost = Math.min(this.#cost(bytes), room);
    return Math.max(now, this.#paid + cost - room);
  }

  /** Counts a line that was sent. What did not wait adds up to so much and no more. */
  add(now: Instant, bytes: number): void {
    const owed = Math.max(this.#ahead, MOST_OWED);
    this.#paid = Math.min(Math.max(now, this.#paid) + this.#cost(bytes), now + owed);
  }

  /** Another link, and nothing owed. */
  clear(): void {
    this.#paid = 0;
  }

  #cost(bytes: number): number {
    return this.#line + bytes * this.#byte;
  }
}
