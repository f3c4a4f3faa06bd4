import { Backoff, type BackoffOptions } from "./backoff.ts";
import { connectError, type ConnectFailure, isHopeless } from "./connect_error.ts";
import { type ConnectionError, OptionError } from "../errors.ts";
import type { Instant } from "../protocol.ts";

/** How a client connects as a whole. */
export interface ConnectorGroupOptions {
  /**
   * For how many milliseconds a first session is tried for, before the client gives up; while a link is open, or a
   * permit is waited for, they do not count. Infinity: for ever.
   *
   * @default {45_000}
   */
  readonly connectTimeout?: number | undefined;
  /**
   * How many milliseconds lie between the attempts of links that were lost together, which come on top of the first
   * one's wait: so a thousand that were cut at once come back over ten seconds, and one waits for nobody.
   *
   * @default {10}
   */
  readonly spacing?: number | undefined;
}

/**
 * What the connectors of one client share: whether it has ever been let in, and how far attempts lie apart.
 *
 * @throws {OptionError} if an option is out of range.
 *
 * @example
 * ```ts
 * import { Connector, ConnectorGroup } from "@parley/parley/protocol";
 *
 * const group = new ConnectorGroup({ connectTimeout: Infinity, spacing: 20 });
 * const shards = [1, 2].map(() => new Connector({ group, random: () => 0.5 }));
 * const lost = { url: "wss://example.org", cause: "lost", reason: "the connection was lost" } as const;
 * shards.map((shard) => shard.failed(0, lost)); // after 750, and after 770
 * ```
 */
export class ConnectorGroup {
  /** For how many milliseconds a first session is tried for. */
  readonly connectTimeout: number;
  readonly #spacing: number;
  #proven = false;
  #nextAt: Instant = -Infinity;

  /** Takes how the client connects. */
  constructor({ connectTimeout = 45_000, spacing = 10 }: ConnectorGroupOptions = {}) {
    if (!(connectTimeout > 0)) {
      throw new OptionError(`Cannot connect within "${connectTimeout}" ms: connectTimeout must be positive`);
    }
    if (!(spacing >= 0 && spacing < Infinity)) {
      throw new OptionError(`Cannot keep attempts "${spacing}" ms apart: spacing must be 0 or more`);
    }
    this.connectTimeout = connectTimeout;
    this.#spacing = spacing;
  }

  /** Whether one of them has had a session: from then on the client never gives up. */
  get proven(): boolean {
    return this.#proven;
  }

  /** One of them has a session. */
  established(): void {
    this.#proven = true;
  }

  /** One of them has failed: how much longer it waits than if it were alone, in milliseconds. */
  turn(now: Instant): number {
    const at = Math.max(now, this.#nextAt);
    this.#nextAt = at + this.#spacing;
    return at - now;
  }
}

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
   * @default {10_000}
   */
  readonly stable?: number;
  /** What it shares with the client's other connectors. @default one of its own */
  readonly group?: ConnectorGroup | undefined;
  /** Among how many servers its owner goes in turn: that one is not to be trusted says nothing of the next. @default {1} */
  readonly servers?: number;
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
 * A wait is drawn by a {@linkcode Backoff}, whose ceiling is at most its `base` and half of the time that we have been
 * away: so a server that is back is found after half of its outage at the latest, and `base` more.
 *
 * Until the group has had a session, a wait is at most half of what is left of `connectTimeout`, after which it gives up, and at once where a failure says that what
 * is set up does not fit: no permission, a certificate that is not to be trusted.
 *
 * **The caller's obligation.** Begin an attempt at once, and whenever {@linkcode Connector.due} says so:
 * {@linkcode Connector.begin}. Say when a link has opened or something else is waited for ({@linkcode Connector.hold}),
 * when a session stands ({@linkcode Connector.established}), and when an attempt or what it led to has failed
 * ({@linkcode Connector.failed}). An error that it returns is to end the client.
 *
 * @throws {OptionError} if `backoff` is not acceptable.
 *
 * @example
 * ```ts
 * import { Connector } from "@parley/parley/protocol";
 *
 * const lost = { url: "tcp://example.org:7", cause: "lost", reason: "the connection was lost" } as const;
 * const connector = new Connector({ random: () => 0.5 });
 * connector.begin(0);
 * connector.failed(100, lost); // { after: 750, attempt: 1 }
 * connector.due(850, lost.url); // "attempt"
 * connector.begin(850);
 * connector.hold(900);
 * connector.established(950);
 * connector.failed(60_000, lost); // { after: 750, attempt: 1 }: it had lasted
 * ```
 */
export class Connector {
  readonly #backoff: Backoff;
  readonly #base: number;
  readonly #stable: number;
  readonly #group: ConnectorGroup;
  readonly #servers: number;
  #retryAt: Instant = Infinity;
  #establishedAt: Instant = Infinity;
  /** When the first of the failures in a row was. */
  #awaySince: Instant | undefined = undefined;
  #last: ConnectFailure | undefined = undefined;
  /** How many failures in a row say that what is set up does not fit. */
  #hopeless = 0;
  /** How much is left of the time for a first session, and since when it has been running. */
  #left: number;
  #runningSince: Instant = Infinity;

  /** Takes how to come back. */
  constructor(options: ConnectorOptions) {
    const { backoff = {}, stable = 10_000, group = new ConnectorGroup(), servers = 1 } = options;
    this.#backoff = new Backoff(backoff, options.random);
    this.#base = backoff.base ?? 1_000;
    this.#stable = stable;
    this.#group = group;
    this.#servers = servers;
    this.#left = group.connectTimeout;
  }

  /** How many attempts have failed in a row. */
  get attempt(): number {
    return this.#backoff.count;
  }

  /** When the next attempt begins; Infinity: none waits. */
  get retryAt(): Instant {
    return this.#retryAt;
  }

  /** When {@linkcode Connector.due} has something to say; Infinity: not at all. */
  get deadline(): Instant {
    return Math.min(this.#retryAt, this.giveUpAt);
  }

  /** When the time for a first session is over; Infinity: it does not run. */
  get giveUpAt(): Instant {
    return this.#group.proven ? Infinity : this.#runningSince + this.#left;
  }

  /** An attempt begins. */
  begin(now: Instant): void {
    this.#retryAt = Infinity;
    this.#run(now);
  }

  /** What is waited for now is not the server's to say: a link has opened, or a permit is asked for. */
  hold(now: Instant): void {
    this.#left -= Math.max(0, now - this.#runningSince);
    this.#runningSince = Infinity;
  }

  /** A session stands. */
  established(now: Instant): void {
    this.hold(now);
    this.#establishedAt = now;
    this.#group.established();
  }

  /** Whether the session has stood for so long that its loss is no failure. */
  lasted(now: Instant): boolean {
    return now - this.#establishedAt >= this.#stable;
  }

  /** What an attempt led to has proven itself, however long it has stood. */
  reset(): void {
    this.#backoff.reset();
    this.#awaySince = undefined;
  }

  /** What is due: the next attempt, or to give up, which is an error. `url`: what is being dialled. */
  due(now: Instant, url: string): "attempt" | ConnectionError | undefined {
    if (now >= this.giveUpAt) {
      return this.#late(this.#last ?? { url, cause: "timeout", reason: "nobody answered in time" });
    }
    return now >= this.#retryAt ? "attempt" : undefined;
  }

  /**
   * An attempt, or what it led to, has failed: when the next one begins, or why none will. `wait` may change the wait
   * in milliseconds that was drawn.
   */
  failed(
    now: Instant,
    failure: ConnectFailure,
    wait: (drawn: number) => number = (drawn) => drawn,
  ): NextAttempt | ConnectionError {
    if (this.lasted(now)) this.reset();
    this.#establishedAt = Infinity;
    this.#awaySince ??= now;
    this.#last = failure;
    this.#hopeless = isHopeless(failure.cause) ? this.#hopeless + 1 : 0;
    let most = this.#base + (now - this.#awaySince) / 2;
    if (!this.#group.proven) {
      if (this.#hopeless >= this.#servers) return connectError(failure);
      if (now >= this.giveUpAt) return this.#late(failure);
      if (failure.reached !== true) this.#run(now);
      // No attempt is to begin when the time for it is over.
      most = Math.min(most, Math.max(this.#base, (this.giveUpAt - now) / 2));
    }
    const drawn = this.#backoff.next(most);
    if (drawn === undefined) {
      return connectError(failure, `in ${this.attempt} ${this.attempt === 1 ? "attempt" : "attempts"}`);
    }
    const after = wait(drawn) + this.#group.turn(now);
    this.#retryAt = now + after;
    return { after, attempt: this.attempt };
  }

  /** No attempt is to follow. */
  stop(): void {
    this.#retryAt = this.#establishedAt = this.#runningSince = Infinity;
  }

  #run(now: Instant): void {
    if (this.#runningSince === Infinity) this.#runningSince = now;
  }

  #late(failure: ConnectFailure): ConnectionError {
    return connectError(failure, `within ${this.#group.connectTimeout / 1_000} s`);
  }
}
