import type { Clock } from "@parley/parley/driver";
import { joinBytes } from "@parley/parley/internal";
import type { CloseInfo, Data, Instant, Link, LinkEvents, OpenInfo } from "@parley/parley/protocol";
import type { Acceptor } from "./listen.ts";
import type { BreakCause, Direction } from "./network.ts";

const LOST: CloseInfo = { code: 1006, reason: "", clean: false, cause: "lost" };
const encoder = new TextEncoder();

/** How a wire is. */
export interface WireSetup {
  readonly clock: Clock;
  readonly client: string;
  readonly origin: string;
  /** Whether it carries bytes, which may be cut anywhere, and not messages. */
  readonly stream: boolean;
  readonly chunking: boolean;
  readonly random: () => number;
  readonly delay: (wire: Wire) => number;
  readonly jitter: number;
  readonly maxBuffered: number;
  /** The largest message the client takes, in bytes. */
  readonly maxMessage: number;
  readonly coalescing: (wire: Wire) => number | undefined;
  readonly bandwidth: (wire: Wire) => number | undefined;
}

/** One connection: two ends, and a lane each way on which things arrive in order. */
export class Wire {
  readonly client: string;
  readonly origin: string;
  readonly clientEnd: End;
  readonly #serverEnd: End;
  readonly #setup: WireSetup;
  readonly #lanes: Readonly<Record<Direction, Lane>>;
  onGone: () => void = () => {};

  constructor(setup: WireSetup, events: LinkEvents) {
    this.#setup = setup;
    this.client = setup.client;
    this.origin = setup.origin;
    const every = () => setup.coalescing(this);
    this.#lanes = {
      "to client": new Lane(setup.clock, every, (read) => this.#read(this.clientEnd, read)),
      "to server": new Lane(setup.clock, every, (read) => this.#read(this.#serverEnd, read)),
    };
    this.clientEnd = new End(this, "to server", events);
    this.#serverEnd = new End(this, "to client", undefined);
  }

  later(ms: number, act: () => void): void {
    const { clock } = this.#setup;
    clock.setTimer(clock.now() + ms, () => {
      if (!this.clientEnd.gone) act();
    });
  }

  open(info: OpenInfo, server: Acceptor): void {
    this.clientEnd.events?.opened(info);
    if (this.clientEnd.gone) return;
    server.accept(info, (events) => {
      this.#serverEnd.events = events;
      return this.#serverEnd;
    });
  }

  fail(info: CloseInfo): void {
    this.clientEnd.tellClosed(info);
    this.#serverEnd.gone = true;
    this.onGone();
  }

  /** Lets something arrive at the other end, after all that was sent that way before. */
  carry(direction: Direction, what: Data | (() => void)): void {
    const { clock, random, jitter, bandwidth } = this.#setup;
    const lane = this.#lanes[direction];
    const sent = lane.through(typeof what === "function" ? 0 : what.length, bandwidth(this));
    const delay = this.#setup.delay(this) + (jitter === 0 ? 0 : random() * jitter);
    lane.add(Math.max(clock.now(), sent) + delay, what);
  }

  /** What one read of an end brings. */
  #read(to: End, read: readonly Data[]): void {
    if (this.#setup.stream && read.length > 1) return to.receive([joinBytes(read.map(bytesOf))]);
    const tooLarge = to === this.clientEnd ? read.findIndex((data) => this.#isTooLarge(data)) : -1;
    to.receive(tooLarge < 0 ? read : read.slice(0, tooLarge));
    if (tooLarge >= 0) this.#tooLarge();
  }

  #isTooLarge(data: Data): boolean {
    const { stream, maxMessage } = this.#setup;
    if (stream || data.length * 3 <= maxMessage) return false;
    return bytesOf(data).length > maxMessage;
  }

  /** The client takes no message as large as this: it says so, and is done with the link. */
  #tooLarge(): void {
    if (this.clientEnd.gone) return;
    const reason = `A message is longer than ${this.#setup.maxMessage} bytes`;
    this.carry("to server", () => {
      this.#serverEnd.tellClosed({ code: 1009, reason: "", clean: true, cause: "peer" });
      this.#goneIfBoth();
    });
    this.clientEnd.tellClosed({ code: 1006, reason, clean: false, cause: "corrupt" });
  }

  send(direction: Direction, data: Data): void {
    const { stream, chunking, random, maxBuffered } = this.#setup;
    const lane = this.#lanes[direction];
    if (lane.hold(data.length) > maxBuffered) return this.#stalled(direction);
    if (!stream) return this.carry(direction, data);
    let rest = bytesOf(data);
    while (chunking && rest.length > 1 && random() < 0.3) {
      const at = 1 + Math.floor(random() * (rest.length - 1));
      const piece = rest.subarray(0, at);
      this.carry(direction, piece);
      rest = rest.subarray(at);
    }
    this.carry(direction, rest);
  }

  /** The peer does not read: the sender gives up, as transports do. */
  #stalled(direction: Direction): void {
    const [near] = this.#ends(direction);
    this.abort(direction);
    near.events?.closed({ code: 1006, reason: "The peer stopped reading", clean: false, cause: "stalled" });
  }

  /** A polite close: the other end hears of it behind what was sent, and then this one. */
  close(direction: Direction, info: CloseInfo): void {
    const [near, far] = this.#ends(direction);
    const back = direction === "to client" ? "to server" : "to client";
    this.carry(direction, () => {
      far.tellClosed(info);
      this.carry(back, () => {
        near.tellClosed(info);
        this.#goneIfBoth();
      });
    });
  }

  abort(direction: Direction): void {
    const [near, far] = this.#ends(direction);
    near.gone = true;
    this.carry(direction, () => far.tellClosed(LOST));
    this.#goneIfBoth();
  }

  break(cause: BreakCause = "lost"): void {
    for (const lane of Object.values(this.#lanes)) lane.clear();
    this.clientEnd.tellClosed({ ...LOST, cause });
    this.#serverEnd.tellClosed(LOST);
    this.onGone();
  }

  stall(until: Instant, directions: readonly Direction[]): void {
    for (const direction of directions) this.#lanes[direction].block(until);
  }

  silence(directions: readonly Direction[]): void {
    for (const direction of directions) this.#lanes[direction].silence();
  }

  isStream(): boolean {
    return this.#setup.stream;
  }

  #ends(direction: Direction): [near: End, far: End] {
    return direction === "to client" ? [this.#serverEnd, this.clientEnd] : [this.clientEnd, this.#serverEnd];
  }

  #goneIfBoth(): void {
    if (this.clientEnd.gone && this.#serverEnd.gone) this.onGone();
  }
}

interface Travelling {
  readonly at: Instant;
  /** What is to be read, or else to happen. */
  readonly what: Data | (() => void);
}

/** What travels one way, in order. */
class Lane {
  readonly #clock: Clock;
  /** How far apart reads are; undefined: what was sent by itself is read by itself. */
  readonly #every: () => number | undefined;
  readonly #read: (read: readonly Data[]) => void;
  readonly #queue: Travelling[] = [];
  #lastAt: Instant = 0;
  /** When what was sent is through, as fast as the lane is. */
  #throughAt: Instant = 0;
  #readAt: Instant = -Infinity;
  /** How much was sent since the lane was last seen to move. */
  #held = 0;
  #blockedUntil: Instant = 0;
  #silent = false;
  #undoTimer: (() => void) | undefined;

  constructor(clock: Clock, every: () => number | undefined, read: (read: readonly Data[]) => void) {
    this.#clock = clock;
    this.#every = every;
    this.#read = read;
  }

  add(at: Instant, what: Data | (() => void)): void {
    if (this.#silent) return;
    this.#lastAt = Math.max(this.#lastAt, at);
    this.#queue.push({ at: this.#lastAt, what });
    if (this.#queue.length === 1) this.#arm();
  }

  /** When so much is through that is sent now. */
  through(length: number, perSecond: number | undefined): Instant {
    if (perSecond === undefined) return this.#throughAt;
    this.#throughAt = Math.max(this.#throughAt, this.#clock.now()) + length / perSecond * 1_000;
    return this.#throughAt;
  }

  /** Counts what is sent while nothing moves; returns how much waits. */
  hold(length: number): number {
    const moving = !this.#silent && this.#clock.now() >= this.#blockedUntil;
    this.#held = moving ? 0 : this.#held + length;
    return this.#held;
  }

  block(until: Instant): void {
    this.#blockedUntil = Math.max(this.#blockedUntil, until);
    if (this.#queue.length > 0) this.#arm();
  }

  silence(): void {
    this.#silent = true;
    this.clear();
  }

  clear(): void {
    this.#queue.length = 0;
    this.#undoTimer?.();
    this.#undoTimer = undefined;
  }

  #arm(): void {
    this.#undoTimer?.();
    const head = this.#queue[0];
    if (head === undefined) return;
    const every = typeof head.what === "function" ? undefined : this.#every();
    const readable = every === undefined ? -Infinity : this.#readAt + every;
    this.#undoTimer = this.#clock.setTimer(Math.max(head.at, this.#blockedUntil, readable), () => {
      this.#undoTimer = undefined;
      this.#arrive();
      if (this.#undoTimer === undefined) this.#arm();
    });
  }

  #arrive(): void {
    const head = this.#queue.shift();
    if (head === undefined) return;
    if (typeof head.what === "function") return head.what();
    const read = [head.what];
    const now = this.#readAt = this.#clock.now();
    for (let next = this.#queue[0]; this.#every() !== undefined && next !== undefined && next.at <= now;) {
      if (typeof next.what === "function") break;
      read.push(next.what);
      this.#queue.shift();
      next = this.#queue[0];
    }
    this.#read(read);
  }
}

/** What travels on a stream: a string as UTF-8. */
function bytesOf(data: Data): Uint8Array {
  return typeof data === "string" ? encoder.encode(data) : data;
}

class End implements Link {
  readonly #wire: Wire;
  readonly #away: Direction;
  events: LinkEvents | undefined;
  gone = false;
  #closing = false;

  /** `away`: the direction in which this end sends. */
  constructor(wire: Wire, away: Direction, events: LinkEvents | undefined) {
    this.#wire = wire;
    this.#away = away;
    this.events = events;
  }

  send(data: Data): void {
    if (!this.gone && !this.#closing) this.#wire.send(this.#away, data);
  }

  close(code: number, reason: string): void {
    if (this.gone || this.#closing) return;
    this.#closing = true;
    this.#wire.close(this.#away, {
      code: this.#wire.isStream() ? 0 : code,
      reason,
      clean: true,
      cause: "peer",
    });
  }

  abort(): void {
    if (!this.gone) this.#wire.abort(this.#away);
  }

  receive(read: readonly Data[]): void {
    const [first] = read;
    if (this.gone || first === undefined) return;
    if (read.length > 1) this.events?.receiveBatch(read);
    else this.events?.receive(first);
  }

  tellClosed(info: CloseInfo): void {
    if (this.gone) return;
    this.gone = true;
    this.events?.closed(info);
  }
}
