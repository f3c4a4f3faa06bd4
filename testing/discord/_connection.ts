import type { Instant } from "../../src/protocol/protocol.ts";
import type { ServerSession } from "./_session.ts";

/** One link as the server sees it. */
export class Connection {
  readonly link: number;
  readonly url: string;
  session: ServerSession | undefined = undefined;
  heartbeatBy: Instant;
  /** When the server closes it after op 7. */
  closeAt: Instant = Infinity;
  /** When it is dropped, after a close that the client does not answer. */
  dropAt: Instant = Infinity;
  /** When the payloads of the last minute came. */
  readonly received: Instant[] = [];

  constructor(link: number, url: string, heartbeatBy: Instant) {
    this.link = link;
    this.url = url;
    this.heartbeatBy = heartbeatBy;
  }
}
