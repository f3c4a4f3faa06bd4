import type { Presence } from "../wire/command.ts";

/** What a bot's shards are to show: what the options say, until something else is asked for, of all or of one. */
export class WantedPresences {
  #ofAll: Presence | undefined;
  readonly #ofOne = new Map<number, Presence>();

  /** Takes what they are to begin with. */
  constructor(first: Presence | undefined) {
    this.#ofAll = first;
  }

  /** Another one is wanted, of one shard or of all. */
  set(presence: Presence, shard: number | undefined): void {
    if (shard !== undefined) {
      this.#ofOne.set(shard, presence);
      return;
    }
    this.#ofAll = presence;
    this.#ofOne.clear();
  }

  /** What all are to show that were asked for nothing else. */
  get ofAll(): Presence | undefined {
    return this.#ofAll;
  }

  /** What shards are to show that were asked for something else than all. */
  get ofOne(): ReadonlyMap<number, Presence> {
    return this.#ofOne;
  }

  /** What a shard is to show, whether it runs here now or not. */
  of(shard: number): Presence | undefined {
    return this.#ofOne.get(shard) ?? this.#ofAll;
  }
}
