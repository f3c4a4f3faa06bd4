import type { Clock } from "../../src/driver/clock/clock.ts";
import type { Fleet } from "../../src/nats/mod.ts";
import type { Instant } from "../../src/protocol/protocol.ts";
import { seededRandom } from "../../testing/world/random.ts";
import type { Violation } from "../../testing/world/checking/violation.ts";

/** Where something is read, and by whom. */
export interface Handler {
  readonly partition: number;
  readonly fleet: Fleet;
  readonly clock: Pick<Clock, "now" | "setTimer">;
}

/** Something that a worker is to handle. */
export interface ToHandle extends Handler {
  /** Of what was said. */
  readonly number: number;
  /** What is in order, and its place there. */
  readonly lane: string;
  readonly place: number;
  /** As which event it came. */
  readonly id: string;
  /** Whether it says, of what was handled before as an event or not at all, that it may have been. */
  readonly isMarked: (before: string | undefined) => boolean;
}

/** For how long events are kept where none may be gone, in milliseconds. */
export const KEPT = 3_600_000;
/** And where some may. */
const SHORTLY = 5_000;

/** For how long a world's events are kept. */
export const keepOf = (seed: number): number => seededRandom(seed, "keep")() < 0.25 ? SHORTLY : KEPT;

/** How long a worker takes over an event, in milliseconds. */
const HANDLING = 800;

/**
 * What workers have handled: by who holds its partition, in order, and once, unless what comes again says so; else a
 * violation.
 */
export class Handled {
  readonly violations: Violation[] = [];
  readonly #keep: number;
  readonly #now: () => Instant;
  /** When, and as which event. */
  readonly #handled = new Map<number, { readonly at: Instant; readonly id: string }>();
  /** Of each lane, what was handled last. */
  readonly #last = new Map<string, number>();

  readonly #dropped: { readonly partition: number; readonly at: Instant }[] = [];

  /** Takes the world's time, and for how long events are kept: {@linkcode KEPT}, or so shortly that some are gone. */
  constructor(now: () => Instant, keep: number) {
    this.#now = now;
    this.#keep = keep;
  }

  /** A worker is told that what was in a partition by then may be gone. */
  drop(partition: number): void {
    this.#dropped.push({ partition, at: this.#now() });
    // Nobody is away for so long.
    if (this.#keep === KEPT) this.#violate("dropped_untruly", `Of "${partition}"`);
  }

  /** Whether that was told of what came into a partition at a time. */
  isDropped(partition: number, at: Instant): boolean {
    return this.#dropped.some((one) => one.partition === partition && one.at >= at);
  }

  has(number: number): boolean {
    return this.#handled.has(number);
  }

  async handle(event: ToHandle): Promise<void> {
    const { number, lane, place, id, isMarked, partition, fleet, clock } = event;
    if (!fleet.held.includes(partition)) {
      this.#violate("handled_unheld", `"${number}" by a process that does not hold "${partition}"`);
    }
    const before = this.#handled.get(number);
    // Ids are known for as long as events are kept.
    const isKept = this.#keep === KEPT;
    if (isKept && before !== undefined && !isMarked(before.id)) {
      this.#violate("repeat_unmarked", `"${number}", handled at ${before.at}`);
    }
    const last = this.#last.get(lane) ?? -1;
    if (isKept && before === undefined && place < last) {
      this.#violate("disorder", `"${number}", "${place}" of "${lane}", behind "${last}"`);
    }
    this.#last.set(lane, Math.max(last, place));
    // It takes its time, and may die meanwhile.
    await new Promise<void>((resolve) => clock.setTimer(clock.now() + HANDLING, resolve));
    this.#handled.set(number, { at: this.#now(), id });
  }

  #violate(rule: string, message: string): void {
    this.violations.push({ rule, message: `${message}, at ${this.#now()}` });
  }
}
