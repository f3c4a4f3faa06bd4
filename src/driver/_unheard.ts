import type { Instant } from "../protocol/protocol.ts";
import type { Host } from "./host.ts";

/** What is needed of the outside. */
type UnheardHost = Pick<Host, "clock" | "console" | "uncaught">;

/** So many lines are printed in a minute at most. */
const MOST = 10;
const MINUTE = 60_000;

/**
 * What a client survives and nobody listens for: printed with its stack, ten times a minute at most; how many more
 * there were is told with the next, or at the end. If it is strict, it is an uncaught error of the platform instead.
 */
export class Unheard {
  readonly #host: UnheardHost;
  readonly #label: string;
  readonly #strict: boolean;
  #since: Instant = -Infinity;
  #printed = 0;
  #held = 0;

  /** Takes where to print, what to print in front, and whether to throw instead. */
  constructor(host: UnheardHost, label: string, strict = false) {
    this.#host = host;
    this.#label = label;
    this.#strict = strict;
  }

  /** Something went wrong that the client survives. */
  survived(what: string, error: unknown): void {
    if (this.#strict) return this.fatal(error);
    const now = this.#host.clock.now();
    if (now - this.#since >= MINUTE) {
      this.end();
      this.#since = now;
    }
    if (this.#printed === MOST) return void this.#held++;
    this.#printed++;
    this.#print(`${what}:`, error);
  }

  /** Something went wrong that nobody may miss. */
  fatal(error: unknown): void {
    const { uncaught } = this.#host;
    if (uncaught !== undefined) return uncaught(error);
    queueMicrotask(() => {
      throw error;
    });
  }

  /** Says how many more there were than were printed, and begins to count anew. */
  end(): void {
    if (this.#held > 0) this.#print(`${this.#held} more failures were not printed; listen for "error"`);
    this.#printed = this.#held = 0;
  }

  #print(...what: readonly unknown[]): void {
    const { console = globalThis.console } = this.#host;
    const [text, ...rest] = what;
    console.error(`parley ${this.#label}: ${text}`, ...rest);
  }
}
