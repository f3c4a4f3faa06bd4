import { type Clock, systemClock } from "../../driver/clock/clock.ts";
import {
  type NatsBucketOptions,
  type NatsBuckets,
  type NatsKv,
  type NatsKvEntry,
  type NatsWatchOptions,
  WRONG_LAST_SEQUENCE,
} from "../kv.ts";
import { EntryQueue } from "./entry_queue.ts";

/** What a write is refused with whose key was written since. */
class WrongLastSequence extends Error {
  readonly code = WRONG_LAST_SEQUENCE;

  constructor(last: number) {
    super(`wrong last sequence: ${last}`);
  }
}

interface Kept extends NatsKvEntry {
  readonly at: number;
}

/** So many removed keys are remembered. */
const MOST_REMOVED = 1_000;

/** How many entries are kept at least before those that last no longer are looked for. */
const SWEEP = 64;

const encoder = new TextEncoder();

/** A bucket as NATS has it, in memory. */
export class MemoryBucket {
  readonly #clock: Clock;
  readonly #ttl: number;
  readonly #entries = new Map<string, Kept>();
  /** The keys of those that were removed, the oldest first. */
  readonly #removed = new Set<string>();
  readonly #watches = new Set<(entry: NatsKvEntry) => void>();
  #sequence = 0;
  #sweepAt = SWEEP;

  /** Takes for how many milliseconds an entry lasts that is not written again. */
  constructor(clock: Clock, ttl: number = Infinity) {
    this.#clock = clock;
    this.#ttl = ttl;
  }

  /** How many entries are kept, some of which may last no longer. */
  get size(): number {
    return this.#entries.size;
  }

  /** An entry that lasts, a removed one included. */
  get(key: string): NatsKvEntry | null {
    const found = this.#entries.get(key);
    if (found === undefined) return null;
    if (found.at + this.#ttl > this.#clock.now()) return found;
    this.#entries.delete(key);
    return null;
  }

  /** Sets a key that has no value. */
  create(key: string, data: string): number {
    const last = this.get(key);
    // A key that was removed can be set anew.
    return this.#write(key, data, last?.operation === "PUT" ? 0 : last?.revision ?? 0);
  }

  /** Sets a key that was not written since a revision. */
  update(key: string, data: string, version: number): number {
    return this.#write(key, data, version);
  }

  /** Removes a key, if it was not written since a revision. */
  delete(key: string, options?: { readonly previousSeq: number }): void {
    this.#write(key, undefined, options?.previousSeq);
    this.#removed.add(key);
    const [oldest] = this.#removed;
    if (this.#removed.size <= MOST_REMOVED || oldest === undefined) return;
    this.#removed.delete(oldest);
    this.#entries.delete(oldest);
  }

  /** Tells of all there is, and then of what is written; returns what ends it. */
  watch(tell: (entry: NatsKvEntry) => void, options?: NatsWatchOptions): () => void {
    const heard = (entry: NatsKvEntry) => {
      if (options === undefined || isMeant(entry.key, options.key)) tell(entry);
    };
    const all = [...this.#entries.values()].sort((a, b) => a.revision - b.revision);
    for (const entry of all) if (this.get(entry.key) === entry) heard(entry);
    this.#watches.add(heard);
    return () => this.#watches.delete(heard);
  }

  #write(key: string, text: string | undefined, expected: number | undefined): number {
    const last = this.get(key)?.revision ?? 0;
    if (expected !== undefined && last !== expected) throw new WrongLastSequence(last);
    const revision = ++this.#sequence;
    const operation = text === undefined ? "DEL" : "PUT";
    const entry = {
      key,
      value: encoder.encode(text ?? ""),
      revision,
      operation,
      created: new Date(this.#clock.wall()),
      at: this.#clock.now(),
    };
    this.#entries.set(key, entry);
    this.#removed.delete(key);
    this.#sweep();
    for (const tell of this.#watches) tell(entry);
    return revision;
  }

  /** Forgets what lasts no longer, for nobody may ask for it again. */
  #sweep(): void {
    if (this.#ttl === Infinity || this.#entries.size < this.#sweepAt) return;
    for (const key of this.#entries.keys()) this.get(key);
    this.#sweepAt = Math.max(SWEEP, 2 * this.#entries.size);
  }
}

/**
 * Buckets in the memory of one process, in place of those of NATS: for the workers that it starts, or the processes that
 * it forks, which find them by {@linkcode serveBuckets}. What they keep ends with the process.
 *
 * @example
 * ```ts
 * import { MemoryBuckets } from "@parley/parley/nats";
 *
 * const kv = await new MemoryBuckets().create("sessions", { history: 1 });
 * console.log(await kv.create("a", "1")); // 1
 * ```
 */
export class MemoryBuckets implements NatsBuckets {
  readonly #clock: Clock;
  readonly #buckets = new Map<string, MemoryBucket>();

  /** Takes the clock by which entries last. */
  constructor({ clock = systemClock }: { readonly clock?: Clock } = {}) {
    this.#clock = clock;
  }

  /** Makes a bucket, or opens the one there is. */
  create(name: string, { ttl }: NatsBucketOptions): Promise<NatsKv> {
    const bucket = this.#buckets.get(name) ?? new MemoryBucket(this.#clock, ttl);
    this.#buckets.set(name, bucket);
    const answered = <T>(run: () => T): Promise<T> => new Promise((resolve) => resolve(run()));
    const watch = (options?: NatsWatchOptions) => {
      const told = new EntryQueue();
      told.onStop = bucket.watch((entry) => told.push(entry), options);
      return told;
    };
    return Promise.resolve({
      get: (key) => answered(() => bucket.get(key)),
      create: (key, data) => answered(() => bucket.create(key, data)),
      update: (key, data, version) => answered(() => bucket.update(key, data, version)),
      delete: (key, options) => answered(() => bucket.delete(key, options)),
      watch: (options) => answered(() => watch(options)),
    });
  }
}

/** Whether a key is one of those that are watched. */
function isMeant(key: string, watched: string): boolean {
  const [parts, wanted] = [key.split("."), watched.split(".")];
  return parts.length === wanted.length && wanted.every((part, at) => part === "*" || part === parts[at]);
}
