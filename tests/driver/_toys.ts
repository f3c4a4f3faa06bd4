import { CommandError } from "../../src/protocol/errors.ts";
import { Outputs } from "../../src/protocol/core/outputs.ts";
import type {
  AskFailed,
  CloseInfo,
  Data,
  Instant,
  OpenInfo,
  Output,
  PermitAnswer,
  Protocol,
} from "../../src/protocol/protocol.ts";
import { Queue } from "../../src/protocol/core/queue.ts";

/** What every toy core here has in common: queues, and methods that do nothing until one says otherwise. */
export abstract class Toy<Command, Event extends { readonly kind: string }, Ask = never, Answer = never>
  implements Protocol<Command, Event, Ask, Answer> {
  protected readonly outputs: Outputs<Event, Ask> = new Outputs();
  protected readonly inbox: Queue<() => Event | undefined> = new Queue();

  start(_now: Instant): void {}
  opened(_link: number, _info: OpenInfo, _now: Instant): void {}
  receive(_link: number, _data: Data, _now: Instant): void {}
  closed(_link: number, _info: CloseInfo, _now: Instant): void {}
  answered(_id: number, _answer: Answer | PermitAnswer | AskFailed, _now: Instant): void {}
  tick(_now: Instant): void {}
  command(_command: Command, _ticket: number, _now: Instant): void {}
  cancel(_ticket: number, _now: Instant): void {}
  shutdown(): void {
    this.outputs.end();
  }
  deadline(): Instant {
    return Infinity;
  }

  poll(): Output<Event, Ask> | undefined {
    while (this.outputs.length === 0) {
      const work = this.inbox.shift();
      if (work === undefined) return undefined;
      const event = work();
      if (event !== undefined) this.outputs.tell(event);
    }
    return this.outputs.shift();
  }
}

/** A server: what one client says, every other client hears. */
export class Room
  extends Toy<{ say: string }, { kind: "joined" | "left" | "said"; link: number; text: string }> {
  readonly #links = new Set<number>();

  override opened(link: number): void {
    this.#links.add(link);
    this.inbox.push(() => ({ kind: "joined", link, text: "" }));
  }

  override closed(link: number): void {
    this.#links.delete(link);
    this.inbox.push(() => ({ kind: "left", link, text: "" }));
  }

  override receive(link: number, data: Data): void {
    this.inbox.push(() => {
      const text = String(data);
      this.#broadcast(text, link);
      return { kind: "said", link, text };
    });
  }

  override command(command: { say: string }, ticket: number): void {
    this.#broadcast(command.say, 0);
    this.outputs.done(ticket);
  }

  #broadcast(text: string, except: number): void {
    for (const link of this.#links) {
      if (link !== except) this.outputs.send(link, text);
    }
  }
}

/**
 * A client that moves to another link when it is told `move`, and leaves the old one only after the new
 * one has delivered. Every message begins with its number; one that both links deliver counts once.
 */
export class Mover extends Toy<never, { kind: "ready" | "message" | "moved"; text: string }> {
  #current = 0;
  #next = 0;
  #last = 0;

  override start(): void {
    this.#dial();
  }

  override opened(link: number): void {
    if (this.#current === 0) {
      this.#current = link;
      this.inbox.push(() => ({ kind: "ready", text: "" }));
    }
  }

  override receive(link: number, data: Data): void {
    this.inbox.push(() => {
      if (link !== this.#current && link !== this.#next) return undefined;
      const text = String(data);
      if (text === "move") {
        if (this.#next === 0) this.#next = this.#dial();
        return undefined;
      }
      const moved = link === this.#next;
      if (moved) {
        this.outputs.close(this.#current, 1000, "moved");
        this.#current = link;
        this.#next = 0;
      }
      const number = parseInt(text);
      if (number <= this.#last) return undefined;
      this.#last = number;
      return { kind: moved ? "moved" : "message", text };
    });
  }

  #dial(): number {
    return this.outputs.dial({ url: "toy://server/" });
  }
}

export type CourierAsk = { readonly kind: "token" };
export type CourierAnswer = { readonly kind: "token"; readonly value: string };

/**
 * A client that asks for a token on each new link before it sends, redials a second after a loss, and
 * takes `ok` from the server as proof that its oldest parcel arrived.
 */
export class Courier extends Toy<
  string,
  { kind: "ready" | "lost" | "refused"; text: string },
  CourierAsk,
  CourierAnswer
> {
  #link = 0;
  #ask = 0;
  #ready = false;
  #redialAt: Instant = Infinity;
  #queued: { text: string; ticket: number }[] = [];
  #sent: number[] = [];

  override start(): void {
    this.#dial();
  }

  override opened(link: number): void {
    if (link !== this.#link) return;
    this.#ask = this.outputs.ask({ kind: "token" });
  }

  override answered(id: number, answer: CourierAnswer | PermitAnswer | AskFailed, now: Instant): void {
    if (id !== this.#ask) return;
    this.#ask = 0;
    if (answer.kind === "error") {
      const text = answer.error.message;
      this.outputs.abort(this.#link);
      this.#lose(now);
      this.inbox.push(() => ({ kind: "refused", text }));
    } else if (answer.kind === "token") {
      this.outputs.send(this.#link, `login ${answer.value}`, { secret: true });
      this.#ready = true;
      this.inbox.push(() => ({ kind: "ready", text: "" }));
      this.#flush();
    }
  }

  override receive(link: number, data: Data): void {
    if (link !== this.#link || data !== "ok") return;
    const ticket = this.#sent.shift();
    if (ticket === undefined) return;
    this.outputs.done(ticket, "delivered");
  }

  override closed(link: number, _info: CloseInfo, now: Instant): void {
    if (link !== this.#link) return;
    this.#lose(now);
    this.inbox.push(() => ({ kind: "lost", text: "" }));
  }

  override tick(now: Instant): void {
    if (now < this.#redialAt) return;
    this.#redialAt = Infinity;
    this.#dial();
  }

  override deadline(): Instant {
    return this.#redialAt;
  }

  override command(text: string, ticket: number): void {
    if (text === "") throw new CommandError("invalid_command", "Cannot send a parcel: it is empty");
    if (text === "here") {
      this.outputs.done(ticket, "at once");
      return;
    }
    this.#queued.push({ text, ticket });
    if (this.#ready) this.#flush();
  }

  override cancel(ticket: number): void {
    const index = this.#queued.findIndex((parcel) => parcel.ticket === ticket);
    if (index < 0) return;
    this.#queued.splice(index, 1);
    this.outputs.settle(ticket, { kind: "cancelled" });
  }

  #dial(): void {
    this.#link = this.outputs.dial({ url: "toy://server/" });
  }

  #flush(): void {
    for (const { text, ticket } of this.#queued) {
      this.outputs.send(this.#link, text);
      this.#sent.push(ticket);
    }
    this.#queued = [];
  }

  #lose(now: Instant): void {
    for (const ticket of this.#sent) {
      this.outputs.settle(ticket, { kind: "lost" });
    }
    this.#sent = [];
    this.#ready = false;
    this.#link = 0;
    if (this.#ask !== 0) this.outputs.release(this.#ask, false);
    this.#ask = 0;
    this.#redialAt = now + 1_000;
  }
}

/** Asks for one permit for each message, and keeps it. */
export class Collector extends Toy<never, { kind: "granted" | "refused"; id: number }> {
  override receive(_link: number, data: Data): void {
    const [what, id] = String(data).split(" ");
    if (what === "ask") {
      this.outputs.ask({ kind: "permit", permit: { scope: "toy", key: "k", limit: 1, per: 1_000 } });
    } else {
      this.outputs.release(Number(id), what === "use");
    }
  }
  override answered(id: number, answer: PermitAnswer | AskFailed): void {
    this.inbox.push(() => ({ kind: answer.kind === "permit" ? "granted" : "refused", id }));
  }
}
