import type { Clock } from "../driver/clock/clock.ts";
import type { Host } from "../driver/host.ts";
import { TimeoutError } from "../protocol/errors.ts";
import { withResolvers } from "../with_resolvers.ts";
import { readPieces } from "./read_pieces.ts";

/** What came of one attempt. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The body; "" where it is no text; undefined where it is longer than {@linkcode LONGEST_ANSWER}, and was not read. */
  readonly text: string | undefined;
  /** The body, where it is an image or a table. */
  readonly bytes?: ArrayBuffer;
}

/** How long an answer may be, in bytes: more than any service sends, and less than what fills a memory. */
export const LONGEST_ANSWER = 25_000_000;
/** Why an answer without a text cannot be read. */
export const TOO_LONG: string = `it is longer than ${LONGEST_ANSWER / 1_000_000} MB`;

/** What is no JSON where it succeeds: a guild's widget as an image, the users of an invite as a table. */
const NO_JSON = /^(image\/|text\/csv)/i;

/** What an attempt needs of the world. */
export interface ExchangeContext {
  readonly fetch: Host["fetch"];
  readonly clock: Clock;
  /** In milliseconds. */
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
}

/** Makes one request and reads its answer whole, unless that has no end, or rejects: aborted, too late, or the connection's fault. */
export function exchange(url: string, init: RequestInit, context: ExchangeContext): Promise<Answer> {
  const { fetch, clock, timeout, signal } = context;
  // Its listeners would not be called any more.
  if (signal?.aborted) return Promise.reject(signal.reason);
  const { promise, resolve, reject } = withResolvers<Answer>();
  const controller = new AbortController();
  const giveUp = (reason: unknown) => {
    // Rejected first, so that what is reported does not depend on how the fetch words its own abort.
    reject(reason);
    controller.abort(reason);
  };
  const onAbort = () => giveUp(signal?.reason);
  const undoTimer = clock.setTimer(
    clock.now() + timeout,
    () => giveUp(new TimeoutError(`no answer within ${timeout} ms`)),
  );
  signal?.addEventListener("abort", onAbort, { once: true });
  const ask = async (): Promise<Answer> => {
    // A redirect is not followed: the token is meant for this host only.
    const response = await fetch(url, { ...init, signal: controller.signal, redirect: "manual" });
    const { status, headers } = response;
    const body = await readPieces(response.body?.getReader(), LONGEST_ANSWER);
    if (body === undefined) return { status, headers, text: undefined };
    if (response.ok && NO_JSON.test(headers.get("content-type") ?? "")) {
      return { status, headers, text: "", bytes: body.slice().buffer };
    }
    return { status, headers, text: new TextDecoder().decode(body) };
  };
  ask().then(resolve, reject);
  return promise.finally(() => {
    undoTimer();
    signal?.removeEventListener("abort", onAbort);
  });
}
