import { type Clock, systemClock, within } from "../driver/clock/clock.ts";
import { stopwatch } from "../driver/clock/stopwatch.ts";
import type { Grant, Permits } from "../driver/permits.ts";
import { quote } from "../protocol/data/quote.ts";
import { OptionError, TimeoutError } from "../protocol/errors.ts";
import type { Permit } from "../protocol/permit.ts";
import { asToken, isConflict, type NatsBuckets, type NatsKv, reopenedBucket, textOf } from "./kv.ts";
import { PermitLine } from "./permit_line.ts";

/** What {@linkcode NatsPermits} takes. */
export interface NatsPermitsOptions {
  /** What the buckets' names begin with, of letters, digits, `_` and `-`: those who share limits share it. @default {"parley"} */
  readonly name?: string;
  /** What tells the time and wakes up. @default the runtime's own */
  readonly clock?: Clock;
  /** Randomness in [0, 1). @default {Math.random} */
  readonly random?: () => number;
}

/** For so long an answer of NATS is waited for, in milliseconds. */
const PATIENCE = 5_000;
/** Within this part of the limit's time after a place is free all ask for it, each at some time. */
const SPREAD = 1 / 20;
/** Where nobody knows when a place is free, it is asked for again after this part of the limit's time, and a spread. */
const AGAIN = 1 / 40;
/** That a permit has had its effect is written so often, if NATS does not answer. */
const USED_TRIES = 3;
/** A place that is held is written so often within the limit's time: else the server would let it go. */
const KEPT = 3;
/** A place is sure to be had for this part of the limit's time since it was last written. */
const LATE = 1 / 2;
/** So often an answer may come later than that, in a row, before who waits is told. */
const LATE_TRIES = 3;

/** A place within a limit, as one that waits has it. */
interface Place {
  readonly kv: NatsKv;
  readonly key: string;
  /** Tells what this grant has written from what others have. */
  readonly holder: string;
}

/** That a place is had: the revision of its entry, and how long ago that was asked for. */
interface Taken {
  readonly revision: number;
  readonly passed: () => number;
}

/** For how long an answer is waited for. */
interface Patience {
  readonly signal?: AbortSignal | undefined;
  /** In milliseconds. @default {PATIENCE} */
  readonly limit?: number;
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
  readonly #opened = new Map<number, NatsKv>();
  readonly #lines = new Map<string, PermitLine>();

  /**
   * Takes what makes buckets: `new Kvm(connection)` of `@nats-io/kv`.
   *
   * @throws {OptionError} if the name is not acceptable.
   */
  constructor(buckets: NatsBuckets, options: NatsPermitsOptions = {}) {
    const { name = "parley", clock = systemClock, random = Math.random } = options;
    if (!/^[\w-]+$/.test(name)) {
      const why = "its name is of letters, digits, `_` and `-`";
      throw new OptionError(`Cannot keep permits in a bucket ${quote(name)}: ${why}`);
    }
    this.#buckets = buckets;
    this.#name = name;
    this.#clock = clock;
    this.#random = random;
  }

  /**
   * Waits for a place within the limit.
   *
   * @throws what NATS answers with, or a {@linkcode TimeoutError} where it does not, or takes more than half of the limit's
   * time to, several times in a row: what it grants is not sure to be held by then.
   * @throws the signal's reason if it is aborted first.
   */
  async acquire(permit: Permit, signal?: AbortSignal): Promise<Grant> {
    signal?.throwIfAborted();
    const key = `${asToken(permit.scope)}.${asToken(permit.key)}`;
    const line = this.#lines.get(key) ?? new PermitLine(this.#clock, key, permit.per);
    this.#lines.set(key, line);
    const before = line.turn;
    let done = () => {};
    line.turn = new Promise((resolve) => done = resolve);
    line.waiting++;
    try {
      await untilTurn(before, signal);
      return await this.#granted(permit, line, signal);
    } finally {
      // Who gives up lets the next in, but not before it is its turn.
      void before.then(done);
      if (--line.waiting === 0) {
        this.#lines.delete(key);
        line.stop();
      }
    }
  }

  async #granted(permit: Permit, line: PermitLine, signal: AbortSignal | undefined): Promise<Grant> {
    const { limit, per } = permit;
    const holder = Math.floor(this.#random() * 2 ** 52).toString(36);
    for (;;) {
      const kv = this.#bucketOf(per);
      for (let tried = 0; tried < limit; tried++) {
        const place = (line.place + tried) % limit;
        if (line.isHeld(place)) continue;
        const held = { kv, key: line.keyOf(place), holder };
        const taken = await this.#taken(held, permit, signal);
        if (taken === undefined) {
          line.refused(place);
          continue;
        }
        line.place = place + 1;
        return this.#grant(held, taken, per);
      }
      line.listen(kv);
      await line.untilFree(limit, { again: per * AGAIN, spread: per * SPREAD * this.#random() }, signal);
    }
  }

  /** Takes a place; undefined: somebody has it. */
  async #taken(
    place: Place,
    permit: Permit,
    signal: AbortSignal | undefined,
  ): Promise<Taken | undefined> {
    const { kv, key, holder } = place;
    const { per } = permit;
    let passed = stopwatch(this.#clock);
    let revision: number | undefined;
    try {
      revision = await this.#answered(() => kv.create(key, `held ${holder}`), { signal });
    } catch (error) {
      if (isConflict(error)) return undefined;
      throw error;
    }
    // Whoever stood still meanwhile, or was answered slowly, has it for a moment only, or not any more.
    for (let late = 1; revision !== undefined && passed() > per * LATE; late++) {
      if (late > LATE_TRIES) {
        const took = Math.round(passed());
        void kv.delete(key, { previousSeq: revision }).catch(() => {});
        throw new TimeoutError(
          `Cannot hold a permit of "${permit.scope}": NATS took "${took}" ms to answer, it must take less than "${
            per * LATE
          }" ms`,
        );
      }
      passed = stopwatch(this.#clock);
      revision = await this.#written(place, "held", revision, { signal });
    }
    return revision === undefined ? undefined : { revision, passed };
  }

  #grant(place: Place, { revision, passed }: Taken, per: number): Grant {
    const { kv, key } = place;
    const clock = this.#clock;
    let known: number | undefined = revision;
    let writing = Promise.resolve();
    let undo = () => {};
    // What cannot be written is not ours any more, or counts until the server lets it go.
    const write = (text: "held" | "used", tries: number) => {
      writing = writing.then(async () => {
        for (let tried = 0; tried < tries && known !== undefined; tried++) {
          const asked = stopwatch(clock);
          try {
            known = await this.#written(place, text, known, { limit: per / KEPT });
            passed = asked;
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
      isHeld: () => !released && known !== undefined && passed() <= per * LATE,
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

  /** Writes a place again; undefined: somebody else has it. */
  async #written(
    { kv, key, holder }: Place,
    text: "held" | "used",
    revision: number,
    patience: Patience,
  ): Promise<number | undefined> {
    const update = (revision: number) =>
      this.#answered(() => kv.update(key, `${text} ${holder}`, revision), patience);
    try {
      return await update(revision);
    } catch (error) {
      if (!isConflict(error)) throw error;
    }
    // What was not answered may have been written all the same.
    const entry = await this.#answered(() => kv.get(key), patience);
    const isOurs = entry !== null && textOf(entry)?.endsWith(` ${holder}`) === true;
    return isOurs ? await update(entry.revision) : undefined;
  }

  #bucketOf(per: number): NatsKv {
    let bucket = this.#opened.get(per);
    if (bucket === undefined) {
      const name = `${this.#name}-permits-${per}`;
      bucket = reopenedBucket(() => this.#buckets.create(name, { history: 1, ttl: per }));
      this.#opened.set(per, bucket);
    }
    return bucket;
  }

  #answered<T>(run: () => Promise<T>, { signal, limit = PATIENCE }: Patience = {}): Promise<T> {
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
