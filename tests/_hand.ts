import type {
  Action,
  AskFailed,
  CloseInfo,
  Data,
  Instant,
  Outcome,
  PermitAnswer,
  Protocol,
} from "../src/protocol/protocol.ts";

/** Drives a core by hand: no driver, no socket, no real time. Drains after every input, as drivers must. */
export class Hand<Command, Event extends { readonly kind: string }, Ask = never, Answer = never> {
  readonly core: Protocol<Command, Event, Ask, Answer>;
  now: Instant;
  /** Everything the core has done and told, in order. */
  readonly actions: Action<Ask>[] = [];
  readonly events: Event[] = [];
  readonly outcomes: Map<number, Outcome> = new Map();
  #taken = 0;
  #told = 0;
  #tickets = 0;

  constructor(core: Protocol<Command, Event, Ask, Answer>, now: Instant = 0) {
    this.core = core;
    this.now = now;
  }

  start(): this {
    this.core.start(this.now);
    return this.#drain();
  }

  /** Opens the link that was dialled last, or one that is accepted. */
  open(link: number = this.link): this {
    this.core.opened(link, { url: this.urlOf(link), protocol: "" }, this.now);
    return this.#drain();
  }

  /** Lines are given without their ends. */
  lines(...lines: string[]): this {
    return this.receive(lines.map((line) => `${line}\r\n`).join(""));
  }

  receive(data: Data, link: number = this.link): this {
    this.core.receive(link, data, this.now);
    return this.#drain();
  }

  close(info: Partial<CloseInfo> = {}, link: number = this.link): this {
    this.core.closed(link, { code: 1006, reason: "", clean: false, cause: "lost", ...info }, this.now);
    return this.#drain();
  }

  answer(id: number, answer: Answer | PermitAnswer | AskFailed): this {
    this.core.answered(id, answer, this.now);
    return this.#drain();
  }

  /** Gives a command; returns its ticket. */
  command(command: Command): number {
    const ticket = ++this.#tickets;
    this.core.command(command, ticket, this.now);
    this.#drain();
    return ticket;
  }

  cancel(ticket: number): this {
    this.core.cancel(ticket, this.now);
    return this.#drain();
  }

  shutdown(mode: "end" | "resumable" = "end"): this {
    this.core.shutdown(mode, this.now);
    return this.#drain();
  }

  /** Lets time pass, waking the core at each of its deadlines. */
  pass(ms: number): this {
    const until = this.now + ms;
    for (let wakes = 0; this.core.deadline() <= until; wakes++) {
      if (wakes > 100_000) throw new Error(`the core is due again and again at ${this.core.deadline()}`);
      this.now = Math.max(this.now, this.core.deadline());
      this.core.tick(this.now);
      this.#drain();
    }
    this.now = until;
    return this;
  }

  /** The link that was dialled last. */
  get link(): number {
    const dial = this.actions.findLast((action) => action.kind === "dial");
    return dial?.link ?? -1;
  }

  /** What was sent since this was last asked, without line ends. */
  sent(): string[] {
    return this.taken().flatMap((action) => action.kind === "send" ? [String(action.data).trimEnd()] : []);
  }

  /** The actions since this was last asked. */
  taken(): Action<Ask>[] {
    const actions = this.actions.slice(this.#taken);
    this.#taken = this.actions.length;
    return actions;
  }

  /** The events since this was last asked. */
  told(): Event[] {
    const events = this.events.slice(this.#told);
    this.#told = this.events.length;
    return events;
  }

  /** The kinds of the events since this was last asked. */
  kinds(): string[] {
    return this.told().map((event) => event.kind);
  }

  /** How a command ended, or undefined. */
  outcome(ticket: number): Outcome["kind"] | undefined {
    return this.outcomes.get(ticket)?.kind;
  }

  private urlOf(link: number): string {
    const dial = this.actions.find((action) => action.kind === "dial" && action.link === link);
    return dial?.kind === "dial" ? dial.url : "irc://accepted.test";
  }

  #drain(): this {
    for (let output = this.core.poll(); output !== undefined; output = this.core.poll()) {
      if (this.actions.some(({ kind }) => kind === "end")) {
        throw new Error(`"${output.kind}" came after the end`);
      }
      if (output.kind === "event") {
        this.events.push(output.event);
        continue;
      }
      this.actions.push(output);
      if (output.kind !== "settle") continue;
      if (this.outcomes.has(output.ticket)) throw new Error(`ticket ${output.ticket} was settled twice`);
      this.outcomes.set(output.ticket, output.outcome);
    }
    return this;
  }
}
