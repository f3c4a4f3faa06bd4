import type { Clock } from "@parley/parley/driver";
import type { CloseInfo, DialRequest, Instant, Link, LinkEvents } from "@parley/parley/protocol";
import { Wire } from "./_wire.ts";
import type { Acceptor } from "./listen.ts";
import { seededRandom } from "../random.ts";

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
  /**
   * How far apart the reads of a link are, in milliseconds: what has come meanwhile is read in one piece, as is
   * what comes at the same instant. @default {each piece that was sent is read by itself}
   */
  readonly coalescing?: number;
  /** How many bytes or characters travel in a second, each way of a link. @default {no limit} */
  readonly bandwidth?: number;
}

/** Which links something happens to: those between this client and this URL's host, or all. */
export interface Scope {
  /** The client, by the name of its host. @default all */
  readonly client?: string;
  /** The scheme, host and port dialled. @default all */
  readonly url?: string;
}

/** Why a link broke, as its client takes it. */
export type BreakCause = Extract<CloseInfo["cause"], "lost" | "corrupt" | "unknown">;

/** Which way data travels. */
export type Direction = "to client" | "to server";

/** What goes wrong with a request that gets through. */
export type HttpTrouble =
  /** Something in the server's place answers with this status; `retryAfter` in seconds. */
  | { readonly kind: "status"; readonly status: number; readonly retryAfter?: number }
  /** The body takes so long, in milliseconds. */
  | { readonly kind: "slow"; readonly ms: number }
  /** The connection breaks in the midst of the body. */
  | { readonly kind: "reset" }
  /** A page comes that nobody asked for, with status 200. */
  | { readonly kind: "wrong" };

const BOTH: readonly Direction[] = ["to client", "to server"];

interface Window {
  readonly scope: Scope;
  readonly until: Instant;
  /** Undefined: dials hang until the window ends. */
  readonly cause: "refused" | "tls" | undefined;
}

interface Limited {
  readonly scope: Scope;
  readonly until: Instant;
  readonly value: number;
}

/**
 * The network of a simulated world: links that take time, and everything that can go wrong with them.
 * What a link's randomness gives depends on the seed, the client's name and how many links it has dialled,
 * so that a fault on one leaves the others as they were.
 */
export class Network {
  readonly #clock: Clock;
  readonly #seed: number;
  readonly #conditions:
    & NetworkConditions
    & Required<Pick<NetworkConditions, "latency" | "jitter" | "chunking" | "maxBuffered">>;
  readonly #servers = new Map<string, Acceptor>();
  readonly #wires = new Set<Wire>();
  readonly #dials = new Map<string, number>();
  #windows: Window[] = [];
  #troubles: { readonly scope: Scope; readonly until: Instant; readonly trouble: HttpTrouble }[] = [];
  #slowed: { readonly scope: Scope; readonly until: Instant; readonly latency: number }[] = [];
  #coalesced: Limited[] = [];
  #narrowed: Limited[] = [];

  /** Takes the clock, the seed and how data travels. */
  constructor(clock: Clock, seed: number, conditions: NetworkConditions = {}) {
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
    const { latency, jitter, chunking, maxBuffered, coalescing, bandwidth } = this.#conditions;
    const wire = new Wire({
      clock: this.#clock,
      client,
      origin: originOf(request.url),
      stream: !/^wss?:/i.test(request.url),
      chunking,
      random: seededRandom(this.#seed, `link ${count} of ${client}`),
      delay: (wire) => this.#latencyOf(wire, latency),
      jitter,
      maxBuffered,
      coalescing: (wire) => this.#limit(this.#coalesced, wire) ?? coalescing,
      bandwidth: (wire) => this.#limit(this.#narrowed, wire) ?? bandwidth,
      maxMessage: request.maxMessage ?? Infinity,
    }, events);
    this.#wires.add(wire);
    wire.onGone = () => this.#wires.delete(wire);
    this.#handshake(wire, request);
    return wire.clientEnd;
  }

  /** Breaks links: both ends see them lost, or the client what else it takes for the cause. */
  reset(scope: Scope = {}, cause: BreakCause = "lost"): void {
    for (const wire of this.#matching(scope)) wire.break(cause);
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

  /** Lets links be read only so often, in milliseconds, and then all that has come in one piece, for so long. */
  coalesce(scope: Scope, ms: number, every: number): void {
    this.#coalesced.push({ scope, until: this.#clock.now() + ms, value: every });
  }

  /** Lets only so many bytes or characters travel in a second, each way of a link, for so long. */
  narrow(scope: Scope, ms: number, perSecond: number): void {
    this.#narrowed.push({ scope, until: this.#clock.now() + ms, value: perSecond });
  }

  /** Lets something be wrong with every answer to a request, for so long. */
  troubleHttp(scope: Scope, ms: number, trouble: HttpTrouble): void {
    this.#troubles.push({ scope, until: this.#clock.now() + ms, trouble });
  }

  /** What is wrong with the answer to a request now, if anything. */
  trouble(client: string, url: string): HttpTrouble | undefined {
    const now = this.#clock.now();
    this.#troubles = this.#troubles.filter(({ until }) => until > now);
    return this.#troubles.find(({ scope }) => matches(scope, client, originOf(url)))?.trouble;
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

  #limit(limits: readonly Limited[], wire: Wire): number | undefined {
    const now = this.#clock.now();
    const found = limits.find(({ scope, until }) => until > now && matches(scope, wire.client, wire.origin));
    return found?.value;
  }

  #matching(scope: Scope): Wire[] {
    return [...this.#wires].filter(({ client, origin }) => matches(scope, client, origin));
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
