import { ParleyError } from "../../protocol/errors.ts";
import type { CommandName, UndeliveredEvent } from "./client_event.ts";
import type { Clock } from "../clock/clock.ts";
import { NotedPromise } from "./_noted_promise.ts";

/** What a client was told to do and has not ended, and who wants to know how it does. */
export class Commands {
  readonly #clock: Clock;
  readonly #undelivered: (event: UndeliveredEvent) => void;
  readonly #pending = new Map<NotedPromise<unknown>, CommandName>();
  readonly #undecided = new Set<() => void>();

  /** Takes whom to tell of what has failed and nobody has taken. */
  constructor(clock: Clock, undelivered: (event: UndeliveredEvent) => void) {
    this.#clock = clock;
    this.#undelivered = undelivered;
  }

  /** Whether some have not ended and were left alone so far. */
  get leftAlone(): boolean {
    return [...this.#pending.keys()].some(({ taken }) => !taken);
  }

  /** Runs one; what that throws, its promise is rejected with. */
  run<T>(name: CommandName, run: () => T | PromiseLike<T>): Promise<T> {
    const promise = NotedPromise.of(run);
    this.#pending.set(promise, name);
    promise.settled(() => void this.#pending.delete(promise), (reason) => {
      this.#pending.delete(promise);
      if (!promise.taken) this.#wonder(promise, name, reason);
    });
    return promise;
  }

  /** How many are under way that do not end the client. */
  get underWay(): number {
    return [...this.#pending.values()].filter(({ ends = false }) => !ends).length;
  }

  /** Waits until those that are under way have ended, but no longer than so many milliseconds. */
  ended(ms: number): Promise<void> {
    const waitedFor = [...this.#pending].filter(([, { ends = false }]) => !ends);
    return new Promise((resolve) => {
      let left = waitedFor.length;
      const undo = this.#clock.setTimer(this.#clock.now() + ms, resolve);
      const over = () => {
        if (--left > 0) return;
        undo();
        resolve();
      };
      for (const [promise] of waitedFor) promise.settled(over, over);
    });
  }

  /** Waits no longer for those that have failed to be taken. */
  decide(): void {
    for (const decide of [...this.#undecided]) decide();
  }

  /** Gives it until the end of the task to be taken. */
  #wonder(promise: NotedPromise<unknown>, { command, target, signal }: CommandName, reason: unknown): void {
    const decide = () => {
      undo();
      this.#undecided.delete(decide);
      if (promise.taken) return;
      const outcome = signal?.aborted && reason === signal.reason ? "cancelled" : outcomeOf(reason);
      this.#undelivered({ kind: "undelivered", command, target, outcome, reason });
    };
    const undo = this.#clock.setTimer(this.#clock.now(), decide);
    this.#undecided.add(decide);
  }
}

function outcomeOf(reason: unknown): UndeliveredEvent["outcome"] {
  if (!(reason instanceof ParleyError)) return "failed";
  if (reason.code === "cancelled") return "cancelled";
  return reason.code === "lost" || reason.code === "unconfirmed" ? "lost" : "failed";
}
