import { Backoff, type BackoffOptions } from "../../protocol/backoff.ts";
import type { Instant } from "../../protocol/protocol.ts";
import type { ReconnectCause } from "./event.ts";

// IDENTIFYs are counted per day, and a thousand reset the token. Sessions that end sooner than this get ever
// rarer, up to this wait: whatever the server does, a shard sends fewer than 400 a day, and once the server is
// well again it has a session within this time.
const SESSION_LASTS = 300_000;

/** How long to wait before the next link. */
export class Retry {
  readonly #random: () => number;
  readonly #links: Backoff;
  /** Undefined until a session has ended. */
  #identifies: Backoff | undefined = undefined;
  /** When the IDENTIFY was sent that has not been judged yet; undefined: none. */
  #identifiedAt: Instant | undefined = undefined;

  /** Takes the bounds, and where randomness in [0, 1) comes from. */
  constructor(options: BackoffOptions, random: () => number) {
    this.#random = random;
    this.#links = new Backoff(options, random);
  }

  /** How many links in a row have come to nothing. */
  get count(): number {
    return this.#links.count;
  }

  /** IDENTIFY was sent. */
  identified(now: Instant): void {
    this.#identifiedAt = now;
  }

  /**
   * The link has lived on for a while. Not told when its session has just begun: one that is cut at once,
   * again and again, would make us spin.
   */
  proven(): void {
    this.#links.reset();
  }

  /** Counts a link that came to nothing; returns the wait in milliseconds, or undefined: give up. */
  next(cause: ReconnectCause, resumable: boolean, now: Instant): number | undefined {
    const first = this.#links.count === 0;
    let wait = this.#links.next();
    if (wait === undefined) return undefined;
    // "You should attempt to reconnect and resume immediately."
    if (first && (cause === "reconnect" || cause === "skipped")) wait = 0;
    if (resumable) return wait;
    // Shards that lost their sessions together shall not identify together.
    if (cause === "invalid_session") wait = Math.max(wait, 1_000 + 4_000 * this.#random());
    if (this.#identifiedAt === undefined) return wait;
    this.#identifies ??= new Backoff({ base: 2_500, cap: SESSION_LASTS }, this.#random);
    if (now - this.#identifiedAt >= SESSION_LASTS) this.#identifies.reset();
    else wait = Math.max(wait, this.#identifies.next() ?? 0);
    this.#identifiedAt = undefined;
    return wait;
  }
}
