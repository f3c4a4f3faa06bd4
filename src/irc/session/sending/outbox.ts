import { CommandError } from "../../../protocol/errors.ts";
import type { Instant } from "../../../protocol/protocol.ts";
import { MOST_OWN, MOST_QUEUED } from "../../wire/bounds.ts";
import { Flood } from "./flood.ts";
import type { FloodOptions, FloodPreset } from "./flood_presets.ts";

/** A line on its way to the server. */
export interface Outgoing {
  /** The line, without its line ending. */
  readonly line: string;
  /** What must follow at once, with nothing between: the rest of a batch. */
  readonly more?: readonly string[];
  /** Whose it is; undefined: the session's own. */
  readonly ticket: number | undefined;
  /** What it does: a link's loss undoes a JOIN, does the work of a PART, and ends what is the session's own. */
  readonly purpose: "say" | "join" | "part" | "own";
  /** Whether what answers it is wanted, and not only that it was handled. */
  readonly asks?: true;
  /** Whether it must not be recorded. */
  readonly secret?: true;
  /** What may be recorded in its place. */
  readonly shown?: string;
}

/** What waits to be sent, and until when: as the server's flood control allows. */
export class Outbox {
  readonly #flood: Flood;
  #queued: Outgoing[] = [];
  /** What the session sends of itself: ahead of what else waits, but not twice in a row. */
  readonly #own: Outgoing[] = [];
  #wasOwn = false;

  /** Takes what lines cost. */
  constructor(flood: FloodOptions | FloodPreset | false | undefined) {
    this.#flood = new Flood(flood);
  }

  /** What the server is has become known, and with it what it makes lines cost. */
  known(preset: FloodPreset | undefined): void {
    this.#flood.known(preset);
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

  /** Adds a line that the session sends of itself; false if too many are waiting, or just that one. */
  addOwn(line: string): boolean {
    if (this.#own.length >= MOST_OWN || this.#own.some((outgoing) => outgoing.line === line)) return false;
    this.#own.push({ line, ticket: undefined, purpose: "own" });
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
    this.count(linesOf(outgoing), now);
    return outgoing;
  }

  /** When {@linkcode Outbox.next} has a line; Infinity: none is waiting. */
  readyAt(now: Instant): Instant {
    const outgoing = this.#nextFrom[0];
    return outgoing === undefined ? Infinity : this.#flood.readyAt(now, linesOf(outgoing));
  }

  /** Counts lines that were sent, perhaps without waiting. */
  count(lines: readonly string[], now: Instant): void {
    this.#flood.add(now, lines);
  }

  /** Whether a line waits to be sent. */
  get waiting(): boolean {
    return this.#queued.length + this.#own.length > 0;
  }

  /** The link died: returns what is pointless on another link. What else waits stays. */
  linkLost(): readonly Outgoing[] {
    this.#flood.clear();
    this.#own.length = 0;
    const pointless = this.#queued.filter((outgoing) => outgoing.purpose !== "say");
    this.#queued = this.#queued.filter((outgoing) => outgoing.purpose === "say");
    return pointless;
  }

  /** Takes the texts of several lines out, which this server does not take. */
  dropBatches(): readonly Outgoing[] {
    const batches = this.#queued.filter(({ more }) => more !== undefined);
    if (batches.length > 0) this.#queued = this.#queued.filter(({ more }) => more === undefined);
    return batches;
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

function linesOf({ line, more = [] }: Outgoing): readonly string[] {
  return [line, ...more];
}
