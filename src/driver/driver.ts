import type { Instant, OpenInfo, Protocol, ShutdownMode } from "../protocol/protocol.ts";
import type { Waiting } from "./_asks.ts";
import type { HealthTracker } from "./health/_health_tracker.ts";
import { Running } from "./_running.ts";
import type { Host } from "./host.ts";
import type { Dial, Link, LinkEvents } from "../protocol/link.ts";
import type { Permits } from "./permits.ts";

/** A time by the wall clock, in milliseconds since 1970 began. */
export interface WallSpan {
  readonly from: number;
  readonly to: number;
}

/** A driver, to whoever has several of any kind. */
export interface Runnable {
  /** Begins; call it once. */
  start(): void;
  /** Ends it politely. */
  shutdown(mode: ShutdownMode): void;
  /** What the wall clock said at an instant that the core has named, in milliseconds since 1970 began. */
  wallTime(at: Instant): number;
  /** A time by the wall clock that is certain to hold what the core has named: where the clock was set, the wider. */
  wallSpan(from: Instant, to: Instant): WallSpan;
  /** What the core has asked for and is not answered, permits that are held excepted. */
  readonly waiting: readonly Waiting[];
  /** What is remembered of how its sessions are. */
  readonly health: HealthTracker;
}

/** What a driver does with what comes out of its core. */
export interface DriverOptions<Event, Ask, Answer> {
  /** Everything outside. */
  readonly host: Host;
  /** Grants its permits. @default the host's */
  readonly permits?: Permits;
  /** Opens its links. @default the host's */
  readonly dial?: Dial;
  /** Names this core in observations. */
  readonly label: string;
  /** Takes each event, of the driver given; called from within the drain, one at a time, in order. */
  readonly deliver: (event: Event, driver: Runnable) => void;
  /** Told once, when the core has ended and everything the driver held is let go. */
  readonly ended?: (error: Error | undefined, driver: Runnable) => void;
  /** Answers what the core asks for besides permits. */
  readonly answer?: (ask: Ask, signal: AbortSignal) => Promise<Answer> | Answer;
  /** For how long `answer` may take, in milliseconds: then the core is told that there is no answer. @default {10_000} */
  readonly answerWithin?: number;
  /**
   * Told why `answer` or the permits have failed, as long as that does not end the core. A permit is asked for again,
   * after a growing pause; that it cannot be had is told once.
   */
  readonly askFailed?: (error: Error) => void;
}

export type { Waiting };

/**
 * Runs any core over any transport. It knows no protocol: it performs the core's actions, feeds it what
 * comes in, wakes it at its deadline, and delivers its events one by one. After the process stood still, what has
 * arrived meanwhile counts before what is due: a `tick` that is more than a second late waits until nothing has come
 * for 250 ms, and a second at the most. So does what a link has that is `behind`: a `tick` waits until it is not, or has
 * told nothing for 10 s.
 *
 * @example A core that only ends
 * ```ts
 * import { Driver, hostWith } from "@parley/parley/driver";
 * import type { Protocol } from "@parley/parley/protocol";
 * import { dialer } from "@parley/parley/transport";
 *
 * function run<Event extends { kind: string }>(core: Protocol<never, Event>): void {
 *   const deliver = (event: Event) => console.log(event.kind);
 *   const driver = new Driver(core, { host: hostWith(dialer()), label: "mine", deliver });
 *   driver.start();
 * }
 * ```
 */
export class Driver<Command, Event extends { readonly kind: string }, Ask = never, Answer = never>
  implements Runnable {
  readonly #running: Running<Command, Event, Ask, Answer>;

  /** Takes the core and what to do with what comes out of it. */
  constructor(core: Protocol<Command, Event, Ask, Answer>, options: DriverOptions<Event, Ask, Answer>) {
    this.#running = new Running(core, options, this);
  }

  /** True once the core has ended. */
  get ended(): boolean {
    return this.#running.ended;
  }

  /** What the core has asked for and is not answered, permits that are held excepted. */
  get waiting(): readonly Waiting[] {
    return this.#running.waiting;
  }

  /** What is remembered of how its sessions are. */
  get health(): HealthTracker {
    return this.#running.health;
  }

  /** Begins; call it once. */
  start(): void {
    this.#running.start();
  }

  /** Ends politely; `ended` follows. */
  shutdown(mode: ShutdownMode): void {
    this.#running.shutdown(mode);
  }

  /**
   * Gives the core a command. The promise tells how it ended, with what `read` makes of the outcome's
   * value; it may be left alone, since a rejection nobody looks at is not reported by the runtime.
   *
   * @throws {CommandError} at once, if the command is not acceptable, or the core has not begun or has ended.
   */
  command(command: Command, signal?: AbortSignal): Promise<unknown>;
  command<T>(command: Command, signal: AbortSignal | undefined, read: (value: unknown) => T): Promise<T>;
  command(command: Command, signal?: AbortSignal, read?: (value: unknown) => unknown): Promise<unknown> {
    return this.#running.command(command, signal, read);
  }

  /** What the wall clock said at an instant that the core has named, in milliseconds since 1970 began. */
  wallTime(at: Instant): number {
    return this.#running.wallTime(at);
  }

  /** A time by the wall clock that is certain to hold what the core has named: where the clock was set, the wider. */
  wallSpan(from: Instant, to: Instant): WallSpan {
    return this.#running.wallSpan(from, to);
  }

  /** Hands a link that somebody else opened to a server core; returns its number. */
  accept(info: OpenInfo, attach: (events: LinkEvents) => Link): number {
    return this.#running.accept(info, attach);
  }
}
