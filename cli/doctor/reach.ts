import { type Host, hostWith } from "@parley/parley/driver";
import { type Answer, connectError, dialFailure, exchange } from "@parley/parley/internal";
import { type BackoffOptions, type CloseInfo, closeReason, TimeoutError } from "@parley/parley/protocol";
import { dialer } from "@parley/parley/transport";

/** How long whatever is tried may take, in milliseconds. */
const PATIENCE = 10_000;

/** How clients try: once, since who asks the doctor waits for what it says. */
export const ONCE: { readonly connectTimeout: number; readonly backoff: BackoffOptions } = {
  connectTimeout: PATIENCE,
  backoff: { attempts: 1 },
};

/** An answer over HTTP, and when it was asked for and came, by this machine's clock on the wall. */
export interface TimedAnswer extends Answer {
  readonly before: number;
  readonly after: number;
}

/**
 * Makes a request without credentials.
 *
 * @throws {ConnectionError} if no answer comes: why, and what to do.
 */
export async function ask(parts: Partial<Host>, url: string): Promise<TimedAnswer> {
  const { clock, fetch } = hostWith(parts.dial ?? dialer(), parts);
  const before = clock.wall();
  try {
    const answer = await exchange(url, {}, { clock, fetch, timeout: PATIENCE, signal: undefined });
    return { ...answer, before, after: clock.wall() };
  } catch (error) {
    const failure = error instanceof TimeoutError
      ? { cause: "timeout" as const, reason: "" }
      : dialFailure(error);
    throw failureOf(url, { code: 0, clean: false, ...failure });
  }
}

/** Opens a link and drops it; resolves to what went wrong, if anything did: why, and what to do. */
export function reach(parts: Partial<Host>, url: string): Promise<Error | undefined> {
  const { clock, dial } = hostWith(parts.dial ?? dialer(), parts);
  return new Promise((resolve) => {
    const end = (info?: CloseInfo) => {
      undo();
      resolve(info && failureOf(url, info));
    };
    const link = dial({ url }, {
      opened: () => {
        link.close(1000, "");
        end();
      },
      receive: () => {},
      receiveBatch: () => {},
      closed: end,
    });
    const undo = clock.setTimer(clock.now() + PATIENCE, () => {
      link.abort();
      end({ code: 0, clean: false, cause: "timeout", reason: "" });
    });
  });
}

function failureOf(url: string, info: CloseInfo): Error {
  return connectError({ url, cause: info.cause, reason: closeReason(info) });
}
