import { type Clock, sleepUntil, within } from "../../driver/clock/clock.ts";
import { quote } from "../../protocol/data/quote.ts";
import { OptionError, ParleyError } from "../../protocol/errors.ts";
import type { Instant } from "../../protocol/protocol.ts";
import { asToken, isConflict, isNoBucket, type NatsKv, type NatsKvWatch, openedOnce, textOf } from "../kv.ts";
import { AGREED } from "./records.ts";
import { LeaseCore, type LeaseOptions, type LeaseWrite, type Written } from "./lease_core.ts";

/** What a runner needs. */
export interface LeaseRunnerParts {
  readonly options: Omit<LeaseOptions, "name">;
  /** What the process is called, besides something random. */
  readonly name: string;
  readonly clock: Clock;
  readonly random: () => number;
  /** The bucket of the leases. */
  readonly open: () => Promise<NatsKv>;
  /** Starts what runs in a slot; resolves once it has come up. A rejection: another process may have better luck. */
  readonly start: (slot: number) => Promise<void>;
  /** Stops it, so that another can go on; resolves once it has stopped. Never rejects. */
  readonly stop: (slot: number) => Promise<void>;
  /** Told what all processes are to go by. */
  readonly agreed: (text: string) => void;
  /** Told of what happens. */
  readonly tell: (
    event:
      | { readonly kind: "lost"; readonly member: string }
      | { readonly kind: "expired" | "left" }
      | { readonly kind: "failed"; readonly error: unknown },
  ) => void;
}

/** NATS is given the time for a third of a lease to answer, as long as renewals are apart. */
const ANSWERS = 1 / 3;
/** How long to wait before a watch that has ended is begun again, in milliseconds. */
const WATCH_AGAIN = 250;

/** What runs in a slot. */
interface SlotRun {
  /** Once it has stopped; undefined: it is not to. */
  stopped?: Promise<void>;
}

/** Does what a {@linkcode LeaseCore} wants done, by a bucket of NATS. */
export class LeaseRunner {
  readonly #parts: LeaseRunnerParts;
  readonly #core: LeaseCore;
  readonly #answers: number;
  readonly #over = new AbortController();
  readonly #left: Promise<void>;
  readonly #runs = new Map<number, SlotRun>();
  #resolveLeft: () => void = () => {};
  #opened: () => Promise<NatsKv>;
  /** Since when it is known that NATS has lost the bucket, without a doubt in between; undefined: it may be there. */
  #lostSince: Instant | undefined;
  #isProbing = false;
  /** What NATS has failed with since it did not. */
  readonly #troubles = new Set<string>();
  #watch: { stop(): void } | undefined;
  #undoTimer: () => void = () => {};
  /** The time that has passed by whichever clock says more: one stands while a machine sleeps, the other steps. */
  #time = 0;
  #lastNow: number;
  #lastWall: number;

  constructor(parts: LeaseRunnerParts) {
    const { clock, random, name, options, open } = parts;
    this.#parts = parts;
    const unique = Array.from({ length: 4 }, () => Math.floor(random() * 36 ** 4).toString(36)).join("");
    this.#core = new LeaseCore({ ...options, name: `${asToken(name)}-${unique}` });
    this.#answers = options.lease * ANSWERS;
    this.#opened = openedOnce(open);
    this.#lastNow = clock.now();
    this.#lastWall = clock.wall();
    this.#left = new Promise((resolve) => this.#resolveLeft = resolve);
  }

  /** What this process is called in the table. */
  get id(): string {
    return this.#core.id;
  }

  /** The slots that are held, and by whom. */
  get holders(): ReadonlyMap<number, string> {
    return this.#core.holders;
  }

  /** Whether this process may run what is in a slot, right now. */
  holds(slot: number): boolean {
    return this.#core.holds(slot, this.#now());
  }

  /** Begins. */
  start(): void {
    this.#core.start(this.#now());
    this.#proceed();
  }

  /** Gives all slots away and leaves; resolves once that is done, or so many milliseconds have passed. */
  async leave(within: number): Promise<void> {
    const { clock } = this.#parts;
    this.#input((now) => this.#core.leave(now));
    const limit = new AbortController();
    await Promise.race([this.#left, sleepUntil(clock, clock.now() + within, limit.signal).catch(() => {})]);
    limit.abort();
    this.#end();
  }

  /** Lets all processes go by something else; false if another has said otherwise at the same time. */
  async agree(text: string): Promise<boolean> {
    try {
      await this.#answered(async (kv) => {
        const entry = await kv.get(AGREED);
        if (entry !== null && textOf(entry) === text) return entry.revision;
        return await (entry === null ? kv.create(AGREED, text) : kv.update(AGREED, text, entry.revision));
      });
      return true;
    } catch (error) {
      if (isConflict(error)) return false;
      throw error;
    }
  }

  #end(): void {
    this.#over.abort();
    this.#undoTimer();
    this.#watch?.stop();
    this.#resolveLeft();
  }

  #now(): number {
    const { clock } = this.#parts;
    const [now, wall] = [clock.now(), clock.wall()];
    const sure = Math.max(0, now - this.#lastNow);
    const doubtful = Math.max(0, wall - this.#lastWall - sure);
    this.#time += sure + doubtful;
    // The clock on the wall may only have been set.
    if (doubtful > 0) this.#core.doubted(doubtful);
    [this.#lastNow, this.#lastWall] = [now, wall];
    return this.#time;
  }

  #input(run: (now: number) => void): void {
    if (this.#over.signal.aborted) return;
    run(this.#now());
    this.#proceed();
  }

  #proceed(): void {
    const { tell } = this.#parts;
    for (let output = this.#core.poll(); output !== undefined; output = this.#core.poll()) {
      if (output.kind === "write") void this.#write(output.write);
      else if (output.kind === "look") void this.#look(output.key);
      else if (output.kind === "watch") void this.#watchAnew();
      else if (output.kind === "start") void this.#start(output.slot);
      else if (output.kind === "stop") void this.#stop(output.slot);
      else if (output.kind === "stranger") this.#failed(stranger(output, this.#parts.options.what));
      else tell(output);
      if (output.kind === "left") return this.#end();
    }
    const { clock } = this.#parts;
    this.#undoTimer();
    const wait = Math.max(0, this.#core.deadline() - this.#time);
    this.#undoTimer = clock.setTimer(clock.now() + wait, () => this.#input((now) => this.#core.tick(now)));
  }

  async #start(slot: number): Promise<void> {
    const run: SlotRun = {};
    this.#runs.set(slot, run);
    /** Else what becomes of it is nothing that the core waits for. */
    const comesUp = () => this.#runs.get(slot) === run && run.stopped === undefined;
    try {
      await this.#parts.start(slot);
      if (comesUp()) this.#input((now) => this.#core.started(slot, now));
    } catch (error) {
      if (comesUp()) await this.ended(slot, error);
    }
  }

  /** What runs in a slot has ended by itself. */
  async ended(slot: number, error: unknown): Promise<void> {
    this.#parts.tell({ kind: "failed", error });
    await this.#stop(slot);
  }

  /** Stops what runs in a slot, once, however many want it: the core hears of it when that is done. */
  #stop(slot: number): Promise<void> | undefined {
    const run = this.#runs.get(slot);
    if (run === undefined) return undefined;
    return run.stopped ??= this.#parts.stop(slot).then(() => {
      this.#runs.delete(slot);
      this.#input((now) => this.#core.stopped(slot, now));
    });
  }

  async #write(write: LeaseWrite): Promise<void> {
    const result = await this.#written(write);
    this.#input((now) => this.#core.written(write, result, now));
  }

  async #written({ key, text, revision }: LeaseWrite): Promise<Written> {
    try {
      const written = await this.#answered(async (kv) => {
        if (text === null) {
          await kv.delete(key, { previousSeq: revision });
          // It says nothing of its revision, which is later than the one it removed.
          return revision + 1;
        }
        return await (revision === 0 ? kv.create(key, text) : kv.update(key, text, revision));
      });
      this.#troubles.clear();
      return written;
    } catch (error) {
      if (isConflict(error)) return "conflict";
      this.#trouble(error);
      void this.#probe();
      return "unknown";
    }
  }

  async #look(key: string): Promise<void> {
    try {
      const entry = await this.#answered((kv) => kv.get(key));
      this.#input((now) => this.#core.looked(key, entry && textOf(entry), entry?.revision ?? 0, now));
    } catch (error) {
      this.#trouble(error);
      void this.#probe();
      this.#input((now) => this.#core.notLooked(key, now));
    }
  }

  /**
   * Looks whether there is a bucket at all, which a write that fails does not tell. Where NATS has lost it, no lease can
   * be renewed any more: once all of them are over, another takes its place, in which everybody begins anew.
   */
  async #probe(): Promise<void> {
    const { clock, open } = this.#parts;
    const lease = this.#core.longestLease;
    if (this.#isProbing || this.#over.signal.aborted) return;
    this.#isProbing = true;
    try {
      await this.#answered(async (kv) => (await kv.watch()).stop());
      this.#lostSince = undefined;
    } catch (error) {
      // Meanwhile another may have been made, and lost.
      if (!isNoBucket(error)) this.#lostSince = undefined;
      else if (this.#lostSince === undefined) {
        this.#lostSince = clock.now();
        this.#failed(lostTable(lease, error));
      } else if (clock.now() >= this.#lostSince + lease) {
        this.#lostSince = undefined;
        this.#opened = openedOnce(open);
      }
    }
    this.#isProbing = false;
  }

  async #watchAnew(): Promise<void> {
    this.#watch?.stop();
    const { clock } = this.#parts;
    const { signal } = this.#over;
    let ours = true;
    const handle = { stop: () => void (ours = false) };
    this.#watch = handle;
    for (let again = false; ours && !signal.aborted; again = true) {
      try {
        const watch = await this.#answered((kv) => kv.watch());
        handle.stop = () => {
          ours = false;
          watch.stop();
        };
        if (!ours || signal.aborted) return watch.stop();
        // What it tells first is not in the order in which it was written.
        if (again) this.#input((now) => this.#core.watchLost(now));
        await this.#hear(watch, () => ours);
      } catch (error) {
        if (ours) this.#trouble(error);
      }
      await sleepUntil(clock, clock.now() + WATCH_AGAIN, signal).catch(() => {});
    }
  }

  async #hear(watch: NatsKvWatch, isOurs: () => boolean): Promise<void> {
    for await (const entry of watch) {
      if (!isOurs()) return;
      const text = textOf(entry);
      if (entry.key === AGREED) this.#parts.agreed(text ?? "");
      else this.#input((now) => this.#core.told(entry.key, text, entry.revision, now));
    }
  }

  async #answered<T>(run: (kv: NatsKv) => Promise<T>): Promise<T> {
    const answer = async () => await run(await this.#opened());
    return await within(this.#parts.clock, this.#answers, "NATS did not answer", answer);
  }

  /** NATS has failed, and is asked again and again: that is told once until a write goes well. */
  #trouble(error: unknown): void {
    const text = String(error);
    if (this.#troubles.has(text)) return;
    this.#troubles.add(text);
    this.#failed(error);
  }

  #failed(error: unknown): void {
    if (!this.#over.signal.aborted) this.#parts.tell({ kind: "failed", error });
  }
}

function stranger(
  { member, what }: { readonly member: string; readonly what: string },
  own: string,
): OptionError {
  const why = `it runs ${quote(what)}, and this one ${quote(own)}`;
  const fix = "give it another name, or stop all that are older";
  return new OptionError(`Cannot share with process ${quote(member)}: ${why}; ${fix}`);
}

function lostTable(lease: number, cause: unknown): ParleyError {
  const what = "NATS has lost what it kept of the leases, and all that runs by them stops";
  return new ParleyError(
    "lost",
    `${what}; they are shared out anew once all are over, in ${lease / 1_000} s`,
    {
      cause,
    },
  );
}
