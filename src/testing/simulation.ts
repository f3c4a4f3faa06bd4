import type { Host, Observation } from "../driver/host.ts";
import { LocalPermits } from "../driver/permits.ts";
import type { Acceptor } from "./listen.ts";
import { Network, type NetworkConditions, originOf } from "./network.ts";
import { seededRandom } from "./random.ts";
import { TraceHash } from "./trace_hash.ts";
import { VirtualClock } from "./virtual_clock.ts";

/** How a simulated world is. */
export interface SimulationOptions extends NetworkConditions {
  /** What all randomness depends on. @default {1} */
  readonly seed?: number;
}

type Fetch = Host["fetch"];

// Promises of HTTP bodies may need several turns of the event loop, and how many depends on the runtime.
const TURNS_FOR_HTTP = 6;

/**
 * A world in virtual time: a clock, a network on which things go wrong when told to, and HTTP. Its
 * {@linkcode Simulation.host} is a `Host`, so any core or client runs in it unchanged, and a day takes
 * seconds. The same seed gives the same world on every engine.
 *
 * @example
 * ```ts
 * import { Simulation } from "@parley/parley/testing";
 *
 * const world = new Simulation({ seed: 7, latency: 50, jitter: 20 });
 * const host = world.host("client"); // for any client's `runtime` option
 * world.network.refuse({ client: "client" }, 10_000); // its dials fail for ten seconds
 * await world.run(60_000); // a minute of virtual time
 * host.clock.now(); // 60000
 * ```
 */
export class Simulation {
  /** The virtual clock. */
  readonly clock: VirtualClock = new VirtualClock();
  /** The network, and what can go wrong with it. */
  readonly network: Network;
  readonly #seed: number;
  readonly #trace = new TraceHash();
  readonly #permits = new LocalPermits(this.clock);
  readonly #fetches = new Map<string, Fetch>();
  #requests = 0;
  /** How many turns of the event loop the last request still needs. */
  #settling = 0;

  /** Takes the seed and how the network is. */
  constructor(options: SimulationOptions = {}) {
    this.#seed = options.seed ?? 1;
    this.network = new Network(this.clock, this.#seed, options);
  }

  /** A hash of everything that was observed so far: equal worlds have equal ones. */
  get trace(): string {
    return this.#trace.digest();
  }

  /** The outside as one client or server sees it; `name` keys its randomness and its links. */
  host(name: string, parts: Partial<Host> = {}): Host {
    const observe = (observation: Observation) => {
      this.#trace.add(observation);
      parts.observe?.(observation);
    };
    return {
      clock: this.clock,
      random: seededRandom(this.#seed, name),
      dial: (request, events) => this.network.dial(name, request, events),
      fetch: (input, init) => this.#fetch(name, input, init),
      permits: this.#permits,
      ...parts,
      observe,
    };
  }

  /** Puts a server behind the scheme, host and port of an URL; undefined takes it away. */
  serve(url: string, server: Acceptor | undefined): void {
    this.network.serve(url, server);
  }

  /** Answers HTTP requests for the scheme, host and port of an URL. */
  serveHttp(url: string, fetch: Fetch): void {
    this.#fetches.set(originOf(url), fetch);
  }

  /** Breaks every open link, or those to one URL's scheme, host and port: both ends see it as lost. */
  cut(url?: string): void {
    this.network.reset(url === undefined ? {} : { url });
  }

  /** Lets virtual time pass, so many milliseconds; promises get their turn after every step. */
  async run(ms: number): Promise<void> {
    const until = this.clock.now() + ms;
    await this.#turn();
    while (this.clock.step(until)) await this.#turn();
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
    await this.#turn();
    while (!settled) {
      if (!this.clock.step(last)) {
        throw new Error(`Nothing happened that settles the promise within ${limit} ms`);
      }
      await this.#turn();
    }
    return await promise;
  }

  async #fetch(client: string, input: string, init?: RequestInit): Promise<Response> {
    const fetch = this.#fetches.get(originOf(input));
    this.#requests++;
    try {
      await this.#travel(client, input);
      for (let obstacle = this.network.obstacle(client, input); obstacle !== undefined;) {
        if (obstacle.cause !== undefined) throw new TypeError(`Connection refused: "${originOf(input)}"`);
        await this.#wait(obstacle.until - this.clock.now());
        obstacle = this.network.obstacle(client, input);
      }
      if (fetch === undefined) throw new TypeError(`Connection refused: "${originOf(input)}"`);
      const response = await fetch(input, init);
      await this.#travel(client, input);
      return response;
    } finally {
      this.#requests--;
      this.#settling = TURNS_FOR_HTTP;
    }
  }

  #travel(client: string, url: string): Promise<void> {
    return this.#wait(this.network.latency(client, url));
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.clock.setTimer(this.clock.now() + ms, resolve));
  }

  /** Lets every promise that can settle do so before time goes on. */
  async #turn(): Promise<void> {
    let turns = this.#requests > 0 ? TURNS_FOR_HTTP : 1;
    do {
      await new Promise((resolve) => setImmediate(resolve));
      turns = Math.max(turns - 1, this.#settling);
      this.#settling = 0;
    } while (turns > 0);
  }
}
