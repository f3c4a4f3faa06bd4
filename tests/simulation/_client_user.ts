import type { Host } from "../../src/driver/host.ts";
import { ParleyError } from "../../src/protocol/errors.ts";
import type { Instant } from "../../src/protocol/protocol.ts";
import type { Delivered, Saying } from "../../testing/world/checking/checker.ts";
import type { Simulation } from "../../testing/world/simulation.ts";
import type { Violation } from "../../testing/world/checking/violation.ts";

/** What users of all clients that talk are told alike. */
export type ToldAlike = {
  readonly kind: string;
  readonly text?: string | undefined;
  readonly missed?: number;
};

/** What a user does with a client. */
export interface Uses<Event> {
  readonly say: (channel: string, text: string) => Promise<unknown>;
  /** Handles what is said. */
  readonly handle: (handler: (text: string) => unknown) => void;
  readonly read: () => AsyncIterator<Event, undefined>;
  /** Waits for something to be said. */
  readonly wait: (text: string, signal: AbortSignal) => Promise<unknown>;
}

/** Wrong ways to do it; `written` resolves when something said is on its way. */
export type WrongUses<Event> = (
  uses: Uses<Event>,
  host: Host,
  written: (text: string) => Promise<void>,
) => Partial<Uses<Event>>;

/** Something that was said, and when that was over. */
interface TimedSaying extends Saying {
  endedAt: Instant | undefined;
}

/** Somebody waits for something to be said. */
interface Waiting {
  readonly text: string;
  readonly until: Instant;
  outcome: "came" | "given up" | undefined;
}

/** What somebody says, in characters that a stream may be cut within. */
export function whatPersonSays(count: number): string {
  return `person says ${count} ß 早 👋`;
}

/** For how long anybody waits for something to be said. */
export const WAIT = 20_000;

/**
 * The user of a client: handlers, one of which throws now and then, one who reads its events at once and one who
 * dawdles, and who waits for what somebody says; and what they were told, to be compared.
 */
export class ClientUser<Event extends ToldAlike, Handled extends Event> {
  readonly sayings: TimedSaying[] = [];
  readonly #world: Simulation;
  readonly #host: Host;
  readonly #uses: Uses<Event>;
  readonly #heard = new Map<string, Instant[]>();
  readonly #written = new Map<string, PromiseWithResolvers<void>>();
  readonly #waits: Waiting[] = [];
  readonly #handled: Delivered<Handled>[] = [];
  /** What one who reads at once was told, and one who dawdles. */
  readonly #read: Event[] = [];
  readonly #readLate: Event[] = [];
  #readers = 0;
  #thrown = 0;
  #errors = 0;
  #dawdlesUntil: Instant = 0;

  /** `wrong`: what of it is done wrongly. */
  constructor(world: Simulation, host: Host, uses: Uses<Event>, wrong: WrongUses<Event> | undefined) {
    this.#world = world;
    this.#host = host;
    this.#uses = { ...uses, ...wrong?.(uses, host, (text) => this.#writtenOf(text).promise) };
    let count = 0;
    this.#uses.handle((text) => {
      count++;
      if (count % 7 === 0) {
        this.#thrown++;
        throw new Error(`Cannot take "${text}"`);
      }
      if (count % 11 !== 0) return;
      this.#thrown++;
      return Promise.reject(new Error(`Cannot take "${text}" after all`));
    });
    void this.#reads(this.#uses.read(), this.#read, () => -Infinity);
    void this.#reads(this.#uses.read(), this.#readLate, () => this.#dawdlesUntil);
  }

  /** What handlers of what is said, and of gaps, were told. */
  get handled(): readonly Delivered<Handled>[] {
    return this.#handled;
  }

  /** How many events the client has told. */
  get told(): number {
    return this.#read.length;
  }

  /** A handler was told this. */
  handles(event: Handled): void {
    this.#handled.push({ event, at: this.#world.clock.now() });
  }

  /** It was told that a handler of what is said has thrown. */
  failed(): void {
    this.#errors++;
  }

  /** The server has heard something. */
  heard(text: string): void {
    this.#heard.set(text, [...this.#heard.get(text) ?? [], this.#world.clock.now()]);
  }

  /** Something said is on its way. */
  wrote(text: string): void {
    this.#writtenOf(text).resolve();
  }

  /** One who reads events takes none until then. */
  dawdle(until: Instant): void {
    this.#dawdlesUntil = Math.max(this.#dawdlesUntil, until);
  }

  /** Says something in each of so many channels. */
  say(channels: readonly string[]): void {
    // Whose process stands still says nothing.
    this.#host.clock.setTimer(this.#host.clock.now(), () => {
      for (const channel of channels) this.#say(channel);
    });
  }

  /** Waits for something to be said. */
  wait(text: string): void {
    const { clock } = this.#world;
    const waiting: Waiting = { text, until: clock.now() + WAIT, outcome: undefined };
    this.#waits.push(waiting);
    const controller = new AbortController();
    clock.setTimer(waiting.until, () => controller.abort());
    this.#uses.wait(text, controller.signal).then(
      () => void (waiting.outcome = "came"),
      () => void (waiting.outcome = "given up"),
    );
  }

  /**
   * Checks, before the client ends, which would settle it all, that what is done was heard before, and that who waits is
   * woken by what handlers are told, or else gives up when its time is over.
   */
  checkSettled(): Violation[] {
    return [...this.#checkTimes(), ...this.#checkWaits()];
  }

  /** How often the server has heard what. */
  counts(): ReadonlyMap<string, number> {
    return new Map([...this.#heard].map(([text, times]) => [text, times.length]));
  }

  /**
   * Checks, once the client has ended, that all were told the same in the same order, and of the end; that what one who
   * dawdles has missed was counted; and that whatever was thrown was told.
   */
  checkTold(): Violation[] {
    const violations: Violation[] = [];
    if (this.#readers > 0) {
      const message = `${this.#readers} readers were not told of the end`;
      violations.push({ rule: "reader_endless", message });
    }
    if (this.#errors !== this.#thrown) {
      const message = `${this.#thrown} handlers threw, and ${this.#errors} were told of`;
      violations.push({ rule: "error_untold", message });
    }
    const handled: readonly Event[] = this.#handled.map(({ event }) => event);
    const read = this.#read.filter(({ kind }) => kind === "PRIVMSG" || kind === "gap");
    // A burst may be too much for a prompt reader, too: it has read the same in order, but for what it was told it missed.
    let next = 0;
    for (const event of handled) if (event === read[next]) next++;
    if (next < read.length || handled.length - read.length > missed(this.#read)) {
      violations.push({ rule: "readers_differ", message: "handlers were told otherwise than who reads" });
    }
    return [...violations, ...this.#checkLate()];
  }

  async #reads(events: AsyncIterator<Event, undefined>, read: Event[], free: () => Instant): Promise<void> {
    this.#readers++;
    const { clock } = this.#world;
    try {
      for (let next = await events.next(); !next.done; next = await events.next()) {
        read.push(next.value);
        while (free() > clock.now()) {
          await new Promise<void>((resolve) => void clock.setTimer(free(), resolve));
        }
      }
    } catch {
      // It ended with an error, which is noted elsewhere.
    }
    this.#readers--;
  }

  #writtenOf(text: string): PromiseWithResolvers<void> {
    const written = this.#written.get(text) ?? Promise.withResolvers<void>();
    this.#written.set(text, written);
    return written;
  }

  #say(channel: string): void {
    const text = `bot says ${this.sayings.length} ß 早 👋`;
    const saying: TimedSaying = { text, outcome: undefined, endedAt: undefined };
    this.sayings.push(saying);
    const over = (outcome: Saying["outcome"]) => {
      saying.outcome = outcome;
      saying.endedAt = this.#world.clock.now();
    };
    // Who has ended says so at once.
    const said = async () => await this.#uses.say(channel, text);
    said().then(
      () => over("done"),
      (error: unknown) => over(error instanceof ParleyError && error.code === "lost" ? "lost" : "failed"),
    );
  }

  #checkTimes(): Violation[] {
    return this.sayings.flatMap(({ text, outcome, endedAt = Infinity }) => {
      const [at = Infinity] = this.#heard.get(text) ?? [];
      if (outcome !== "done" || at <= endedAt) return [];
      return [{ rule: "done_early", message: `"${text}" is called done at ${endedAt}, and heard at ${at}` }];
    });
  }

  #checkWaits(): Violation[] {
    const told = new Map(
      this.#handled.flatMap(({ event: { kind, text }, at }) =>
        kind === "PRIVMSG" && text !== undefined ? [[text, at]] : []
      ),
    );
    return this.#waits.flatMap(({ text, until, outcome }) => {
      const came = (told.get(text) ?? Infinity) < until;
      if (outcome === (came ? "came" : "given up")) return [];
      const message = `who waited for "${text}" until ${until} ${
        outcome ?? "still waits"
      }, though it came at ${told.get(text)}`;
      return [{ rule: came ? "wait_missed" : "wait_unsettled", message }];
    });
  }

  /** What both readers were given is the same, at the same place; a burst may be too much for the prompt one, too. */
  #checkLate(): Violation[] {
    const [prompt, late] = [placed(this.#read), placed(this.#readLate)];
    for (const [place, event] of late.events) {
      if ((prompt.events.get(place) ?? event) === event) continue;
      return [{ rule: "missed_untold", message: `"${event.kind}" came where another was due` }];
    }
    if (late.length === prompt.length) return [];
    return [{
      rule: "missed_untold",
      message: `${prompt.length - late.length} events are missing at the end`,
    }];
  }
}

/** How much a reader was told that it missed. */
function missed(read: readonly { readonly missed?: number }[]): number {
  return read.reduce((sum, { missed = 0 }) => sum + missed, 0);
}

/** What a reader was given, by its place among all that came, and how much that was. */
function placed<Event extends { readonly kind: string; readonly missed?: number }>(
  read: readonly Event[],
): { readonly events: ReadonlyMap<number, Event>; readonly length: number } {
  const events = new Map<number, Event>();
  let length = 0;
  for (const event of read) {
    if (event.kind === "lagged") length += event.missed ?? 0;
    else events.set(length++, event);
  }
  return { events, length };
}

/** A host that counts the timers that are set on it, and have neither come nor been undone. */
export function countingTimers(
  { clock, ...host }: Host,
): { readonly host: Host; readonly open: () => number } {
  const open = new Set<object>();
  const setTimer: Host["clock"]["setTimer"] = (at, wake) => {
    const timer = {};
    open.add(timer);
    const undo = clock.setTimer(at, () => {
      open.delete(timer);
      wake();
    });
    return () => {
      open.delete(timer);
      undo();
    };
  };
  const counting = { now: () => clock.now(), wall: () => clock.wall(), setTimer };
  return { host: { ...host, clock: counting }, open: () => open.size };
}
