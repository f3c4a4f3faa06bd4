import { Deadlines } from "../../protocol/core/deadlines.ts";
import type { Outputs } from "../../protocol/core/outputs.ts";
import { PingBarrier } from "../../protocol/connection/ping_barrier.ts";
import type { AskFailed, CloseInfo, Data, Instant, OpenInfo, PermitAnswer } from "../../protocol/protocol.ts";
import { Queue } from "../../protocol/core/queue.ts";
import type { IrcEvent } from "../wire/events/event.ts";
import type { IrcMessage } from "../wire/messages/message.ts";
import type { Secrecy } from "../wire/commands/secrecy.ts";
import { ShownLines } from "../wire/commands/shown_lines.ts";
import type { IrcAnswer, IrcAsk } from "./ask.ts";
import { type FromLink, LineLink, type LinkDue, type LinkTimeouts, pingTimes } from "./links/line_link.ts";
import type { Outbox } from "./sending/outbox.ts";
import type { Registration, RegistrationStep } from "./registration/registration.ts";
import type { ServerFarewell } from "./links/server_farewell.ts";

// How long the server may take for what the registration waits for, in milliseconds.
const REGISTRATION_WAITS = { capabilities: 10_000, login: 15_000 } as const;
// A server that is busy with us may well answer late, as long as it says something; but not later than this, in
// milliseconds.
const DEAF = 60_000;

/** What comes of a registration for the session. */
export type SessionStep = Exclude<RegistrationStep, { readonly kind: "send" | "ask" }>;

/** What a connection is made of. */
export interface ConnectionParts {
  /** The number of the link, and what is being dialled. */
  readonly link: number;
  readonly url: string;
  readonly registration: Registration;
  readonly timeouts: LinkTimeouts;
  /** How lines are encoded that are no UTF-8. */
  readonly encoding: string | undefined;
  readonly outputs: Outputs<IrcEvent, IrcAsk>;
  /** Where what does not wait is counted, too. */
  readonly outbox: Outbox;
  /** Told of a PING that goes out, by its token. */
  readonly pinged: (token: string) => void;
  /** Told what comes of the registration, and of which line, if of one. */
  readonly step: (step: SessionStep, line: string) => void;
}

/** One link to a server and all that dies with it. */
export class IrcConnection {
  /** How far the registration is, and what was agreed on. */
  readonly registration: Registration;
  /** What asks whether the server still is there, how late it is, and how far it has got. */
  readonly pings: PingBarrier;
  /** What the handlers have made of a line. */
  readonly handled: Queue<IrcMessage> = new Queue();
  /** What the server said before it closed. */
  farewell: ServerFarewell | undefined = undefined;
  /** The link is gone; what came before may still be unread. */
  gone = false;
  /** The session has done with it. */
  left = false;
  readonly #link: LineLink;
  /** Made for the first observer. */
  #shown: ShownLines | undefined;
  readonly #outputs: Outputs<IrcEvent, IrcAsk>;
  readonly #outbox: Outbox;
  readonly #step: (step: SessionStep, line: string) => void;
  /** The ask of SASL that is under way. */
  #saslAsk: number | undefined = undefined;
  /** Until when what the registration waits for must be there. */
  readonly #deadlines = new Deadlines<keyof typeof REGISTRATION_WAITS>();

  /** Takes its parts; it is being dialled now. */
  constructor(parts: ConnectionParts, now: Instant) {
    const { link, url, registration, timeouts, encoding, outputs, outbox, pinged, step } = parts;
    this.#link = new LineLink(link, url, now, timeouts, encoding);
    this.registration = registration;
    this.#outputs = outputs;
    this.#outbox = outbox;
    this.#step = step;
    const times = pingTimes(timeouts);
    this.pings = new PingBarrier(
      { ...times, deaf: Math.max(DEAF, times.pong) },
      (token, now) => {
        this.sendUnqueued(`PING :${token}`, now);
        pinged(token);
      },
    );
  }

  /** The number of its link. */
  get id(): number {
    return this.#link.id;
  }

  /** What was dialled. */
  get url(): string {
    return this.#link.url;
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

  /** The link is open: registers. */
  opened(info: OpenInfo, now: Instant): void {
    if (!this.dialing) return;
    this.#link.opened(info, now);
    this.#perform(this.registration.begin(), now);
  }

  /** What a message means for the registration, or for what is agreed on later. */
  register(message: IrcMessage, now: Instant): void {
    this.#perform(this.registration.takeMessage(message), now, message.raw);
  }

  /** An ask was answered; false if it was not one of this connection's. */
  askAnswered(id: number, answer: IrcAnswer | PermitAnswer | AskFailed, now: Instant): boolean {
    if (id !== this.#saslAsk) return false;
    this.#saslAsk = undefined;
    if (answer.kind === "error") this.#perform(this.registration.askFailed(answer.error), now);
    else if (answer.kind === "nonce" || answer.kind === "derived" || answer.kind === "signature") {
      this.#perform(this.registration.askAnswered(answer), now);
    }
    return true;
  }

  /** The server has told our nick. */
  welcomed(): void {
    this.#link.established();
  }

  /** The session stands. */
  ready(now: Instant): void {
    this.pings.start(now);
  }

  /** Something came. */
  received(data: Data, now: Instant): void {
    this.#link.receive(data);
    this.pings.heard(now);
  }

  /** What observers may see of what came; to be asked of all that comes, in order. */
  shown(data: Data): Data {
    return (this.#shown ??= new ShownLines(this.#link)).shown(data);
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
    this.#outbox.count([line], now);
    this.send(line);
  }

  /** When something is due. */
  get deadline(): Instant {
    const pings = this.live ? this.pings.deadline : Infinity;
    return Math.min(this.#link.deadline(), this.#deadlines.next, pings);
  }

  /** Does what is due; returns what has taken too long for the link to be kept, if anything. */
  due(now: Instant): LinkDue | "no PONG came" | undefined {
    const late = this.#link.due(now) ?? (this.live && this.pings.due(now) ? "no PONG came" : undefined);
    if (late === undefined && this.#deadlines.due(now) !== undefined) {
      this.#perform(this.registration.timedOut(), now);
    }
    return late;
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

  #perform(steps: readonly RegistrationStep[], now: Instant, line = ""): void {
    for (const step of steps) {
      if (step.kind === "ask") this.#saslAsk = this.#outputs.ask(step.ask);
      else if (step.kind === "send") {
        for (const line of step.lines) this.send(line, { ...(step.secret && { secret: true }) });
      } else this.#step(step, line);
      if (this.left) return;
    }
    const { awaits } = this.registration;
    if (awaits !== undefined && this.#deadlines.at(awaits) < Infinity) return;
    this.#deadlines.clearAll();
    if (awaits !== undefined) this.#deadlines.set(awaits, now + REGISTRATION_WAITS[awaits]);
  }
}
