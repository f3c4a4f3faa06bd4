import type { DialRequest, Link, LinkEvents } from "../driver/host.ts";
import type { CloseInfo, Data, Instant, OpenInfo } from "../protocol/protocol.ts";
import type { Acceptor } from "./listen.ts";
import { seededRandom } from "./random.ts";
import type { VirtualClock } from "./virtual_clock.ts";

/** How data travels while nothing is wrong. */
export interface NetworkConditions {
  /** How long data travels, one way, in milliseconds. @default {20} */
  readonly latency?: number;
  /** How much longer it may take, at random, in milliseconds. @default {0} */
  readonly jitter?: number;
  /** Whether streams arrive in pieces cut at random. @default {false} */
  readonly chunking?: boolean;
  /** How many bytes or characters may wait behind a stall before the sender calls its peer stalled. @default {1_048_576} */
  readonly maxBuffered?: number;
}

/** Which links something happens to: those between this client and this URL's host, or all. */
export interface Scope {
  /** The client, by the name of its host. @default all */
  readonly client?: string;
  /** The scheme, host and port dialled. @default all */
  readonly url?: string;
}

/** Which way data travels. */
export type Direction = "to client" | "to server";

const BOTH: readonly Direction[] = ["to client", "to server"];
const LOST: CloseInfo = { code: 1006, reason: "", clean: false, cause: "lost" };
const encoder = new TextEncoder();

interface Window {
  readonly scope: Scope;
  readonly until: Instant;
  /** Undefined: dials hang until the window ends. */
  readonly cause: "refused" | "tls" | undefined;
}

/**
 * The network of a simulated world: links that take time, and everything that can go wrong with them.
 * What a link's randomness gives depends on the seed, the client's name and how many links it has dialled,
 * so that a fault on one leaves the others as they were.
 */
export class Network {
  readonly #clock: VirtualClock;
  readonly #seed: number;
  readonly #conditions: Required<NetworkConditions>;
  readonly #servers = new Map<string, Acceptor>();
  readonly #wires = new Set<Wire>();
  readonly #dials = new Map<string, number>();
  #windows: Window[] = [];
  #slowed: { readonly scope: Scope; readonly until: Instant; readonly latency: number }[] = [];

  /** Takes the clock, the seed and how data travels. */
  constructor(clock: VirtualClock, seed: number, conditions: NetworkConditions = {}) {
    this.#clock = clock;
    this.#seed = seed;
    this.#conditions = { latency: 20, jitter: 0, chunking: false, maxBuffered: 1_048_576, ...conditions };
  }

  /** Puts a server behind the scheme, host and port of an URL; undefined takes it away. */
  serve(url: string, server: Acceptor | undefined): void {
    if (server === undefined) this.#servers.delete(originOf(url));
    else this.#servers.set(originOf(url), server);
  }

  /** Opens a link for a client, in its own time. */
  dial(client: string, request: DialRequest, events: LinkEvents): Link {
    const count = (this.#dials.get(client) ?? 0) + 1;
    this.#dials.set(client, count);
    const { latency, jitter, chunking, maxBuffered } = this.#conditions;
    const wire = new Wire({
      clock: this.#clock,
      client,
      origin: originOf(request.url),
      stream: request.url.startsWith("irc"),
      chunking,
      random: seededRandom(this.#seed, `link ${count} of ${client}`),
      delay: (wire) => this.#latencyOf(wire, latency),
      jitter,
      maxBuffered,
    }, events);
    this.#wires.add(wire);
    wire.onGone = () => this.#wires.delete(wire);
    this.#handshake(wire, request);
    return wire.clientEnd;
  }

  /** Breaks links: both ends see them lost. */
  reset(scope: Scope = {}): void {
    for (const wire of this.#matching(scope)) wire.break();
  }

  /** Holds back what travels on the links there are; it arrives afterwards, in order. */
  stall(scope: Scope, ms: number, directions: readonly Direction[] = BOTH): void {
    for (const wire of this.#matching(scope)) wire.stall(this.#clock.now() + ms, directions);
  }

  /** Lets what travels on the links there are vanish, with neither end told: for ever, unless `ms` is given. */
  silence(scope: Scope, ms: number = Infinity, directions: readonly Direction[] = BOTH): void {
    for (const wire of this.#matching(scope)) {
      wire.silence(directions);
      if (ms !== Infinity) this.#clock.setTimer(this.#clock.now() + ms, () => wire.break());
    }
  }

  /** Holds back everything, and lets no dial get an answer, for so long. */
  partition(scope: Scope, ms: number): void {
    this.stall(scope, ms);
    this.#windows.push({ scope, until: this.#clock.now() + ms, cause: undefined });
  }

  /** Lets every dial fail, for so long. */
  refuse(scope: Scope, ms: number, cause: "refused" | "tls" = "refused"): void {
    this.#windows.push({ scope, until: this.#clock.now() + ms, cause });
  }

  /** Lets data travel longer, for so long. */
  slow(scope: Scope, ms: number, latency: number): void {
    this.#slowed.push({ scope, until: this.#clock.now() + ms, latency });
  }

  /** How long data takes, one way, between a client and an URL's host. */
  latency(client: string, url: string): number {
    return this.#latencyOf({ client, origin: originOf(url) }, this.#conditions.latency);
  }

  /** What stands in the way of a dial or a request now, if anything. */
  obstacle(
    client: string,
    url: string,
  ): { readonly until: Instant; readonly cause: "refused" | "tls" | undefined } | undefined {
    const now = this.#clock.now();
    this.#windows = this.#windows.filter(({ until }) => until > now);
    return this.#windows.find(({ scope }) => matches(scope, client, originOf(url)));
  }

  #handshake(wire: Wire, request: DialRequest): void {
    const roundTrip = 2 * this.#latencyOf(wire, this.#conditions.latency);
    wire.later(roundTrip, () => {
      const obstacle = this.obstacle(wire.client, request.url);
      if (obstacle !== undefined && obstacle.cause === undefined) {
        return wire.later(obstacle.until - this.#clock.now(), () => this.#handshake(wire, request));
      }
      const server = this.#servers.get(wire.origin);
      if (obstacle?.cause !== undefined || server === undefined) {
        const cause = obstacle?.cause ?? "refused";
        const reason = cause === "tls" ? "The certificate is not valid" : "Connection refused";
        return wire.fail({ code: 1006, reason, clean: false, cause });
      }
      wire.open({ url: request.url, protocol: "" }, server);
    });
  }

  #latencyOf(wire: { readonly client: string; readonly origin: string }, latency: number): number {
    const now = this.#clock.now();
    this.#slowed = this.#slowed.filter(({ until }) => until > now);
    for (const { scope, latency: more } of this.#slowed) {
      if (matches(scope, wire.client, wire.origin)) latency = Math.max(latency, more);
    }
    return latency;
  }

  #matching(scope: Scope): Wire[] {
    return [...this.#wires].filter(({ client, origin }) => matches(scope, client, origin));
  }
}

interface WireSetup {
  readonly clock: VirtualClock;
  readonly client: string;
  readonly origin: string;
  /** Whether it carries bytes, which may be cut anywhere, and not messages. */
  readonly stream: boolean;
  readonly chunking: boolean;
  readonly random: () => number;
  readonly delay: (wire: Wire) => number;
  readonly jitter: number;
  readonly maxBuffered: number;
}

/** One connection: two ends, and a lane each way on which things arrive in order. */
class Wire {
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
    this.#lanes = { "to client": new Lane(setup.clock), "to server": new Lane(setup.clock) };
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
  carry(direction: Direction, act: () => void): void {
    const { clock, random, jitter } = this.#setup;
    const delay = this.#setup.delay(this) + (jitter === 0 ? 0 : random() * jitter);
    this.#lanes[direction].add(clock.now() + delay, act);
  }

  send(direction: Direction, data: Data): void {
    const to = direction === "to client" ? this.clientEnd : this.#serverEnd;
    const { stream, chunking, random, maxBuffered } = this.#setup;
    const lane = this.#lanes[direction];
    if (lane.hold(data.length) > maxBuffered) return this.#stalled(direction);
    if (!stream) return this.carry(direction, () => to.receive(data));
    let rest = typeof data === "string" ? encoder.encode(data) : data;
    while (chunking && rest.length > 1 && random() < 0.3) {
      const at = 1 + Math.floor(random() * (rest.length - 1));
      const piece = rest.subarray(0, at);
      this.carry(direction, () => to.receive(piece));
      rest = rest.subarray(at);
    }
    const last = rest;
    this.carry(direction, () => to.receive(last));
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

  break(): void {
    for (const lane of Object.values(this.#lanes)) lane.clear();
    for (const end of [this.clientEnd, this.#serverEnd]) end.tellClosed(LOST);
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

/** What travels one way, in order. */
class Lane {
  readonly #clock: VirtualClock;
  readonly #queue: { at: Instant; act: () => void }[] = [];
  #lastAt: Instant = 0;
  /** How much was sent since the lane was last seen to move. */
  #held = 0;
  #blockedUntil: Instant = 0;
  #silent = false;
  #undoTimer: (() => void) | undefined;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  add(at: Instant, act: () => void): void {
    if (this.#silent) return;
    this.#lastAt = Math.max(this.#lastAt, at);
    this.#queue.push({ at: this.#lastAt, act });
    if (this.#queue.length === 1) this.#arm();
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
    this.#undoTimer = this.#clock.setTimer(Math.max(head.at, this.#blockedUntil), () => {
      this.#undoTimer = undefined;
      this.#queue.shift();
      head.act();
      if (this.#undoTimer === undefined) this.#arm();
    });
  }
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

  receive(data: Data): void {
    if (!this.gone) this.events?.receive(data);
  }

  tellClosed(info: CloseInfo): void {
    if (this.gone) return;
    this.gone = true;
    this.events?.closed(info);
  }
}

function matches(scope: Scope, client: string, origin: string): boolean {
  return (scope.client === undefined || scope.client === client) &&
    (scope.url === undefined || originOf(scope.url) === origin);
}

/** The scheme, host and port of an URL, also of schemes that `URL.origin` does not know. */
export function originOf(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}
