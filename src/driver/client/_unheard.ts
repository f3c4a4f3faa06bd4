import type { Instant } from "../../protocol/protocol.ts";
import type { Host } from "../host.ts";

/** So many lines are printed in a minute at most. */
const MOST = 10;
const MINUTE = 60_000;

/**
 * Prints what is survived and nobody listens for, with its stack, ten times a minute at most; how many more there were is
 * told with the next, or at the end.
 */
export class FailurePrinter {
  readonly #host: Pick<Host, "clock" | "console">;
  readonly #label: string;
  #since: Instant = -Infinity;
  #printed = 0;

  /** Takes where to print, and what to print in front. */
  constructor(host: Pick<Host, "clock" | "console">, label: string) {
    this.#host = host;
    this.#label = label;
  }

  /** Something went wrong that the client survives. */
  survived(what: string, error: unknown): void {
    const now = this.#host.clock.now();
    if (now - this.#since >= MINUTE) {
      this.end();
      this.#since = now;
    }
    if (++this.#printed <= MOST) this.#print(`${what}:`, error);
  }

  /** Says how many more there were than were printed, and begins to count anew. */
  end(): void {
    const held = this.#printed - MOST;
    if (held > 0) this.#print(`${held} more failures were not printed; listen for "error"`);
    this.#printed = 0;
  }

  #print(text: string, ...error: readonly unknown[]): void {
    const { console = globalThis.console } = this.#host;
    console.error(`parley ${this.#label}: ${text}`, ...error);
  }
}

/** What a client survives and nobody listens for is printed. If it is strict, it is an uncaught error of the platform. */
export class Unheard extends FailurePrinter {
  readonly #uncaught: Host["uncaught"];
  readonly #strict: boolean;

  /** Takes where to print, what to print in front, and whether to throw instead. */
  constructor(host: Pick<Host, "clock" | "console" | "uncaught">, label: string, strict = false) {
    super(host, label);
    this.#uncaught = host.uncaught;
    this.#strict = strict;
  }

  override survived(what: string, error: unknown): void {
    if (this.#strict) return this.fatal(error);
    super.survived(what, error);
  }

  /** Something went wrong that nobody may miss. */
  fatal(error: unknown): void {
    if (this.#uncaught !== undefined) return this.#uncaught(error);
    queueMicrotask(() => {
      throw error;
    });
  }
}
