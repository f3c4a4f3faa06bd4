import type { Clock } from "../../src/driver/clock/clock.ts";
import type { Instant } from "../../src/protocol/protocol.ts";
import type { Saying } from "../../testing/world/checking/checker.ts";
import type { Fault } from "../../testing/world/faults.ts";
import type { Violation } from "../../testing/world/checking/violation.ts";

/** How long an answer may travel, and a request that went out meanwhile, in milliseconds. */
export const KNOWN_WITHIN = 300;

/** Something that was asked for. */
export interface HttpCall extends Saying {
  /** What is asked: those of one line wait for one another. */
  readonly line: string;
  readonly began: Instant;
  endedAt: Instant | undefined;
  /** Nothing stood in its way, as far as anybody could know. */
  readonly isFree: boolean;
}

/** A request that has come. */
export interface HttpArrival {
  readonly at: Instant;
  /** What it is about, which no other is. */
  readonly mark: string;
  /** Whether an answer had told, a while before, to wait until later. */
  readonly foretold: boolean;
}

/** Who asks, and what of it takes how long; in milliseconds. */
export interface HttpCallsParts {
  readonly clock: Pick<Clock, "now" | "setTimer">;
  readonly random: () => number;
  readonly plan: readonly Fault<unknown>[];
  /** How long what went wrong may leave it open how things stand. */
  readonly settles: number;
  /** How long a call takes at most. */
  readonly longest: number;
  /** How soon what nothing stands in the way of must arrive. */
  readonly atOnce: number;
}

/** What somebody asks over HTTP within limits, and whether it came in its time and not too early. */
export class HttpCalls {
  readonly all: HttpCall[] = [];
  readonly #parts: HttpCallsParts;

  constructor(parts: HttpCallsParts) {
    this.#parts = parts;
  }

  /** Asks again and again until a time, some at once and others after a pause. */
  keepAsking(
    ask: (count: number) => void,
    until: Instant,
    { together, pause }: {
      /** How many of all are asked at once with the one before: 0 to 1. */
      readonly together: number;
      /** How long the others wait at most, in milliseconds. */
      readonly pause: number;
    },
  ): void {
    const { clock, random } = this.#parts;
    const next = (count: number) => {
      ask(count);
      const now = clock.now();
      const wait = random() < together ? 0 : pause * random();
      if (now < until) clock.setTimer(now + wait, () => next(count + 1));
    };
    clock.setTimer(1_000, () => next(1));
  }

  /** Asks for something; what it rejects with tells how it ended. */
  begin(
    { line, text, isFree }: Pick<HttpCall, "line" | "text" | "isFree">,
    ask: () => Promise<unknown>,
    outcomeOf: (error: unknown) => HttpCall["outcome"],
  ): void {
    const { clock } = this.#parts;
    const call: HttpCall = {
      line,
      text,
      began: clock.now(),
      isFree,
      outcome: undefined,
      endedAt: undefined,
    };
    this.all.push(call);
    const over = (outcome: HttpCall["outcome"]) => {
      call.outcome = outcome;
      call.endedAt = clock.now();
    };
    ask().then(() => over("done"), (error) => over(outcomeOf(error)));
  }

  /** One of several. */
  pick<T>(...choices: readonly [T, ...T[]]): T {
    return choices[Math.floor(this.#parts.random() * choices.length)] ?? choices[0];
  }

  /** Whether nothing goes wrong, nor did lately. */
  isCalm(at: Instant): boolean {
    const { plan, atOnce, settles } = this.#parts;
    return !plan.some((fault) => {
      const ms = "ms" in fault ? fault.ms ?? Infinity : 0;
      return fault.at <= at + atOnce && at <= fault.at + ms + settles;
    });
  }

  /** Checks that each ended in its time, that nothing held it back without need, and that none came too early. */
  check(arrivals: ReadonlyMap<string, readonly HttpArrival[]>): Violation[] {
    const { longest, atOnce } = this.#parts;
    return this.all.flatMap(({ text, line, began, endedAt = Infinity, isFree }) => {
      const violations: Violation[] = [];
      const what = `"${line}", "${text}" of ${began}`;
      const came = arrivals.get(text) ?? [];
      const first = came[0]?.at ?? Infinity;
      if (endedAt > began + longest) {
        violations.push({ rule: "call_endless", message: `${what}, has not ended by ${began + longest}` });
      }
      if (isFree && first > began + atOnce) {
        const message = `${what}, came at ${first}, and nothing stood in its way`;
        violations.push({ rule: "held_needlessly", message });
      }
      for (const { at, foretold } of came) {
        if (!foretold || !this.isCalm(at)) continue;
        violations.push({ rule: "refused_foretold", message: `${what}, came at ${at}, and too early` });
      }
      return violations;
    });
  }
}
