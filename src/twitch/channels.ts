import { TimeoutError } from "../protocol/errors.ts";
import type { Permit } from "../protocol/permit.ts";
import type { Instant } from "../protocol/protocol.ts";
import { type Actions, PermitAsks } from "./actions.ts";
import { formatTwitchCommand } from "./command.ts";

/** A channel the user wants to be in. */
interface Wanted {
  /** Commands that wait for it to be joined. */
  tickets: number[];
  /** Wanted even if the commands are cancelled: it was an option, or we have been in it. */
  kept: boolean;
}

/** The channels a session wants to be in. Survives links. */
export class WantedChannels {
  readonly #channels = new Map<string, Wanted>();

  /** Their names, in the order they were first wanted. */
  names(): string[] {
    return [...this.#channels.keys()];
  }

  /** Whether a channel is among them. */
  has(name: string): boolean {
    return this.#channels.has(name);
  }

  /** Wants a channel: for a command, or without one for good. */
  add(name: string, ticket?: number): void {
    const wanted = this.#channels.get(name) ?? { tickets: [], kept: false };
    this.#channels.set(name, wanted);
    if (ticket === undefined) wanted.kept = true;
    else wanted.tickets.push(ticket);
  }

  /** We are in it; returns the commands that waited for that. */
  joined(name: string): readonly number[] {
    const wanted = this.#channels.get(name);
    if (wanted === undefined) return [];
    wanted.kept = true;
    return wanted.tickets.splice(0);
  }

  /** No longer wants it; returns the commands that waited for it. */
  remove(name: string): readonly number[] {
    const tickets = this.#channels.get(name)?.tickets ?? [];
    this.#channels.delete(name);
    return tickets;
  }

  /** The channel a command waits for. */
  of(ticket: number): string | undefined {
    for (const [name, { tickets }] of this.#channels) if (tickets.includes(ticket)) return name;
    return undefined;
  }

  /** The user gave up on a command; returns whether its channel is thereby no longer wanted. */
  cancel(name: string, ticket: number): boolean {
    const wanted = this.#channels.get(name);
    if (wanted === undefined) return false;
    wanted.tickets = wanted.tickets.filter((other) => other !== ticket);
    if (wanted.kept || wanted.tickets.length > 0) return false;
    return this.#channels.delete(name);
  }

  /** The session ends; returns the commands that waited. */
  takeTickets(): readonly number[] {
    return [...this.#channels.values()].flatMap(({ tickets }) => tickets.splice(0));
  }
}

interface Joining {
  readonly permit: number;
  readonly deadline: Instant;
  readonly attempt: number;
}

interface Parting {
  readonly tickets: number[];
  readonly deadline: Instant;
}

/** What a JOIN echo means. */
export type JoinEcho = "joined" | "again" | "unwanted";

// Twitch says nothing at all about a channel that does not exist; once may also be an echo that got lost.
const ATTEMPTS = 2;

/** Where one link stands with each channel. */
export class LinkChannels {
  readonly #link: number;
  readonly #actions: Actions;
  readonly #timeout: number;
  readonly #asks: PermitAsks;
  /** Wait for a permit; to which attempt. */
  readonly #waiting = new Map<string, number>();
  readonly #sent = new Map<string, Joining>();
  readonly #joined = new Set<string>();
  readonly #parting = new Map<string, Parting>();
  /** Joined, but their first USERSTATE, which belongs to the JOIN, has not come. */
  readonly #stateless = new Set<string>();

  /** Takes the link, where to put actions, the permit of a JOIN, and how long an echo may take. */
  constructor(link: number, actions: Actions, permit: Permit, timeout: number) {
    this.#link = link;
    this.#actions = actions;
    this.#timeout = timeout;
    this.#asks = new PermitAsks(actions, permit);
  }

  /** True if no JOIN waits or is under way. */
  get settled(): boolean {
    return this.#waiting.size === 0 && this.#sent.size === 0;
  }

  /** The channels we are in. */
  get joined(): ReadonlySet<string> {
    return this.#joined;
  }

  /** Whether the JOIN of a channel waits or is under way. */
  pending(name: string): boolean {
    return this.#waiting.has(name) || this.#sent.has(name);
  }

  /** Whether the JOIN of a channel is under way. */
  sent(name: string): boolean {
    return this.#sent.has(name);
  }

  /** Joins a channel, once there is a permit for it. */
  join(name: string): void {
    if (this.#joined.has(name) || this.pending(name)) return;
    this.#waiting.set(name, 1);
    this.#asks.match(this.#waiting.size);
  }

  /** A permit was granted; false if it is not for a JOIN here. */
  granted(id: number, now: Instant): boolean {
    if (!this.#asks.take(id)) return false;
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#actions.release(id, false);
      return true;
    }
    const [name, attempt] = next;
    this.#waiting.delete(name);
    this.#sent.set(name, { permit: id, deadline: now + this.#timeout, attempt });
    this.#actions.send(this.#link, formatTwitchCommand({ kind: "join", channel: name }));
    this.#asks.match(this.#waiting.size);
    return true;
  }

  /** A permit was refused; the channel that waited longest, if it was for a JOIN here. */
  denied(id: number): string | undefined {
    if (!this.#asks.take(id)) return undefined;
    const [next] = this.#waiting.keys();
    if (next !== undefined) this.#waiting.delete(next);
    return next;
  }

  /** The server says that we are in a channel. */
  echoed(name: string): JoinEcho {
    if (this.#joined.has(name)) return "again";
    const joining = this.#sent.get(name);
    // The PART that is under way follows this.
    if (joining === undefined && this.#parting.has(name)) return "again";
    if (joining === undefined && !this.#waiting.has(name)) return "unwanted";
    this.drop(name);
    this.#joined.add(name);
    this.#stateless.add(name);
    return "joined";
  }

  /** Takes a channel out of what is to be joined. */
  drop(name: string): void {
    const joining = this.#sent.get(name);
    if (joining !== undefined) this.#actions.release(joining.permit, true);
    this.#sent.delete(name);
    if (this.#waiting.delete(name)) this.#asks.match(this.#waiting.size);
  }

  /** Leaves a channel; false if there is nothing to leave, and the command is done. */
  part(name: string, ticket: number | undefined, now: Instant): boolean {
    const there = this.#joined.delete(name) || this.#sent.has(name);
    this.drop(name);
    this.#stateless.delete(name);
    if (!there) return false;
    this.#actions.send(this.#link, formatTwitchCommand({ kind: "part", channel: name }));
    const tickets = this.#parting.get(name)?.tickets ?? [];
    if (ticket !== undefined) tickets.push(ticket);
    this.#parting.set(name, { tickets, deadline: now + this.#timeout });
    return true;
  }

  /** The server says that we have left a channel. */
  parted(name: string): void {
    // One we did not ask for is that of another connection of the same account.
    for (const ticket of this.#parting.get(name)?.tickets ?? []) this.#actions.done(ticket);
    this.#parting.delete(name);
  }

  /** Whether a USERSTATE is the one that follows a JOIN. */
  takesState(name: string): boolean {
    return this.#stateless.delete(name);
  }

  /** When {@linkcode LinkChannels.due} has something to do. */
  deadline(): Instant {
    let deadline = Infinity;
    for (const joining of this.#sent.values()) deadline = Math.min(deadline, joining.deadline);
    for (const parting of this.#parting.values()) deadline = Math.min(deadline, parting.deadline);
    return deadline;
  }

  /** Tries again what took too long; returns the channels that did so too often. */
  due(now: Instant): readonly string[] {
    const silent: string[] = [];
    for (const [name, joining] of [...this.#sent]) {
      if (now < joining.deadline) continue;
      this.drop(name);
      if (joining.attempt >= ATTEMPTS) silent.push(name);
      else this.#waiting.set(name, joining.attempt + 1);
    }
    for (const [name, parting] of [...this.#parting]) {
      if (now < parting.deadline) continue;
      this.#parting.delete(name);
      const error = new TimeoutError(`Cannot tell whether "${name}" was left: Twitch said nothing`);
      for (const ticket of parting.tickets) this.#actions.failed(ticket, error);
    }
    this.#asks.match(this.#waiting.size);
    return silent;
  }

  /** Joins no more; what is joined stays. */
  stop(): void {
    this.#waiting.clear();
    this.#asks.match(0);
    // Whether the JOINs arrived is not known: to count them is the safe side.
    for (const { permit } of this.#sent.values()) this.#actions.release(permit, true);
    this.#sent.clear();
  }

  /** The link is gone, and with it our being in channels: every PART is done. */
  lost(): void {
    this.stop();
    this.#joined.clear();
    this.#stateless.clear();
    for (const name of [...this.#parting.keys()]) this.parted(name);
  }
}
