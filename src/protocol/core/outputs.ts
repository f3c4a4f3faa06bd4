import type { Action, Data, Outcome, Output, PermitAsk } from "../protocol.ts";
import { Queue } from "./queue.ts";

/**
 * The numbers of links and asks, each given once. Cores that run as one, on one driver, share it.
 *
 * @example
 * ```ts
 * import { Numbers } from "@parley/parley/protocol";
 *
 * const numbers = new Numbers();
 * numbers.link(); // 1
 * numbers.link(); // 2
 * ```
 */
export class Numbers {
  #links = 0;
  #asks = 0;

  /** The number of another link, from 1 on. */
  link(): number {
    return ++this.#links;
  }

  /** The number of another ask, from 1 on. */
  ask(): number {
    return ++this.#asks;
  }
}

/**
 * What a core wants done and told, in order: what {@linkcode Protocol.poll} hands out. The parts of a core share
 * one.
 *
 * @example
 * ```ts
 * import { Outputs } from "@parley/parley/protocol";
 *
 * const outputs = new Outputs<{ kind: "ready" }>();
 * const link = outputs.dial({ url: "wss://example.org" });
 * outputs.send(link, "hello");
 * outputs.tell({ kind: "ready" });
 * outputs.shift(); // { kind: "dial", link: 1, url: "wss://example.org" }
 * outputs.length; // 2
 * ```
 */
export class Outputs<Event, Ask = never> {
  readonly #queue = new Queue<Output<Event, Ask>>();
  readonly #numbers: Numbers;

  /** Takes where the numbers of links and asks come from. */
  constructor(numbers: Numbers = new Numbers()) {
    this.#numbers = numbers;
  }

  /** How many wait to be handed out. */
  get length(): number {
    return this.#queue.length;
  }

  /** Takes out the oldest. */
  shift(): Output<Event, Ask> | undefined {
    return this.#queue.shift();
  }

  /** Tells an event. */
  tell(event: Event): void {
    this.#queue.push({ kind: "event", event });
  }

  /** Opens a link; returns its number. */
  dial(where: Pick<Action & { kind: "dial" }, "url" | "protocols" | "maxMessage">): number {
    const link = this.#numbers.link();
    this.#queue.push({ kind: "dial", link, ...where });
    return link;
  }

  /** Sends on an open link. `secret`: recorders leave it out, or have `shown` in its place. */
  send(
    link: number,
    data: Data,
    { secret, shown }: { readonly secret?: true | undefined; readonly shown?: Data | undefined } = {},
  ): void {
    this.#queue.push(
      secret
        ? { kind: "send", link, data, secret, ...(shown !== undefined && { shown }) }
        : { kind: "send", link, data },
    );
  }

  /** Closes a link politely. */
  close(link: number, code: number, reason: string): void {
    this.#queue.push({ kind: "close", link, code, reason });
  }

  /** Drops a link. */
  abort(link: number): void {
    this.#queue.push({ kind: "abort", link });
  }

  /** Asks for what only the outside has; returns the number of the ask. */
  ask(ask: Ask | PermitAsk): number {
    const id = this.#numbers.ask();
    this.#queue.push({ kind: "ask", id, ask });
    return id;
  }

  /** Gives a permit back, or withdraws an ask that has no answer yet. */
  release(id: number, used: boolean): void {
    this.#queue.push({ kind: "release", id, used });
  }

  /** Tells how a command ended. */
  settle(ticket: number, outcome: Outcome): void {
    this.#queue.push({ kind: "settle", ticket, outcome });
  }

  /** A command is done. */
  done(ticket: number, value?: unknown): void {
    this.settle(ticket, { kind: "done", value });
  }

  /** A command failed. */
  failed(ticket: number, error: Error): void {
    this.settle(ticket, { kind: "failed", error });
  }

  /** The core has ended: nothing may follow. */
  end(error?: Error): void {
    this.#queue.push({ kind: "end", ...(error && { error }) });
  }
}
