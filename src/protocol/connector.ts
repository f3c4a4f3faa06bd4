import { Backoff, type BackoffOptions } from "./backoff.ts";
import type { Instant } from "./protocol.ts";

/** How to come back. */
export interface ConnectorOptions {
  /** How long to wait between attempts, and how many to make. */
  readonly backoff?: BackoffOptions | undefined;
  /** Where randomness in [0, 1) comes from. */
  readonly random: () => number;
  /**
   * For how many milliseconds a session must have stood for its loss to be no failure: a server that lets us in
   * and throws us out at once must not be dialled again and again without a growing pause.
   *
   * @default {30_000}
   */
  readonly stable?: number;
}

/** When the next attempt begins. */
export interface NextAttempt {
  /** In how many milliseconds. */
  readonly after: number;
  /** How many have failed in a row. */
  readonly attempt: number;
}

/**
 * When to connect again: the wait after an attempt that led to nothing, what counts as having led to something,
 * and when to give up. It dials nothing and knows no link; where to dial is its owner's to know.
 *
 * **The caller's obligation.** Begin an attempt at once, and whenever {@linkcode Connector.deadline} has come:
 * {@linkcode Connector.begin}. Say when a session stands ({@linkcode Connector.established}) and when an attempt
 * or what it led to has failed ({@linkcode Connector.failed}).
 *
 * @throws {OptionError} if `backoff` is not acceptable.
 *
 * @example
 * ```ts
 * import { Connector } from "@parley/parley/protocol";
 *
 * const connector = new Connector({ random: () => 0.5 });
 * connector.begin();
 * connector.failed(100); // { after: 750, attempt: 1 }
 * connector.deadline; // 850
 * connector.begin();
 * connector.established(900);
 * connector.failed(60_000); // { after: 750, attempt: 1 }: it had lasted
 * ```
 */
export class Connector {
  readonly #backoff: Backoff;
  readonly #stable: number;
  #retryAt: Instant = Infinity;
  #establishedAt: Instant = Infinity;

  /** Takes how to come back. */
  constructor(options: ConnectorOptions) {
    this.#backoff = new Backoff(options.backoff ?? {}, options.random);
    this.#stable = options.stable ?? 30_000;
  }

  /** How many attempts have failed in a row. */
  get attempt(): number {
    return this.#backoff.count;
  }

  /** When the next attempt begins; Infinity: none waits. */
  get deadline(): Instant {
    return this.#retryAt;
  }

  /** An attempt begins. */
  begin(): void {
    this.#retryAt = Infinity;
  }

  /** A session stands. */
  established(now: Instant): void {
    this.#establishedAt = now;
  }

  /** Whether the session has stood for so long that its loss is no failure. */
  lasted(now: Instant): boolean {
    return now - this.#establishedAt >= this.#stable;
  }

  /** What an attempt led to has proven itself, however long it has stood. */
  reset(): void {
    this.#backoff.reset();
  }

  /**
   * An attempt, or what it led to, has failed: when the next one begins, or undefined: give up. `wait` may
   * change the wait in milliseconds that was drawn.
   */
  failed(now: Instant, wait: (drawn: number) => number = (drawn) => drawn): NextAttempt | undefined {
    if (this.lasted(now)) this.#backoff.reset();
    this.#establishedAt = Infinity;
    const drawn = this.#backoff.next();
    if (drawn === undefined) return undefined;
    const after = wait(drawn);
    this.#retryAt = now + after;
    return { after, attempt: this.#backoff.count };
  }

  /** No attempt is to follow. */
  stop(): void {
    this.#retryAt = this.#establishedAt = Infinity;
  }
}
