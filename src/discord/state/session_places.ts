import type { GapEvent, ReshardedEvent } from "../gateway/wire/event.ts";

/** Where a state stands in the session of a shard. */
export interface ShardSnapshot {
  readonly id: number;
  readonly session: string;
  /** The number of the last event that it has taken. */
  readonly sequence: number;
  /** Whether it knows all guilds of the shard. */
  readonly complete: boolean;
}

/** What a session tells, by its number. */
export interface Numbered {
  readonly kind: string;
  readonly shard: number;
  readonly session: string;
  readonly sequence: number;
}

interface Place {
  readonly session: string;
  sequence: number;
  complete: boolean;
  /** Where it stood when it was restored, until it is known whether the session goes on from there. */
  restored: number | undefined;
}

/** Where a state stands in the session of each shard: what of an event is news to it, and of what it has missed some. */
export class SessionPlaces {
  readonly #places = new Map<number, Place>();

  /** The shards of which events were missed; each until its next session. */
  get incomplete(): readonly number[] {
    return [...this.#places].flatMap(([id, { complete }]) => complete ? [] : [id]);
  }

  /** Takes up a place as it was when it was turned into JSON. */
  restore({ id, session, sequence, complete }: ShardSnapshot): void {
    this.#places.set(id, { session, sequence, complete, restored: sequence });
  }

  /** A session has begun. */
  begin({ shard, session, sequence }: Omit<Numbered, "kind">): void {
    this.#places.set(shard, { session, sequence, complete: true, restored: undefined });
  }

  /** Notes an event: `repeat` if it was taken before, `strange` if the beginning of its session was told to others. */
  advance({ kind, shard, session, sequence }: Numbered): "news" | "repeat" | "strange" {
    const place = this.#places.get(shard);
    if (place?.session !== session) {
      this.#places.set(shard, { session, sequence, complete: false, restored: undefined });
      return "strange";
    }
    if (kind === "resumed" || sequence === 0) return "news";
    if (sequence <= place.sequence) return "repeat";
    place.sequence = sequence;
    return "news";
  }

  /** Notes a gap; true if events of the session were missed in it. */
  gap({ shard, session, sequence, resumed }: GapEvent): boolean {
    const place = this.#places.get(shard);
    if (place?.session !== session) return false;
    const { restored } = place;
    place.restored = undefined;
    // The session went on from where another run had come to, further than this state had.
    const behind = resumed && restored !== undefined && sequence > restored;
    if (resumed && !behind) return false;
    place.complete = false;
    return true;
  }

  /** Other sessions tell of the same from here on. */
  resharded({ sessions }: ReshardedEvent): void {
    const complete = this.incomplete.length === 0;
    this.#places.clear();
    for (const { shard, session, sequence } of sessions) {
      this.#places.set(shard, { session, sequence, complete, restored: undefined });
    }
  }

  /** All of them, for `restore`. */
  toJSON(): readonly ShardSnapshot[] {
    return [...this.#places].map(([id, { session, sequence, complete }]) => ({
      id,
      session,
      sequence,
      complete,
    }));
  }
}
