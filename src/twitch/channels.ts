import { TimeoutError } from "../protocol/errors.ts";
import type { Permit } from "../protocol/permit.ts";
import type { Instant } from "../protocol/protocol.ts";
import { type Actions, PermitAsks } from "./actions.ts";
import { formatTwitchCommand } from "./command.ts";
import type { Proofs } from "./proofs.ts";

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
  readonly attempt: number;
  /** Infinity: it took too long, and the proof that the server has read it is under way. */
  deadline: Instant;
}

interface Parting {
  readonly tickets: number[];
  /** Of JOINs that this undoes, whose echo has not come. */
  readonly permits: number[];
  /** Infinity as in {@linkcode Joining}. */
  deadline: Instant;
}

/** What {@linkcode LinkChannels} is made of. */
export interface LinkChannelsParts {
  readonly link: number;
  readonly actions: Actions;
  /** The permit of a JOIN. */
  readonly permit: Permit;
  /** How long an echo may take, in milliseconds. */
  readonly timeout: number;
  readonly proofs: Proofs;
  /** Told of channels whose JOIN the server has read, and never answers. */
  readonly silent: (channel: string) => void;
}

/** What a JOIN echo means. */
export type JoinEcho = "joined" | "again" | "unwanted";

// Twitch says nothing at all about a channel that does not exist, nor about JOINs over the limit.
const ATTEMPTS = 2;

/** Where one link stands with each channel. */
export class LinkChannels {
  readonly #parts: LinkChannelsParts;
  readonly #actions: Actions;
  readonly #asks: PermitAsks;
  /** Wait for a permit; to which attempt. */
  readonly #waiting = new Map<string, number>();
  readonly #sent = new Map<string, Joining>();
  readonly #joined = new Set<string>();
  readonly #parting = new Map<string, Parting>();
  /** Joined, but their first USERSTATE, which belongs to the JOIN, has not come. */
  readonly #stateless = new Set<string>();

  /** Takes its parts. */
  constructor(parts: LinkChannelsParts) {
    this.#parts = parts;
    this.#actions = parts.actions;
    this.#asks = new PermitAsks(parts.actions, parts.permit);
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
    this.#match();
  }

  /** A permit was granted; false if it is not for a JOIN here. */
  granted(id: number, now: Instant): boolean {
    if (!this.#asks.take(id)) return false;
    const [name] = this.#ready();
    if (name === undefined) {
      this.#actions.release(id, false);
      return true;
    }
    const attempt = this.#waiting.get(name) ?? 1;
    this.#waiting.delete(name);
    this.#sent.set(name, { permit: id, deadline: now + this.#parts.timeout, attempt });
    this.#actions.send(this.#parts.link, formatTwitchCommand({ kind: "join", channel: name }));
    this.#match();
    return true;
  }

  /** A permit was refused; the channel that waited longest, if it was for a JOIN here. */
  denied(id: number): string | undefined {
    if (!this.#asks.take(id)) return undefined;
    const [next] = this.#ready();
    if (next !== undefined) this.#waiting.delete(next);
    return next;
  }

  /** The server says that we are in a channel. */
  echoed(name: string): JoinEcho {
    if (this.#joined.has(name)) return "again";
    // The PART that is under way follows this.
    if (this.#parting.has(name)) return "again";
    if (!this.pending(name)) return "unwanted";
    this.answered(name);
    this.#joined.add(name);
    this.#stateless.add(name);
    return "joined";
  }

  /** The server has answered the JOIN of a channel, one way or the other. */
  answered(name: string): void {
    const joining = this.#sent.get(name);
    if (joining !== undefined) this.#actions.release(joining.permit, true);
    this.#sent.delete(name);
    if (this.#waiting.delete(name)) this.#match();
  }

  /** Takes a channel out of what is to be joined. */
  drop(name: string, now: Instant): void {
    const joining = this.#sent.get(name);
    if (joining !== undefined) this.#parts.proofs.hold(now, [joining.permit]);
    this.#sent.delete(name);
    if (this.#waiting.delete(name)) this.#match();
  }

  /** Leaves a channel; false if there is nothing to leave, and the command is done. */
  part(name: string, ticket: number | undefined, now: Instant): boolean {
    const joining = this.#sent.get(name);
    const there = this.#joined.delete(name) || joining !== undefined;
    this.#sent.delete(name);
    if (this.#waiting.delete(name)) this.#match();
    this.#stateless.delete(name);
    const parting = this.#parting.get(name);
    if (parting !== undefined && ticket !== undefined) parting.tickets.push(ticket);
    if (!there) return parting !== undefined;
    this.#actions.send(this.#parts.link, formatTwitchCommand({ kind: "part", channel: name }));
    this.#parting.set(name, {
      tickets: ticket === undefined ? [] : [ticket],
      permits: joining === undefined ? [] : [joining.permit],
      deadline: now + this.#parts.timeout,
    });
    return true;
  }

  /** The server says that we have left a channel. */
  parted(name: string): void {
    // One we did not ask for is that of another connection of the same account.
    const parting = this.#parting.get(name);
    if (parting === undefined) return;
    for (const ticket of parting.tickets) this.#actions.done(ticket);
    for (const permit of parting.permits) this.#actions.release(permit, true);
    this.#parting.delete(name);
    this.#match();
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

  /** Lets what took too long be proven to be unanswered. */
  due(now: Instant): void {
    const joins = [...this.#sent].filter(([, { deadline }]) => now >= deadline);
    const parts = [...this.#parting].filter(([, { deadline }]) => now >= deadline);
    if (joins.length === 0 && parts.length === 0) return;
    for (const [, joining] of joins) joining.deadline = Infinity;
    for (const [name, parting] of parts) {
      parting.deadline = Infinity;
      const error = new TimeoutError(`Cannot tell whether "${name}" was left: Twitch said nothing`);
      for (const ticket of parting.tickets.splice(0)) this.#actions.failed(ticket, error);
    }
    this.#parts.proofs.request(now, () => {
      for (const [name, joining] of joins) this.#unanswered(name, joining);
      for (const [name, parting] of parts) if (this.#parting.get(name) === parting) this.parted(name);
      this.#match();
    });
  }

  /** Joins no more; what is joined stays. */
  stop(now: Instant): void {
    this.#waiting.clear();
    this.#match();
    this.#parts.proofs.hold(now, [...this.#sent.values()].map(({ permit }) => permit));
    this.#sent.clear();
  }

  /** The link is gone, and with it our being in channels: every PART is done. */
  lost(): void {
    this.#waiting.clear();
    this.#match();
    // Whether the JOINs arrived is not known: to count them is the safe side.
    for (const { permit } of this.#sent.values()) this.#actions.release(permit, true);
    this.#sent.clear();
    this.#joined.clear();
    this.#stateless.clear();
    for (const name of [...this.#parting.keys()]) this.parted(name);
  }

  /** The channels whose JOIN could be sent. That of one being left waits, so that each echo has one meaning. */
  #ready(): string[] {
    return [...this.#waiting.keys()].filter((name) => !this.#parting.has(name));
  }

  #match(): void {
    this.#asks.match(this.#waiting.size === 0 ? 0 : this.#ready().length);
  }

  #unanswered(name: string, joining: Joining): void {
    if (this.#sent.get(name) !== joining) return;
    this.answered(name);
    if (joining.attempt < ATTEMPTS) this.#waiting.set(name, joining.attempt + 1);
    else this.#parts.silent(name);
  }
}
