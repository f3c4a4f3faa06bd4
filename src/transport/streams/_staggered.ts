import type { Dial, DialRequest, Link, LinkEvents } from "../../protocol/link.ts";
import type { CloseInfo, Data, OpenInfo } from "../../protocol/protocol.ts";

/**
 * How long an attempt has before another is begun beside it, in milliseconds. More than the 250 of RFC 8305, for TLS
 * is part of it; "MUST NOT be greater than 2 seconds".
 */
export const ATTEMPT_DELAY = 1_000;

/**
 * Dials by the first of two transports and, if that fails or has not opened a link within so many milliseconds, by the
 * other, too: the link that opens first is kept. How the first failed is told where both do.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8305
 */
export function staggered(first: Dial, second: Dial, delay: number): Dial {
  return (request, events) => new StaggeredLink([first, second], request, events, delay);
}

class StaggeredLink implements Link {
  readonly #dials: Dial[];
  readonly #request: DialRequest;
  readonly #events: LinkEvents;
  readonly #attempts = new Set<Attempt>();
  readonly #timer: ReturnType<typeof setTimeout>;
  #opened: Attempt | undefined = undefined;
  #failure: CloseInfo | undefined = undefined;

  constructor(dials: Dial[], request: DialRequest, events: LinkEvents, delay: number) {
    this.#dials = dials;
    this.#request = request;
    this.#events = events;
    this.#timer = setTimeout(() => this.#next(), delay);
    this.#next();
  }

  send(data: Data): void {
    this.#opened?.link?.send(data);
  }

  close(code: number, reason: string): void {
    if (this.#opened !== undefined) return this.#opened.link?.close(code, reason);
    if (this.#attempts.size === 0) return;
    this.abort();
    this.#events.closed({ code: 0, reason: "Closed before it was open", clean: false, cause: "refused" });
  }

  abort(): void {
    clearTimeout(this.#timer);
    for (const { link } of this.#attempts) link?.abort();
    this.#attempts.clear();
  }

  #next(): void {
    const dial = this.#dials.shift();
    if (dial === undefined) return;
    const attempt: Attempt = { link: undefined };
    this.#attempts.add(attempt);
    attempt.link = dial(this.#request, {
      opened: (info) => this.#open(attempt, info),
      receive: (data) => this.#events.receive(data),
      receiveBatch: (batch) => this.#events.receiveBatch(batch),
      closed: (info) => this.#closed(attempt, info),
    });
  }

  #open(attempt: Attempt, info: OpenInfo): void {
    this.#attempts.delete(attempt);
    this.abort();
    this.#attempts.add(attempt);
    this.#opened = attempt;
    this.#events.opened(info);
  }

  #closed(attempt: Attempt, info: CloseInfo): void {
    this.#attempts.delete(attempt);
    if (attempt === this.#opened) return this.#events.closed(info);
    this.#failure ??= info;
    // What the caller got wrong is wrong for the other, too.
    if (info.mistake === undefined && this.#dials.length > 0) return this.#next();
    if (this.#attempts.size > 0) return;
    clearTimeout(this.#timer);
    this.#events.closed(this.#failure);
  }
}

/** A link by one of the transports, once it is dialled. */
interface Attempt {
  link: Link | undefined;
}
