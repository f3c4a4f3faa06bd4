import { type Clock, sleepUntil, within } from "../../../../driver/clock/clock.ts";
import { OptionError, ProtocolError } from "../../../../protocol/errors.ts";
import type { Instant } from "../../../../protocol/protocol.ts";
import type { ResumePoint } from "../../session/options.ts";
import { resumeUrlOf, type Trust, whyNotTrusted } from "../../session/resume_url.ts";
import type { Keeping } from "./keeping.ts";
import type { SessionStore } from "./session_store.ts";
import { isStoredShard, type ShardHolder, type StoredShard, UNKNOWN_SESSION } from "./stored_shard.ts";

/** It looks so often whether there is something to save, in milliseconds. */
const LOOK_EVERY = 1_000;
/** An hour of silence is told right to about this much, and so often a holder shows that it lives. */
const AT_LEAST_EVERY = 60_000;
/** How far apart the clocks on the walls of two machines may be, in milliseconds, as in RFC 4120, section 8.2. */
const CLOCKS_APART = 300_000;
/** Looks after the end, in which consumers can finish what they were given, and for how long, in milliseconds. */
const LAST_LOOKS = 10;
const LAST_LOOKS_WITHIN = 10_000;

/** What a keeper needs. */
export interface SessionKeeperParts extends Keeping {
  readonly store: SessionStore;
  readonly application: string;
  readonly clock: Clock;
  /** What decides where a session may be taken up. */
  readonly trust: Trust;
  /** How long the store may take over a shard, in milliseconds. */
  readonly answerWithin: number;
  /** Told of what went wrong; nothing is thrown. */
  readonly failed: (error: unknown) => void;
  /** Told that a shard is waited for, which another process holds. */
  readonly held: (shard: number, holder: string, until: number) => void;
  /** Told that another process has taken over a shard. */
  readonly replaced: (shard: number, holder: string) => void;
}

/** What is to be kept of a shard now. */
export interface ShardState extends Pick<StoredShard, "next" | "setUpWith"> {
  readonly id: number;
  /** How many there are. */
  readonly count: number;
  /** As it is stored: its `at` is by the wall clock. */
  readonly session: ResumePoint | undefined;
  readonly identifies: readonly number[];
}

/** Where the shards stand, and whether some consumer still has something to do. */
export interface Look {
  readonly shards: readonly ShardState[];
  readonly unfinished: boolean;
  /** Some consumer is still to be told that it missed events. Until then none counts as consumed. */
  readonly lagged: boolean;
}

/** What the last run has left. */
export interface Loaded {
  /** How many shards there are. */
  readonly count: number;
  /** What is stored of each. */
  readonly shards: ReadonlyMap<number, StoredShard>;
}

/**
 * Saves what has changed, as often as it is to. It looks where the shards stand instead of being told, so that no
 * event is ever held up by it; and before it saves, whether another process has taken over.
 */
export class SessionKeeper {
  readonly #parts: SessionKeeperParts;
  readonly #saved = new Map<number, StoredShard>();
  /** When what of each shard was saved last. */
  readonly #savedAt = new Map<number, Instant>();
  /** Who held each shard when it was first looked at. */
  readonly #before = new Map<number, ShardHolder | null>();
  /** Those that another process has taken over. */
  readonly #lost = new Set<number>();
  #look: () => Look = () => ({ shards: [], unfinished: false, lagged: false });
  #undoTimer: () => void = () => {};
  #saving: Promise<void> | undefined;
  #failing = false;
  #finished: Promise<void> | undefined;

  constructor(parts: SessionKeeperParts) {
    this.#parts = parts;
  }

  /**
   * Gets what the last run has left of its shards, once no other process holds them or it was waited for long enough,
   * and says in the store that this one does now. `decide` may say by what is stored of shard 0 that there are as many
   * shards as the last run had, all of them of this process.
   *
   * @throws {OptionError} if the store holds something else.
   * @throws the signal's reason if it is aborted.
   */
  async load(
    ids: readonly number[],
    count: number,
    signal?: AbortSignal,
    decide: (zero: StoredShard) => number = () => count,
  ): Promise<Loaded> {
    const shards = new Map<number, StoredShard>();
    const found = new Map(ids.map((id) => [id, this.#whenFree(id, signal)]));
    const decided = Promise.resolve(found.get(0)).then((zero) => this.#isOurs(zero) ? decide(zero) : count);
    decided.catch(() => {});
    const take = async (id: number, stored: StoredShard | undefined, count: number) => {
      const left = this.#left(id, count, stored);
      if (left !== undefined) shards.set(id, left);
      // What could not be looked at may be there.
      if (!this.#before.has(id)) return;
      const { application } = this.#parts;
      const { session, identifies, setUpWith } = left ?? { session: null, identifies: [] };
      const kept = { application, session, identifies, ...(setUpWith !== undefined && { setUpWith }) };
      await this.#put({ ...kept, shard: [id, count], holder: this.#holder() })
        .catch((error) => this.#fail(error));
    };
    await Promise.all([...found].map(async ([id, free]) => {
      const stored = await free;
      const isPlanned = !this.#isOurs(stored) || stored.shard[1] === count && !stored.next;
      const of = isPlanned ? count : await decided;
      if (id < of) await take(id, stored, of);
    }));
    const of = await decided;
    const others = Array.from({ length: Math.max(0, of - count) }, (_, index) => count + index);
    await Promise.all(others.map(async (id) => await take(id, await this.#whenFree(id, signal), of)));
    // It has ended meanwhile.
    if (this.#finished !== undefined) await this.#saveAll();
    return { count: of, shards };
  }

  #isOurs(stored: StoredShard | undefined): stored is StoredShard {
    return isStoredShard(stored) && stored.application === this.#parts.application;
  }

  /** A permit to resume a shard's session: granted unless another process has taken it over, which is told. */
  async toResume(id: number, signal?: AbortSignal): Promise<{ release(): void; isHeld(): boolean }> {
    const { clock, answerWithin } = this.#parts;
    const missed = `Cannot see who holds shard "${id}": the store did not answer`;
    try {
      await within(clock, answerWithin, missed, (signal) => this.#check(id, signal), signal);
    } catch (error) {
      signal?.throwIfAborted();
      this.#fail(error);
    }
    if (this.#lost.has(id)) await sleepUntil(clock, Infinity, signal);
    return { release: () => {}, isHeld: () => !this.#lost.has(id) };
  }

  /** What the last run has left of a shard of so many, by what is stored of it. */
  #left(id: number, count: number, found: StoredShard | undefined): StoredShard | undefined {
    const { application, trust, failed } = this.#parts;
    if (found === undefined) return undefined;
    // Anybody may have written it.
    if (!isStoredShard(found)) {
      failed(new ProtocolError(`Cannot resume shard "${id}": what the store holds is not a session`));
      return undefined;
    }
    if (found.application !== application) return undefined;
    const { next, ...taken } = found;
    // It was stored while its set took the place of another, and has done so by what shard 0 says.
    const stored: StoredShard = next?.count === count && taken.shard[1] !== count
      ? { ...taken, shard: [id, count], session: next.session }
      : taken;
    const { session } = stored;
    const isTrusted = session === null || session.ended ||
      resumeUrlOf(session.resumeUrl, trust) !== undefined;
    if (!isTrusted) {
      failed(
        new ProtocolError(
          `Cannot resume shard "${id}" as the store says: ${whyNotTrusted(session.resumeUrl)}`,
        ),
      );
    }
    if (isTrusted && stored.shard[0] === id && stored.shard[1] === count) return stored;
    // What was missed meanwhile is told all the same.
    const { identifies, holder = null } = stored;
    return {
      application,
      shard: [id, count],
      session: session && { ...session, ended: true },
      identifies,
      holder,
    };
  }

  /** What is stored of a shard, once nobody else holds it or that was waited for. */
  async #whenFree(id: number, signal: AbortSignal | undefined): Promise<StoredShard | undefined> {
    const { clock, takeOverAfter, held } = this.#parts;
    const until = clock.now() + takeOverAfter;
    let stored: StoredShard | undefined;
    for (let told = false;; told = true) {
      const found = await this.#stored(id, signal);
      if (found === "unknown") return stored;
      stored = found;
      const holder = this.#otherHolder(stored);
      this.#before.set(id, holder ?? null);
      if (holder === undefined || clock.now() >= until || this.#isDead(holder)) return stored;
      if (!told) held(id, holder.name, clock.wall() + until - clock.now());
      await sleepUntil(clock, Math.min(until, clock.now() + LOOK_EVERY), signal);
    }
  }

  /** What is stored of a shard; that it cannot be had is told. */
  async #stored(id: number, signal: AbortSignal | undefined): Promise<StoredShard | undefined | "unknown"> {
    const { clock, store, answerWithin } = this.#parts;
    const missed = `Cannot load the session of shard "${id}": the store did not answer`;
    try {
      return await within(clock, answerWithin, missed, (signal) => store.load(id, signal), signal);
    } catch (error) {
      if (error instanceof OptionError || signal?.aborted) throw error;
      this.#fail(error);
      return "unknown";
    }
  }

  /** Who else holds what is stored, if it is of this application. */
  #otherHolder(stored: StoredShard | undefined): ShardHolder | undefined {
    if (!this.#isOurs(stored)) return undefined;
    return stored.holder && stored.holder.name !== this.#parts.holder ? stored.holder : undefined;
  }

  /** Whether somebody would have saved since, if they still lived, be their clock behind ours. */
  #isDead({ at }: ShardHolder): boolean {
    const { clock, saveEvery } = this.#parts;
    return clock.wall() - at > CLOCKS_APART + 2.5 * Math.max(AT_LEAST_EVERY, saveEvery);
  }

  /** Looks whether another process has taken a shard over. */
  async #check(id: number, signal: AbortSignal): Promise<void> {
    const holder = this.#otherHolder(await this.#parts.store.load(id, signal));
    const before = this.#before.get(id);
    // What could not be looked at before was taken over unseen.
    if (before === undefined) this.#before.set(id, holder ?? null);
    if (before === undefined || holder === undefined || signal.aborted) return;
    if (holder.name === before?.name && holder.at === before.at || this.#lost.has(id)) return;
    this.#lost.add(id);
    this.#parts.replaced(id, holder.name);
  }

  #holder(): ShardHolder | null {
    return this.#finished === undefined ? { name: this.#parts.holder, at: this.#parts.clock.wall() } : null;
  }

  /** The last number of a session that is safely stored; undefined if none is. */
  savedSequence(shard: number, session: string): number | undefined {
    const saved = this.#saved.get(shard);
    return [saved?.session, saved?.next?.session].find((one) => one?.sessionId === session)?.sequence;
  }

  /** This process is done with a shard, and gives it back: saves how it stands, and looks at it no more. Never throws. */
  async giveBack({ id, count, session, identifies }: ShardState): Promise<void> {
    const { application } = this.#parts;
    await this.#saving;
    await this.#put({ application, shard: [id, count], session: session ?? null, identifies, holder: null })
      .catch((error) => this.#fail(error));
    for (const known of [this.#saved, this.#savedAt, this.#before]) known.delete(id);
    this.#lost.delete(id);
  }

  /** What is safely stored of a shard; undefined: nothing of this run. */
  saved(id: number): StoredShard | undefined {
    return this.#saved.get(id);
  }

  /** Begins to look; `look` says where the shards stand. */
  start(look: () => Look): void {
    this.#look = look;
    this.#arm(() => void this.save());
  }

  /** Saves now what is to be saved at once, and what is due. Never throws. */
  async save(): Promise<void> {
    await this.#saveAll((stored, saved) => this.#isDue(stored, saved));
    if (this.#finished === undefined) this.#arm(() => void this.save());
  }

  /**
   * The client has ended: saves what consumers have finished, gives the shards back, and goes on until consumers have
   * finished all. Waits no longer for that than the store may take.
   */
  finish(): Promise<void> {
    const { clock, answerWithin, failed } = this.#parts;
    const missed = "Cannot save what was consumed last: the store did not answer";
    return this.#finished ??= within(clock, answerWithin, missed, () => this.#finish()).catch(failed);
  }

  async #finish(): Promise<void> {
    this.#undoTimer();
    // Consumers that were waiting for their turn have it now.
    await new Promise<void>((resolve) => this.#timer(0, resolve));
    await this.#saveAll();
    // Somebody may have finished something while it was being saved.
    while (!this.#failing && this.#changed().length > 0) await this.#saveAll();
    if (this.#look().unfinished) this.#later(LAST_LOOKS, this.#parts.clock.now() + LAST_LOOKS_WITHIN);
  }

  #later(looks: number, until: Instant): void {
    this.#arm(async () => {
      await this.#saveAll();
      const more = this.#look().unfinished || this.#changed().length > 0;
      if (looks > 1 && more && this.#parts.clock.now() < until) this.#later(looks - 1, until);
    });
  }

  /** What has changed and is `wanted`. */
  #changed(
    wanted: (stored: StoredShard, saved: StoredShard | undefined) => boolean = () => true,
  ): StoredShard[] {
    const { application } = this.#parts;
    const { shards, lagged } = this.#look();
    const holder = this.#holder();
    // What was taken up and has not begun stays as it is.
    const now = new Map(
      [...this.#saved].map(([id, saved]): [number, StoredShard] => [id, { ...saved, holder }]),
    );
    for (const { id, count, session = null, identifies, next, setUpWith } of shards) {
      // READY has the number 1, and is not sent again.
      const saved = this.#saved.get(id);
      const isKept = saved?.shard[1] === count && saved.session?.sessionId !== UNKNOWN_SESSION;
      const before = isKept ? saved.session : undefined;
      const kept = lagged && session !== null ? before ?? { ...session, sequence: 1 } : session;
      now.set(id, {
        application,
        shard: [id, count],
        session: kept,
        identifies,
        holder,
        ...(next && { next }),
        ...(setUpWith !== undefined && { setUpWith }),
      });
    }
    return [...now].flatMap(([id, stored]) => {
      const saved = this.#saved.get(id);
      return !this.#lost.has(id) && isNews(stored, saved) && wanted(stored, saved) ? [stored] : [];
    });
  }

  #isDue(stored: StoredShard, saved: StoredShard | undefined): boolean {
    const { clock, saveEvery } = this.#parts;
    return isUrgent(stored, saved) ||
      clock.now() >= (this.#savedAt.get(stored.shard[0]) ?? -Infinity) + saveEvery;
  }

  /** Saves what has changed and is `wanted`, behind what is being saved already. Never throws. */
  async #saveAll(wanted?: (stored: StoredShard, saved: StoredShard | undefined) => boolean): Promise<void> {
    await this.#saving;
    this.#saving ??= this.#putAll(this.#changed(wanted)).finally(() => this.#saving = undefined);
    await this.#saving;
  }

  async #putAll(shards: readonly StoredShard[]): Promise<void> {
    const results = await Promise.allSettled(shards.map((stored) => this.#put(stored)));
    const failure = results.find((result) => result.status === "rejected");
    if (failure !== undefined) this.#fail(failure.reason);
    else if (shards.length > 0) this.#failing = false;
  }

  /** Saves a shard, unless another process has it. */
  async #put(stored: StoredShard): Promise<void> {
    const { clock, store, answerWithin } = this.#parts;
    const [id] = stored.shard;
    const missed = `Cannot save the session of shard "${id}": the store did not answer`;
    await within(clock, answerWithin, missed, async (signal) => {
      await this.#check(id, signal);
      if (signal.aborted || this.#lost.has(id)) return;
      this.#savedAt.set(id, clock.now());
      await store.save(stored, signal);
      // What comes too late may have been overtaken.
      if (!signal.aborted) this.#saved.set(id, stored);
    });
  }

  /** Tells that the store fails: once, until it does not. */
  #fail(error: unknown): void {
    if (!this.#failing) this.#parts.failed(error);
    this.#failing = true;
  }

  #arm(then: () => void): void {
    this.#undoTimer();
    this.#undoTimer = this.#timer(Math.min(LOOK_EVERY, this.#parts.saveEvery), then);
  }

  #timer(ms: number, wake: () => void): () => void {
    const { clock } = this.#parts;
    return clock.setTimer(clock.now() + ms, wake);
  }
}

function isNews(stored: StoredShard, saved: StoredShard | undefined): boolean {
  const { session } = stored;
  if (saved === undefined) return session !== null || stored.identifies.length > 0;
  return isUrgent(stored, saved) || session?.sequence !== saved.session?.sequence ||
    Math.abs((session?.at ?? 0) - (saved.session?.at ?? 0)) >= AT_LEAST_EVERY;
}

/** What is lost with the process would cost more than that some events come again. */
function isUrgent(stored: StoredShard, saved: StoredShard | undefined): boolean {
  const { session, identifies, holder, shard, next } = stored;
  return shard[1] !== saved?.shard[1] || next?.count !== saved.next?.count ||
    next?.session?.sessionId !== saved.next?.session?.sessionId ||
    session?.sessionId !== saved?.session?.sessionId || session?.ended !== saved?.session?.ended ||
    identifies.length !== (saved?.identifies.length ?? 0) || identifies.at(-1) !== saved?.identifies.at(-1) ||
    holder?.name !== saved?.holder?.name;
}
