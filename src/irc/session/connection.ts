import { Deadlines } from "../../protocol/deadlines.ts";
import type { Outputs } from "../../protocol/outputs.ts";
import { PingBarrier } from "../../protocol/ping_barrier.ts";
import type { CloseInfo, Data, Instant, OpenInfo } from "../../protocol/protocol.ts";
import { Queue } from "../../protocol/queue.ts";
import type { IrcEvent } from "../wire/event.ts";
import type { IrcMessage } from "../wire/message.ts";
import type { Secrecy } from "../wire/secrecy.ts";
import type { IrcAsk } from "./ask.ts";
import { type FromLink, LineLink, type LinkDue, type LinkTimeouts, pingTimes } from "./line_link.ts";
import type { Outbox } from "./outbox.ts";
import type { ServerFarewell } from "./server_farewell.ts";

// How long the server may take for what the registration waits for, in milliseconds.
const REGISTRATION_WAITS = { capabilities: 10_000, login: 15_000 } as const;
// A server that is busy with us may well answer late, as long as it says something; but not later than this, in
// milliseconds.
const DEAF = 60_000;

/** One link to a server and all that dies with it. */
export class IrcConnection {
  /** What asks whether the server still is there, how late it is, and how far it has got. */
  readonly pings: PingBarrier;
  /** What the handlers have made of a line. */
  readonly handled = new Queue<IrcMessage>();
  /** What the server said before it closed. */
  farewell: ServerFarewell | undefined = undefined;
  /** The ask of SASL that is under way. */
  saslAsk: number | undefined = undefined;
  /** When something was last received. */
  heardAt: Instant = 0;
  /** The link is gone; what came before may still be unread. */
  gone = false;
  readonly #link: LineLink;
  readonly #outputs: Outputs<IrcEvent, IrcAsk>;
  readonly #outbox: Outbox;
  /** Until when what the registration waits for must be there. */
  readonly #deadlines = new Deadlines<keyof typeof REGISTRATION_WAITS>();

  /** Takes the number of the link, what is being dialled, and the time; then where what is sent goes, and counts. */
  constructor(
    link: number,
    url: string,
    now: Instant,
    timeouts: LinkTimeouts,
    outputs: Outputs<IrcEvent, IrcAsk>,
    outbox: Outbox,
  ) {
    this.#link = new LineLink(link, url, now, timeouts);
    this.#outputs = outputs;
    this.#outbox = outbox;
    const times = pingTimes(timeouts);
    this.pings = new PingBarrier(
      { ...times, deaf: Math.max(DEAF, times.pong) },
      (token, now) => this.sendUnqueued(`PING :${token}`, now),
    );
  }

  /** The number of its link. */
  get id(): number {
    return this.#link.id;
  }

  /** True until it has opened. */
  get dialing(): boolean {
    return this.#link.dialing;
  }

  /** True from when it opened until it is closing or gone: what is sent has a chance to arrive. */
  get open(): boolean {
    return this.#link.open && !this.gone;
  }

  /** True once the server has let us in, until it is closing. */
  get registered(): boolean {
    return this.#link.live;
  }

  /** True once the server has let us in, until it is closing or gone. */
  get live(): boolean {
    return this.registered && !this.gone;
  }

  /** The link is open. */
  opened(info: OpenInfo, now: Instant): void {
    this.#link.opened(info, now);
  }

  /** The server has told our nick. */
  welcomed(): void {
    this.#link.established();
  }

  /** The session stands. */
  ready(now: Instant): void {
    this.heardAt = now;
    this.pings.start(now);
  }

  /** Something came. */
  received(data: Data, now: Instant): void {
    this.#link.receive(data);
    this.pings.heard(now);
    this.heardAt = now;
  }

  /** The link is gone, and what came before is read. */
  closed(info: CloseInfo): void {
    this.gone = true;
    this.#link.closed(info);
  }

  /** The next line, or the news of the link's end. */
  next(): FromLink | undefined {
    return this.#link.next();
  }

  /** Sends a line. */
  send(line: string, { secret, shown }: Secrecy = {}): void {
    if (this.gone) return;
    this.#outputs.send(this.id, this.#link.frame(line), {
      secret,
      ...(shown !== undefined && { shown: this.#link.frame(shown) }),
    });
  }

  /** Sends what must not wait; it counts all the same. */
  sendUnqueued(line: string, now: Instant): void {
    this.#outbox.count(line, now);
    this.send(line);
  }

  /** What the registration waits for now, if that must not take for ever. */
  awaits(what: keyof typeof REGISTRATION_WAITS | undefined, now: Instant): void {
    if (what !== undefined && this.#deadlines.at(what) < Infinity) return;
    this.#deadlines.clearAll();
    if (what !== undefined) this.#deadlines.set(what, now + REGISTRATION_WAITS[what]);
  }

  /** When something is due. */
  get deadline(): Instant {
    const pings = this.live ? this.pings.deadline : Infinity;
    return Math.min(this.#link.deadline(), this.#deadlines.next, pings);
  }

  /** What has taken too long for the link to be kept, if anything; sends a PING if one is due. */
  due(now: Instant): LinkDue | "no PONG came" | undefined {
    return this.#link.due(now) ?? (this.live && this.pings.due(now) ? "no PONG came" : undefined);
  }

  /** Whether what the registration waits for has not come in time. */
  registrationDue(now: Instant): boolean {
    return this.#deadlines.due(now) !== undefined;
  }

  /** Closes it; the server's end of it must follow soon. */
  close(now: Instant): void {
    if (this.gone) return;
    this.#outputs.close(this.id, 1000, "");
    this.#link.close(now);
  }

  /** The server was told that we leave: it is for the server to close now. */
  leave(quit: string, now: Instant): void {
    this.send(quit);
    this.#deadlines.clearAll();
    this.#link.close(now);
  }
}
