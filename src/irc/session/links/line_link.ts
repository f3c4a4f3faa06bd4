import { isTlsAlert } from "../../../protocol/connection/dial_failure.ts";
import type { PingTimes } from "../../../protocol/connection/ping_barrier.ts";
import type { CloseInfo, Data, Instant, OpenInfo } from "../../../protocol/protocol.ts";
import { checkTimeouts } from "../../../protocol/option_checks.ts";
import { type Line, LineDecoder } from "../../wire/messages/line_decoder.ts";

/** How long a link may take for what, in milliseconds. */
export interface LinkTimeouts {
  /** From the dial until the link is open. @default {15_000} */
  readonly dial?: number;
  /** From then until the server has let us in. @default {30_000} */
  readonly register?: number;
  /** With nothing received, until a PING asks whether the server is still there. @default {60_000} */
  readonly idle?: number;
  /** From one PING, which measures the lag, to the next, whatever is received. @default {60_000}, or `idle` if that is longer */
  readonly ping?: number;
  /** From a PING, with nothing received since, until the link counts as dead. @default {20_000} */
  readonly pong?: number;
  /** From a polite close until the link is dropped. @default {3_000} */
  readonly close?: number;
  /** From asking a store, a signer or a provider that was given until it counts as failed. @default {10_000} */
  readonly answer?: number;
}

/** What may be waited for for ever, so that it is never asked. */
const ENDLESS = ["idle", "ping", "quiet"];

/**
 * Checks how long a link may take for what.
 *
 * @throws {OptionError} naming what is no positive number, or is infinite where it would be waited for for ever.
 */
export function checkLinkTimeouts(timeouts: LinkTimeouts): void {
  checkTimeouts(timeouts, ENDLESS);
}

/** When to send PINGs, and how long to wait for what. */
export function pingTimes({ idle = 60_000, ping, pong = 20_000 }: LinkTimeouts): PingTimes {
  return { idle, interval: ping ?? Math.max(60_000, idle), pong };
}

const encoder = new TextEncoder();

/** What a link brings, in order: lines, and its end. */
export type FromLink = Line | { readonly kind: "closed"; readonly info: CloseInfo };

/** What has taken too long on a link: it is to be dropped. */
export type LinkDue = "dial timed out" | "registration timed out" | "close timed out";

/**
 * One link of a line protocol, from dial to end: takes lines out of what comes, keeps what was received
 * ahead of the news that the link is gone, and knows until when it must have opened, have let us in, or have
 * closed. It is a part of a core: its owner drops it when one of these is due. Whether the server still is there
 * is for a {@linkcode PingBarrier} to find out.
 *
 * @example
 * ```ts
 * import { LineLink } from "@parley/parley/irc";
 *
 * const link = new LineLink(1, "ircs://irc.example.org:6697", 0);
 * link.opened({ url: "ircs://irc.example.org:6697", protocol: "" }, 50);
 * link.receive("PING :x\r\n");
 * link.next(); // { kind: "line", text: "PING :x" }
 * link.deadline(); // 30050: until then the server must have let us in
 * ```
 */
export class LineLink {
  /** The number it was dialled with. */
  readonly id: number;
  /** What was dialled. */
  readonly url: string;
  /** Whether what comes are whole messages, as over a WebSocket, and not pieces of a stream. */
  readonly messages: boolean;
  readonly #timeouts: Required<Pick<LinkTimeouts, "dial" | "register" | "close">>;
  readonly #decoder: LineDecoder;
  #state: "dialing" | "registering" | "live" | "closing" = "dialing";
  #deadline: Instant;
  #binary = false;
  /** What came first, and alone so far, is how a server that wants TLS answers. */
  #alerted = false;
  #closed: CloseInfo | undefined;

  /** Takes its number, what was dialled, the time, and how lines are encoded that are no UTF-8. */
  constructor(id: number, url: string, now: Instant, timeouts: LinkTimeouts = {}, encoding?: string) {
    this.id = id;
    this.url = url;
    const { dial = 15_000, register = 30_000, close = 3_000 } = timeouts;
    this.#timeouts = { dial, register, close };
    this.messages = /^wss?:/i.test(url);
    this.#decoder = new LineDecoder({ messages: this.messages, encoding });
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
  established(): void {
    if (this.#state !== "registering") return;
    this.#state = "live";
    this.#deadline = Infinity;
  }

  /** Takes in what came. */
  receive(data: Data): void {
    if (this.#state === "registering" && typeof data !== "string" && isTlsAlert(data)) this.#alerted = true;
    else this.#decoder.push(data);
  }

  /**
   * A line as it is sent: over a WebSocket as a message of its own, which has no line ending
   * ([IRCv3 websocket](https://ircv3.net/specs/extensions/websocket)).
   */
  frame(line: string): Data {
    if (!this.messages) return `${line}\r\n`;
    return this.#binary ? encoder.encode(line) : line;
  }

  /** It was closed from this side; the end must follow soon. */
  close(now: Instant): void {
    this.#state = "closing";
    this.#deadline = now + this.#timeouts.close;
  }

  /** It is gone, or never opened; what was received before still comes out first. */
  closed(info: CloseInfo): void {
    this.#closed ??= this.#alerted ? { ...info, cause: "secure", reason: "" } : info;
    this.#deadline = Infinity;
  }

  /** The next line, or the news of the link's end. */
  next(): FromLink | undefined {
    const line = this.#decoder.next();
    if (line !== undefined || this.#closed === undefined) return line;
    return this.#decoder.end() ?? { kind: "closed", info: this.#closed };
  }

  /** When {@linkcode LineLink.due} has something to say. */
  deadline(): Instant {
    return this.#deadline;
  }

  /** What has taken too long, if anything: drop the link. */
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
        return undefined;
    }
  }
}
