import { sleepUntil } from "../../src/driver/clock/clock.ts";
import type { Host } from "../../src/driver/host.ts";
import type {
  NatsBucketOptions,
  NatsBuckets,
  NatsKv,
  NatsKvEntry,
  NatsKvWatch,
  NatsWatchOptions,
} from "../../src/nats/kv.ts";

import { MemoryBucket } from "../../src/nats/local/memory_buckets.ts";
import type { NatsConnection, NatsStreams } from "../../src/nats/mod.ts";
import { connectionOver, Subjects } from "./_request_model.ts";
import { ApiError, type Line, StoredStreams, streamsOver } from "./_stream_model.ts";

type Clock = Host["clock"];

/** For so long the client of NATS waits for an answer, in milliseconds. */
const CLIENT_WAITS = 5_000;

/**
 * NATS's key-value store as its clients find it, in virtual time: held against the real one by `_kv_suite.ts`. A client
 * can be cut off, and all of it taken down; what it keeps outlasts that.
 */
export class NatsModel {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #buckets = new Map<string, MemoryBucket>();
  readonly #cutOff = new Map<string, number>();
  readonly #refused = new Map<string, number>();
  readonly #interrupts = new Set<() => void>();
  readonly #streams: StoredStreams;
  readonly #subjects = new Subjects();
  #downUntil = -Infinity;
  #noLeaderUntil = -Infinity;
  #slow = { until: -Infinity, times: 1 };
  /** How many requests it was sent. */
  requests = 0;

  constructor(clock: Clock, random: () => number = () => 0.5) {
    this.#clock = clock;
    this.#random = random;
    this.#streams = new StoredStreams(clock);
  }

  /** Cuts a client off for so long: what it sends is lost, on the way there or back. */
  cutOff(name: string, ms: number): void {
    this.#cutOff.set(name, this.#clock.now() + ms);
    this.#interrupt();
  }

  /** For so long a client's connection is closed: all that it asks fails at once. */
  refuse(name: string, ms: number): void {
    this.#refused.set(name, this.#clock.now() + ms);
    this.cutOff(name, ms);
  }

  /** Takes it down for so long. */
  takeDown(ms: number): void {
    this.#downUntil = this.#clock.now() + ms;
    this.#interrupt();
  }

  #interrupt(): void {
    for (const interrupt of [...this.#interrupts]) interrupt();
  }

  #reaches(name: string): boolean {
    const now = this.#clock.now();
    return now >= this.#downUntil && now >= (this.#cutOff.get(name) ?? -Infinity);
  }

  /** Loses all that it keeps in buckets and streams; connections stay, and watches tell nothing any more. */
  lose(): void {
    this.#buckets.clear();
    this.#streams.lose();
  }

  /** How many bytes a message may have: clients know it. */
  set maxPayload(bytes: number) {
    this.#streams.maxPayload = bytes;
  }

  /** No request is answered for so long, as after a cluster has lost its leader; connections stay. */
  loseLeader(ms: number): void {
    this.#noLeaderUntil = this.#clock.now() + ms;
  }

  /** For so long every way takes so many times as long. */
  slowDown(ms: number, times: number): void {
    this.#slow = { until: this.#clock.now() + ms, times };
  }

  /** How a client's requests and answers get there and back. */
  #lineOf(name: string, clock: Clock): Line {
    const way = () => {
      const times = this.#clock.now() < this.#slow.until ? this.#slow.times : 1;
      return times * (1 + Math.floor(this.#random() * 20));
    };
    return {
      clock,
      server: this.#clock,
      way,
      reaches: () => this.#reaches(name),
      ask: async (run) => {
        this.requests++;
        if (this.#clock.now() < (this.#refused.get(name) ?? -Infinity)) throw new Error("closed connection");
        const timedOut = clock.now() + CLIENT_WAITS;
        const late = async (): Promise<never> => {
          await sleepUntil(clock, timedOut);
          throw new Error("timeout");
        };
        const isAnswered = () => this.#reaches(name) && this.#clock.now() >= this.#noLeaderUntil;
        await sleepUntil(this.#clock, this.#clock.now() + way());
        if (!isAnswered()) return await late();
        const result = (() => {
          try {
            const value = run();
            return () => value;
          } catch (error) {
            return () => {
              throw error;
            };
          }
        })();
        await sleepUntil(this.#clock, this.#clock.now() + way());
        if (!isAnswered()) return await late();
        await sleepUntil(clock, clock.now());
        return result();
      },
    };
  }

  /** Its requests as a process finds them. */
  connection(name: string, { clock }: Pick<Host, "clock">): NatsConnection {
    return connectionOver(this.#subjects, this.#lineOf(name, clock));
  }

  /** What its streams have not kept, for it was too old. */
  get dropped(): string[] {
    return this.#streams.dropped;
  }

  /** Its streams as a process finds them. */
  streams(name: string, { clock }: Pick<Host, "clock">): NatsStreams {
    return streamsOver(this.#streams, this.#lineOf(name, clock));
  }

  /** It as a process finds it: its answers wait while the process stands still. */
  client(name: string, { clock }: Pick<Host, "clock">): NatsBuckets {
    const { ask } = this.#lineOf(name, clock);
    const watch = async (bucketName: string, options?: NatsWatchOptions): Promise<NatsKvWatch> => {
      const news: NatsKvEntry[] = [];
      let wake = () => {};
      let over = false;
      const tell = (entry: NatsKvEntry) => {
        // In order, and not before it was written.
        this.#clock.setTimer(this.#clock.now() + 10, () => {
          news.push(entry);
          wake();
        });
      };
      const undo = await ask(() => {
        const bucket = this.#buckets.get(bucketName);
        if (bucket === undefined) throw new ApiError(10_059, "stream not found");
        return bucket.watch(tell, options);
      });
      const interrupt = () => {
        if (!this.#reaches(name)) stop();
      };
      const stop = () => {
        over = true;
        undo();
        this.#interrupts.delete(interrupt);
        wake();
      };
      this.#interrupts.add(interrupt);
      async function* told(): AsyncGenerator<NatsKvEntry> {
        while (!over) {
          for (let entry = news.shift(); entry !== undefined && !over; entry = news.shift()) {
            await sleepUntil(clock, clock.now());
            yield entry;
          }
          if (!over) await new Promise<void>((resolve) => wake = resolve);
        }
      }
      return { stop, [Symbol.asyncIterator]: told };
    };
    const use = <T>(bucketName: string, run: (bucket: MemoryBucket) => T): Promise<T> =>
      ask(() => {
        const bucket = this.#buckets.get(bucketName);
        if (bucket === undefined) throw new Error("jetstream is not enabled");
        return run(bucket);
      });
    const kvOf = (bucketName: string): NatsKv => ({
      get: (key) => use(bucketName, (bucket) => bucket.get(key)),
      create: (key, data) => use(bucketName, (bucket) => bucket.create(key, data)),
      update: (key, data, version) => use(bucketName, (bucket) => bucket.update(key, data, version)),
      delete: (key, options) => use(bucketName, (bucket) => bucket.delete(key, options)),
      watch: (options) => watch(bucketName, options),
    });
    return {
      create: (bucketName: string, { ttl = Infinity }: NatsBucketOptions) =>
        ask(() => {
          const found = this.#buckets.get(bucketName) ?? new MemoryBucket(this.#clock, ttl);
          this.#buckets.set(bucketName, found);
          return kvOf(bucketName);
        }),
    };
  }
}
