import type { Clock } from "../../../driver/clock.ts";
import { ProtocolError } from "../../../protocol/errors.ts";
import type { ResumePoint } from "../session/options.ts";
import { resumeUrlOf, type Trust, whyNotTrusted } from "../session/resume_url.ts";
import { isStoredShard, type SessionStore, type StoredShard } from "./session_store.ts";

const EVERY = 1_000;
/** An hour of silence is told right to about this much. */
const AT_LEAST_EVERY = 60_000;
/** Looks after the end, in which consumers can finish what they were given. */
const LAST_LOOKS = 10;

/** What a keeper needs. */
export interface SessionKeeperParts {
  readonly store: SessionStore;
  readonly application: string;
  readonly count: number;
  readonly clock: Clock;
  /** What decides where a session may be taken up. */
  readonly trust: Trust;
  /** Told of what went wrong; nothing is thrown. */
  readonly failed: (error: unknown) => void;
}

/** What is to be kept of a shard now. */
export interface ShardState {
  readonly id: number;
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

/**
 * Saves what has changed, about once a second. It looks where the shards stand instead of being told, so that
 * no event is ever held up by it.
 */
export class SessionKeeper {
  readonly #parts: SessionKeeperParts;
  readonly #saved = new Map<number, StoredShard>();
  #look: () => Look = () => ({ shards: [], unfinished: false, lagged: false });
  #undoTimer: () => void = () => {};
  #saving: Promise<void> | undefined;
  #failing = false;
  #finished: Promise<void> | undefined;

  constructor(parts: SessionKeeperParts) {
    this.#parts = parts;
  }

  /** Gets what the last run has left of its shards. @throws what the store throws. */
  async load(ids: readonly number[]): Promise<ReadonlyMap<number, StoredShard>> {
    const { store, application, count, trust, failed } = this.#parts;
    const found = await Promise.all(ids.map(async (id) => [id, await store.load(id)] as const));
    const loaded = new Map<number, StoredShard>();
    for (const [id, stored] of found) {
      if (stored === undefined) continue;
      // Anybody may have written it.
      if (!isStoredShard(stored)) {
        failed(new ProtocolError(`Cannot resume shard "${id}": what the store holds is not a session`));
        continue;
      }
      if (stored.application !== application) continue;
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
      const same = isTrusted && stored.shard[0] === id && stored.shard[1] === count;
      // What was missed meanwhile is told all the same.
      const over = stored.session && { ...stored.session, ended: true };
      loaded.set(id, same ? stored : { ...stored, session: over });
      if (same) this.#saved.set(id, stored);
    }
    return loaded;
  }

  /** The last number of a session that is safely stored; undefined if none is. */
  savedSequence(shard: number, session: string): number | undefined {
    const saved = this.#saved.get(shard)?.session;
    return saved?.sessionId === session ? saved.sequence : undefined;
  }

  /** Begins to look; `look` says where the shards stand. */
  start(look: () => Look): void {
    this.#look = look;
    this.#arm(() => void this.save());
  }

  /** Saves now what has changed, and what is being saved already. Never throws. */
  async save(): Promise<void> {
    await this.#saving;
    this.#saving ??= this.#save();
    await this.#saving;
    if (this.#finished === undefined) this.#arm(() => void this.save());
  }

  /** The client has ended: saves what consumers have finished, and goes on until they have finished all. */
  finish(): Promise<void> {
    this.#finished ??= this.#finish();
    return this.#finished;
  }

  async #finish(): Promise<void> {
    this.#undoTimer();
    // Consumers that were waiting for their turn have it now.
    await new Promise<void>((resolve) => this.#timer(0, resolve));
    await this.save();
    // Somebody may have finished something while it was being saved.
    while (!this.#failing && this.#changed().length > 0) await this.save();
    if (this.#look().unfinished) this.#later(LAST_LOOKS);
  }

  #later(looks: number): void {
    this.#arm(async () => {
      await this.save();
      const more = this.#look().unfinished || this.#changed().length > 0;
      if (looks > 1 && more) this.#later(looks - 1);
    });
  }

  /** What is to be saved. */
  #changed(): StoredShard[] {
    const { application, count } = this.#parts;
    const { shards, lagged } = this.#look();
    return shards.flatMap(({ id, session = null, identifies }): StoredShard[] => {
      const saved = this.#saved.get(id);
      // READY has the number 1, and is not sent again.
      const kept = lagged && session !== null ? saved?.session ?? { ...session, sequence: 1 } : session;
      const stored: StoredShard = { application, shard: [id, count], session: kept, identifies };
      return isNews(stored, saved) ? [stored] : [];
    });
  }

  async #save(): Promise<void> {
    const { store } = this.#parts;
    try {
      await Promise.all(
        this.#changed().map(async (stored) => {
          await store.save(stored);
          this.#saved.set(stored.shard[0], stored);
        }),
      );
      this.#failing = false;
    } catch (error) {
      // Once: it is tried again every second.
      if (!this.#failing) this.#parts.failed(error);
      this.#failing = true;
    } finally {
      this.#saving = undefined;
    }
  }

  #arm(then: () => void): void {
    this.#undoTimer();
    this.#undoTimer = this.#timer(EVERY, then);
  }

  #timer(ms: number, wake: () => void): () => void {
    const { clock } = this.#parts;
    return clock.setTimer(clock.now() + ms, wake);
  }
}

function isNews(stored: StoredShard, saved: StoredShard | undefined): boolean {
  const { session, identifies } = stored;
  if (saved === undefined) return session !== null || identifies.length > 0;
  return session?.sessionId !== saved.session?.sessionId || session?.sequence !== saved.session?.sequence ||
    session?.ended !== saved.session?.ended ||
    Math.abs((session?.at ?? 0) - (saved.session?.at ?? 0)) >= AT_LEAST_EVERY ||
    identifies.length !== saved.identifies.length || identifies.at(-1) !== saved.identifies.at(-1);
}
