import { Deadlines } from "../../../protocol/core/deadlines.ts";
import { TimeoutError } from "../../../protocol/errors.ts";
import type { Permit } from "../../../protocol/permit.ts";
import type { PingBarrier } from "../../../protocol/connection/ping_barrier.ts";
import type { Instant } from "../../../protocol/protocol.ts";
import { PermitAsks, type TwitchOutputs } from "../outputs.ts";
import { membershipLine } from "../../wire/commands/command.ts";

interface Joining {
  /** Undefined once the echo has come, and only the ROOMSTATE is awaited that follows it. */
  permit: number | undefined;
  readonly attempt: number;
  /** Infinity: it took too long, and the proof that the server has read it is under way. */
  deadline: Instant;
}

interface Waiting {
  readonly attempt: number;
  /** Not before; -Infinity: at once. */
  readonly from: Instant;
}

interface Parting {
  readonly tickets: number[];
  /** Of JOINs that this undoes, whose echo has not come. */
  readonly permits: number[];
  /** Infinity as in {@linkcode Joining}. */
  deadline: Instant;
}

/** Whoever minds what becomes of JOINs that are not just echoed. */
export interface JoinVerdicts {
  /** The server has read the JOIN of a channel, and never answers it in full. */
  silent(channel: string, now: Instant): void;
  /** It is known whether we were out of a channel in which we were found not to be. */
  certain(channel: string, wereOut: boolean): void;
}

/** What {@linkcode LinkChannels} is made of. */
export interface LinkChannelsParts {
  readonly link: number;
  readonly outputs: TwitchOutputs;
  /** The permit of a JOIN. */
  readonly permit: Permit;
  /** How long an echo may take, in milliseconds. */
  readonly timeout: number;
  /** How long a channel may bring nothing before it is doubted, in milliseconds. */
  readonly quiet: number;
  readonly pings: PingBarrier;
  readonly verdicts: JoinVerdicts;
}

/** What a JOIN echo means. */
export type JoinEcho = "joining" | "joined" | "again" | "unwanted";

// Twitch says nothing at all about a channel that does not exist, nor about JOINs over the limit: which JOINs of
// links that are gone also brought to it. An attempt that shares its window of the limit with another tells nothing
// new, so the next is in another.
const ATTEMPTS = 2;
// One that it echoes does exist.
const ATTEMPTS_ECHOED = 5;
// How much of the limit of JOINs may go to channels that are merely quiet: the rest is for who wants to join one.
const DOUBTED = 0.25;

/**
 * Where one link stands with each channel.
 *
 * Twitch may forget that we are in a channel without a word, or tell us so by the echo of a JOIN and never
 * mean it. So a channel is joined once its ROOMSTATE has come, which follows the echo; and one that we have
 * reason to doubt, or that has brought nothing for long, is joined again. Whether Twitch echoes the JOIN of who
 * is there already is not documented: after the first such echo a second JOIN, of a channel that we then are in
 * for certain, tells.
 */
export class LinkChannels {
  /** Whether the server describes a channel by ROOMSTATE: it has granted us the capability. */
  described = true;
  readonly #parts: LinkChannelsParts;
  readonly #outputs: TwitchOutputs;
  readonly #asks: PermitAsks;
  /** Wait for a permit, or for the window of an attempt that failed to be over. */
  readonly #waiting = new Map<string, Waiting>();
  readonly #sent = new Map<string, Joining>();
  /** When each channel that we are in last brought something. */
  readonly #joined = new Map<string, Instant>();
  /** Joined, but to be joined again to see whether we still are: the permit with which that is asked. */
  readonly #doubted = new Map<string, number | undefined>();
  readonly #parting = new Map<string, Parting>();
  /** Joined, or given up, but the USERSTATE that belongs to the JOIN has not come. */
  readonly #stateless = new Set<string>();
  /** Joined again by a JOIN that was echoed, and to be joined once more to see what that means. */
  readonly #comparing = new Set<string>();
  /** Whether this server echoes every JOIN, so that an echo does not tell that we were out. */
  #echoesAll: boolean | undefined = undefined;
  /** When to look for channels that are quiet, and when the oldest question whether we still are in one is given up. */
  readonly #deadlines = new Deadlines<"quiet" | "doubts">();
  #stopped = false;

  /** Takes its parts. */
  constructor(parts: LinkChannelsParts) {
    this.#parts = parts;
    this.#outputs = parts.outputs;
    this.#asks = new PermitAsks(parts.outputs, parts.permit);
  }

  /** True if of these channels no JOIN waits or is under way. */
  joinsDone(names: readonly string[]): boolean {
    return !names.some((name) => this.pending(name));
  }

  /** The channels we are in. */
  get joined(): ReadonlyMap<string, Instant> {
    return this.#joined;
  }

  /** Whether the JOIN of a channel waits or is under way. */
  pending(name: string): boolean {
    return this.#waiting.has(name) || this.#sent.has(name);
  }

  /** Whether a USERSTATE of a channel may be that of a JOIN: one waits, is under way, or is being undone. */
  changing(name: string): boolean {
    return this.pending(name) || this.#parting.has(name);
  }

  /** Whether the JOIN of a channel is under way. */
  sent(name: string): boolean {
    return this.#sent.has(name) || this.#doubted.get(name) !== undefined;
  }

  /** Joins a channel, once there is a permit for it. */
  join(name: string): void {
    if (this.#joined.has(name) || this.pending(name)) return;
    this.#waiting.set(name, { attempt: 1, from: -Infinity });
    this.#match();
  }

  /** Whether it is not known yet that we were out of a channel that was joined again. */
  uncertain(name: string): boolean {
    return this.#comparing.has(name);
  }

  /** There is reason to think that the server does not have us in a channel any more: asks it. */
  doubt(name: string): void {
    if (this.#stopped || !this.#joined.has(name) || this.#doubted.has(name)) return;
    this.#doubted.set(name, undefined);
    this.#match();
  }

  /** A channel has brought something. */
  heard(name: string, now: Instant): void {
    if (this.#joined.has(name)) this.#joined.set(name, now);
  }

  /** A permit was granted; false if it is not for a JOIN here. */
  granted(id: number, now: Instant): boolean {
    if (!this.#asks.take(id)) return false;
    const [name] = this.#ready();
    if (name === undefined) {
      this.#outputs.release(id, false);
      return true;
    }
    const waiting = this.#waiting.get(name);
    if (waiting === undefined) {
      this.#doubted.set(name, id);
      this.#deadlines.set("doubts", Math.min(this.#deadlines.at("doubts"), now + this.#parts.timeout));
    } else {
      this.#waiting.delete(name);
      const { attempt } = waiting;
      this.#sent.set(name, { permit: id, deadline: now + this.#parts.timeout, attempt });
    }
    this.#outputs.line(this.#parts.link, membershipLine("JOIN", name));
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

  /** The server says that we are in a channel; "joining" if its ROOMSTATE is still to come. */
  echoed(name: string, now: Instant): JoinEcho {
    if (this.#joined.has(name)) {
      // A USERSTATE follows every echo, whatever that means.
      this.#stateless.add(name);
      return this.#doubted.get(name) === undefined ? "again" : this.#found(name, now);
    }
    // The PART that is under way follows this.
    if (this.#parting.has(name)) return "again";
    if (!this.pending(name)) return "unwanted";
    const attempt = this.#sent.get(name)?.attempt ?? 1;
    this.#answer(name);
    return this.#enter(name, attempt, now);
  }

  /** The server describes a channel; true if we are in it since then. */
  roomState(name: string, now: Instant): boolean {
    if (this.#sent.get(name)?.permit !== undefined || !this.#sent.has(name)) return false;
    this.#sent.delete(name);
    this.#arrive(name, now);
    if (this.#comparing.has(name)) this.doubt(name);
    return true;
  }

  /** The server has refused the JOIN of a channel. */
  refused(name: string): void {
    this.#answer(name);
    this.#trust(name);
    this.#joined.delete(name);
  }

  /** Takes a channel out of what is to be joined. */
  drop(name: string, now: Instant): void {
    const permit = this.#sent.get(name)?.permit;
    if (permit !== undefined) {
      this.#hold([permit], now);
      this.#stateless.add(name);
    }
    this.#sent.delete(name);
    if (this.#waiting.delete(name)) this.#match();
  }

  /** Leaves a channel; false if there is nothing to leave, and the command is done. */
  part(name: string, ticket: number | undefined, now: Instant): boolean {
    const joining = this.#sent.get(name);
    const permits = [joining?.permit, this.#doubted.get(name)].filter((permit) => permit !== undefined);
    const there = this.#joined.delete(name) || joining !== undefined;
    this.#sent.delete(name);
    this.#stateless.delete(name);
    this.#comparing.delete(name);
    const doubted = this.#doubted.delete(name);
    if (this.#waiting.delete(name) || doubted) this.#match();
    const parting = this.#parting.get(name);
    if (parting !== undefined && ticket !== undefined) parting.tickets.push(ticket);
    if (!there) return parting !== undefined;
    this.#outputs.line(this.#parts.link, membershipLine("PART", name));
    this.#parting.set(name, {
      tickets: ticket === undefined ? [] : [ticket],
      permits,
      deadline: now + this.#parts.timeout,
    });
    return true;
  }

  /** The server says that we have left a channel. */
  parted(name: string): void {
    const parting = this.#parting.get(name);
    // One we did not ask for may be that of another connection of the same account.
    if (parting === undefined) return this.doubt(name);
    for (const ticket of parting.tickets) this.#outputs.done(ticket);
    for (const permit of parting.permits) this.#outputs.release(permit, true);
    this.#parting.delete(name);
    this.#match();
  }

  /** Whether a USERSTATE is the one that follows a JOIN. */
  takesState(name: string): boolean {
    return this.#stateless.delete(name);
  }

  /** When {@linkcode LinkChannels.due} has something to do. */
  deadline(): Instant {
    let deadline = this.#deadlines.next;
    for (const joining of this.#sent.values()) deadline = Math.min(deadline, joining.deadline);
    for (const { from } of this.#waiting.values()) if (from > -Infinity) deadline = Math.min(deadline, from);
    for (const parting of this.#parting.values()) deadline = Math.min(deadline, parting.deadline);
    return deadline;
  }

  /** Lets what took too long be proven to be unanswered; doubts what has been quiet. */
  due(now: Instant): void {
    for (let name = this.#deadlines.due(now); name !== undefined; name = this.#deadlines.due(now)) {
      if (name === "quiet") this.#look(now);
      else this.#resolveDoubts(now);
    }
    this.#rested(now);
    const joins = [...this.#sent].filter(([, { deadline }]) => now >= deadline);
    const parts = [...this.#parting].filter(([, { deadline }]) => now >= deadline);
    if (joins.length === 0 && parts.length === 0) return;
    for (const [, joining] of joins) joining.deadline = Infinity;
    for (const [name, parting] of parts) {
      parting.deadline = Infinity;
      const error = new TimeoutError(`Cannot tell whether "${name}" was left: Twitch said nothing`);
      for (const ticket of parting.tickets.splice(0)) this.#outputs.failed(ticket, error);
    }
    this.#parts.pings.request(now, {
      proven: (latency) => {
        for (const [name, joining] of joins) this.#unanswered(name, joining, now + latency);
        for (const [name, parting] of parts) if (this.#parting.get(name) === parting) this.parted(name);
        this.#match();
      },
    });
  }

  /** Joins no more; what is joined stays. */
  stop(now: Instant): void {
    this.#stopped = true;
    this.#waiting.clear();
    this.#hold(this.#permits(), now);
    this.#sent.clear();
    this.#doubted.clear();
    this.#comparing.clear();
    this.#deadlines.clearAll();
    this.#match();
  }

  /** The link is gone, and with it our being in channels: every PART is done. */
  lost(): void {
    this.#waiting.clear();
    // Whether the JOINs arrived is not known: to count them is the safe side.
    for (const permit of this.#permits()) this.#outputs.release(permit, true);
    this.#sent.clear();
    this.#joined.clear();
    this.#doubted.clear();
    this.#comparing.clear();
    this.#stateless.clear();
    for (const name of [...this.#parting.keys()]) this.parted(name);
    this.#match();
  }

  /** Keeps permits whose effect is not proven until it is, or the link is gone: then they count as used. */
  #hold(permits: readonly number[], now: Instant): void {
    if (permits.length === 0) return;
    const release = () => permits.forEach((permit) => this.#outputs.release(permit, true));
    this.#parts.pings.request(now, { proven: release, lost: release });
  }

  #permits(): number[] {
    const joining = [...this.#sent.values()].map(({ permit }) => permit);
    return [...joining, ...this.#doubted.values()].filter((permit) => permit !== undefined);
  }

  /** The echo of our JOIN has come. */
  #enter(name: string, attempt: number, now: Instant): JoinEcho {
    this.#stateless.add(name);
    if (this.described) {
      this.#sent.set(name, { permit: undefined, attempt, deadline: now + this.#parts.timeout });
      return "joining";
    }
    this.#arrive(name, now);
    return "joined";
  }

  #arrive(name: string, now: Instant): void {
    this.#joined.set(name, now);
    if (this.#deadlines.at("quiet") === Infinity) this.#deadlines.set("quiet", now + this.#parts.quiet);
  }

  /** The JOIN of a channel that we believed to be in was echoed: we were out of it, or it means nothing. */
  #found(name: string, now: Instant): JoinEcho {
    this.#trust(name);
    if (this.#comparing.has(name)) this.#compared(true);
    if (this.#echoesAll) {
      this.heard(name, now);
      return "again";
    }
    if (this.#echoesAll === undefined) this.#comparing.add(name);
    this.#joined.delete(name);
    return this.#enter(name, 1, now);
  }

  /** Now it is known what the echo of a JOIN means. */
  #compared(echoesAll: boolean): void {
    this.#echoesAll = echoesAll;
    for (const name of this.#comparing) this.#parts.verdicts.certain(name, !echoesAll);
    this.#comparing.clear();
  }

  /** The server has answered the JOIN of a channel, one way or the other. */
  #answer(name: string): void {
    const permit = this.#sent.get(name)?.permit;
    if (permit !== undefined) this.#outputs.release(permit, true);
    this.#sent.delete(name);
    if (this.#waiting.delete(name)) this.#match();
  }

  /** Whether we are in a channel is known. */
  #trust(name: string): void {
    const permit = this.#doubted.get(name);
    if (permit !== undefined) this.#outputs.release(permit, true);
    if (this.#doubted.delete(name)) this.#match();
  }

  /** The channels whose JOIN could be sent. That of one being left waits, so that each echo has one meaning. */
  #ready(): string[] {
    const doubted = [...this.#doubted].flatMap(([name, permit]) => permit === undefined ? [name] : []);
    const waiting = [...this.#waiting].flatMap(([name, { from }]) => from > -Infinity ? [] : [name]);
    return [...waiting, ...doubted].filter((name) => !this.#parting.has(name));
  }

  #match(): void {
    this.#asks.match(this.#waiting.size + this.#doubted.size === 0 ? 0 : this.#ready().length);
  }

  /** Doubts the channels that have brought nothing for too long. */
  #look(now: Instant): void {
    const { quiet, permit: { limit, per } } = this.#parts;
    let room = Math.max(1, Math.floor(limit * DOUBTED)) - this.#doubted.size;
    let next = Infinity;
    for (const [name, heardAt] of this.#joined) {
      // Not "now - heardAt < quiet": differences and sums are rounded otherwise, and it would be due for ever.
      const quietAt = heardAt + quiet;
      if (now < quietAt) next = Math.min(next, quietAt);
      else if (room > 0 && !this.#doubted.has(name)) {
        room--;
        this.doubt(name);
      } else next = Math.min(next, now + per);
    }
    this.#deadlines.set("quiet", this.#joined.size === 0 ? Infinity : Math.min(next, now + quiet));
  }

  /** No answer to a JOIN means that we are in the channel, once it is proven that none is under way. */
  #resolveDoubts(now: Instant): void {
    const asked = [...this.#doubted].filter(([, permit]) => permit !== undefined);
    const proven = () => {
      for (const [name, permit] of asked) {
        if (this.#doubted.get(name) !== permit) continue;
        this.#trust(name);
        if (this.#comparing.has(name)) this.#compared(false);
        // Whatever was said there until we asked has come.
        this.heard(name, now);
      }
      // Those that were asked since have their time still to come.
      const later = [...this.#doubted.values()].some((permit) => permit !== undefined);
      if (later && this.#deadlines.at("doubts") === Infinity) {
        this.#deadlines.set("doubts", now + this.#parts.timeout);
      }
    };
    this.#parts.pings.request(now, { proven });
  }

  /** What is to be joined again may be, once another window of the limit has begun. */
  #rested(now: Instant): void {
    const rested = [...this.#waiting].filter(([, { from }]) => from > -Infinity && now >= from);
    for (const [name, { attempt }] of rested) this.#waiting.set(name, { attempt, from: -Infinity });
    if (rested.length > 0) this.#match();
  }

  #unanswered(name: string, joining: Joining, now: Instant): void {
    if (this.#sent.get(name) !== joining) return;
    const echoed = joining.permit === undefined;
    this.#answer(name);
    if (joining.attempt >= (echoed ? ATTEMPTS_ECHOED : ATTEMPTS)) {
      // Should its answer come after all, it is not that of a message.
      this.#stateless.add(name);
      return this.#parts.verdicts.silent(name, now);
    }
    // It said that we are in, and did not mean it: the next JOIN shall not be taken for a repetition.
    if (echoed) this.#outputs.line(this.#parts.link, membershipLine("PART", name));
    const from = echoed ? -Infinity : now + this.#parts.permit.per;
    this.#waiting.set(name, { attempt: joining.attempt + 1, from });
  }
}
