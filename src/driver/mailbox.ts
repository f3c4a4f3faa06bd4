import { OptionError } from "../protocol/errors.ts";
import { Queue } from "../protocol/core/queue.ts";
import { withResolvers } from "../with_resolvers.ts";

/** How much a mailbox may hold besides the number of its items. */
export interface MailboxBytes<T> {
  /** How many bytes; the newest item stays, however large it is. */
  readonly most: number;
  /** How many an item takes; asked once, when it comes. */
  readonly of: (item: T) => number;
}

/**
 * A bounded queue between a producer that does not wait and a consumer that iterates. When it is full the
 * oldest item makes room, and the consumer is told, in its place, how many it missed.
 *
 * @throws {OptionError} if the capacity, or the number of bytes, is not a positive integer.
 *
 * @example
 * ```ts
 * import { Mailbox } from "@parley/parley/driver";
 *
 * const mailbox = new Mailbox<string>(2, (missed) => `missed ${missed}`);
 * for (const item of ["a", "b", "c"]) mailbox.push(item);
 * mailbox.end();
 * const items: string[] = [];
 * for await (const item of mailbox) items.push(item);
 * items; // ["missed 1", "b", "c"]
 * ```
 */
export class Mailbox<T> implements AsyncIterableIterator<T, undefined> {
  readonly #capacity: number;
  readonly #lagged: (missed: number) => T;
  readonly #left: (() => void) | undefined;
  readonly #bytes: MailboxBytes<T> | undefined;
  readonly #items = new Queue<T>();
  /** How many bytes each item takes, and all together; only where they are counted. */
  readonly #sizes: Queue<number> | undefined;
  #size = 0;
  readonly #readers = new Queue<PromiseWithResolvers<IteratorResult<T, undefined>>>();
  /** What was handed out last, until the consumer comes back for the next: only then it is done with it. */
  #current: T | undefined;
  #missed = 0;
  #missedInAll = 0;
  #ended = false;
  #error: Error | undefined;

  /**
   * Takes the capacity, what stands for missed items, what to call when the consumer leaves, and how many bytes it
   * may hold.
   */
  constructor(
    capacity: number,
    lagged: (missed: number) => T,
    left?: () => void,
    bytes?: MailboxBytes<T>,
  ) {
    if (!(Number.isSafeInteger(capacity) && capacity > 0)) {
      throw new OptionError(`Cannot hold "${capacity}" items: the capacity must be a positive integer`);
    }
    if (bytes !== undefined && !(Number.isSafeInteger(bytes.most) && bytes.most > 0)) {
      throw new OptionError(`Cannot hold "${bytes.most}" bytes: it must be a positive integer`);
    }
    this.#capacity = capacity;
    this.#bytes = bytes;
    this.#sizes = bytes && new Queue();
    this.#lagged = lagged;
    this.#left = left;
  }

  /** Puts in what waits in another, and what that has missed; for one that is empty. */
  fill(from: Mailbox<T>): void {
    this.#missed = from.#missed;
    this.#missedInAll += from.#missed;
    for (const item of from.#items) this.push(item);
  }

  /** How many items the consumer has missed, in all. */
  get missed(): number {
    return this.#missedInAll;
  }

  /** Puts an item in; never waits. */
  push(item: T): void {
    if (this.#ended) return;
    const reader = this.#readers.shift();
    if (reader !== undefined) {
      this.#current = item;
      return reader.resolve({ done: false, value: item });
    }
    if (this.#items.length === this.#capacity) this.#miss();
    if (this.#bytes !== undefined) {
      const size = this.#bytes.of(item);
      while (this.#size + size > this.#bytes.most && this.#items.length > 0) this.#miss();
      this.#sizes?.push(size);
      this.#size += size;
    }
    this.#items.push(item);
  }

  /** Nothing more will come; what is in it can still be taken. With an error, the consumer then gets that. */
  end(error?: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    for (let reader = this.#readers.shift(); reader !== undefined; reader = this.#readers.shift()) {
      this.#finish().then(reader.resolve, reader.reject);
    }
  }

  /** Takes the next item, waiting for it if need be. */
  next(): Promise<IteratorResult<T, undefined>> {
    const value = this.take();
    this.#current = value;
    if (value !== undefined) return Promise.resolve({ done: false, value });
    if (this.#ended) return this.#finish();
    const reader = withResolvers<IteratorResult<T, undefined>>();
    this.#readers.push(reader);
    return reader.promise;
  }

  /** Takes the next item if there is one. */
  take(): T | undefined {
    if (this.#missed > 0) {
      const missed = this.#missed;
      this.#missed = 0;
      return this.#lagged(missed);
    }
    return this.#shift();
  }

  /**
   * What the consumer is not done with, oldest first: what it took last, what stands for missed items, and what
   * still waits for it.
   */
  *unfinished(): IterableIterator<T> {
    if (this.#current !== undefined) yield this.#current;
    if (this.#missed > 0) yield this.#lagged(this.#missed);
    yield* this.#items;
  }

  /** The consumer leaves: what is in it is dropped. */
  return(): Promise<IteratorResult<T, undefined>> {
    this.#items.clear();
    this.#sizes?.clear();
    this.#size = 0;
    this.#current = undefined;
    this.#missed = 0;
    this.#error = undefined;
    this.end();
    this.#left?.();
    return Promise.resolve({ done: true, value: undefined });
  }

  /** Itself, so that it can stand in a `for await`. */
  [Symbol.asyncIterator](): this {
    return this;
  }

  #miss(): void {
    this.#shift();
    this.#missed++;
    this.#missedInAll++;
  }

  #shift(): T | undefined {
    this.#size -= this.#sizes?.shift() ?? 0;
    return this.#items.shift();
  }

  #finish(): Promise<IteratorResult<T, undefined>> {
    const error = this.#error;
    this.#error = undefined;
    return error === undefined ? Promise.resolve({ done: true, value: undefined }) : Promise.reject(error);
  }
}
