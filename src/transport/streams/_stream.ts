import type { Link, LinkEvents } from "../../protocol/link.ts";
import type { CloseInfo, Data } from "../../protocol/protocol.ts";

/** The end of a stream that a runtime gives us, as little as is needed of it. None of it throws. */
export interface Pipe {
  /** Queues bytes; {@linkcode StreamLink.written} tells when they have gone out. */
  write(bytes: Uint8Array): void;
  /** Ends our side once what was queued has gone out. */
  end(): void;
  /** Drops the connection now, or gives up opening it. */
  destroy(): void;
}

const encoder = new TextEncoder();

/**
 * The link over a stream, whichever runtime's: what it may do when, how much waits to go out, and that
 * `closed` is told once. The transport calls the lower half.
 */
export class StreamLink implements Link {
  readonly #pipe: Pipe;
  readonly #events: LinkEvents;
  readonly #maxBuffered: number;
  #state: "opening" | "open" | "closing" | "gone";
  #waiting = 0;

  constructor(pipe: Pipe, events: LinkEvents, maxBuffered: number, state: "opening" | "open") {
    this.#pipe = pipe;
    this.#events = events;
    this.#maxBuffered = maxBuffered;
    this.#state = state;
  }

  send(data: Data): void {
    if (this.#state !== "open") return;
    if (this.#waiting > this.#maxBuffered) {
      const reason = `The peer does not read: ${this.#waiting} bytes are waiting`;
      this.#drop({ code: 0, reason, clean: false, cause: "stalled" });
      return;
    }
    const bytes = typeof data === "string" ? encoder.encode(data) : data;
    if (bytes.length === 0) return;
    this.#waiting += bytes.length;
    this.#pipe.write(bytes);
  }

  close(_code: number, _reason: string): void {
    if (this.#state === "opening") {
      this.#drop({ code: 0, reason: "Closed before it was open", clean: false, cause: "refused" });
    } else if (this.#state === "open") {
      // Only our half: what the peer still says, its last words among it, is heard until its own end.
      this.#state = "closing";
      this.#pipe.end();
    }
  }

  abort(): void {
    if (this.#state === "gone") return;
    this.#state = "gone";
    this.#pipe.destroy();
  }

  /** True until the link is closed or aborted. */
  get live(): boolean {
    return this.#state !== "gone";
  }

  /** True until it is open. */
  get opening(): boolean {
    return this.#state === "opening";
  }

  opened(url: string): void {
    if (this.#state !== "opening") return;
    this.#state = "open";
    this.#events.opened({ url, protocol: "" });
  }

  receive(bytes: Uint8Array): void {
    if (this.#state !== "gone") this.#events.receive(bytes);
  }

  written(count: number): void {
    this.#waiting -= count;
  }

  /** The peer has ended its side: nothing can be sent any more, but what was queued still goes out; `closed` follows. */
  ended(): void {
    if (this.#state === "opening") {
      this.#pipe.destroy();
    } else if (this.#state === "open") {
      this.#state = "closing";
      this.#pipe.end();
    }
  }

  closed(info: CloseInfo): void {
    if (this.#state === "gone") return;
    this.#state = "gone";
    this.#events.closed(info);
  }

  #drop(info: CloseInfo): void {
    this.#pipe.destroy();
    this.closed(info);
  }
}
