import { CommandError, OptionError } from "../protocol/errors.ts";
import type { Instant } from "../protocol/protocol.ts";
import { RateLog } from "../protocol/rate_log.ts";

/** How many lines a server takes in how long before it thinks of flooding. */
export interface FloodLimit {
  /** How many lines. @default {10} */
  readonly limit?: number;
  /** In how many milliseconds. @default {20_000} */
  readonly per?: number;
}

/** A line on its way to the server. */
export interface Outgoing {
  /** The line, without its line ending. */
  readonly line: string;
  /** Whose it is; undefined: the session's own. */
  readonly ticket: number | undefined;
  /** What it does: a link's loss undoes a JOIN and does the work of a PART. */
  readonly purpose: "say" | "join" | "part";
  /** What an error numeric names if it refuses this: the command, and the target or the channels. */
  readonly about: readonly string[];
}

// A user who has this many lines waiting will not see them sent in any useful time.
const MOST_QUEUED = 1_000;
// Room for what must not wait: PONG, and the PINGs that prove what came before them.
const RESERVED = 2;

/**
 * What waits to be sent, and what was sent but is not proven. A server handles lines in order, so the
 * PONG to a PING sent behind a line proves that the line was handled; an error numeric in between says
 * that it was refused.
 */
export class Outbox {
  readonly #log: RateLog;
  #queued: Outgoing[] = [];
  /** Sent, oldest first. */
  #sent: Outgoing[] = [];
  /** Whether a PING is under way, and how many of #sent it covers. */
  #pinged = false;
  #covered = 0;
  #pings = 0;

  /** Takes how fast lines may be sent. */
  constructor(flood: FloodLimit = {}) {
    this.#log = new RateLog(flood.limit ?? 10, flood.per ?? 20_000);
    if (this.#log.limit <= RESERVED) {
      throw new OptionError(
        `Cannot send "${this.#log.limit}" lines at a time: need at least ${RESERVED + 1}`,
      );
    }
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

  /** Puts lines of the session's own before all others. */
  addFirst(outgoing: readonly Outgoing[]): void {
    this.#queued.unshift(...outgoing);
  }

  /** Takes back a line that has not been sent; false if there is none. */
  cancel(ticket: number): boolean {
    const index = this.#queued.findIndex((outgoing) => outgoing.ticket === ticket);
    if (index >= 0) this.#queued.splice(index, 1);
    return index >= 0;
  }

  /** The next line that may be sent now. */
  next(now: Instant): Outgoing | undefined {
    if (this.#queued.length === 0 || this.#log.readyAt(now, RESERVED) > now) return undefined;
    const outgoing = this.#queued.shift();
    if (outgoing === undefined) return undefined;
    this.#log.add(now);
    this.#sent.push(outgoing);
    return outgoing;
  }

  /** When {@linkcode Outbox.next} has a line; Infinity: none is waiting. */
  readyAt(now: Instant): Instant {
    return this.#queued.length === 0 ? Infinity : this.#log.readyAt(now, RESERVED);
  }

  /** Counts a line that was sent without waiting. */
  count(now: Instant): void {
    this.#log.add(now);
  }

  /** The token of a PING to send now, if something sent is not proven and no PING is under way. */
  proof(): string | undefined {
    if (this.#pinged || this.#sent.length === 0) return undefined;
    this.#pinged = true;
    this.#covered = this.#sent.length;
    return `parley-${++this.#pings}`;
  }

  /** A PONG came; returns the lines it proves, or undefined if it answers another PING. */
  proven(token: string): readonly Outgoing[] | undefined {
    if (!this.#pinged || token !== `parley-${this.#pings}`) return undefined;
    this.#pinged = false;
    return this.#sent.splice(0, this.#covered);
  }

  /** The server takes no more lines but has handled those it got; returns them. */
  provenAll(): readonly Outgoing[] {
    this.#pinged = false;
    return this.#sent.splice(0);
  }

  /** An error numeric came; returns the oldest line it can mean, which is then no longer under way. */
  refused(isAbout: (outgoing: Outgoing) => boolean): Outgoing | undefined {
    const index = this.#sent.findIndex(isAbout);
    if (index < 0) return undefined;
    if (index < this.#covered) this.#covered--;
    return this.#sent.splice(index, 1)[0];
  }

  /**
   * The link died: returns what was under way, and what is pointless on another link. What else waits
   * stays.
   */
  lost(): { readonly sent: readonly Outgoing[]; readonly pointless: readonly Outgoing[] } {
    this.#pinged = false;
    this.#log.clear();
    const pointless = this.#queued.filter((outgoing) => outgoing.purpose !== "say");
    this.#queued = this.#queued.filter((outgoing) => outgoing.purpose === "say");
    return { sent: this.#sent.splice(0), pointless };
  }

  /** The session ends: returns what was never sent. */
  clear(): readonly Outgoing[] {
    return this.#queued.splice(0);
  }
}
