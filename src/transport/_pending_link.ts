import { OptionError } from "../protocol/errors.ts";
import type { Dial, DialRequest, Link, LinkEvents } from "../protocol/link.ts";
import type { CloseInfo } from "../protocol/protocol.ts";
import { dialFailure } from "../protocol/connection/dial_failure.ts";

/** What kept a link from opening before its transport was asked for it. */
export class NotOpened extends Error {
  override name = "NotOpened";
  /** What is told of it. */
  readonly info: CloseInfo;

  /** Takes what is told. */
  constructor(info: CloseInfo) {
    super(info.reason);
    this.info = info;
  }
}

/** A link whose transport is still being loaded, or has no way to the server yet; hands over to the real one. */
export class PendingLink implements Link {
  readonly #events: LinkEvents;
  readonly #cancel: (() => void) | undefined;
  #link: Link | undefined = undefined;
  #gone = false;

  /** `cancel` is called if the link is given up before there is something to dial with. */
  constructor(pending: Promise<Dial>, request: DialRequest, events: LinkEvents, cancel?: () => void) {
    this.#events = events;
    this.#cancel = cancel;
    pending.then((dial) => {
      if (!this.#gone) this.#link = dial(request, events);
    }).catch((error) => this.#refuse(infoOf(error)));
  }

  send(data: string | Uint8Array): void {
    this.#link?.send(data);
  }

  close(code: number, reason: string): void {
    if (this.#link !== undefined) return this.#link.close(code, reason);
    if (!this.#gone) this.#cancel?.();
    this.#refuse({ code: 0, reason: "Closed before it was open", clean: false, cause: "refused" });
  }

  abort(): void {
    if (this.#link === undefined && !this.#gone) this.#cancel?.();
    this.#gone = true;
    this.#link?.abort();
  }

  #refuse(info: CloseInfo): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#events.closed(info);
  }
}

function infoOf(error: unknown): CloseInfo {
  if (error instanceof NotOpened) return error.info;
  const failure = { code: 0, ...dialFailure(error), clean: false };
  return error instanceof OptionError ? { ...failure, cause: "refused", mistake: error } : failure;
}
