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
  // Its places are used again: an array that is emptied by its length has to get new memory for the next item.
  #items: (T | undefined)[] = [];
  #head = 0;
  #tail = 0;

  /** How many items are waiting. */
  get length(): number {
    return this.#tail - this.#head;
  }

  /** Adds an item at the end. */
  push(item: T): void {
    this.#items[this.#tail++] = item;
  }

  /** Takes the item at the front, or returns undefined if there is none. */
  shift(): T | undefined {
    if (this.#head === this.#tail) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head++] = undefined;
    if (this.#head === this.#tail) {
      this.#head = 0;
      this.#tail = 0;
      // What a burst took is given back.
      if (this.#items.length > 1024) this.#items = [];
    } else if (this.#head >= 1024 && this.#head * 2 >= this.#tail) {
      this.#items = this.#items.slice(this.#head, this.#tail);
      this.#tail -= this.#head;
      this.#head = 0;
    }
    return item;
  }

  /** Looks at the item at the front without taking it. */
  peek(): T | undefined {
    return this.#head === this.#tail ? undefined : this.#items[this.#head];
  }

  /** The items, from the front on, without taking them. */
  *[Symbol.iterator](): IterableIterator<T> {
    for (let index = this.#head; index < this.#tail; index++) {
      const item = this.#items[index];
      if (item !== undefined) yield item;
    }
  }

  /** Drops every item. */
  clear(): void {
    this.#items = [];
    this.#head = 0;
    this.#tail = 0;
  }
}
