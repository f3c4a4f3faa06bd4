import { CommandError } from "../../protocol/errors.ts";
import type { ClientEvent, LaggedEvent } from "./client_event.ts";
import type { WaitOptions } from "./client_options.ts";
import { Deliveries } from "./_deliveries.ts";
import { type Handler, Handlers } from "./_handlers.ts";
import { Mailbox, type MailboxBytes } from "../mailbox.ts";

/** What the consumers of a client need of it. */
export interface ConsumersParts<Event> {
  /** How many events an iterator may be behind. */
  readonly capacity: number;
  /** How many bytes it may be behind. */
  readonly bytes: MailboxBytes<Event>;
  /** Calls a handler. */
  readonly call: (handler: Handler, event: Event) => void;
}

/** Whoever consumes a client's events: handlers, iterators, and those who wait for one. */
export class Consumers<Event extends { readonly kind: string }> {
  readonly #parts: ConsumersParts<Event | ClientEvent>;
  readonly #handlers = new Handlers();
  #mailboxes: readonly Mailbox<Event | ClientEvent>[] = [];
  readonly #deliveries = new Set<Deliveries<Event | ClientEvent>>();
  /** What has come, for iterators; undefined once it is too late to take one of all. */
  #kept: Mailbox<Event | ClientEvent> | undefined;
  /** What is called at the end, of those who wait. */
  readonly #waiting = new Set<() => void>();
  /** What iterators that have left had missed. */
  #missedBefore = 0;
  /** Somebody has begun to consume what comes. */
  #heard = false;
  /** How it has ended; undefined before. */
  #end: { readonly error: Error | undefined } | undefined;
  /** Somebody who came too late was told of the end. */
  #told = false;

  constructor(parts: ConsumersParts<Event | ClientEvent>) {
    this.#parts = parts;
    this.#kept = this.#mailbox();
  }

  /** How many events iterators have missed, in all. */
  get missed(): number {
    return this.#mailboxes.reduce((sum, { missed }) => sum + missed, this.#missedBefore);
  }

  /** Whether there are iterators. */
  get iterating(): boolean {
    return this.#mailboxes.length > 0;
  }

  /** Whether somebody has come since the end, and was told of it. */
  get told(): boolean {
    return this.#told;
  }

  /** Whether a kind has handlers. */
  handles(kind: string): boolean {
    return this.#handlers.of(kind) !== undefined;
  }

  /** Adds a handler; one of an event `ofCore` consumes what comes. */
  listen(kind: string, handler: Handler, signal: AbortSignal | undefined, ofCore: boolean): () => void {
    if (ofCore) this.#heard = true;
    return this.#handlers.add(kind, handler, signal);
  }

  /** An iterator of all events from now on, and of those before as long as they are kept. */
  iterate(): Mailbox<Event | ClientEvent> {
    const mailbox = this.#mailbox(() => {
      if (!this.#mailboxes.includes(mailbox)) return;
      this.#mailboxes = this.#mailboxes.filter((other) => other !== mailbox);
      this.#missedBefore += mailbox.missed;
    });
    this.#heard = true;
    if (this.#kept !== undefined) mailbox.fill(this.#kept);
    if (this.#end !== undefined) {
      this.#told = true;
      mailbox.end(this.#end.error);
    } else this.#mailboxes = [...this.#mailboxes, mailbox];
    return mailbox;
  }

  /** The same for one that says when it is done with each. */
  deliver(): Deliveries<Event | ClientEvent> {
    const deliveries = new Deliveries(this.iterate(), () => void this.#deliveries.delete(deliveries));
    this.#deliveries.add(deliveries);
    return deliveries;
  }

  /** The first event of one of the kinds. */
  first(kinds: readonly string[], { signal, where }: WaitOptions<never>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const ended = () =>
        reject(this.#end?.error ?? new CommandError("closed", "Cannot wait: the client has ended"));
      if (this.#end !== undefined) {
        this.#told = true;
        return ended();
      }
      const finish = () => {
        for (const undo of undos) undo();
        signal?.removeEventListener("abort", onAbort);
        this.#waiting.delete(onEnd);
      };
      const onAbort = () => {
        finish();
        reject(signal?.reason);
      };
      const onEnd = () => {
        finish();
        ended();
      };
      const undos = kinds.map((kind) =>
        this.#handlers.add(kind, (event) => {
          if (where !== undefined && !where(event)) return;
          finish();
          resolve(event);
        })
      );
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#waiting.add(onEnd);
    });
  }

  /** Hands an event to whoever wants it; false if there is no handler for it. */
  handOut(event: Event | ClientEvent): boolean {
    this.#kept?.push(event);
    for (const mailbox of this.#mailboxes) mailbox.push(event);
    const handlers = this.#handlers.of(event.kind);
    if (handlers === undefined) return false;
    for (const handler of handlers) this.#parts.call(handler, event);
    return true;
  }

  /**
   * What some consumer is not done with: each one's events come oldest first. Where nobody consumes yet, somebody may
   * still take an iterator.
   */
  *unfinished(): IterableIterator<Event | ClientEvent> {
    if (this.#kept !== undefined && !this.#heard) yield* this.#kept.unfinished();
    for (const deliveries of this.#deliveries) yield* deliveries.unfinished();
    for (const mailbox of this.#mailboxes) yield* mailbox.unfinished();
  }

  /** It is too late to take an iterator of all that has come. */
  keepNoMore(): void {
    this.#kept = undefined;
  }

  /** The client has ended: from now on, whoever comes is told so. */
  end(error: Error | undefined): void {
    this.#end = { error };
  }

  /** Tells the end to those who iterate, in its place behind what they have not taken yet, and to those who wait. */
  tellEnd(): void {
    // They stay, since what is in them can still be taken.
    for (const mailbox of this.#mailboxes) mailbox.end(this.#end?.error);
    for (const onEnd of [...this.#waiting]) onEnd();
  }

  #mailbox(left?: () => void): Mailbox<Event | ClientEvent> {
    const { capacity, bytes } = this.#parts;
    const lagged = (missed: number): LaggedEvent => ({ kind: "lagged", missed });
    return new Mailbox<Event | ClientEvent>(capacity, lagged, left, bytes);
  }
}
