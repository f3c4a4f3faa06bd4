import { type Clock, sleepUntil } from "../driver/clock/clock.ts";
import { isRecord } from "../protocol/data/json_value.ts";

/** An entry of a bucket, as `@nats-io/kv` has it. */
export interface NatsKvEntry {
  /** Its key. */
  readonly key: string;
  /** What is kept there. */
  readonly value: Uint8Array;
  /** Counts the bucket's writes: that of the last one of this key. */
  readonly revision: number;
  /** `PUT`: there is a value; else it was removed. */
  readonly operation: string;
  /** When the server has taken it, by its clock. */
  readonly created: Date;
}

/** What tells of a bucket's entries: first what there is, then what is written. */
export interface NatsKvWatch extends AsyncIterable<NatsKvEntry> {
  /** Ends it. */
  stop(): void;
}

/** What is watched. */
export interface NatsWatchOptions {
  /** The keys, as a subject of NATS says them: `*` stands for anything between two dots. @default all */
  readonly key: string;
}

/** A bucket of NATS's key-value store, by its structure: a `KV` of `@nats-io/kv` 3.4 has it. */
export interface NatsKv {
  /** Gets an entry, a removed one included; null if there never was one. */
  get(key: string): Promise<NatsKvEntry | null>;
  /** Sets a key that has no value. Resolves to the revision. */
  create(key: string, data: string): Promise<number>;
  /** Sets a key that was not written since a revision. Resolves to the new one. */
  update(key: string, data: string, version: number): Promise<number>;
  /** Removes a key, if it was not written since a revision. */
  delete(key: string, options?: { readonly previousSeq: number }): Promise<void>;
  /** Watches all keys, or those that `key` says, in which `*` stands for anything between two dots. */
  watch(options?: NatsWatchOptions): Promise<NatsKvWatch>;
}

/** How a bucket is made. */
export interface NatsBucketOptions {
  /** How many values of each key to keep. */
  readonly history: number;
  /** After how many milliseconds an entry that was not written again is gone. @default never */
  readonly ttl?: number;
}

/**
 * What makes buckets, by its structure: a `Kvm` of `@nats-io/kv` 3.4, made of a connection that is yours.
 *
 * @see https://docs.nats.io/nats-concepts/jetstream/key-value-store
 */
export interface NatsBuckets {
  /** Makes a bucket, or opens the one there is. */
  create(name: string, options: NatsBucketOptions): Promise<NatsKv>;
}

/** What a write is refused with whose key was written since: JSStreamWrongLastSequenceErrF. */
export const WRONG_LAST_SEQUENCE = 10_071;

/** Whether a write was refused, for somebody else has written the key since. */
export function isConflict(error: unknown): boolean {
  return isRecord(error) && (error["code"] === WRONG_LAST_SEQUENCE ||
    isRecord(error["api_error"]) && error["api_error"]["err_code"] === WRONG_LAST_SEQUENCE);
}

/** What a watch is refused with whose bucket is not there: JSStreamNotFoundErr. */
export const NO_STREAM = 10_059;

/** Whether there is no such bucket: NATS has lost it. */
export function isNoBucket(error: unknown): boolean {
  return isRecord(error) && (error["code"] === NO_STREAM ||
    isRecord(error["api_error"]) && error["api_error"]["err_code"] === NO_STREAM);
}

const decoder = new TextDecoder();

/** The text that an entry has; null if it was removed. */
export function textOf({ operation, value }: NatsKvEntry): string | null {
  return operation === "PUT" ? decoder.decode(value) : null;
}

/** Opens something when it is first asked for, and again if that has failed. */
export function openedOnce<T>(open: () => Promise<T>): () => Promise<T> {
  let opening: Promise<T> | undefined;
  return () => {
    opening ??= open();
    opening.catch(() => opening = undefined);
    return opening;
  };
}

/** A bucket that is opened when it is first used, and again once that or its use has failed: NATS may have lost it. */
export function reopenedBucket(open: () => Promise<NatsKv>): NatsKv {
  let opened = openedOnce(open);
  const use = async <T>(
    run: (kv: NatsKv) => Promise<T>,
    isLost: (error: unknown) => boolean = (error) => !isConflict(error),
  ): Promise<T> => {
    const used = opened;
    const kv = await used();
    try {
      return await run(kv);
    } catch (error) {
      if (opened === used && isLost(error)) opened = openedOnce(open);
      throw error;
    }
  };
  return {
    get: (key) => use((kv) => kv.get(key)),
    create: (key, data) => use((kv) => kv.create(key, data)),
    update: (key, data, version) => use((kv) => kv.update(key, data, version)),
    delete: (key, options) => use((kv) => kv.delete(key, options)),
    // What cannot be watched may be had all the same.
    watch: (options) => use((kv) => kv.watch(options), isNoBucket),
  };
}

/** What cannot be looked up is looked up again after so long, in milliseconds. */
const LOOK_AGAIN = 500;

/**
 * Looks something up, again until that goes well.
 *
 * @throws the signal's reason if it is aborted first.
 */
export async function untilLoaded<T>(
  load: () => Promise<T>,
  { clock, failed, signal }: {
    readonly clock: Clock;
    readonly failed: (error: unknown) => void;
    readonly signal: AbortSignal;
  },
): Promise<T> {
  for (;;) {
    try {
      const value = await load();
      signal.throwIfAborted();
      return value;
    } catch (error) {
      signal.throwIfAborted();
      failed(error);
    }
    await sleepUntil(clock, clock.now() + LOOK_AGAIN, signal);
  }
}

/** What may stand in a key: other characters as their numbers, so that no two names become one. */
export function asToken(name: string): string {
  return name.replace(/[^A-Za-z0-9-]/gu, (character) => `_${character.codePointAt(0)?.toString(16)}_`);
}
