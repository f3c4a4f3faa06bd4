import { type Clock, sleepUntil, systemClock, within } from "../driver/clock.ts";
import type { Grant, Permits } from "../driver/permits.ts";
import type { Permit } from "../protocol/permit.ts";
import { asToken, isConflict, type NatsBuckets, type NatsKv, textOf } from "./kv.ts";

/** What {@linkcode NatsPermits} takes. */
export interface NatsPermitsOptions {
  /** What the buckets' names begin with: those who share limits share it. @default {"parley"} */
  readonly name?: string;
  /** What tells the time and wakes up. @default the runtime's own */
  readonly clock?: Clock;
  /** Randomness in [0, 1). @default {Math.random} */
  readonly random?: () => number;
}

/** For so long an answer of NATS is waited for, in milliseconds. */
const PATIENCE = 5_000;
/** A place is asked for again after this part of the limit's time, give or take a half. */
const AGAIN = 1 / 20;
/** That a permit has had its effect is written so often, if NATS does not answer. */
const USED_TRIES = 3;
/** A place that is held is written so often within the limit's time: else the server would let it go. */
const KEPT = 3;

/** Those of this process that wait for one limit: one asks NATS, the others wait for it. */
interface Line {
  turn: Promise<void>;
  waiting: number;
  /** The place that was found free last. */
  place: number;
}

/** A place within a limit, as one that waits has it. */
interface Place {
  readonly kv: NatsKv;
  readonly key: string;
  /** Tells what this grant has written from what others have. */
  readonly holder: string;
}

/**
 * Permits for all the processes that use one NATS: each place within a limit is a key which only one can create, and
 * which the server removes once the limit's time has passed since it was last written. So no clock but the server's
 * counts, and what a process held that died is free again after the limit's time.
 *
 * While NATS cannot be reached nothing is granted: who waits is told by `waiting` observations and asked for again.
 *
 * @example Eight processes that begin sessions of one bot, and Discord refuses none
 * ```ts no-eval
 * import { DiscordGateway, Intents } from "@parley/parley/discord";
 * import { type NatsBuckets, NatsPermits } from "@parley/parley/nats";
 *
 * function gatewayOf(token: string, ids: number[], kvm: NatsBuckets): DiscordGateway { // kvm: new Kvm(connection)
 *   const shards = { count: 32, ids };
 *   const runtime = { permits: new NatsPermits(kvm) };
 *   return new DiscordGateway({ token, intents: Intents.Guilds, shards, runtime });
 * }
 * ```
 */
export class NatsPermits implements Permits {
  readonly #buckets: NatsBuckets;
  readonly #name: string;
  readonly #clock: Clock;
  readonly #random: () => number;
  /** By the time after which their entries go, which is the same for all of a bucket. */
  readonly #opened = new Map<number, Promise<NatsKv>>();
  readonly #lines = new Map<string, Line>();

  /** Takes what makes buckets: `new Kvm(connection)` of `@nats-io/kv`. */
  constructor(buckets: NatsBuckets, options: NatsPermitsOptions = {}) {
    const { name = "parley", clock = systemClock, random = Math.random } = options;
    this.#buckets = buckets;
    this.#name = name;
    this.#clock = clock;
    this.#random = random;
  }

  /**
   * Waits for a place within the limit.
   *
   * @throws what NATS answers with, or a {@linkcode TimeoutError} where it does not.
   * @throws the signal's reason if it is aborted first.
   */
  async acquire(permit: Permit, signal?: AbortSignal): Promise<Grant> {
    signal?.throwIfAborted();
    const key = `${asToken(permit.scope)}.${asToken(permit.key)}`;
    const line = this.#lines.get(key) ?? { turn: Promise.resolve(), waiting: 0, place: 0 };
    this.#lines.set(key, line);
    const before = line.turn;
    let done = () => {};
    line.turn = new Promise((resolve) => done = resolve);
    line.waiting++;
    try {
      await untilTurn(before, signal);
      return await this.#granted(key, permit, line, signal);
    } finally {
      // Who gives up lets the next in, but not before it is its turn.
      void before.then(done);
      if (--line.waiting === 0) this.#lines.delete(key);
    }
  }

  async #granted(key: string, permit: Permit, line: Line, signal: AbortSignal | undefined): Promise<Grant> {
    const clock = this.#clock;
    const holder = Math.floor(this.#random() * 2 ** 52).toString(36);
    for (;;) {
      const kv = await this.#bucketOf(permit.per);
      for (let tried = 0; tried < permit.limit; tried++) {
        const place = (line.place + tried) % permit.limit;
        const held = { kv, key: `${key}.${place}`, holder };
        const revision = await this.#taken(held, signal);
        if (revision === undefined) continue;
        line.place = place + 1;
        return this.#grant(held, revision, permit.per);
      }
      const wait = permit.per * AGAIN * (0.5 + this.#random());
      await sleepUntil(clock, clock.now() + wait, signal);
    }
  }

  /** Takes a place; undefined: somebody has it. */
  async #taken({ kv, key, holder }: Place, signal: AbortSignal | undefined): Promise<number | undefined> {
    try {
      return await this.#answered(() => kv.create(key, `held ${holder}`), { signal });
    } catch (error) {
      if (isConflict(error)) return undefined;
      throw error;
    }
  }

  #grant(place: Place, revision: number, per: number): Grant {
    const { kv, key } = place;
    const clock = this.#clock;
    let known: number | undefined = revision;
    let writing = Promise.resolve();
    let undo = () => {};
    // What cannot be written is not ours any more, or counts until the server lets it go.
    const write = (text: string, tries: number) => {
      writing = writing.then(async () => {
        for (let tried = 0; tried < tries && known !== undefined; tried++) {
          try {
            known = await this.#written(place, text, known, per / KEPT);
            return;
          } catch (error) {
            if (isConflict(error)) known = undefined;
          }
        }
      });
    };
    // The server lets it go that was not written for so long.
    const keep = () => {
      undo = clock.setTimer(clock.now() + per / KEPT, () => {
        write("held", 1);
        keep();
      });
    };
    keep();
    let released = false;
    return {
      release: (used) => {
        if (released) return;
        released = true;
        undo();
        if (used) return write("used", USED_TRIES);
        void writing.then(() => known === undefined ? undefined : kv.delete(key, { previousSeq: known }))
          .catch(() => {});
      },
    };
  }

  /** Writes a place again, within so many milliseconds each time it asks; undefined: somebody else has it. */
  async #written(
    { kv, key, holder }: Place,
    text: string,
    revision: number,
    limit: number,
  ): Promise<number | undefined> {
    const update = (revision: number) =>
      this.#answered(() => kv.update(key, `${text} ${holder}`, revision), { limit });
    try {
      return await update(revision);
    } catch (error) {
      if (!isConflict(error)) throw error;
    }
    // What was not answered may have been written all the same.
    const entry = await this.#answered(() => kv.get(key), { limit });
    const isOurs = entry !== null && textOf(entry)?.endsWith(` ${holder}`) === true;
    return isOurs ? await update(entry.revision) : undefined;
  }

  #bucketOf(per: number): Promise<NatsKv> {
    const found = this.#opened.get(per);
    if (found !== undefined) return found;
    const name = `${this.#name}-permits-${per}`;
    const opened = this.#answered(() => this.#buckets.create(name, { history: 1, ttl: per }));
    this.#opened.set(per, opened);
    opened.catch(() => this.#opened.delete(per));
    return opened;
  }

  #answered<T>(
    run: () => Promise<T>,
    { signal, limit = PATIENCE }: { readonly signal?: AbortSignal | undefined; readonly limit?: number } = {},
  ): Promise<T> {
    return within(this.#clock, limit, "NATS did not answer", run, signal);
  }
}

function untilTurn(before: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return before;
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) return onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    void before.then(() => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    });
  });
}
