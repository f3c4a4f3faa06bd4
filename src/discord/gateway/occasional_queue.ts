import { Queue } from "../../protocol/queue.ts";

/** A queue that takes no memory of its own while it is empty: for what comes now and then, in a thousand shards. */
export class OccasionalQueue<T> {
  #items: Queue<T> | undefined = undefined;

  /** True if nothing is waiting. */
  get isEmpty(): boolean {
    return this.#items === undefined;
  }

  /** Adds an item at the end. */
  push(item: T): void {
    this.#items ??= new Queue();
    this.#items.push(item);
  }

  /** Takes the item at the front, or returns undefined if there is none. */
  shift(): T | undefined {
    if (this.#items === undefined) return undefined;
    const item = this.#items.shift();
    if (this.#items.length === 0) this.#items = undefined;
    return item;
  }
}
