import type { Clock } from "@parley/parley/driver";
import type { Instant, LinkEvents } from "@parley/parley/protocol";
import type { RealWork } from "./_real_work.ts";

/** How a process stands still. */
export interface Freeze {
  /** Whether its clock stands, too, as a monotonic one may while a machine sleeps; that on the wall goes on. @default {false} */
  readonly clockStands?: boolean;
  /** What it finds first afterwards: what came over its links, or the timers that are due. @default {"timers"} */
  readonly first?: "timers" | "links";
}

/**
 * What a host's name stands for: a process with clocks of its own, which may stand still. Afterwards everything
 * that came meanwhile is due at once.
 */
export class Process implements Clock {
  readonly #clock: Clock;
  readonly #work: RealWork;
  /** For how long its clock has stood. */
  #stood = 0;
  /** How far the clock on its wall is ahead of the world's. */
  #wallAhead = 0;
  #last: Instant = -Infinity;
  #frozen = false;
  #thaws: Instant = -Infinity;
  #stoodFrom: Instant | undefined;
  readonly #timers: (() => void)[] = [];
  readonly #heard: (() => void)[] = [];
  /** What it found afterwards and has not come to yet. */
  readonly #due: (() => void)[] = [];
  #catchesUp = false;

  /** `work`: what waits for it while it stands still waits for virtual time. */
  constructor(clock: Clock, work: RealWork) {
    this.#clock = clock;
    this.#work = work;
  }

  now(): Instant {
    const world = this.#stoodFrom ?? this.#clock.now();
    return this.#last = Math.max(this.#last, world - this.#stood);
  }

  wall(): number {
    return this.#clock.now() + this.#wallAhead;
  }

  setTimer(at: Instant, wake: () => void): () => void {
    let live = true;
    let undo = () => {};
    // Also from when it was due until the process moves again.
    const over = this.#work.wait();
    // One that is due by a clock that stands does not wait for it to move.
    const dueAt = () => this.now() < at ? at + this.#stood : this.#clock.now();
    const fire = () => {
      if (!live) return;
      if (this.#frozen) return void this.#timers.push(fire);
      // Its clock has stood.
      if (this.#clock.now() < dueAt()) return arm();
      // Whoever is woken sees it due, however differences are rounded.
      this.#last = Math.max(this.#last, at);
      over?.();
      wake();
    };
    const arm = () => void (undo = this.#clock.setTimer(dueAt(), fire));
    arm();
    return () => {
      live = false;
      over?.();
      undo();
    };
  }

  /** Sets the clock on its wall so far ahead of the world's. */
  skew(ahead: number): void {
    this.#wallAhead = ahead;
  }

  /** Lets it do and hear nothing for so long. */
  freeze(ms: number, { clockStands = false, first = "timers" }: Freeze): void {
    this.#frozen = true;
    const now = this.#clock.now();
    if (clockStands) this.#stoodFrom ??= now;
    this.#thaws = Math.max(this.#thaws, now + ms);
    this.#clock.setTimer(now + ms, () => {
      if (this.#frozen && !this.#catchesUp && this.#clock.now() >= this.#thaws) this.#thaw(first);
    });
  }

  /** What happens outside reaches it, once it moves. */
  hear(happens: () => void): void {
    if (this.#frozen) this.#heard.push(happens);
    else happens();
  }

  /** The same for what a link tells. */
  listening(events: LinkEvents): LinkEvents {
    return {
      opened: (info) => this.hear(() => events.opened(info)),
      receive: (data) => this.hear(() => events.receive(data)),
      receiveBatch: (batch) => this.hear(() => events.receiveBatch(batch)),
      closed: (info) => this.hear(() => events.closed(info)),
    };
  }

  /** What a promise comes to, once it moves. */
  async hears<T>(promise: Promise<T>): Promise<T> {
    await Promise.allSettled([promise]);
    if (this.#frozen) {
      const over = this.#work.wait();
      await new Promise<void>((resolve) => this.hear(resolve));
      over?.();
    }
    return await promise;
  }

  #thaw(first: "timers" | "links"): void {
    if (this.#stoodFrom !== undefined) this.#stood += this.#clock.now() - this.#stoodFrom;
    this.#stoodFrom = undefined;
    const [timers, heard] = [this.#timers.splice(0), this.#heard.splice(0)];
    this.#due.push(...(first === "timers" ? [...timers, ...heard] : [...heard, ...timers]));
    this.#catchesUp = true;
    this.#catchUp();
  }

  /** One after the other, at the same instant: what comes of each may settle before the next. */
  #catchUp(): void {
    // It was stopped again meanwhile.
    if (this.#clock.now() < this.#thaws) return void (this.#catchesUp = false);
    // What came while it caught up is behind what it found.
    if (this.#due.length === 0) this.#due.push(...this.#heard.splice(0), ...this.#timers.splice(0));
    const next = this.#due.shift();
    if (next === undefined) return void (this.#catchesUp = this.#frozen = false);
    // A timer that is due would otherwise be put behind again.
    this.#frozen = false;
    next();
    this.#frozen = true;
    this.#clock.setTimer(this.#clock.now(), () => this.#catchUp());
  }
}
