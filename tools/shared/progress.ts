import process from "node:process";

/** One line that is written over on a terminal; elsewhere a line now and then. */
export class Progress {
  readonly #terminal = Boolean(process.stdout.isTTY);
  #shownAt = performance.now();

  /** Shows how far it is, unless it was shown just now. */
  show(text: () => string): void {
    const now = performance.now();
    if (now - this.#shownAt < (this.#terminal ? 100 : 10_000)) return;
    this.#shownAt = now;
    process.stdout.write(this.#terminal ? `\r${text()}\x1b[K` : `${text()}\n`);
  }

  /** Leaves the line to what is printed next. */
  end(): void {
    if (this.#terminal) process.stdout.write("\r\x1b[K");
  }
}
