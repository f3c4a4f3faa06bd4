import { NumberSet } from "./number_set.ts";

/** The members of a channel by their numbers, and the letters of the statuses of those who have any, the strongest first. */
export class Members {
  readonly #numbers = new NumberSet();
  readonly #statuses = new Map<number, string>();

  /** How many there are. */
  get size(): number {
    return this.#numbers.size;
  }

  /** Whether it is one of them. */
  has(number: number): boolean {
    return this.#numbers.has(number);
  }

  /** The letters of somebody's statuses; empty: none, or no member. */
  modes(number: number): string {
    return this.#statuses.get(number) ?? "";
  }

  /** Adds somebody; false if they were there. */
  add(number: number): boolean {
    return this.#numbers.add(number);
  }

  /** Gives these statuses, and no others, to somebody if they are there. */
  set(number: number, modes: string): void {
    if (modes === "") this.#statuses.delete(number);
    else if (this.#numbers.has(number)) this.#statuses.set(number, modes);
  }

  /** Takes somebody out; false if they were not there. */
  delete(number: number): boolean {
    this.#statuses.delete(number);
    return this.#numbers.delete(number);
  }

  [Symbol.iterator](): Iterator<number> {
    return this.#numbers[Symbol.iterator]();
  }
}
