// Taken when this is first imported, so that timers which a test or a world replaces later are not meant.
const { setTimeout, clearTimeout } = globalThis;

/** How long nobody may let time pass before that is told, in milliseconds of real time. */
const IDLE = 2_000;

/**
 * Tells once where nobody lets the time of a world pass for long: whoever waits then for what comes with that waits for
 * ever, and no runner says why. Deno does at once that nothing is left to wait for, and some versions of it take a timer
 * for a leak: there it does nothing.
 */
export class IdleWatch {
  readonly #tell: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined = undefined;
  #isOver = "Deno" in globalThis;

  constructor(tell: () => void) {
    this.#tell = tell;
  }

  /** Nobody lets time pass from now on. */
  begin(): void {
    this.pause();
    if (this.#isOver) return;
    this.#timer = setTimeout(() => {
      this.#isOver = true;
      this.#tell();
    }, IDLE);
    // No process waits for it.
    if (typeof this.#timer === "object") this.#timer.unref();
  }

  /** Somebody does. */
  pause(): void {
    clearTimeout(this.#timer);
  }

  /** Nobody needs to any more. */
  end(): void {
    this.pause();
    this.#isOver = true;
  }
}
