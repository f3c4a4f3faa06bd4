import type {
  Action,
  AskFailed,
  CloseInfo,
  Data,
  Instant,
  OpenInfo,
  Output,
  PermitAnswer,
  Protocol,
  ShutdownMode,
} from "../../src/protocol/protocol.ts";
import { Queue } from "../../src/protocol/core/queue.ts";

/** What a planted bug changes; what it leaves out stays as it is. */
export interface Tampering<Command, Event, Ask> {
  /** What the core's action becomes. */
  readonly action?: (action: Action<Ask>, now: Instant) => readonly Action<Ask>[];
  /** What the core's event becomes. */
  readonly event?: (event: Event, now: Instant) => readonly Event[];
  /** What the core gets of what was received. */
  readonly receive?: (data: Data, now: Instant, link: number) => Data | undefined;
  /** What the core is told of a link's end; undefined: nothing. */
  readonly closed?: (info: CloseInfo, link: number) => CloseInfo | undefined;
  /** Whether the core is told that its process stood still. */
  readonly stalled?: () => boolean;
  /** Sees each command before the core does. */
  readonly command?: (command: Command, ticket: number) => void;
}

/** A core with a bug: whatever it takes in or gives out can be changed on the way. */
export class Tampered<Command, Event extends { readonly kind: string }, Ask = never, Answer = never>
  implements Protocol<Command, Event, Ask, Answer> {
  readonly #core: Protocol<Command, Event, Ask, Answer>;
  readonly #tampering: Tampering<Command, Event, Ask>;
  readonly #outputs = new Queue<Output<Event, Ask>>();
  #now: Instant = 0;

  constructor(core: Protocol<Command, Event, Ask, Answer>, tampering: Tampering<Command, Event, Ask>) {
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
    this.#now = now;
    const { closed } = this.#tampering;
    const changed = closed === undefined ? info : closed(info, link);
    if (changed !== undefined) this.#core.closed(link, changed, now);
  }
  answered(id: number, answer: Answer | PermitAnswer | AskFailed, now: Instant): void {
    this.#core.answered(id, answer, this.#now = now);
  }
  tick(now: Instant): void {
    this.#core.tick(this.#now = now);
  }
  stalled(since: Instant, now: Instant): void {
    if (this.#tampering.stalled?.() !== false) this.#core.stalled?.(since, now);
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
  poll(): Output<Event, Ask> | undefined {
    for (;;) {
      const changed = this.#outputs.shift();
      if (changed !== undefined) return changed;
      const output = this.#core.poll();
      if (output === undefined) return undefined;
      for (const other of this.#change(output)) this.#outputs.push(other);
    }
  }
  deadline(): Instant {
    return this.#core.deadline();
  }

  #change(output: Output<Event, Ask>): readonly Output<Event, Ask>[] {
    const { action, event } = this.#tampering;
    if (output.kind !== "event") return action?.(output, this.#now) ?? [output];
    return event?.(output.event, this.#now).map((event) => ({ kind: "event", event })) ?? [output];
  }
}
