import { type Clock, sleepUntil } from "../driver/clock/clock.ts";
import type { Instant } from "../protocol/protocol.ts";
import { type NatsKv, type NatsKvEntry, textOf } from "./kv.ts";

/**
 * Those of this process that wait for one limit: one asks NATS, the others wait for it. It hears when the limit's places
 * are written, and so knows when the server lets them go that tells nobody of that.
 */
export class PermitLine {
  /** Settled once whoever came last has had its turn. */
  turn: Promise<void> = Promise.resolve();
  waiting = 0;
  /** The place that was found free last. */
  place = 0;
  readonly #clock: Clock;
  readonly #key: string;
  readonly #per: number;
  /** The places of which it is known when they are free at the latest. */
  readonly #freeAt = new Map<string, Instant>();
  /** The places that were told of. */
  readonly #told = new Set<string>();
  #watch: { stop(): void } | undefined;
  #wake: () => void = () => {};

  /** `key`: what its places' keys begin with; `per`: how long they last that are not written again, in milliseconds. */
  constructor(clock: Clock, key: string, per: number) {
    this.#clock = clock;
    this.#key = key;
    this.#per = per;
  }

  /** The key of a place. */
  keyOf(place: number): string {
    return `${this.#key}.${place}`;
  }

  /** Whether somebody has a place, for what is known. */
  isHeld(place: number): boolean {
    return this.#clock.now() < (this.#freeAt.get(this.keyOf(place)) ?? -Infinity);
  }

  /** Somebody has a place: what was known of it is not so, unless that was heard since. */
  refused(place: number): void {
    if (!this.isHeld(place)) this.#freeAt.delete(this.keyOf(place));
  }

  /** Hears what becomes of the places from now on, until {@linkcode PermitLine.stop}. */
  listen(kv: NatsKv): void {
    if (this.#watch !== undefined) return;
    let over = false;
    const handle = { stop: () => void (over = true) };
    this.#watch = handle;
    const hear = async () => {
      const watch = await kv.watch({ key: `${this.#key}.*` });
      handle.stop = () => {
        over = true;
        watch.stop();
      };
      if (over) return watch.stop();
      for await (const entry of watch) if (!over) this.#hear(entry);
    };
    // Who hears nothing asks again and again.
    void hear().catch(() => {}).then(() => {
      if (this.#watch === handle) this.stop();
    });
  }

  stop(): void {
    this.#watch?.stop();
    this.#watch = undefined;
    this.#freeAt.clear();
    this.#told.clear();
    this.#wake();
  }

  /**
   * Waits until one of so many places may be free: `spread` after that, so that not all processes ask at once, and not
   * sooner than after `again` if it is not known when, all in milliseconds.
   *
   * @throws the signal's reason if it is aborted first.
   */
  async untilFree(
    places: number,
    { again, spread }: { readonly again: number; readonly spread: number },
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const unknown = this.#clock.now() + again;
    for (;;) {
      signal?.throwIfAborted();
      const free = Array.from(
        { length: places },
        (_, place) => this.#freeAt.get(this.keyOf(place)) ?? unknown,
      );
      const at = Math.min(...free) + spread;
      if (this.#clock.now() >= at) return;
      const news = new AbortController();
      const wake = this.#wake = () => news.abort();
      signal?.addEventListener("abort", wake, { once: true });
      await sleepUntil(this.#clock, at, news.signal).catch(() => {});
      signal?.removeEventListener("abort", wake);
    }
  }

  #hear(entry: NatsKvEntry): void {
    const { key } = entry;
    if (!key.startsWith(`${this.#key}.`)) return;
    const now = this.#clock.now();
    if (textOf(entry) === null) this.#freeAt.set(key, now);
    // What is told first may have been written long before.
    else if (this.#told.has(key)) this.#freeAt.set(key, now + this.#per);
    this.#told.add(key);
    this.#wake();
  }
}
