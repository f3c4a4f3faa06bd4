import type { Clock } from "@parley/parley/driver";

/** How much is kept, and how much of it is shown. */
const KEPT = 2_000;
const SHOWN = 30;

/** What happened in a world, for people to read. */
export class Transcript {
  readonly #clock: Clock;
  readonly #begun: number;
  readonly #lines: { readonly at: number; readonly who: string; readonly what: string }[] = [];
  #dropped = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#begun = clock.now();
  }

  /** Notes that somebody did something. */
  add(who: string, what: string): void {
    const at = this.#clock.now();
    this.#lines.push({ at, who, what: what.length > 300 ? `${what.slice(0, 300)}…` : what });
    if (this.#lines.length <= KEPT) return;
    this.#dropped += KEPT / 2;
    this.#lines.splice(0, KEPT / 2);
  }

  /** What happened last, a line each, with the virtual time since the world began. */
  render(most: number = SHOWN): string {
    const shown = this.#lines.slice(-most);
    const width = Math.max(0, ...shown.map(({ who }) => who.length));
    const left = this.#dropped + this.#lines.length - shown.length;
    return [
      ...(left === 0 ? [] : [`  … ${left} more before this`]),
      ...shown.map(({ at, who, what }) => `  ${this.#time(at)}  ${who.padEnd(width)}  ${what}`),
    ].join("\n");
  }

  /** The same text with times since the world began in place of those of its clocks. */
  sinceBegin(text: string): string {
    if (this.#begun < 1e12) return text;
    return text.replaceAll(/\b\d{13}(?:\.\d+)?\b/g, (found) => {
      const at = Number(found);
      return at < this.#begun ? found : this.#time(at).trim();
    });
  }

  #time(at: number): string {
    return `${((at - this.#begun) / 1_000).toFixed(3)} s`.padStart(11);
  }
}
