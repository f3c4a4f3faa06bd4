import { CommandError } from "../protocol/errors.ts";
import type { Outcome } from "../protocol/protocol.ts";
import { withResolvers } from "../with_resolvers.ts";

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
  readonly settled: Opening["settled"];
  readonly signal: AbortSignal | undefined;
  readonly onAbort: () => void;
}

/** How to give a core a command. */
export interface Opening {
  /** Gives it; what this throws, `open` throws, and the ticket is not used. */
  readonly give: (ticket: number) => void;
  /** Gives up on it, once the signal is aborted. */
  readonly cancel: (ticket: number) => void;
  /** Is told how it has ended. */
  readonly settled: (outcome: Outcome["kind"]) => void;
  readonly signal: AbortSignal | undefined;
  /** What to make of the value it ends with. */
  readonly read: (value: unknown) => unknown;
}

/** The commands that a core was given and has not settled, each with a ticket, and who waits for them. */
export class Tickets {
  readonly #pending = new Map<number, Pending>();
  #last = 0;

  /**
   * Gives a command, and tells by a promise how it ended. That may be left alone, since a rejection nobody looks
   * at is not reported by the runtime.
   */
  open({ give, cancel, settled, signal, read }: Opening): Promise<unknown> {
    const { promise, resolve, reject } = withResolvers<unknown>();
    promise.catch(() => {});
    if (signal?.aborted) {
      reject(signal.reason);
      return promise;
    }
    const ticket = ++this.#last;
    const onAbort = () => cancel(ticket);
    const pending = { resolve: (value: unknown) => resolve(read(value)), reject, settled, signal, onAbort };
    this.#pending.set(ticket, pending);
    try {
      give(ticket);
    } catch (error) {
      this.#pending.delete(ticket);
      throw error;
    }
    signal?.addEventListener("abort", onAbort, { once: true });
    return promise;
  }

  /** Tells how a command ended. */
  settle(ticket: number, outcome: Outcome): void {
    const pending = this.#pending.get(ticket);
    if (pending === undefined) return;
    this.#pending.delete(ticket);
    pending.signal?.removeEventListener("abort", pending.onAbort);
    pending.settled(outcome.kind);
    switch (outcome.kind) {
      case "done":
        return pending.resolve(outcome.value);
      case "failed":
        return pending.reject(outcome.error);
      case "lost":
        return pending.reject(new CommandError("lost", "The link died while the command was under way"));
      case "cancelled":
        return pending.reject(
          pending.signal?.reason ??
            new CommandError("cancelled", "The command was given up before it was sent"),
        );
    }
  }

  /** The tickets that are not settled. */
  get unsettled(): readonly number[] {
    return [...this.#pending.keys()];
  }
}
