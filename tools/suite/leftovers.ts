/** How a line begins that tells what tests have left open. */
export const LEFT_OPEN = "Left open by tests:";

/** Which tests have left a timer, a server or a link open, by how many there were before all and after each. */
export class Leftovers {
  /** After which test there were so many, and never fewer since; undefined: before all. */
  readonly #since: (string | undefined)[] = [];

  /** So many are open, after a test or before all. */
  note(open: number, test?: string): void {
    this.#since.length = Math.min(this.#since.length, open);
    while (this.#since.length < open) this.#since.push(test);
  }

  /** The tests to which it goes back that still so many are open. */
  by(open: number): string[] {
    return this.#since.slice(0, open).filter((test) => test !== undefined);
  }
}
