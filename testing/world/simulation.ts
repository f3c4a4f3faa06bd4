import { type Host, LocalPermits, type Observation } from "@parley/parley/driver";
import type { Instant } from "@parley/parley/protocol";
import type { Acceptor } from "./network/listen.ts";
import { Tasks } from "./time/_event_loop.ts";
import { simulatedCrypto } from "./_host_crypto.ts";
import { Http } from "./network/_http.ts";
import { type Freeze, Process } from "./time/_process.ts";
import { type PartTrouble, Unreliables } from "./_unreliable.ts";
import { RealWork } from "./time/_real_work.ts";
import { Network, type NetworkConditions } from "./network/network.ts";
import { seededRandom } from "./random.ts";
import { TraceHash } from "./trace_hash.ts";
import { VirtualClock } from "./time/virtual_clock.ts";

export type { Freeze, PartTrouble };

/** How a simulated world is. */
export interface SimulationOptions extends NetworkConditions {
  /** What all randomness depends on. @default {1} */
  readonly seed?: number;
  /** How long the clock may stand for something real before the world fails, in milliseconds of real time. @default {10_000} */
  readonly patience?: number;
  /** When it begins, by its clocks, in milliseconds since 1970 began (UTC). @default {0} */
  readonly begins?: Instant;
}

/**
 * A world in virtual time: a clock, a network on which things go wrong when told to, and HTTP. Its
 * {@linkcode Simulation.host} is a `Host`, so any core or client runs in it unchanged, and a day takes
 * seconds. The same seed gives the same world on every engine.
 *
 * @example
 * ```ts
 * import { Simulation } from "@parley/testing";
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
  readonly clock: VirtualClock;
  /** The network, and what can go wrong with it. */
  readonly network: Network;
  readonly #seed: number;
  readonly #trace = new TraceHash();
  readonly #permits: LocalPermits;
  readonly #work: RealWork;
  readonly #http: Http;
  readonly #unreliables: Unreliables;
  readonly #processes = new Map<string, Process>();
  readonly #tasks = new Tasks();

  /** Takes the seed and how the network is. */
  constructor(options: SimulationOptions = {}) {
    this.#seed = options.seed ?? 1;
    this.#work = new RealWork(options.patience ?? 10_000);
    this.clock = new WorldClock(this.#work, options.begins);
    this.#permits = new LocalPermits(this.clock);
    this.network = new Network(this.clock, this.#seed, options);
    this.#unreliables = new Unreliables(this.clock);
    this.#http = new Http(this.clock, this.network, this.#work);
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
    const process = this.#process(name);
    return {
      clock: process,
      random: seededRandom(this.#seed, name),
      dial: (request, events) => this.network.dial(name, request, process.listening(events)),
      fetch: (input, init) => process.hears(this.#http.fetch(name, input, init)),
      permits: {
        acquire: (permit, signal) => process.hears(this.#permits.acquire(permit, signal)),
      },
      crypto: simulatedCrypto(name, seededRandom(this.#seed, `crypto of ${name}`), this.#work),
      work: (what, run) => this.#work.run(`${what} of "${name}"`, run, { owner: name, strict: false }),
      ...parts,
      observe,
    };
  }

  /**
   * Lets the process of a host stand still for so long, as one does that is stopped, blocked or asleep with its
   * machine. Afterwards its timers are due and its links full at once.
   */
  freeze(name: string, ms: number, how: Freeze = {}): void {
    this.#process(name).freeze(ms, how);
  }

  /**
   * Sets the clock on the wall of a host so far ahead of the world's, or behind, in milliseconds; the one that its
   * timers go by is not changed.
   */
  skew(name: string, ahead: number): void {
    this.#process(name).skew(ahead);
  }

  /**
   * The same store, permits or provider, but with what {@linkcode Simulation.trouble} does to it by its name.
   *
   * @example A store that fails for a minute
   * ```ts
   * import { MemoryStsStore } from "@parley/parley/irc";
   * import { Simulation } from "@parley/testing";
   *
   * const world = new Simulation();
   * const sts = world.unreliable("policies", new MemoryStsStore()); // for the client's option
   * world.trouble("policies", 60_000, "throw");
   * await Promise.resolve(sts.load("irc.test")).catch(String); // says that it is out of order
   * ```
   */
  unreliable<Part extends object>(name: string, part: Part): Part {
    return this.#unreliables.wrap(name, part);
  }

  /** Lets every call of a part that was made unreliable go wrong, for so long. */
  trouble(name: string, ms: number, trouble: PartTrouble): void {
    this.#unreliables.trouble(name, ms, trouble);
  }

  #process(name: string): Process {
    const process = this.#processes.get(name) ?? new Process(this.clock, this.#work);
    this.#processes.set(name, process);
    return process;
  }

  /** Puts a server behind the scheme, host and port of an URL; undefined takes it away. */
  serve(url: string, server: Acceptor | undefined): void {
    this.network.serve(url, server);
  }

  /** Answers HTTP requests for the scheme, host and port of an URL. */
  serveHttp(url: string, fetch: Host["fetch"]): void {
    this.#http.serve(url, fetch);
  }

  /** Breaks every open link, or those to one URL's scheme, host and port: both ends see it as lost. */
  cut(url?: string): void {
    this.network.reset(url === undefined ? {} : { url });
  }

  /**
   * Lets the clock stand while a promise is pending that waits for something real: a file, a process, a thread.
   * What also waits for virtual time must be given as a function, so that the clock goes on during that. `what`
   * names it in the error with which the world fails if it takes longer than `patience`.
   *
   * @example A handler that reads a file
   * ```ts
   * import { readFile } from "node:fs/promises";
   * import { Simulation } from "@parley/testing";
   *
   * const world = new Simulation();
   * let length = 0;
   * world.clock.setTimer(1_000, async () => {
   *   const text = await world.track(readFile("deno.json", "utf8"), "the file");
   *   length = text.length;
   * });
   * await world.run(1_000);
   * length > 0; // true
   * ```
   */
  track<T>(work: Promise<T> | (() => Promise<T>), what = "what is tracked"): Promise<T> {
    return typeof work === "function"
      ? this.#work.run(what, work, { strict: true })
      : this.#work.track(what, work);
  }

  /**
   * Lets virtual time pass, so many milliseconds; promises get their turn after every step.
   *
   * @throws if something real that the clock stands for takes longer than `patience`.
   */
  async run(ms: number): Promise<void> {
    const until = this.clock.now() + ms;
    do await this.#turn(); while (this.clock.step(until));
    this.clock.moveTo(until);
  }

  /**
   * Lets virtual time pass until a promise settles, and returns its value.
   *
   * @throws if it rejects, or has not settled within `limit` milliseconds of virtual time, or something real that
   * the clock stands for takes longer than `patience`.
   */
  async until<T>(promise: Promise<T>, limit = 3_600_000): Promise<T> {
    let settled = false;
    const done = () => void (settled = true);
    const ended = promise.then(done, done);
    const last = this.clock.now() + limit;
    for (;;) {
      await this.#turn();
      if (settled) return await promise;
      if (this.clock.step(last)) continue;
      // Where nothing is due, nothing can be overtaken: whatever is real has its time.
      if (this.clock.next() < Infinity || !await this.#work.outlast(ended, () => this.clock.next())) {
        throw new Error(`Nothing happened that settles the promise within ${limit} ms`);
      }
    }
  }

  /** Lets every promise that can settle do so before time goes on. */
  async #turn(): Promise<void> {
    await this.#tasks.next();
    if (this.#work.stands) await this.#work.settle();
  }
}

/** Knows what waits for it. */
class WorldClock extends VirtualClock {
  readonly #work: RealWork;

  constructor(work: RealWork, begins?: Instant) {
    super(begins);
    this.#work = work;
  }

  override setTimer(at: Instant, wake: () => void): () => void {
    const over = this.#work.wait();
    if (over === undefined) return super.setTimer(at, wake);
    const undo = super.setTimer(at, () => {
      over();
      wake();
    });
    return () => {
      over();
      undo();
    };
  }
}
