import { type Clock, sleepUntil } from "./clock/clock.ts";
import type { BackoffOptions } from "../protocol/connection/backoff.ts";
import { closeReason } from "../protocol/connection/close_reason.ts";
import type { ConnectFailure } from "../protocol/connection/connect_error.ts";
import { Connector, ConnectorGroup } from "../protocol/connection/connector.ts";
import { ConnectionError, TimeoutError } from "../protocol/errors.ts";
import { isCloseInfo } from "../protocol/protocol.ts";

/** How somebody is asked over HTTP whom a client needs before it can connect. */
export interface UntilReachedOptions<Answer> {
  /** Asks, and rejects if there is no answer. */
  readonly ask: (signal: AbortSignal) => Promise<Answer>;
  /** Where that is, for people. */
  readonly url: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly backoff: BackoffOptions | undefined;
  readonly connectTimeout: number | undefined;
  /** Gives up. */
  readonly signal: AbortSignal;
  /** Told of each attempt that failed and is followed by another. */
  readonly failed: (failure: ConnectFailure) => void;
}

/**
 * Asks over HTTP until somebody answers, in the limits of a first connect: the network may come up later than the bot.
 * What is answered counts, whatever that is.
 *
 * @throws {ConnectionError} if it cannot be reached in time; and what `ask` rejects with otherwise.
 */
export async function untilReached<Answer>(options: UntilReachedOptions<Answer>): Promise<Answer> {
  const { ask, url, clock, random, backoff, connectTimeout, signal } = options;
  const connector = new Connector({ backoff, random, group: new ConnectorGroup({ connectTimeout }) });
  for (;;) {
    connector.begin(clock.now());
    const late = new AbortController();
    const undo = connector.giveUpAt === Infinity
      ? undefined
      : clock.setTimer(connector.giveUpAt, () => late.abort());
    let failure: ConnectFailure | undefined;
    try {
      return await ask(AbortSignal.any([signal, late.signal]));
    } catch (error) {
      signal.throwIfAborted();
      failure = late.signal.aborted ? undefined : failureOf(error, url);
      if (failure === undefined && !late.signal.aborted) throw error;
    } finally {
      undo?.();
    }
    const now = clock.now();
    const next = failure === undefined ? connector.due(now, url) : connector.failed(now, failure);
    if (next instanceof Error) throw next;
    if (failure !== undefined) options.failed(failure);
    await sleepUntil(clock, connector.retryAt, signal);
    const over = connector.due(clock.now(), url);
    if (over instanceof Error) throw over;
  }
}

/** Why there was no answer; undefined: there was one, and it is an error. */
function failureOf(error: unknown, url: string): ConnectFailure | undefined {
  if (error instanceof TimeoutError) return { url, cause: "timeout", reason: "nobody answered in time" };
  if (!(error instanceof ConnectionError) || error.code !== "unreachable") return undefined;
  const info = isCloseInfo(error.cause) ? error.cause : undefined;
  return info === undefined || info.cause === "unknown"
    ? { url, cause: "unknown", reason: error.message }
    : { url, cause: info.cause, reason: closeReason(info), info };
}
