import type { Delivery } from "./client_options.ts";
import type { Mailbox } from "../mailbox.ts";

/** What comes to a consumer that says of each event when it is done with it. */
export class Deliveries<Event extends object> implements AsyncIterableIterator<Delivery<Event>, undefined> {
  readonly #mailbox: Mailbox<Event>;
  /** Those that the consumer was given and is not done with, in the order in which they came. */
  readonly #open = new Set<Event>();
  readonly #over: () => void;
  #left = false;

  /** Takes where they come from, and what to call once nothing more is of interest here. */
  constructor(mailbox: Mailbox<Event>, over: () => void) {
    this.#mailbox = mailbox;
    this.#over = over;
  }

  /** Takes the next one, waiting for it if need be. */
  async next(): Promise<IteratorResult<Delivery<Event>, undefined>> {
    const { done, value: event } = await this.#mailbox.next();
    if (done || event === undefined) {
      this.#leave();
      return { done: true, value: undefined };
    }
    this.#open.add(event);
    return { done: false, value: { event, done: () => this.#done(event) } };
  }

  /** The consumer takes no more. It may still be done with what it was given. */
  async return(): Promise<IteratorResult<Delivery<Event>, undefined>> {
    await this.#mailbox.return();
    this.#leave();
    return { done: true, value: undefined };
  }

  /** What the consumer was given and is not done with, oldest first. */
  unfinished(): Iterable<Event> {
    return this.#open;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #done(event: Event): void {
    this.#open.delete(event);
    if (this.#left && this.#open.size === 0) this.#over();
  }

  #leave(): void {
    this.#left = true;
    if (this.#open.size === 0) this.#over();
  }
}
