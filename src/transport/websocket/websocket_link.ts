import { type DialFailure, reasonOf } from "../../protocol/connection/dial_failure.ts";
import type { Link, LinkEvents } from "../../protocol/link.ts";
import type { CloseInfo, Data } from "../../protocol/protocol.ts";
import { ABNORMAL_CLOSURE, fittingReason } from "./_close_code.ts";
import type { WebSocketLike } from "../options.ts";

/** A WebSocket that is still to open. */
export interface Opening {
  readonly url: string;
  /** Called once it is open or has failed. @default nothing is */
  readonly settled?: () => void;
}

/** How a link treats its WebSocket. */
export interface WebSocketLinkOptions {
  /** For one that is not open yet. */
  readonly opening?: Opening;
  /** What an error says that its socket gave. @default what that says itself */
  readonly explain?: (failure: unknown) => DialFailure;
  /** The largest message that is passed on, in bytes; who has read it already has no way to refuse it before. */
  readonly maxMessage: number;
  /** The code to pass to the socket's `close` for a code the core wants. */
  readonly closeCode: (code: number) => number | undefined;
}

const TOO_BIG = 1009;
/** The end of a WebSocket that tells of none. */
const UNTOLD = { code: ABNORMAL_CLOSURE, reason: "", wasClean: false } as const;
const encoder = new TextEncoder();
const nothing = (): void => {};

/** The link over a WebSocket: one that is opening, or one that was accepted. */
export class WebSocketLink implements Link {
  readonly #socket: WebSocketLike;
  readonly #events: LinkEvents;
  readonly #maxBuffered: number;
  readonly #options: WebSocketLinkOptions;
  #state: "opening" | "open" | "closing" | "gone";
  #failure: unknown;

  /** Takes over the handlers of the socket. */
  constructor(
    socket: WebSocketLike,
    events: LinkEvents,
    maxBuffered: number,
    options: WebSocketLinkOptions,
  ) {
    this.#socket = socket;
    this.#events = events;
    this.#maxBuffered = maxBuffered;
    this.#options = options;
    this.#state = options.opening === undefined ? "open" : "opening";
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.#opened();
    socket.onmessage = (event: { readonly data?: unknown }) => this.#receive(event.data);
    socket.onerror = (event: { readonly error?: unknown; readonly message?: unknown }) => {
      this.#failure ??= event.error instanceof Error && event.error.message !== ""
        ? event.error
        : event.message || undefined;
      // Node 22's tells of one that did not open nothing more, others at once.
      if (this.#state === "opening") setTimeout(() => this.#closed(UNTOLD));
    };
    socket.onclose = (
      event: { readonly code: number; readonly reason: string; readonly wasClean: boolean },
    ) => this.#closed(event);
  }

  send(data: Data): void {
    if (this.#state !== "open") return;
    const waiting = this.#socket.bufferedAmount;
    if (waiting > this.#maxBuffered) {
      const reason = `The peer does not read: ${waiting} bytes are waiting`;
      this.#drop({ code: ABNORMAL_CLOSURE, reason, clean: false, cause: "stalled" });
      return;
    }
    try {
      this.#socket.send(typeof data === "string" ? data : unshared(data));
    } catch (error) {
      this.#drop({ code: ABNORMAL_CLOSURE, reason: reasonOf(error), clean: false, cause: "lost" });
    }
  }

  close(code: number, reason: string): void {
    if (this.#state === "opening") {
      const why = "Closed before it was open";
      this.#drop({ code: ABNORMAL_CLOSURE, reason: why, clean: false, cause: "refused" });
    } else if (this.#state === "open") {
      this.#state = "closing";
      this.#close(this.#options.closeCode(code), reason);
    }
  }

  abort(): void {
    if (this.#state === "gone") return;
    this.#leave();
    this.#terminate();
  }

  #opened(): void {
    if (this.#state !== "opening") return;
    const { opening } = this.#options;
    this.#state = "open";
    opening?.settled?.();
    this.#events.opened({ url: opening?.url ?? "", protocol: this.#socket.protocol });
  }

  #receive(data: unknown): void {
    if (this.#state === "gone") return;
    const { maxMessage } = this.#options;
    if (isLarger(data, maxMessage)) {
      const reason = `A message is longer than ${maxMessage} bytes`;
      this.#close(this.#options.closeCode(TOO_BIG), reason);
      if (this.#isGone()) return;
      this.#leave();
      this.#events.closed({ code: ABNORMAL_CLOSURE, reason, clean: false, cause: "corrupt" });
      return;
    }
    if (typeof data === "string") this.#events.receive(data);
    else if (data instanceof ArrayBuffer) this.#events.receive(new Uint8Array(data));
    // A constructor that does not heed binaryType; a Blob could only be read later, out of order.
    else if (ArrayBuffer.isView(data)) {
      this.#events.receive(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    }
  }

  #closed(event: { readonly code: number; readonly reason: string; readonly wasClean: boolean }): void {
    if (this.#state === "gone") return;
    const neverOpened = this.#state === "opening";
    const { explain = plainly } = this.#options;
    const told = explain(this.#failure);
    this.#leave();
    const code = event.code || ABNORMAL_CLOSURE;
    const reason = event.reason || told.reason;
    if (neverOpened) {
      // Node is silent about HTTP errors, browsers about everything.
      const why = reason || "The WebSocket did not open: the runtime does not tell why";
      this.#events.closed({ code, reason: why, clean: false, cause: told.cause });
    } else {
      // 1006 is never on the wire: any other code came in a close frame.
      const cause = event.wasClean || code !== ABNORMAL_CLOSURE ? "peer" : "lost";
      this.#events.closed({ code, reason, clean: event.wasClean, cause });
    }
  }

  #isGone(): boolean {
    return this.#state === "gone";
  }

  #drop(info: CloseInfo): void {
    this.#leave();
    this.#terminate();
    this.#events.closed(info);
  }

  #leave(): void {
    if (this.#state === "opening") this.#options.opening?.settled?.();
    this.#state = "gone";
    // Replaced, not removed: to npm's `ws` an error nobody listens to is a crash.
    this.#socket.onopen = nothing;
    this.#socket.onmessage = nothing;
    this.#socket.onerror = nothing;
    this.#socket.onclose = nothing;
  }

  /**
   * Drops the connection where the implementation can. The web's WebSocket has nothing quicker than the
   * closing handshake: on Deno, Node and in browsers the socket lingers, unheard, until the peer answers or
   * the system gives it up.
   */
  #terminate(): void {
    try {
      if (this.#socket.terminate !== undefined) this.#socket.terminate();
      else this.#socket.close();
    } catch {
      // It was closed under us.
    }
  }

  #close(code: number | undefined, reason: string): void {
    try {
      if (code === undefined) this.#socket.close();
      else this.#socket.close(code, fittingReason(reason));
    } catch (error) {
      this.#drop({ code: ABNORMAL_CLOSURE, reason: reasonOf(error), clean: false, cause: "lost" });
    }
  }
}

/** Whether a message takes more bytes than that; of a text, counted only where its length does not tell. */
function isLarger(data: unknown, bytes: number): boolean {
  if (data instanceof ArrayBuffer || ArrayBuffer.isView(data)) return data.byteLength > bytes;
  // A UTF-16 unit is one to three bytes.
  if (typeof data !== "string" || data.length * 3 <= bytes) return false;
  return data.length > bytes || encoder.encode(data).length > bytes;
}

/** What `send` may be given: the web's takes no view of shared memory. */
function unshared(data: Uint8Array): Uint8Array<ArrayBuffer> {
  return isUnshared(data) ? data : new Uint8Array(data);
}

function isUnshared(data: Uint8Array): data is Uint8Array<ArrayBuffer> {
  return data.buffer instanceof ArrayBuffer;
}

function plainly(failure: unknown): DialFailure {
  return { cause: "unknown", reason: failure === undefined ? "" : reasonOf(failure) };
}
