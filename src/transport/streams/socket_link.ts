import { type DialFailure, dialFailure, HUNG_UP, reasonOf } from "../../protocol/connection/dial_failure.ts";
import type { Link, LinkEvents } from "../../protocol/link.ts";
import { StreamLink } from "./_stream.ts";

// How long a peer that is not trusted may take to hear that, in milliseconds.
const LONGEST_GOODBYE = 1_000;

/** What a link uses of a `Socket` of `node:net`, by structure: to read these types takes none of Node's. */
export interface SocketLike {
  readonly destroyed: boolean;
  write(bytes: Uint8Array, written: () => void): unknown;
  end(ended?: () => void): unknown;
  destroy(): unknown;
  setNoDelay(noDelay: boolean): unknown;
  setTimeout(ms: number, late: () => void): unknown;
  on(event: "connect" | "secureConnect" | "end" | "close", listener: () => void): unknown;
  on(event: "data", listener: (data: Uint8Array) => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
}

/** The link over a Node socket: one that is opening, or one that was accepted. */
export function socketLink(
  socket: SocketLike,
  events: LinkEvents,
  maxBuffered: number,
  opening?: {
    readonly url: string;
    /** Whether it leads to the server already. */
    readonly connected: boolean;
    /** Undefined: it is open. */
    readonly openOn?: "connect" | "secureConnect";
    /** What has come before. */
    readonly rest?: Uint8Array;
    /** Says why the link must not open after all. */
    readonly verify?: () => DialFailure | undefined;
  },
): Link {
  let connected = opening?.connected ?? false;
  let ended = false;
  let failure: Error | undefined;
  const link = new StreamLink(
    {
      write: (bytes) => void socket.write(bytes, () => link.written(bytes.length)),
      end: () => void socket.end(),
      destroy: () => void socket.destroy(),
    },
    events,
    maxBuffered,
    opening === undefined ? "open" : "opening",
  );
  // Chat is small messages that must not wait for each other.
  socket.setNoDelay(true);
  socket.on("connect", () => connected = true);
  if (opening !== undefined && opening.openOn === undefined) {
    // Not before whoever dials has the link.
    queueMicrotask(() => {
      link.opened(opening.url);
      if (opening.rest !== undefined && opening.rest.length > 0) link.receive(opening.rest);
    });
  } else if (opening?.openOn !== undefined) {
    socket.on(opening.openOn, () => {
      const refusal = opening.verify?.();
      if (refusal === undefined) return link.opened(opening.url);
      link.closed({ code: 0, ...refusal, clean: false });
      // Not within its handshake, so that the peer sees a connection that was closed, and not one that broke.
      socket.end(() => socket.destroy());
      socket.setTimeout(LONGEST_GOODBYE, () => socket.destroy());
    });
  }
  // A plain view: what Node adds to its buffers is no part of our contract.
  socket.on("data", (data) => {
    link.receive(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  });
  socket.on("end", () => {
    // Bun also tells an end where our own side was destroyed.
    if (socket.destroyed) return;
    ended = true;
    link.ended();
  });
  socket.on("error", (error) => failure ??= error);
  socket.on("close", () => {
    if (link.opening) {
      const inTls = connected && opening?.openOn === "secureConnect";
      link.closed({ code: 0, ...dialFailure(failure ?? new Error(HUNG_UP), inTls), clean: false });
    } else if (ended) {
      link.closed({ code: 0, reason: "", clean: true, cause: "peer" });
    } else {
      const reason = failure === undefined ? "" : reasonOf(failure);
      link.closed({ code: 0, reason, clean: false, cause: "lost" });
    }
  });
  return link;
}
