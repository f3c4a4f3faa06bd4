/**
 * A map by number for few entries: one takes no memory beyond this, more take a `Map` for as long as they are
 * there. An empty `Map` that once had an entry takes some 350 bytes, and a thousand shards have several each.
 */
export class Few<T extends object> {
  #key = 0;
  #value: T | undefined = undefined;
  #more: Map<number, T> | undefined = undefined;

  /** How many there are. */
  get size(): number {
    return (this.#value === undefined ? 0 : 1) + (this.#more?.size ?? 0);
  }

  /** Gets what has this number. */
  get(key: number): T | undefined {
    return this.#value !== undefined && this.#key === key ? this.#value : this.#more?.get(key);
  }

  /** Sets what has this number, which has nothing yet. */
  add(key: number, value: T): void {
    if (this.#value === undefined) {
      this.#key = key;
      this.#value = value;
    } else {
      this.#more ??= new Map();
      this.#more.set(key, value);
    }
  }

  /** Takes out what has this number, if there is such. */
  take(key: number): T | undefined {
    const value = this.get(key);
    if (value !== undefined && value === this.#value) {
      this.#value = undefined;
    } else if (value !== undefined) {
      this.#more?.delete(key);
      if (this.#more?.size === 0) this.#more = undefined;
    }
    return value;
  }

  /** All there are, by number. */
  entries(): (readonly [number, T])[] {
    const all: (readonly [number, T])[] = [...this.#more ?? []];
    if (this.#value !== undefined) all.push([this.#key, this.#value]);
    return all.sort(([a], [b]) => a - b);
  }
}
