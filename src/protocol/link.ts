import type { CloseInfo, Data, OpenInfo } from "./protocol.ts";

/** What a link tells whoever opened it. After `closed` it tells nothing more. */
export interface LinkEvents {
  /** The link is open: `send` may be called. Not called for an accepted link, which is open already. */
  opened(info: OpenInfo): void;
  /** Something came: a WebSocket message, or some bytes of a stream. */
  receive(data: Data): void;
  /** The same for several messages that were read in one piece, in order: they came at one time. */
  receiveBatch(batch: readonly Data[]): void;
  /** The link is gone, or never opened. Exactly once, unless it was aborted. */
  closed(info: CloseInfo): void;
}

/** One connection. Its methods never throw; what goes wrong is told by `closed`. */
export interface Link {
  /**
   * Whether something has come that it has not told yet, as it takes time to read it: what is due waits for that, so
   * that a peer does not look dead whose answer is there.
   *
   * @default {false}
   */
  readonly behind?: boolean;
  /** Sends a message, or bytes of a stream; a string on a stream is sent as UTF-8. */
  send(data: Data): void;
  /** Closes politely, after what was sent has gone out. Streams ignore code and reason. */
  close(code: number, reason: string): void;
  /** Drops the connection now, or gives up opening it. Nothing is told after this. */
  abort(): void;
}

/** Where to dial. */
export interface DialRequest {
  /** An URL whose scheme names the transport: `wss:`, `ws:`, `tls:`, `tcp:`, `ircs:`, `irc:`. */
  readonly url: string;
  /** The WebSocket subprotocols to offer, best first. @default {[]} */
  readonly protocols?: readonly string[];
  /**
   * The largest WebSocket message to take, in bytes; of a larger one nothing is told, and the link ends as
   * `corrupt`. Streams have no messages. @default {67_108_864}
   */
  readonly maxMessage?: number;
}

/**
 * Opens a link. Returns at once; `events` tells how it went, at once or later. Anything that can do this
 * is a transport.
 */
export type Dial = (request: DialRequest, events: LinkEvents) => Link;
