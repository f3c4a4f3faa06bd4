/**
 * Stands in for `@std/async` where JSR does not answer: the functions our tests use, with its names and
 * parameters, over `node:timers/promises`.
 *
 * @module
 */
import { setTimeout } from "node:timers/promises";

/** What `delay` takes. */
export interface DelayOptions {
  /** Gives up waiting. */
  readonly signal?: AbortSignal;
  /** Whether the wait keeps the process alive. @default {true} */
  readonly persistent?: boolean;
}

/** What `deadline` takes. */
export interface DeadlineOptions {
  /** Gives up waiting. */
  readonly signal?: AbortSignal;
}

/** Waits; rejects with the signal's reason if it is aborted first. */
export async function delay(ms: number, options: DelayOptions = {}): Promise<void> {
  const { signal, persistent: ref = true } = options;
  try {
    await setTimeout(ms, undefined, signal === undefined ? { ref } : { ref, signal });
  } catch (error) {
    throw signal?.aborted ? signal.reason : error;
  }
}

/** The promise, or a rejection with a `TimeoutError` if it takes longer than this. */
export async function deadline<T>(p: Promise<T>, ms: number, options: DeadlineOptions = {}): Promise<T> {
  const done = new AbortController();
  const signals = options.signal === undefined ? [done.signal] : [done.signal, options.signal];
  const timeout = delay(ms, { signal: AbortSignal.any(signals) }).then(() => {
    throw new DOMException("Signal timed out.", "TimeoutError");
  });
  try {
    return await Promise.race([p, timeout]);
  } finally {
    done.abort();
    timeout.catch(() => {});
  }
}
