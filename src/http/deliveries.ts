import { type Clock, systemClock, within } from "../driver/clock/clock.ts";
import { FailurePrinter } from "../driver/client/_unheard.ts";
import { OptionError } from "../protocol/errors.ts";

/** How what a webhook delivers is handled once. */
export interface DeliveryOptions<Event> {
  /**
   * When the sender has its answer: `"first"`, at once, so that a handler may take its time, and an event is handled at
   * most once; or `"after"` its handler, which has 2.5 s, so that one that fails, or takes longer, is answered 500 and
   * delivered again, for some minutes. Then a handler may see an event twice: what it does must bear that.
   *
   * @default {"first"}
   */
  readonly acknowledge?: "first" | "after" | undefined;
  /**
   * Is told what a handler or `isRepeat` threw. Without it, that is printed by `console.error`, as is what it throws
   * itself, or rejects with: ten times a minute at most.
   */
  readonly onError?: ((error: unknown, event: Event) => void | Promise<void>) | undefined;
  /**
   * Whether an event was delivered before, by its `id`. Where requests are spread over several processes, look
   * it up where all of them can. It is remembered by what is asked, called once per delivery; with
   * `acknowledge: "after"` by `handled`.
   *
   * @default the last 10,000 events of this endpoint
   */
  readonly isRepeat?: ((id: string) => boolean | Promise<boolean>) | undefined;
  /**
   * Remembers that an event was handled, by its `id`; with `acknowledge: "after"`, where `isRepeat` needs it.
   *
   * @default {what `isRepeat` looks at by default}
   */
  readonly handled?: ((id: string) => void | Promise<void>) | undefined;
}

const REMEMBERED = 10_000;
/** How long a handler has where its end is the answer, in milliseconds: senders wait 3 s, or longer. */
const HANDLED_WITHIN = 2_500;
/** After how long one that never ended is forgotten, in milliseconds: its isolate may be gone. */
const UNDER_WAY = 60_000;

/** Has each event that a webhook delivers handled once, and says whether it is to be delivered again. */
export class Deliveries<Event extends { readonly id: string }> {
  readonly #options: DeliveryOptions<Event>;
  readonly #label: string;
  readonly #clock: Clock;
  #unheard: FailurePrinter | undefined;
  readonly #isRepeat: (id: string) => boolean | Promise<boolean>;
  readonly #handled: (id: string) => void | Promise<void>;
  /** The events whose handlers have not ended, and since when; where their end is the answer. */
  readonly #underWay = new Map<string, number>();

  /**
   * Takes how, and what stands before what is printed.
   *
   * @throws {OptionError} if the options do not go together.
   */
  constructor(options: DeliveryOptions<Event>, label: string, clock: Clock = systemClock) {
    const { acknowledge = "first", isRepeat, handled } = options;
    if (acknowledge !== "first" && acknowledge !== "after") {
      throw new OptionError(`Cannot acknowledge "${acknowledge}": choose "first" or "after"`);
    }
    const isAfter = acknowledge === "after";
    if (isAfter && (isRepeat === undefined) !== (handled === undefined)) {
      const fix = "pass both, for the one finds what the other has remembered";
      throw new OptionError(`Cannot acknowledge after handling with one of isRepeat and handled: ${fix}`);
    }
    const last = new LastIds(REMEMBERED);
    this.#options = options;
    this.#label = label;
    this.#clock = clock;
    this.#isRepeat = isRepeat ?? (isAfter ? (id) => last.has(id) : (id) => !last.add(id));
    this.#handled = handled ?? ((id) => void last.add(id));
  }

  /**
   * Has an event handled; resolves to whether the sender may forget it, which by default is at once. The work never
   * rejects.
   */
  async deliver(
    event: Event,
    handle: () => unknown,
    waitUntil: ((work: Promise<unknown>) => void) | undefined,
  ): Promise<boolean> {
    if (this.#options.acknowledge !== "after") {
      // Not within the call, which is not made, nor what stands in it, where there is nothing to call.
      const work = this.#handle(event, handle);
      waitUntil?.(work);
      return true;
    }
    const work = this.#handleAgain(event, handle);
    waitUntil?.(work);
    return await within(this.#clock, HANDLED_WITHIN, "No answer came", () => work).catch(() => false);
  }

  /** Handles an event that is delivered again until it was handled. */
  async #handleAgain(event: Event, handle: () => unknown): Promise<boolean> {
    const { id } = event;
    const now = this.#clock.now();
    for (const [id, since] of this.#underWay) if (now - since >= UNDER_WAY) this.#underWay.delete(id);
    // What came of it is told the next time.
    if (this.#underWay.has(id)) return false;
    this.#underWay.set(id, now);
    const done = await this.#handle(event, handle, () => this.#handled(id));
    this.#underWay.delete(id);
    return done;
  }

  /** Resolves to whether it is done. */
  async #handle(
    event: Event,
    handle: () => unknown,
    handled?: () => void | Promise<void>,
  ): Promise<boolean> {
    try {
      if (await this.#isRepeat(event.id)) return true;
      await handle();
      await handled?.();
      return true;
    } catch (error) {
      await this.#report(error, event);
      return false;
    }
  }

  async #report(error: unknown, event: Event): Promise<void> {
    const { onError } = this.#options;
    if (onError === undefined) return this.#failed(error);
    try {
      await onError(error, event);
    } catch (thrown) {
      this.#failed(thrown);
    }
  }

  #failed(error: unknown): void {
    this.#unheard ??= new FailurePrinter({ clock: systemClock }, this.#label);
    this.#unheard.survived("a handler failed", error);
  }
}

/** Remembers so many, and forgets the oldest first. */
class LastIds {
  readonly #seen = new Set<string>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  has(id: string): boolean {
    return this.#seen.has(id);
  }

  /** Whether it is new. */
  add(id: string): boolean {
    if (this.#seen.has(id)) return false;
    this.#seen.add(id);
    const [oldest = id] = this.#seen;
    if (this.#seen.size > this.#most) this.#seen.delete(oldest);
    return true;
  }
}
