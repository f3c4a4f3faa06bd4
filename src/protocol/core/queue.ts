const SMALLEST = 2;
const LARGE = 1024;

/**
 * A first-in first-out queue whose `shift` takes constant time however long it is.
 *
 * @example
 * ```ts
 * import { Queue } from "@parley/parley/protocol";
 *
 * const queue = new Queue<string>();
 * queue.push("a");
 * queue.push("b");
 * queue.shift(); // "a"
 * queue.length; // 1
 * ```
 */
export class Queue<T> {
  // Its places are used in turn, again and again. How many there are is a power of two, so that a mask finds one.
  #ring: (T | undefined)[] = [];
  #head = 0;
  #length = 0;

  /** How many items are waiting. */
  get length(): number {
    return this.#length;
  }

  /** Adds an item at the end. */
  push(item: T): void {
    if (this.#length === this.#ring.length) this.#resize(Math.max(SMALLEST, this.#length * 2));
    this.#ring[(this.#head + this.#length) & (this.#ring.length - 1)] = item;
    this.#length++;
  }

  /** Takes the item at the front, or returns undefined if there is none. */
  shift(): T | undefined {
    if (this.#length === 0) return undefined;
    const item = this.#ring[this.#head];
    this.#ring[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#ring.length - 1);
    this.#length--;
    // What a burst took is given back.
    if (this.#ring.length > LARGE && this.#length * 4 <= this.#ring.length) {
      this.#resize(this.#ring.length / 2);
    }
    return item;
  }

  /** Looks at the item at the front without taking it. */
  peek(): T | undefined {
    return this.#ring[this.#head];
  }

  /** Looks at the item so far from the front or, if negative, from the end. */
  at(index: number): T | undefined {
    const place = index < 0 ? this.#length + index : index;
    if (place < 0 || place >= this.#length) return undefined;
    return this.#ring[(this.#head + place) & (this.#ring.length - 1)];
  }

  /** The items, from the front on, without taking them. */
  *[Symbol.iterator](): IterableIterator<T> {
    for (let index = 0; index < this.#length; index++) {
      const item = this.at(index);
      if (item !== undefined) yield item;
    }
  }

  /** Drops every item. */
  clear(): void {
    this.#ring = [];
    this.#head = 0;
    this.#length = 0;
  }

  #resize(size: number): void {
    const ring = new Array<T | undefined>(size);
    for (let index = 0; index < this.#length; index++) ring[index] = this.at(index);
    this.#ring = ring;
    this.#head = 0;
  }
}
