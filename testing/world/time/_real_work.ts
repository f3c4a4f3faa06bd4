import type { Instant } from "@parley/parley/protocol";
import { builtin } from "../_builtin.ts";
import { pause, turn } from "./_event_loop.ts";

/** Something that takes real time. */
interface Work {
  /** What to call it in errors. */
  readonly what: string;
  /** Whose it is: the name of a host, if it is a host's. */
  readonly owner: string | undefined;
  /** Whether the world fails if it never ends; what is not strict is taken to hang instead. */
  readonly strict: boolean;
  /** What it is a part of. */
  readonly whole: Work | undefined;
  /** How much it waits for that comes with virtual time only. */
  waits: number;
  /** For how many slices of real time the clock has stood for it. */
  slices: number;
  hangs: boolean;
}

/** Much of what is real takes microseconds: a turn of the event loop is shorter than any timer. */
const TURNS = 10;
/** In milliseconds of real time. A loop that was blocked has had one of them, however long that took. */
const SLICE = 10;
/** How many slices what is not strict may take. */
const HANGS = 100;

// Tells which work a timer was set in. Where the runtime has none, no work is taken to wait for virtual time.
const Storage = builtin("node:async_hooks")?.AsyncLocalStorage;
const current = Storage && new Storage<Work>();

/** The real work for which the clock of a world stands. */
export class RealWork {
  readonly #open = new Set<Work>();
  /** How many requests each host has under way. */
  readonly #requests = new Map<string, number>();
  readonly #patience: number;
  #ended = Promise.withResolvers<void>();

  /** `patience`: how long strict work may take, in milliseconds. */
  constructor(patience: number) {
    this.#patience = patience;
  }

  /** Lets the clock stand while this is pending, but not while it waits for virtual time. */
  run<T>(what: string, run: () => Promise<T>, limits: { owner?: string; strict: boolean }): Promise<T> {
    const work = {
      what,
      owner: undefined,
      whole: current?.getStore(),
      waits: 0,
      slices: 0,
      hangs: false,
      ...limits,
    };
    return this.#during(work, current === undefined ? run() : current.run(work, run));
  }

  /** Lets the clock stand while this is pending. */
  track<T>(what: string, promise: Promise<T>): Promise<T> {
    return this.run(what, () => promise, { strict: true });
  }

  /** The work that is being done now, if any, waits for virtual time until what this returns is called. */
  wait(): (() => void) | undefined {
    const work = current?.getStore();
    if (work === undefined) return undefined;
    const add = (count: number) => {
      for (let part: Work | undefined = work; part !== undefined; part = part.whole) part.waits += count;
    };
    let over = false;
    add(1);
    return () => {
      if (!over) add(-1);
      over = true;
    };
  }

  /** A host has begun a request; call what this returns when it is over. */
  request(owner: string): () => void {
    const add = (count: number) => this.#requests.set(owner, (this.#requests.get(owner) ?? 0) + count);
    add(1);
    return () => add(-1);
  }

  /** Whether the clock must stand. */
  get stands(): boolean {
    return this.#open.size > 0 && this.#held().length > 0;
  }

  /**
   * Lets real time pass until the clock need not stand.
   *
   * @throws if something takes longer than it may.
   */
  async settle(): Promise<void> {
    for (let turns = 0; this.stands; turns++) {
      if (turns < TURNS) {
        await turn();
        continue;
      }
      const ended = this.#ended.promise;
      await pause(SLICE, ended);
      // Whoever waits for what has ended comes first.
      await turn();
      if (this.#ended.promise !== ended) turns = 0;
      else this.#count();
    }
  }

  /** Waits for a promise in real time while nothing is due; false if it takes too long to be real. */
  async outlast(promise: Promise<void>, due: () => Instant): Promise<boolean> {
    let ended = false;
    void promise.then(() => ended = true);
    for (let slices = 0; slices < HANGS; slices++) {
      await pause(SLICE, promise);
      if (ended || due() < Infinity) return true;
    }
    return false;
  }

  #during<T>(work: Work, promise: Promise<T>): Promise<T> {
    this.#open.add(work);
    const end = () => {
      this.#open.delete(work);
      this.#ended.resolve();
      this.#ended = Promise.withResolvers();
    };
    promise.then(end, end);
    return promise;
  }

  /** What the clock stands for. */
  #held(): Work[] {
    // One may wait for another of its host: several asks share a request, say.
    const elsewhere = new Set<string | undefined>();
    for (const { owner, waits } of this.#open) if (waits > 0) elsewhere.add(owner);
    return [...this.#open].filter(({ owner, waits, hangs }) => {
      if (hangs || waits > 0) return false;
      return owner === undefined || !(elsewhere.has(owner) || (this.#requests.get(owner) ?? 0) > 0);
    });
  }

  #count(): void {
    for (const work of this.#held()) {
      work.slices++;
      if (!work.strict) {
        work.hangs = work.slices >= HANGS;
      } else if (work.slices * SLICE >= this.#patience) {
        const { what } = work;
        throw new Error(
          `The world waits for ${what}, which has not ended within ${this.#patience} ms of real time`,
        );
      }
    }
  }
}
