import type { AskFailed, CloseInfo, Data, Instant, OpenInfo, PermitAnswer } from "../protocol.ts";
import { Queue } from "./queue.ts";

/** What came in and when: one input of a core, as `poll` is to work through it. */
export type Input<Answer = never> =
  | { readonly kind: "opened"; readonly link: number; readonly info: OpenInfo; readonly now: Instant }
  | { readonly kind: "received"; readonly link: number; readonly data: Data; readonly now: Instant }
  | { readonly kind: "closed"; readonly link: number; readonly info: CloseInfo; readonly now: Instant }
  | {
    readonly kind: "answered";
    readonly id: number;
    readonly answer: Answer | PermitAnswer | AskFailed;
    readonly now: Instant;
  }
  | { readonly kind: "tick"; readonly now: Instant };

/**
 * What links bring, answers and ticks, in the order in which they came. A core only takes them in, and works
 * through them one by one when it is polled, so that a tick never overtakes what was received before it.
 *
 * @typeParam Answer What answers the core's asks, besides permits.
 *
 * @example
 * ```ts
 * import { Inbox } from "@parley/parley/protocol";
 *
 * const inbox = new Inbox();
 * inbox.receive(1, "PONG :parley", 120_000);
 * inbox.tick(120_000);
 * inbox.shift()?.kind; // "received"
 * inbox.shift()?.kind; // "tick"
 * ```
 */
export class Inbox<Answer = never> {
  readonly #queue = new Queue<Input<Answer>>();

  /** How many have not been worked through. */
  get length(): number {
    return this.#queue.length;
  }

  /** A dial succeeded, or a client was accepted. */
  opened(link: number, info: OpenInfo, now: Instant): void {
    this.#queue.push({ kind: "opened", link, info, now });
  }

  /** Something came. */
  receive(link: number, data: Data, now: Instant): void {
    this.#queue.push({ kind: "received", link, data, now });
  }

  /** A link is gone. */
  closed(link: number, info: CloseInfo, now: Instant): void {
    this.#queue.push({ kind: "closed", link, info, now });
  }

  /** An ask was answered. */
  answered(id: number, answer: Answer | PermitAnswer | AskFailed, now: Instant): void {
    this.#queue.push({ kind: "answered", id, answer, now });
  }

  /** Time has passed. */
  tick(now: Instant): void {
    this.#queue.push({ kind: "tick", now });
  }

  /** Takes out the oldest. */
  shift(): Input<Answer> | undefined {
    return this.#queue.shift();
  }

  /** Drops all: the core has ended. */
  clear(): void {
    this.#queue.clear();
  }
}
