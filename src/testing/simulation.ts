import type { DialRequest, Host, Link, LinkEvents } from "../driver/host.ts";
import { LocalPermits } from "../driver/permits.ts";
import type { CloseInfo, Data, Instant, OpenInfo } from "../protocol/protocol.ts";
import type { Acceptor } from "./listen.ts";
import { seededRandom } from "./random.ts";
import { VirtualClock } from "./virtual_clock.ts";

/** How a simulated world is. */
export interface SimulationOptions {
  /** What all randomness depends on. @default {1} */
  readonly seed?: number;
  /** How long data travels, one way, in milliseconds. @default {20} */
  readonly latency?: number;
}

type Fetch = Host["fetch"];

const encoder = new TextEncoder();
const LOST: CloseInfo = { code: 1006, reason: "", clean: false, cause: "lost" };

/**
 * A world in virtual time: a clock, links between clients and servers, and HTTP. Its {@linkcode host} is
 * a `Host`, so any core or client runs in it unchanged, and a day takes seconds.
 *
 * @example
 * ```ts
 * import { Simulation } from "@parley/parley/testing";
 *
 * const world = new Simulation({ seed: 7 });
 * const host = world.host("client"); // for any client's `host` option
 * await world.run(60_000); // a minute of virtual time
 * host.clock.now(); // 60000
 * ```
 */
export class Simulation {
  /** The virtual clock. */
  readonly clock: VirtualClock = new VirtualClock();
  readonly #seed: number;
  readonly #latency: number;
  readonly #permits = new LocalPermits(this.clock);
  readonly #servers = new Map<string, Acceptor>();
  readonly #fetches = new Map<string, Fetch>();
  readonly #links = new Set<SimulatedLink>();

  /** Takes the seed and how the network is. */
  constructor(options: SimulationOptions = {}) {
    this.#seed = options.seed ?? 1;
    this.#latency = options.latency ?? 20;
  }

  /** The outside as one client or server sees it; `name` keys its randomness. */
  host(name: string, parts: Partial<Host> = {}): Host {
    return {
      clock: this.clock,
      random: seededRandom(this.#seed, name),
      dial: (request, events) => this.#dial(request, events),
      fetch: (input, init) => this.#fetch(input, init),
      permits: this.#permits,
      ...parts,
    };
  }

  /** Puts a server behind the scheme, host and port of an URL; undefined takes it away. */
  serve(url: string, server: Acceptor | undefined): void {
    if (server === undefined) this.#servers.delete(originOf(url));
    else this.#servers.set(originOf(url), server);
  }

  /** Answers HTTP requests for the scheme, host and port of an URL. */
  serveHttp(url: string, fetch: Fetch): void {
    this.#fetches.set(originOf(url), fetch);
  }

  /** Breaks every open link, or those to one URL's scheme, host and port: both ends see it as lost. */
  cut(url?: string): void {
    for (const link of [...this.#links]) {
      if (url === undefined || link.origin === originOf(url)) link.break(LOST);
    }
  }

  /** Lets virtual time pass, so many milliseconds; promises get their turn after every step. */
  async run(ms: number): Promise<void> {
    const until = this.clock.now() + ms;
    await turn();
    while (this.clock.step(until)) await turn();
    this.clock.moveTo(until);
  }

  /**
   * Lets virtual time pass until a promise settles, and returns its value.
   *
   * @throws if it rejects, or has not settled within `limit` milliseconds of virtual time.
   */
  async until<T>(promise: Promise<T>, limit = 3_600_000): Promise<T> {
    let settled = false;
    const done = () => void (settled = true);
    promise.then(done, done);
    const last = this.clock.now() + limit;
    await turn();
    while (!settled) {
      if (!this.clock.step(last)) {
        throw new Error(`Nothing happened that settles the promise within ${limit} ms`);
      }
      await turn();
    }
    return await promise;
  }

  #dial(request: DialRequest, events: LinkEvents): Link {
    const origin = originOf(request.url);
    const stream = request.url.startsWith("irc");
    const client = new SimulatedLink(this.clock, this.#latency, origin, stream, events);
    const server = new SimulatedLink(this.clock, this.#latency, origin, stream, undefined);
    client.join(server);
    // The handshake takes a round trip.
    client.schedule(2 * this.#latency, () => {
      const acceptor = this.#servers.get(origin);
      if (acceptor === undefined) {
        return client.tellClosed({
          code: 1006,
          reason: "Connection refused",
          clean: false,
          cause: "refused",
        });
      }
      for (const link of [client, server]) {
        this.#links.add(link);
        link.onGone = () => this.#links.delete(link);
      }
      const info: OpenInfo = { url: request.url, protocol: "" };
      events.opened(info);
      if (!client.gone) acceptor.accept(info, (serverEvents) => server.attach(serverEvents));
    });
    return client;
  }

  async #fetch(input: string, init?: RequestInit): Promise<Response> {
    const fetch = this.#fetches.get(originOf(input));
    await this.#travel();
    if (fetch === undefined) throw new TypeError(`Connection refused: "${originOf(input)}"`);
    const response = await fetch(input, init);
    await this.#travel();
    return response;
  }

  #travel(): Promise<void> {
    return new Promise((resolve) => this.clock.setTimer(this.clock.now() + this.#latency, resolve));
  }
}

/** One end of a simulated connection. What it sends arrives, in order, after the latency. */
class SimulatedLink implements Link {
  readonly origin: string;
  readonly #clock: VirtualClock;
  readonly #latency: number;
  readonly #stream: boolean;
  #events: LinkEvents | undefined;
  #peer: SimulatedLink | undefined;
  #closing = false;
  #gone = false;
  onGone: () => void = () => {};

  constructor(
    clock: VirtualClock,
    latency: number,
    origin: string,
    stream: boolean,
    events: LinkEvents | undefined,
  ) {
    this.#clock = clock;
    this.#latency = latency;
    this.origin = origin;
    this.#stream = stream;
    this.#events = events;
  }

  get gone(): boolean {
    return this.#gone;
  }

  join(peer: SimulatedLink): void {
    this.#peer = peer;
    peer.#peer = this;
  }

  attach(events: LinkEvents): this {
    this.#events = events;
    return this;
  }

  /** Does something later, unless this end is gone by then. */
  schedule(ms: Instant, act: () => void): void {
    this.#clock.setTimer(this.#clock.now() + ms, () => {
      if (!this.#gone) act();
    });
  }

  send(data: Data): void {
    if (this.#gone || this.#closing) return;
    const wire = this.#stream && typeof data === "string" ? encoder.encode(data) : data;
    const peer = this.#peer;
    peer?.schedule(this.#latency, () => peer.#events?.receive(wire));
  }

  close(code: number, reason: string): void {
    if (this.#gone || this.#closing) return;
    this.#closing = true;
    const info: CloseInfo = { code: this.#stream ? 0 : code, reason, clean: true, cause: "peer" };
    const peer = this.#peer;
    peer?.schedule(this.#latency, () => peer.tellClosed(info));
    this.schedule(2 * this.#latency, () => this.tellClosed(info));
  }

  abort(): void {
    if (this.#gone) return;
    this.#leave();
    const peer = this.#peer;
    peer?.schedule(this.#latency, () => peer.tellClosed(LOST));
  }

  tellClosed(info: CloseInfo): void {
    if (this.#gone) return;
    this.#leave();
    this.#events?.closed(info);
  }

  break(info: CloseInfo): void {
    this.tellClosed(info);
    this.#peer?.tellClosed(info);
  }

  #leave(): void {
    this.#gone = true;
    this.onGone();
  }
}

function originOf(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}

/** Lets every promise that can settle do so, and what the runtime does elsewhere (WebCrypto) come back. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
