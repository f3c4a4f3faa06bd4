import { CommandError } from "../../protocol/errors.ts";
import type { Instant } from "../../protocol/protocol.ts";
import { MOST_OWN, MOST_QUEUED } from "../wire/bounds.ts";
import { Flood, type FloodOptions } from "./flood.ts";

/** A line on its way to the server. */
export interface Outgoing {
  /** The line, without its line ending. */
  readonly line: string;
  /** Whose it is; undefined: the session's own. */
  readonly ticket: number | undefined;
  /** What it does: a link's loss undoes a JOIN, does the work of a PART, and ends what is the session's own. */
  readonly purpose: "say" | "join" | "part" | "own";
  /** What an error numeric names if it refuses this: the command, and the target or the channels. */
  readonly about: readonly string[];
  /** Whether it must not be recorded. */
  readonly secret?: true;
  /** What may be recorded in its place. */
  readonly shown?: string;
}

// So many lines are proven by a PING at the latest, even while more are waiting: a PING costs as much as a line.
const MOST_UNPROVEN = 8;

const encoder = new TextEncoder();

/**
 * What waits to be sent, and what was sent but is not proven. A server handles lines in order, so the
 * PONG to a PING sent behind a line proves that the line was handled; an error numeric in between says
 * that it was refused.
 */
export class Outbox {
  readonly #flood: Flood;
  #queued: Outgoing[] = [];
  /** What the session sends of itself: ahead of what else waits, but not twice in a row. */
  readonly #own: Outgoing[] = [];
  #wasOwn = false;
  /** Sent, oldest first. */
  #sent: Outgoing[] = [];
  /** Whether a PING is under way, and how many of #sent it covers. */
  #pinged = false;
  #covered = 0;

  /** Takes what lines cost. */
  constructor(flood: FloodOptions = {}) {
    this.#flood = new Flood(flood);
  }

  /**
   * Adds a line.
   *
   * @throws {CommandError} if too many are waiting.
   */
  add(outgoing: Outgoing): void {
    if (this.#queued.length >= MOST_QUEUED) {
      throw new CommandError("invalid_command", `Cannot send: ${MOST_QUEUED} lines are waiting already`);
    }
    this.#queued.push(outgoing);
  }

  /** Adds a line that the session sends of itself; false if too many are waiting, or just that one is under way. */
  addOwn(line: string): boolean {
    const isOwn = (outgoing: Outgoing) => outgoing.purpose === "own" && outgoing.line === line;
    if (this.#own.length >= MOST_OWN || this.#own.some(isOwn) || this.#sent.some(isOwn)) return false;
    this.#own.push({ line, ticket: undefined, purpose: "own", about: [] });
    return true;
  }

  /** Puts JOINs behind all others. */
  append(outgoing: readonly Outgoing[]): void {
    this.#queued.push(...outgoing);
  }

  /** Puts JOINs before all others. */
  addFirst(outgoing: readonly Outgoing[]): void {
    this.#queued.unshift(...outgoing);
  }

  /** Takes back a line that has not been sent; undefined if there is none. */
  cancel(ticket: number): Outgoing | undefined {
    const index = this.#queued.findIndex((outgoing) => outgoing.ticket === ticket);
    return index < 0 ? undefined : this.#queued.splice(index, 1)[0];
  }

  /** The next line that may be sent now. */
  next(now: Instant): Outgoing | undefined {
    const from = this.#nextFrom;
    if (this.readyAt(now) > now) return undefined;
    const outgoing = from.shift();
    if (outgoing === undefined) return undefined;
    this.#wasOwn = from === this.#own;
    this.count(outgoing.line, now);
    this.#sent.push(outgoing);
    return outgoing;
  }

  /** When {@linkcode Outbox.next} has a line; Infinity: none is waiting. */
  readyAt(now: Instant): Instant {
    const [outgoing] = this.#nextFrom;
    return outgoing === undefined ? Infinity : this.#flood.readyAt(now, bytesOf(outgoing.line));
  }

  /** Counts a line that was sent, perhaps without waiting. */
  count(line: string, now: Instant): void {
    this.#flood.add(now, bytesOf(line));
  }

  /** Whether something sent is to be proven now: no PING is under way for that, and none will be cheaper. */
  get needsProof(): boolean {
    if (this.#pinged || this.#sent.length === 0) return false;
    return this.#queued.length + this.#own.length === 0 || this.#sent.length >= MOST_UNPROVEN;
  }

  /** A PING goes out behind what was sent. */
  pingSent(): void {
    this.#pinged = true;
    this.#covered = this.#sent.length;
  }

  /** Its PONG came; returns the lines it proves. */
  takeProven(): readonly Outgoing[] {
    this.#pinged = false;
    return this.#sent.splice(0, this.#covered);
  }

  /** Whether a command of the user's is under way that is about just this. */
  underWay(command: string, about: string): boolean {
    return this.#sent.some(({ ticket, about: [what, whom] }) =>
      ticket !== undefined && what === command && whom === about
    );
  }

  /** The server takes no more lines but has handled those it got; returns them. */
  takeAllSent(): readonly Outgoing[] {
    this.#pinged = false;
    return this.#sent.splice(0);
  }

  /** The oldest line under way of which this is true. */
  oldestSent(isAbout: (outgoing: Outgoing) => boolean): Outgoing | undefined {
    return this.#sent.find(isAbout);
  }

  /** An error numeric came; returns the oldest line it can mean, which is then no longer under way. */
  takeRefused(isAbout: (outgoing: Outgoing) => boolean): Outgoing | undefined {
    const index = this.#sent.findIndex(isAbout);
    if (index < 0) return undefined;
    if (index < this.#covered) this.#covered--;
    return this.#sent.splice(index, 1)[0];
  }

  /**
   * The link died: returns what was under way, and what is pointless on another link. What else waits
   * stays.
   */
  linkLost(): { readonly sent: readonly Outgoing[]; readonly pointless: readonly Outgoing[] } {
    this.#pinged = false;
    this.#flood.clear();
    this.#own.length = 0;
    const pointless = this.#queued.filter((outgoing) => outgoing.purpose !== "say");
    this.#queued = this.#queued.filter((outgoing) => outgoing.purpose === "say");
    return { sent: this.#sent.splice(0), pointless };
  }

  /** The session ends: returns what was never sent. */
  clear(): readonly Outgoing[] {
    this.#own.length = 0;
    return this.#queued.splice(0);
  }

  /** Who holds the next line. */
  get #nextFrom(): Outgoing[] {
    const isOwn = this.#own.length > 0 && (this.#queued.length === 0 || !this.#wasOwn);
    return isOwn ? this.#own : this.#queued;
  }
}

/** How long a line is with its ending. */
function bytesOf(line: string): number {
  return encoder.encode(line).length + 2;
}
