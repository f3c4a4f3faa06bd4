import type { AskFailed, PermitAnswer, PermitAsk } from "../protocol/protocol.ts";
import type { Host } from "./host.ts";
import type { Grant, Permits } from "./permits.ts";

/** What the core has asked for. */
interface Asked {
  readonly id: number;
  readonly controller: AbortController;
  /** The permit that was granted. */
  grant: Grant | undefined;
}

/** What answers asks, besides permits. */
export type AnswerBy<Ask, Answer> = (ask: Ask, signal: AbortSignal) => Promise<Answer> | Answer;

/** What a core has asked for, until it is answered or, if it is a permit, released. */
export class Asks<Ask, Answer> {
  readonly #permits: Permits;
  readonly #answerBy: AnswerBy<Ask, Answer> | undefined;
  readonly #work: Host["work"];
  readonly #answered: (id: number, answer: Answer | PermitAnswer | AskFailed) => void;
  /** A core has few under way at a time. */
  #asked: readonly Asked[] = [];

  /** Takes who grants permits, who answers everything else, in what of the host's, and whom to tell. */
  constructor(
    permits: Permits,
    answerBy: AnswerBy<Ask, Answer> | undefined,
    work: Host["work"],
    answered: (id: number, answer: Answer | PermitAnswer | AskFailed) => void,
  ) {
    this.#permits = permits;
    this.#answerBy = answerBy;
    this.#work = work;
    this.#answered = answered;
  }

  /** Asks. */
  ask(id: number, ask: Ask | PermitAsk): void {
    const asked: Asked = { id, controller: new AbortController(), grant: undefined };
    this.#asked = [...this.#asked, asked];
    this.#answer(asked, ask).then(
      (answer) => this.#tell(asked, answer),
      (error) => {
        const failed = error instanceof Error ? error : new Error(String(error));
        this.#tell(asked, { kind: "error", error: failed });
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
    for (const { id } of this.#asked) this.release(id, true);
  }

  async #answer(asked: Asked, ask: Ask | PermitAsk): Promise<Answer | PermitAnswer> {
    const { signal } = asked.controller;
    if (isPermitAsk(ask)) {
      const grant = await this.#permits.acquire(ask.permit, signal);
      if (signal.aborted) grant.release(false);
      else asked.grant = grant;
      return { kind: "permit" };
    }
    const answerBy = this.#answerBy;
    const kind = kindOf(ask);
    if (answerBy === undefined) throw new Error(`Cannot answer "${kind}": no answers were given`);
    const run = async () => await answerBy(ask, signal);
    return await (this.#work?.(`the answer to "${kind}"`, run) ?? run());
  }

  #tell(asked: Asked, answer: Answer | PermitAnswer | AskFailed): void {
    if (!this.#asked.includes(asked)) return;
    // A permit is kept until it is released.
    if (asked.grant === undefined) this.#forget(asked);
    this.#answered(asked.id, answer);
  }

  #forget(asked: Asked): void {
    this.#asked = this.#asked.filter((other) => other !== asked);
  }
}

/** What a value calls itself, for people. */
export function kindOf(value: unknown): string {
  return typeof value === "object" && value !== null && "kind" in value ? String(value.kind) : "unknown";
}

function isPermitAsk(ask: unknown): ask is PermitAsk {
  return kindOf(ask) === "permit";
}
