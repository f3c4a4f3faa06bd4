import { Backoff } from "../../../protocol/connection/backoff.ts";
import type { Instant } from "../../../protocol/protocol.ts";
import type { ReconnectCause } from "../wire/event.ts";

// IDENTIFYs are counted per day, and a thousand reset the token. Sessions that end sooner than this get ever
// rarer, up to this wait: whatever the server does, a shard sends fewer than 400 a day, and once the server is
// well again it has a session within this time.
const SESSION_LASTS = 300_000;

/** Why a link came to nothing, and what is left. */
export interface LinkLoss {
  /** Why. */
  readonly cause: ReconnectCause;
  /** True if it is the first in a row. */
  readonly first: boolean;
  /** True if there is a session to take up. */
  readonly resumable: boolean;
}

/** Discord's own rules for the wait before the next link, on top of a backoff. */
export class ReconnectDelay {
  readonly #random: () => number;
  /** Made once a session has ended too soon. */
  #identifies: Backoff | undefined = undefined;
  /** When the IDENTIFY was sent that has not been judged yet; undefined: none. */
  #identifiedAt: Instant | undefined = undefined;

  /** Takes where randomness in [0, 1) comes from. */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** IDENTIFY was sent. */
  identified(now: Instant): void {
    this.#identifiedAt = now;
  }

  /** The wait in milliseconds after a link came to nothing, made of what the backoff has drawn. */
  after({ cause, first, resumable }: LinkLoss, drawn: number, now: Instant): number {
    if (cause === "asked") drawn = 0;
    // "You should attempt to reconnect and resume immediately."
    let wait = first && (cause === "reconnect" || cause === "skipped") ? 0 : drawn;
    // "Wait a random amount of time, between 1 and 5 seconds": whoever says so is there, however the last links ended.
    if (cause === "invalid_session") wait = 1_000 + 4_000 * this.#random();
    if (resumable) return wait;
    if (this.#identifiedAt === undefined) return wait;
    if (now - this.#identifiedAt >= SESSION_LASTS) this.#identifies = undefined;
    else {
      this.#identifies ??= new Backoff({ base: 2_500, cap: SESSION_LASTS }, this.#random);
      wait = Math.max(wait, this.#identifies.next() ?? 0);
    }
    this.#identifiedAt = undefined;
    return wait;
  }
}
