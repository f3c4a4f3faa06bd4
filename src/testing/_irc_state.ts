import { LineDecoder } from "../irc/line_decoder.ts";
import type { Instant } from "../protocol/protocol.ts";

/** A client's connection to an IRC server. */
export class Connection {
  readonly link: number;
  readonly decoder: LineDecoder;
  readonly capabilities: Set<string> = new Set();
  nick = "";
  user = "";
  password = "";
  negotiating = false;
  registered = false;
  frozen = false;
  heard: Instant;
  pinged = false;
  closed = false;

  constructor(link: number, messages: boolean, now: Instant) {
    this.link = link;
    this.decoder = new LineDecoder({ messages });
    this.heard = now;
  }

  get mask(): string {
    return `${this.nick}!${this.user}@client.test`;
  }
}

/** A channel on an IRC server. */
export class Channel {
  readonly name: string;
  /** The nicks of those in it, by their folded form. */
  readonly members: Map<string, string> = new Map();
  topic = "";
  /** The folded nicks that may not join. */
  readonly banned: Set<string> = new Set();

  constructor(name: string) {
    this.name = name;
  }
}
