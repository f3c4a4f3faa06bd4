import { Numbers } from "./outputs.ts";
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
} from "../protocol.ts";

/**
 * Several cores of one kind as one, on one driver: one stream of events, and commands that are told out among them. The
 * members share one source of numbers, so that it is known whose a link, an ask or a ticket is. They end together: when one
 * ends with an error, the others are shut down.
 *
 * **The members' obligation** is to take their numbers from {@linkcode CorePool.numbers}.
 *
 * @typeParam Command What the user can want.
 * @typeParam Event What the user is told, told apart by `kind`.
 * @typeParam Ask What the members ask for, besides permits.
 * @typeParam Answer What answers those asks.
 * @typeParam Member The members.
 *
 * @example
 * ```ts
 * import { Core, CorePool, Outputs } from "@parley/parley/protocol";
 *
 * type Said = { kind: "said"; by: number };
 *
 * class Member extends Core<"say", Said> {
 *   readonly by: number;
 *   constructor(outputs: Outputs<Said>, by: number) {
 *     super(outputs);
 *     this.by = by;
 *   }
 *   start(): void {}
 *   command(_: "say", ticket: number): void {
 *     this.outputs.tell({ kind: "said", by: this.by });
 *     this.outputs.done(ticket);
 *   }
 *   cancel(): void {}
 *   shutdown(): void {
 *     this.outputs.end();
 *   }
 *   deadline(): number {
 *     return Infinity;
 *   }
 *   protected take(): void {}
 * }
 *
 * class Turns extends CorePool<"say", Said, never, never, Member> {
 *   #turn = 0;
 *   constructor() {
 *     super();
 *     for (const by of [0, 1]) this.add(new Member(new Outputs(this.numbers), by));
 *   }
 *   protected memberFor(): Member {
 *     return this.members[this.#turn++ % 2]!;
 *   }
 * }
 *
 * const pool = new Turns();
 * pool.start(0);
 * pool.command("say", 1, 0);
 * pool.poll(); // { kind: "event", event: { kind: "said", by: 0 } }
 * ```
 */
export abstract class CorePool<
  Command,
  Event extends { readonly kind: string },
  Ask,
  Answer,
  Member extends Protocol<Command, Event, Ask, Answer>,
> implements Protocol<Command, Event, Ask, Answer> {
  /** Where the members' numbers come from. */
  protected readonly numbers: Numbers = new Numbers();
  readonly #members: Member[] = [];
  /** Those that may have something to do or to tell: mostly one at a time, for which a set would cost more. */
  readonly #touched: Member[] = [];
  readonly #links = new Map<number, Member>();
  readonly #asks = new Map<number, Member>();
  /** The member that was given a command; forgotten with its outcome. */
  readonly #tickets = new Map<number, Member>();
  /** Those that have not ended: only they are told to. */
  readonly #running = new Set<Member>();
  #state: "idle" | "running" | "ending" = "idle";
  #now: Instant = 0;
  #error: Error | undefined;

  /** The members, in the order in which they were added. */
  protected get members(): readonly Member[] {
    return this.#members;
  }

  /** Whether it has begun, and is not ending. */
  protected get isRunning(): boolean {
    return this.#state === "running";
  }

  /** Whether it is ending, or has ended. */
  protected get isEnding(): boolean {
    return this.#state === "ending";
  }

  /** The member that is to take a command. @throws what is wrong with the command. */
  protected abstract memberFor(command: Command, now: Instant): Member;

  /** Whether another member has brought an event already, which is then not told. @default no */
  protected isTold(_event: Event): boolean {
    return false;
  }

  /** Adds a member. One that comes later is to be started by who adds it, with {@linkcode CorePool.touch}. */
  protected add(member: Member): Member {
    this.#members.push(member);
    this.#running.add(member);
    return member;
  }

  /** Notes that a member is given something now; returns it. */
  protected touch(member: Member, now: Instant): Member {
    this.#now = now;
    if (!this.#touched.includes(member)) this.#touched.push(member);
    return member;
  }

  /** Begins. */
  start(now: Instant): void {
    this.#state = "running";
    for (const member of this.#members) this.touch(member, now).start(now);
  }

  /** A dial succeeded. */
  opened(link: number, info: OpenInfo, now: Instant): void {
    const member = this.#links.get(link);
    if (member !== undefined) this.touch(member, now).opened(link, info, now);
  }

  /** Takes in what came. */
  receive(link: number, data: Data, now: Instant): void {
    const member = this.#links.get(link);
    if (member !== undefined) this.touch(member, now).receive(link, data, now);
  }

  /** The link is gone, or never opened. */
  closed(link: number, info: CloseInfo, now: Instant): void {
    const member = this.#links.get(link);
    this.#links.delete(link);
    if (member !== undefined) this.touch(member, now).closed(link, info, now);
  }

  /** An ask was answered. */
  answered(id: number, answer: Answer | PermitAnswer | AskFailed, now: Instant): void {
    const member = this.#asks.get(id);
    // A permit is released one day; anything else is over with its answer.
    if (!isPermit(answer)) this.#asks.delete(id);
    if (member !== undefined) this.touch(member, now).answered(id, answer, now);
  }

  /** Time has passed. */
  tick(now: Instant): void {
    for (const member of this.#members) {
      if (member.deadline() <= now) this.touch(member, now).tick(now);
    }
  }

  /** The process stood still: what is read from here on may have come long before. */
  stalled(since: Instant, now: Instant, stood?: number): void {
    for (const member of this.#members) member.stalled?.(since, now, stood);
  }

  /**
   * Has a member do what the user wants.
   *
   * @throws what is wrong with the command.
   */
  command(command: Command, ticket: number, now: Instant): void {
    const member = this.memberFor(command, now);
    this.touch(member, now).command(command, ticket, now);
    this.#tickets.set(ticket, member);
  }

  /** The user gave up on a command. */
  cancel(ticket: number, now: Instant): void {
    const member = this.#tickets.get(ticket);
    if (member !== undefined) this.touch(member, now).cancel(ticket, now);
  }

  /** Ends, politely. */
  shutdown(mode: ShutdownMode, now: Instant): void {
    this.#state = "ending";
    for (const member of this.#running) this.touch(member, now).shutdown(mode, now);
  }

  /** The next thing to do or to tell. */
  poll(): Output<Event, Ask> | undefined {
    for (let member = this.#touched[0]; member !== undefined; member = this.#touched[0]) {
      for (let output = member.poll(); output !== undefined; output = member.poll()) {
        if (output.kind === "end") {
          const end = this.#ended(member, output.error);
          if (end !== undefined) return end;
        } else if (output.kind !== "event" || !this.isTold(output.event)) {
          this.#note(member, output);
          return output;
        }
      }
      this.#touched.shift();
    }
    return undefined;
  }

  /** When `tick` is due at the latest. */
  deadline(): Instant {
    let deadline = Infinity;
    for (const member of this.#members) deadline = Math.min(deadline, member.deadline());
    return deadline;
  }

  /** Notes whose the number is that a member has begun to use, or forgets it. */
  #note(member: Member, output: Output<Event, Ask>): void {
    switch (output.kind) {
      case "dial":
        this.#links.set(output.link, member);
        break;
      case "abort":
        this.#links.delete(output.link);
        break;
      case "ask":
        this.#asks.set(output.id, member);
        break;
      case "release":
        this.#asks.delete(output.id);
        break;
      case "settle":
        this.#tickets.delete(output.ticket);
    }
  }

  /** A member has ended; the others end with it. */
  #ended(member: Member, error: Error | undefined): Action | undefined {
    this.#running.delete(member);
    if (error !== undefined && this.#error === undefined) {
      this.#error = error;
      this.shutdown("end", this.#now);
    }
    if (this.#running.size > 0) return undefined;
    return { kind: "end", ...(this.#error && { error: this.#error }) };
  }
}

function isPermit(answer: unknown): boolean {
  return typeof answer === "object" && answer !== null && "kind" in answer && answer.kind === "permit";
}
