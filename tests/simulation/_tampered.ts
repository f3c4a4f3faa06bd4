import type {
  Action,
  AskFailed,
  CloseInfo,
  Data,
  Instant,
  OpenInfo,
  PermitAnswer,
  Protocol,
  ShutdownMode,
} from "../../src/protocol/protocol.ts";
import { Queue } from "../../src/protocol/queue.ts";

/** What a planted bug changes; what it leaves out stays as it is. */
export interface Tampering<Command, Event, Ask> {
  /** What the core's action becomes. */
  readonly action?: (action: Action<Data, Ask>, now: Instant) => readonly Action<Data, Ask>[];
  /** What the core's event becomes. */
  readonly event?: (event: Event, now: Instant) => readonly Event[];
  /** What the core gets of what was received. */
  readonly receive?: (data: Data, now: Instant, link: number) => Data | undefined;
  /** Sees each command before the core does. */
  readonly command?: (command: Command, ticket: number) => void;
}

/** A core with a bug: whatever it takes in or gives out can be changed on the way. */
export class Tampered<Command, Event extends { readonly kind: string }, Ask = never, Answer = never>
  implements Protocol<Data, Command, Event, Ask, Answer> {
  readonly #core: Protocol<Data, Command, Event, Ask, Answer>;
  readonly #tampering: Tampering<Command, Event, Ask>;
  readonly #actions = new Queue<Action<Data, Ask>>();
  readonly #events = new Queue<Event>();
  #now: Instant = 0;

  constructor(core: Protocol<Data, Command, Event, Ask, Answer>, tampering: Tampering<Command, Event, Ask>) {
    this.#core = core;
    this.#tampering = tampering;
  }

  start(now: Instant): void {
    this.#core.start(this.#now = now);
  }
  opened(link: number, info: OpenInfo, now: Instant): void {
    this.#core.opened(link, info, this.#now = now);
  }
  receive(link: number, data: Data, now: Instant): void {
    this.#now = now;
    const { receive } = this.#tampering;
    const changed = receive === undefined ? data : receive(data, now, link);
    if (changed !== undefined) this.#core.receive(link, changed, now);
  }
  closed(link: number, info: CloseInfo, now: Instant): void {
    this.#core.closed(link, info, this.#now = now);
  }
  answered(id: number, answer: Answer | PermitAnswer | AskFailed, now: Instant): void {
    this.#core.answered(id, answer, this.#now = now);
  }
  tick(now: Instant): void {
    this.#core.tick(this.#now = now);
  }
  command(command: Command, ticket: number, now: Instant): void {
    this.#tampering.command?.(command, ticket);
    this.#core.command(command, ticket, this.#now = now);
  }
  cancel(ticket: number, now: Instant): void {
    this.#core.cancel(ticket, this.#now = now);
  }
  shutdown(mode: ShutdownMode, now: Instant): void {
    this.#core.shutdown(mode, this.#now = now);
  }
  action(): Action<Data, Ask> | undefined {
    const { action: change } = this.#tampering;
    if (change === undefined) return this.#core.action();
    for (let action = this.#core.action(); action !== undefined; action = this.#core.action()) {
      for (const changed of change(action, this.#now)) this.#actions.push(changed);
    }
    return this.#actions.shift();
  }
  event(): Event | undefined {
    const { event: change } = this.#tampering;
    if (change === undefined) return this.#core.event();
    for (;;) {
      const ready = this.#events.shift();
      if (ready !== undefined) return ready;
      const event = this.#core.event();
      if (event === undefined) return undefined;
      for (const changed of change(event, this.#now)) this.#events.push(changed);
      // An event swallowed whole must not hide the actions that belong to it.
      if (this.#events.length === 0) return undefined;
    }
  }
  deadline(): Instant {
    return this.#core.deadline();
  }
}
