import type { CloseInfo, Data, Instant, OpenInfo } from "../../protocol/protocol.ts";
import { Queue } from "../../protocol/queue.ts";
import { type Line, LineDecoder } from "../wire/line_decoder.ts";
import type { LineHandlers } from "./line_handlers.ts";

/** How long a link may take for what, in milliseconds. */
export interface LinkTimeouts {
  /** From the dial until the link is open. @default {15_000} */
  readonly dial?: number;
  /** From then until the server has let us in. @default {30_000} */
  readonly register?: number;
  /** With nothing received, until a PING asks whether the server is still there. @default {60_000} */
  readonly idle?: number;
  /** From that PING until the link counts as dead. @default {20_000} */
  readonly pong?: number;
  /** From a polite close until the link is dropped. @default {3_000} */
  readonly close?: number;
}

const encoder = new TextEncoder();

/** What a link brings, in order: lines, and its end. */
export type FromLink = Line | { readonly kind: "closed"; readonly info: CloseInfo };

/** What is due on a link: to send a PING, or to give it up. */
export type LinkDue =
  | "ping"
  | "dial timed out"
  | "registration timed out"
  | "no PONG came"
  | "close timed out";

/**
 * One link of a line protocol, from dial to end: takes lines out of what comes, keeps what was received
 * ahead of the news that the link is gone, and knows when the peer has been silent for too long. It is a
 * part of a core: its owner performs what it says is due.
 *
 * @example
 * ```ts
 * import { LineLink } from "@parley/parley/irc";
 *
 * const link = new LineLink(1, "ircs://irc.example.org:6697", 0);
 * link.opened({ url: "ircs://irc.example.org:6697", protocol: "" }, 50);
 * link.receive("PING :x\r\n", 60);
 * link.next(); // { kind: "line", text: "PING :x" }
 * link.deadline(); // 30050: until then the server must have let us in
 * ```
 */
export class LineLink {
  /** The number it was dialled with. */
  readonly id: number;
  /** What was dialled. */
  readonly url: string;
  readonly #timeouts: Required<LinkTimeouts>;
  readonly #messages: boolean;
  readonly #decoder: LineDecoder;
  readonly #handlers: LineHandlers | undefined;
  /** What handlers have made of a line. */
  readonly #handled = new Queue<string>();
  #state: "dialing" | "registering" | "live" | "closing" = "dialing";
  #deadline: Instant;
  #pinged = false;
  #binary = false;
  #closed: CloseInfo | undefined;

  /** Takes its number, what was dialled, and the time. */
  constructor(id: number, url: string, now: Instant, timeouts: LinkTimeouts = {}, handlers?: LineHandlers) {
    this.id = id;
    this.url = url;
    this.#handlers = handlers;
    this.#timeouts = {
      dial: 15_000,
      register: 30_000,
      idle: 60_000,
      pong: 20_000,
      close: 3_000,
      ...timeouts,
    };
    this.#messages = /^wss?:/i.test(url);
    this.#decoder = new LineDecoder({ messages: this.#messages });
    this.#deadline = now + this.#timeouts.dial;
  }

  /** True once the server has let us in, until the link is closing or gone. */
  get live(): boolean {
    return this.#state === "live" && this.#closed === undefined;
  }

  /** True from when it opened until it is closing or gone: what is sent has a chance to arrive. */
  get open(): boolean {
    return (this.#state === "registering" || this.#state === "live") && this.#closed === undefined;
  }

  /** True until it has opened. */
  get dialing(): boolean {
    return this.#state === "dialing";
  }

  /** True once it was closed from this side. */
  get closing(): boolean {
    return this.#state === "closing";
  }

  /** The link is open: registration begins. */
  opened(info: OpenInfo, now: Instant): void {
    if (this.#state !== "dialing") return;
    this.#state = "registering";
    this.#binary = info.protocol === "binary.ircv3.net";
    this.#deadline = now + this.#timeouts.register;
  }

  /** The server has let us in. */
  established(now: Instant): void {
    if (this.#state !== "registering") return;
    this.#state = "live";
    this.#deadline = now + this.#timeouts.idle;
  }

  /** Takes in what came. */
  receive(data: Data, now: Instant): void {
    this.#decoder.push(data);
    if (this.#state !== "live") return;
    this.#pinged = false;
    this.#deadline = now + this.#timeouts.idle;
  }

  /**
   * A line as it is sent: over a WebSocket as a message of its own, which has no line ending
   * ([IRCv3 websocket](https://ircv3.net/specs/extensions/websocket)).
   */
  frame(line: string): Data {
    if (!this.#messages) return `${line}\r\n`;
    return this.#binary ? encoder.encode(line) : line;
  }

  /** It was closed from this side; the end must follow soon. */
  close(now: Instant): void {
    this.#state = "closing";
    this.#deadline = now + this.#timeouts.close;
  }

  /** It is gone, or never opened; what was received before still comes out first. */
  closed(info: CloseInfo): void {
    this.#closed ??= info;
    this.#deadline = Infinity;
  }

  /** The next line, or the news of the link's end. */
  next(): FromLink | undefined {
    for (;;) {
      const handled = this.#handled.shift();
      if (handled !== undefined) return { kind: "line", text: handled };
      const line = this.#decoder.next();
      if (line === undefined) break;
      if (line.kind !== "line" || this.#handlers === undefined || this.#handlers.isEmpty) return line;
      for (const other of this.#handlers.run(line.text, "in")) this.#handled.push(other);
    }
    if (this.#closed === undefined) return undefined;
    const rest = this.#decoder.end();
    return rest ?? { kind: "closed", info: this.#closed };
  }

  /** When {@linkcode LineLink.due} has something to say. */
  deadline(): Instant {
    return this.#deadline;
  }

  /** What is due now, if anything. After all but a ping, drop the link. */
  due(now: Instant): LinkDue | undefined {
    if (now < this.#deadline) return undefined;
    switch (this.#state) {
      case "dialing":
        return "dial timed out";
      case "registering":
        return "registration timed out";
      case "closing":
        return "close timed out";
      case "live":
        if (this.#pinged) return "no PONG came";
        this.#pinged = true;
        this.#deadline = now + this.#timeouts.pong;
        return "ping";
    }
  }
}
