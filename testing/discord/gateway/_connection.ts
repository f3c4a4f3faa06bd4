import type { Instant } from "@parley/parley/protocol";
import type { ServerSession } from "./_session.ts";

/** One link as the server sees it. */
export class Connection {
  readonly link: number;
  readonly url: string;
  session: ServerSession | undefined = undefined;
  /** The server has closed it, and waits for the client to do so. */
  closing = false;
  /** Whether all that is sent on it is compressed: then no payload is by itself, whatever its client says. */
  isCompressed = false;
  /** How payloads are written on it. */
  encoding: "json" | "etf" = "json";
  /** When the payloads of the last minute came. */
  readonly received: Instant[] = [];

  constructor(link: number, url: string) {
    this.link = link;
    this.url = url;
  }
}
