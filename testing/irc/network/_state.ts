import { type Line, LineDecoder } from "@parley/parley/irc";
import { type Data, type Instant, Queue } from "@parley/parley/protocol";
import { MonitorList } from "./_monitor.ts";
import type { SaslConversation } from "../login/_sasl.ts";
import type { ClientBatch } from "../texts/_texts.ts";
import type { ServerFlood } from "../_types.ts";

/** A client's connection to an IRC server. */
export class Connection {
  readonly link: number;
  readonly #decoder: LineDecoder;
  /** Lines that were received and not read, and how many characters they have. */
  readonly #lines = new Queue<{ readonly line: Line; readonly at: Instant }>();
  #waiting = 0;
  /** When all that was read is paid for. */
  #paid: Instant = 0;
  readonly capabilities: Set<string> = new Set();
  nick = "";
  user = "";
  host = "client.test";
  realname = "";
  /** Why it is away; undefined: it is not. */
  away: string | undefined;
  password = "";
  negotiating = false;
  /** Whether it takes values, and news of what is offered. */
  notified = false;
  sasl: SaslConversation | undefined;
  account = "";
  /** Whether it says by its mode that it is a bot. */
  isBot = false;
  /** The text of several lines that it is sending. */
  batch: ClientBatch | undefined;
  readonly monitored: MonitorList = new MonitorList();
  registered = false;
  frozen = false;
  /** What answers a line that has a label, as long as that is read. */
  answers: string[] | undefined;
  heard: Instant;
  pinged = false;
  closed = false;

  constructor(link: number, messages: boolean, now: Instant) {
    this.link = link;
    this.#decoder = new LineDecoder({ messages });
    this.heard = now;
  }

  /**
   * Takes in what came, to be read from then on, but for what `answered` says that it has seen to; true if more is
   * waiting than may.
   */
  receive(data: Data, most: number, at: Instant, answered: (line: Line) => boolean): boolean {
    this.#decoder.push(data);
    for (let line = this.#decoder.next(); line !== undefined; line = this.#decoder.next()) {
      if (answered(line)) continue;
      this.#waiting += line.text.length;
      this.#lines.push({ line, at });
    }
    return this.#waiting > most;
  }

  /** When the next line may be read. */
  nextAt(flood: ServerFlood | undefined): Instant {
    const at = this.#lines.peek()?.at ?? 0;
    return flood === undefined || this.#lines.length === 0 ? at : Math.max(at, this.#paid - flood.ahead);
  }

  /** Reads a line, which costs. */
  next(now: Instant, flood: ServerFlood | undefined): Line | undefined {
    const line = this.#lines.shift()?.line;
    if (line === undefined) return undefined;
    this.#waiting -= line.text.length;
    if (flood !== undefined) this.#paid = Math.max(now, this.#paid) + flood.line;
    return line;
  }

  get mask(): string {
    return `${this.nick}!${this.user}@${this.host}`;
  }
}

/** The clients' connections to an IRC server, by link. */
export class Connections extends Map<number, Connection> {
  readonly #fold: (nick: string) => string;

  constructor(fold: (nick: string) => string) {
    super();
    this.#fold = fold;
  }

  /** The one with a nick, let in or not. */
  holder(nick: string): Connection | undefined {
    const folded = this.#fold(nick);
    for (const connection of this.values()) {
      if (connection.nick !== "" && this.#fold(connection.nick) === folded) return connection;
    }
    return undefined;
  }

  /** The one with a nick, or all of them. */
  all(nick?: string): Connection[] {
    const all = [...this.values()];
    return nick === undefined ? all : all.filter((one) => this.#fold(one.nick) === this.#fold(nick));
  }

  /** Those that were let in. */
  registered(nick?: string): Connection[] {
    return this.all(nick).filter((connection) => connection.registered);
  }
}

/** A channel on an IRC server. */
export class Channel {
  name: string;
  /** The nicks of those in it, by their folded form. */
  readonly members: Map<string, string> = new Map();
  topic = "";
  /** The folded nicks that may not join. */
  readonly banned: Set<string> = new Set();
  /** The folded nicks that have a status, and that were invited. */
  readonly operators: Set<string> = new Set();
  readonly voiced: Set<string> = new Set();
  readonly invited: Set<string> = new Set();
  /** Masks, which are listed and ban nobody. */
  readonly bans: Set<string> = new Set();
  /** By their letters, with their arguments. */
  readonly modes: Map<string, string> = new Map([["n", ""], ["t", ""]]);

  constructor(name: string) {
    this.name = name;
  }

  /** Somebody who may be in it has another nick. */
  rename(folded: string, to: string, nick: string): void {
    if (!this.members.delete(folded)) return;
    this.members.set(to, nick);
    for (const having of [this.operators, this.voiced]) if (having.delete(folded)) having.add(to);
  }
}

/** How people without a link are known. */
export function maskOf(nick: string): string {
  return `${nick}!${nick.toLowerCase()}@people.test`;
}
