import type { Instant } from "../protocol.ts";

/**
 * The deadlines of a core, by name, or by what they are for: each is set, put off, taken back and comes due on its
 * own.
 *
 * `deadline()` of a core is the {@linkcode Deadlines.next} of its table, and its `tick` does what
 * {@linkcode Deadlines.due} names until that names nothing.
 *
 * @typeParam Name What they are called, or are for.
 *
 * @example
 * ```ts
 * import { Deadlines } from "@parley/parley/protocol";
 *
 * const deadlines = new Deadlines<"dial" | "ping">();
 * deadlines.set("dial", 15_000);
 * deadlines.set("ping", 60_000);
 * deadlines.next; // 15000
 * deadlines.due(20_000); // "dial", which is no longer set
 * deadlines.due(20_000); // undefined
 * ```
 */
export class Deadlines<Name> {
  /** Undefined while none is set, as in most sessions that stand: an empty map takes 200 bytes. */
  #at: Map<Name, Instant> | undefined = undefined;
  #next: Instant = Infinity;

  /** When the first of them is due; Infinity if none is set. */
  get next(): Instant {
    return this.#next;
  }

  /** When one is due; Infinity if it is not set. */
  at(name: Name): Instant {
    return this.#at?.get(name) ?? Infinity;
  }

  /** Sets one, or moves it; Infinity takes it back. */
  set(name: Name, at: Instant): void {
    const before = this.at(name);
    if (at === before) return;
    if (at !== Infinity) (this.#at ??= new Map()).set(name, at);
    else if (this.#at?.delete(name) && this.#at.size === 0) this.#at = undefined;
    if (at < this.#next) this.#next = at;
    else if (before === this.#next) this.#find();
  }

  /** Takes one back. */
  clear(name: Name): void {
    this.set(name, Infinity);
  }

  /** Takes all back. */
  clearAll(): void {
    this.#at = undefined;
    this.#next = Infinity;
  }

  /** Takes out the one that has been due the longest, if any is. */
  due(now: Instant): Name | undefined {
    if (now < this.#next) return undefined;
    for (const [name, at] of this.#at ?? []) {
      if (at !== this.#next) continue;
      this.clear(name);
      return name;
    }
    return undefined;
  }

  #find(): void {
    this.#next = Infinity;
    for (const at of this.#at?.values() ?? []) if (at < this.#next) this.#next = at;
  }
}
