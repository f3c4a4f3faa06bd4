import { sleepUntil } from "../../driver/clock/clock.ts";
import { type Host, hostWith } from "../../driver/host.ts";
import { Unheard } from "../../driver/client/_unheard.ts";
import { Backoff } from "../../protocol/connection/backoff.ts";
import { OptionError } from "../../protocol/errors.ts";
import { isRecord } from "../../protocol/data/json_value.ts";
import { dialer } from "../../transport/dial.ts";
import type { Fleet, FleetEvent } from "../fleet.ts";
import type { NatsBuckets } from "../kv.ts";
import { type BucketPort, RemoteBuckets, serveBuckets } from "./bucket_port.ts";
import { MemoryBuckets } from "./memory_buckets.ts";
import { workerThreads } from "./worker_threads.ts";

/** What is told of the workers of a process; `worker` counts from 0. */
export type FleetWorkersEvent =
  /** What the fleet tells in a worker. An error has lost all but its text on the way. */
  | (FleetEvent & { readonly worker: number })
  /** A worker has ended that was not to, because of `error`, if it told that: the others take its slots, and another takes its place. */
  | { readonly kind: "worker_lost"; readonly worker: number; readonly error: unknown };

/** What {@linkcode FleetWorkers} takes. */
export interface FleetWorkersOptions {
  /** The program that each worker runs, and which calls {@linkcode workInFleet}: a `file:` URL. */
  readonly module: URL;
  /** How many workers to run: one for each processor, about. */
  readonly workers: number;
  /** What is handed to each worker as its `data`, and can be cloned. @default {undefined} */
  readonly data?: unknown;
  /**
   * What makes the buckets that the workers share: `new Kvm(connection)`, for workers of many machines.
   *
   * @default in the memory of this process
   */
  readonly nats?: NatsBuckets;
  /** Told of what happens. */
  readonly onEvent?: (event: FleetWorkersEvent) => void;
  /** Parts of the outside to replace. */
  readonly runtime?: Partial<Host>;
}

/** What a worker is given to make its fleet of: `discordFleet({ ...parts, token, shards: 12, name: "my-bot" })`. */
export interface FleetWorkerParts {
  /** The buckets that all workers share. */
  readonly nats: NatsBuckets;
  /** Tells the process that has started the worker. */
  readonly onEvent: (event: FleetEvent) => void;
}

type Worker = InstanceType<ReturnType<typeof workerThreads>["Worker"]>;

/** After so many milliseconds without an end a worker counts as well. */
const WELL = 60_000;

/**
 * Workers of this process that share what is to run once, each slot in one of them, evenly: a bot that outgrows one
 * processor, without anything but this process. They are the processes of a {@linkcode Fleet} whose table is in this
 * one's memory: one that crashes has its slots taken over by the others at once, sessions resumed, and is started again.
 *
 * @example
 * ```ts no-eval
 * import { FleetWorkers } from "@parley/parley/nats";
 *
 * const workers = new FleetWorkers({ module: new URL("./worker.ts", import.meta.url), workers: 4 });
 * workers.start();
 * await workers.left;
 * ```
 */
export class FleetWorkers {
  readonly #options: FleetWorkersOptions;
  readonly #host: Host;
  readonly #buckets: NatsBuckets;
  readonly #unheard: Unheard;
  readonly #running = new Map<number, Worker>();
  readonly #held: Set<number>[];
  readonly #leaving = new AbortController();
  #ended: Promise<void> | undefined;
  #resolveLeft: () => void = () => {};
  /** Resolves once all workers have left. */
  readonly left: Promise<void>;

  /**
   * Takes the options.
   *
   * @throws {OptionError} if one is not acceptable, or this runtime has no workers.
   */
  constructor(options: FleetWorkersOptions) {
    const { workers, nats, runtime } = options;
    if (!(Number.isSafeInteger(workers) && workers > 0)) {
      throw new OptionError(`Cannot run "${workers}" workers: that must be a positive whole number`);
    }
    workerThreads();
    this.#options = options;
    this.#host = hostWith(dialer(), runtime);
    this.#buckets = nats ?? new MemoryBuckets({ clock: this.#host.clock });
    this.#unheard = new Unheard(this.#host, "workers");
    this.#held = Array.from({ length: workers }, () => new Set<number>());
    this.left = new Promise((resolve) => this.#resolveLeft = resolve);
  }

  /** The slots that each worker runs. */
  get held(): readonly (readonly number[])[] {
    return this.#held.map((slots) => [...slots]);
  }

  /**
   * Starts the workers.
   *
   * @throws {OptionError} if they were started before.
   */
  start(): void {
    if (this.#ended !== undefined) throw new OptionError("Cannot start workers again: make others");
    this.#ended = Promise.all(this.#held.map((_, worker) => this.#keep(worker))).then(() => {
      this.#unheard.end();
      this.#resolveLeft();
    });
  }

  /** Has all workers leave, which nobody outlasts; resolves once they have ended. */
  async leave(): Promise<void> {
    this.#leaving.abort();
    for (const worker of this.#running.values()) worker.postMessage({ parley: "leave" });
    if (this.#ended === undefined) this.#resolveLeft();
    await this.#ended;
  }

  /** Has all workers leave. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.leave();
  }

  /** Runs a worker, and another in its place whenever it ends, until they are to leave. */
  async #keep(index: number): Promise<void> {
    const { clock, random } = this.#host;
    const { signal } = this.#leaving;
    const backoff = new Backoff({ base: 250, cap: 30_000 }, random);
    while (!signal.aborted) {
      const begunAt = clock.now();
      const error = await this.#run(index);
      this.#held[index]?.clear();
      if (signal.aborted) return;
      this.#tell({ kind: "worker_lost", worker: index, error });
      if (clock.now() - begunAt >= WELL) backoff.reset();
      await sleepUntil(clock, clock.now() + (backoff.next() ?? 0), signal).catch(() => {});
    }
  }

  /** Runs a worker; resolves to what it has ended with. */
  #run(index: number): Promise<unknown> {
    const { module, data } = this.#options;
    const { Worker } = workerThreads();
    return new Promise((resolve) => {
      const worker = new Worker(module, { workerData: data });
      this.#running.set(index, worker);
      const end = serveBuckets(this.#buckets, portOf(worker, (message) => worker.postMessage(message)));
      const over = (error: unknown) => {
        if (this.#running.get(index) !== worker) return;
        this.#running.delete(index);
        end();
        resolve(error);
      };
      worker.on("message", (message: unknown) => this.#take(index, message));
      worker.on("error", over);
      worker.on("exit", (code) => over(new Error(`Worker "${index}" has ended with code "${code}"`)));
    });
  }

  #take(worker: number, message: unknown): void {
    if (!isRecord(message) || message["parley"] !== "fleet") return;
    const event = readEvent(message["event"]);
    if (event === undefined) return;
    if (event.kind === "slot_started") this.#held[worker]?.add(event.slot);
    if (event.kind === "slot_stopped") this.#held[worker]?.delete(event.slot);
    this.#tell({ ...event, worker });
  }

  #tell(event: FleetWorkersEvent): void {
    const { onEvent } = this.#options;
    if (onEvent === undefined) {
      if (event.kind === "error") this.#unheard.survived("A worker goes on after an error", event.error);
      if (event.kind === "worker_lost") this.#unheard.survived("A worker has ended", event.error);
      return;
    }
    try {
      onEvent(event);
    } catch (error) {
      this.#unheard.survived("`onEvent` of workers has thrown", error);
    }
  }
}

/**
 * Runs the part of a fleet that a worker of {@linkcode FleetWorkers} has, until it is told to leave: the program of a
 * worker calls this. `begin` makes the fleet of what it is given; `data` is that of the options.
 *
 * @throws {OptionError} if this is no worker.
 *
 * @example
 * ```ts no-eval
 * // worker.ts
 * import { discordFleet, workInFleet } from "@parley/parley/nats";
 * import process from "node:process";
 *
 * const token = process.env.DISCORD_TOKEN ?? "";
 * await workInFleet((parts) =>
 *   discordFleet({ ...parts, token, events: ["MESSAGE_CREATE"], shards: 12, name: "my-bot" })
 * );
 * ```
 */
export async function workInFleet(begin: (parts: FleetWorkerParts, data: unknown) => Fleet): Promise<void> {
  const { parentPort, workerData } = workerThreads();
  if (parentPort === null) {
    throw new OptionError("Cannot work in a fleet: this is no worker; start it by `FleetWorkers`");
  }
  const tell = (message: unknown) => parentPort.postMessage(message);
  const onEvent = (event: FleetEvent) =>
    tell({
      parley: "fleet",
      event: event.kind === "error" ? { kind: "error", error: String(event.error) } : event,
    });
  const fleet = begin({ nats: new RemoteBuckets(portOf(parentPort, tell)), onEvent }, workerData);
  parentPort.on("message", (message: unknown) => {
    if (isRecord(message) && message["parley"] === "leave") void fleet.leave();
  });
  fleet.join();
  await fleet.left;
  // The port of Deno's workers has no such method: the worker is closed itself.
  const end: { close?: () => void } = "close" in parentPort ? parentPort : globalThis;
  end.close?.();
}

/** A worker, or who has started it, as a port. */
function portOf(
  end: {
    on(event: string, listener: (message: unknown) => void): unknown;
    off(event: string, listener: (message: unknown) => void): unknown;
  },
  send: (message: unknown) => void,
): BucketPort {
  const named = (event: string) => event === "disconnect" ? "close" : event;
  return {
    send,
    on: (event, listener) => end.on(named(event), listener),
    off: (event, listener) => end.off(named(event), listener),
  };
}

function readEvent(value: unknown): FleetEvent | undefined {
  if (!isRecord(value)) return undefined;
  const { kind, slot, member, error } = value;
  if ((kind === "slot_started" || kind === "slot_stopped") && typeof slot === "number") return { kind, slot };
  if (kind === "member_lost" && typeof member === "string") return { kind, member };
  if (kind === "lease_expired") return { kind };
  return kind === "error" ? { kind, error: new Error(String(error)) } : undefined;
}
