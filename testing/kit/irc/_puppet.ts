import type { Data, LinkEvents } from "@parley/parley/protocol";
import type { Acceptor } from "../../world/network/listen.ts";

/** Somebody with a link of their own to a server of lines: what a person types, and what they see. */
export class Puppet {
  /** The server's number of the link. */
  readonly link: number;
  readonly #events: LinkEvents | undefined = undefined;
  #open = true;

  /** Connects; `seen` is called with each line, without its ending. */
  constructor(server: Acceptor, url: string, seen: (line: string) => void) {
    let events: LinkEvents | undefined;
    const read = (data: Data) => {
      for (const line of String(data).split("\r\n")) {
        if (line.startsWith("PING ")) this.send(`PONG ${line.slice(5)}`);
        else if (line !== "") seen(line);
      }
    };
    const gone = () => void (this.#open = false);
    this.link = server.accept({ url, protocol: "" }, (given) => {
      events = given;
      return { send: read, close: gone, abort: gone };
    });
    this.#events = events;
  }

  /** Sends a line. */
  send(line: string): void {
    if (this.#open) this.#events?.receive(`${line}\r\n`);
  }
}
