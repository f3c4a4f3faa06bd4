import { Backoff } from "../protocol/connection/backoff.ts";
import { OptionError } from "../protocol/errors.ts";
import type { AskFailed, Instant, PermitAnswer, PermitAsk } from "../protocol/protocol.ts";
import { toError } from "./_to_error.ts";
import { sleepUntil, within } from "./clock/clock.ts";
import type { Host } from "./host.ts";
import type { Grant, Permits } from "./permits.ts";

/** What the core has asked for. */
interface Asked {
  readonly id: number;
  /** Its kind, or what the permit is for. */
  readonly what: string;
  readonly isPermit: boolean;
  readonly since: Instant;
  readonly controller: AbortController;
  /** The permit that was granted. */
  grant: Grant | undefined;
}

/** What answers asks, besides permits. */
export type AnswerBy<Ask, Answer> = (ask: Ask, signal: AbortSignal) => Promise<Answer> | Answer;

/** What asks are answered with. */
export interface AsksParts<Ask, Answer> {
  readonly host: Pick<Host, "clock" | "random" | "work" | "observe">;
  readonly permits: Permits;
  /** Answers everything else. */
  readonly answerBy: AnswerBy<Ask, Answer> | undefined;
  /** For how long it may take to, in milliseconds. */
  readonly answerWithin: number;
}

/** Who asks, and is told what comes of it. An object that is there anyway: closures for each core would add up. */
export interface Asker<Answer> {
  answered(id: number, answer: Answer | PermitAnswer | AskFailed): void;
  /** Told why one was not answered, as long as that does not end the core. */
  askFailed(error: Error): void;
  /** Told once a minute what permit is still waited for, if the host observes. */
  stillWaiting(id: number, waiting: Waiting): void;
}

/** Something that was asked for and is not answered yet. */
export interface Waiting {
  /** What: the scope of a permit, or the kind of another ask. */
  readonly for: string;
  /** Since when. */
  readonly since: Instant;
}

/** Who waits for a permit is told of so often, in milliseconds. */
const WAITING_EVERY = 60_000;

/**
 * What a core has asked for, until it is answered or, if it is a permit, released. What has a limit of time is told
 * to the core once that is over; a permit has none, for a long wait is what limits are for, and one that cannot be
 * had is asked for again.
 */
export class Asks<Ask, Answer> {
  readonly #host: AsksParts<Ask, Answer>["host"];
  readonly #permits: Permits;
  readonly #answerBy: AnswerBy<Ask, Answer> | undefined;
  readonly #answerWithin: number;
  readonly #asker: Asker<Answer>;
  /** A core has few under way at a time. */
  #asked: readonly Asked[] = [];
  #undoTimer: (() => void) | undefined = undefined;
  #ended = false;

  constructor({ host, permits, answerBy, answerWithin }: AsksParts<Ask, Answer>, asker: Asker<Answer>) {
    this.#host = host;
    this.#permits = permits;
    this.#answerBy = answerBy;
    this.#answerWithin = answerWithin;
    this.#asker = asker;
  }

  /** Asks. */
  ask(id: number, ask: Ask | PermitAsk): void {
    const isPermit = isPermitAsk(ask);
    const asked: Asked = {
      id,
      what: nameOf(ask),
      isPermit,
      since: this.#host.clock.now(),
      controller: new AbortController(),
      grant: undefined,
    };
    this.#asked = [...this.#asked, asked];
    const answer = isPermit ? this.#permit(asked, ask) : this.#answer(asked, ask);
    answer.then(
      (answer) => this.#tell(asked, answer),
      (error) => {
        const failed = toError(error);
        this.#tell(asked, { kind: "error", error: failed });
        if (!this.#ended && !asked.controller.signal.aborted) this.#asker.askFailed(failed);
      },
    );
  }

  /** Gives a permit back, or withdraws an ask that has no answer yet. */
  release(id: number, used: boolean): void {
    const asked = this.#asked.find((other) => other.id === id);
    if (asked === undefined) return;
    this.#forget(asked);
    if (asked.grant === undefined) asked.controller.abort();
    else asked.grant.release(used);
  }

  /** The core has ended. Whether an unreleased permit had its effect is not known: to count it is the safe side. */
  end(): void {
    this.#ended = true;
    this.#undoTimer?.();
    for (const { id } of this.#asked) this.release(id, true);
  }

  /** Asks for a permit until there is one: whoever grants them may be out of order for a while. */
  async #permit(asked: Asked, { permit }: PermitAsk): Promise<PermitAnswer> {
    const { clock, random } = this.#host;
    const { signal } = asked.controller;
    this.#watch();
    let backoff: Backoff | undefined;
    for (;;) {
      try {
        const grant = await this.#permits.acquire(permit, signal);
        if (signal.aborted) grant.release(false);
        else asked.grant = grant;
        return { kind: "permit" };
      } catch (error) {
        if (signal.aborted || error instanceof OptionError) throw error;
        if (backoff === undefined) this.#asker.askFailed(toError(error));
        backoff ??= new Backoff({}, random);
      }
      await sleepUntil(clock, clock.now() + (backoff.next() ?? 0), signal);
    }
  }

  async #answer({ what, controller }: Asked, ask: Ask): Promise<Answer> {
    const { clock, work } = this.#host;
    const answerBy = this.#answerBy;
    if (answerBy === undefined) throw new Error(`Cannot answer "${what}": no answers were given`);
    const run = async (signal: AbortSignal) => await answerBy(ask, signal);
    const limited = (signal: AbortSignal) =>
      work?.(`the answer to "${what}"`, () => run(signal)) ?? run(signal);
    return await within(clock, this.#answerWithin, `No answer to "${what}" came`, limited, controller.signal);
  }

  /** What is waited for, and since when. */
  get waiting(): readonly Waiting[] {
    return this.#asked.filter(({ grant }) => grant === undefined).map(({ what, since }) => ({
      for: what,
      since,
    }));
  }

  #watch(): void {
    const { clock, observe } = this.#host;
    if (observe === undefined || this.#undoTimer !== undefined) return;
    this.#undoTimer = clock.setTimer(clock.now() + WAITING_EVERY, () => {
      this.#undoTimer = undefined;
      const permits = this.#asked.filter(({ isPermit, grant }) => isPermit && grant === undefined);
      for (const { id, what, since } of permits) {
        if (since <= clock.now() - WAITING_EVERY) this.#asker.stillWaiting(id, { for: what, since });
      }
      if (permits.length > 0) this.#watch();
    });
  }

  #tell(asked: Asked, answer: Answer | PermitAnswer | AskFailed): void {
    if (!this.#asked.includes(asked)) return;
    // A permit is kept until it is released.
    if (asked.grant === undefined) this.#forget(asked);
    this.#asker.answered(asked.id, answer);
  }

  #forget(asked: Asked): void {
    this.#asked = this.#asked.filter((other) => other !== asked);
  }
}

/** What is asked for: the scope of a permit, or the kind of another ask. */
export function nameOf(ask: unknown): string {
  return isPermitAsk(ask) ? ask.permit.scope : kindOf(ask);
}

/** What a value calls itself, for people. */
export function kindOf(value: unknown): string {
  return typeof value === "object" && value !== null && "kind" in value ? String(value.kind) : "unknown";
}

function isPermitAsk(ask: unknown): ask is PermitAsk {
  return kindOf(ask) === "permit";
}
