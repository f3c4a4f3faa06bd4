import type { Instant } from "../../../protocol/protocol.ts";
import { Alignment } from "./alignment.ts";

/** The events of a guild or, as "", those of none, of which shard 0 is told. */
export type Stream = string;

/** For so long a guild that READY names is waited for, once no other has come, in milliseconds. */
const GUILD_WITHIN = 60_000;
/** For so long an old shard that is away is waited for, in milliseconds. */
const OLD_WITHIN = 60_000;
/** How many events are remembered at most. */
const CAPACITY = 200_000;
/** For so long after the cut-over copies are looked out for, in milliseconds. */
const COPIES_WITHIN = 60_000;

/** One of the two sets of shards. */
export type Side = "old" | "new";

/** What a cut-over is told of first. */
export interface CutoverParts {
  /** How many shards the old set has, and which of them are ready. */
  readonly old: { readonly count: number; readonly ready: readonly number[] };
  /** How many shards the new set has. */
  readonly count: number;
  /** Which of so many shards a stream belongs to. */
  readonly shardOf: (stream: Stream, count: number) => number;
  /** Whether the new set tells of each guild that it has, by GUILD_CREATE. */
  readonly tellsGuilds: boolean;
  /** By how much longer an event may take to one set than to the other, in milliseconds. */
  readonly settle: number;
  readonly now: Instant;
}

/** What there is to tell at the cut-over. */
export interface Switch<Held> {
  /** What the new set has brought and the old one has not, in the order in which it came. */
  readonly deliver: readonly Held[];
  /** The old shards of whose events some may be missing in between. */
  readonly gaps: ReadonlySet<number>;
}

interface Shard {
  /** Whether its session is asked for, or there. */
  identifying: boolean;
  began: boolean;
  /** Since when it has had its session; undefined: it has none. */
  readySince: Instant | undefined;
  /** Guilds that are to come, and when one came last. */
  readonly pending: Set<string>;
  progressAt: Instant;
}

interface Followed<Held> {
  readonly alignment: Alignment<{ readonly place: number; readonly held: Held }>;
  /** When either side brought something last. */
  at: Instant;
}

/**
 * When a new set of shards can take the place of an old one while both are connected, and what is to be told then so
 * that of each guild nothing is told twice, nothing is lost, and all is in order. It does no I/O and knows no session:
 * it is told what each side brings.
 *
 * The old set leads until the new one has every guild and it is known of each how its events lie on both sides; then all
 * of them are cut over at once, so that there is no moment in which anybody who gives up has to put halves together.
 */
export class Cutover<Held> {
  readonly #parts: CutoverParts;
  readonly #old: { readySince: Instant | undefined; awaySince: Instant }[];
  readonly #shards: Shard[];
  readonly #streams = new Map<Stream, Followed<Held>>();
  #place = 0;
  #switchedAt: Instant | undefined;

  /** Takes how many shards there are on each side. */
  constructor(parts: CutoverParts) {
    const { old, count, now } = this.#parts = parts;
    this.#old = Array.from({ length: old.count }, (_, id) => ({
      readySince: old.ready.includes(id) ? now : undefined,
      awaySince: now,
    }));
    this.#shards = Array.from({ length: count }, () => ({
      identifying: false,
      began: false,
      readySince: undefined,
      pending: new Set(),
      progressAt: now,
    }));
  }

  /** Whether the new set leads. */
  get isSwitched(): boolean {
    return this.#switchedAt !== undefined;
  }

  /** A new shard is about to identify: what the old set brings from now on may be what that brings, too. */
  identifying(id: number): void {
    const shard = this.#shards[id];
    if (shard !== undefined) shard.identifying = true;
  }

  /** A new shard has begun a session, with these guilds. */
  began(id: number, guilds: readonly string[], now: Instant): void {
    const shard = this.#shards[id];
    if (shard === undefined) return;
    shard.identifying = shard.began = true;
    shard.pending.clear();
    if (this.#parts.tellsGuilds) guilds.forEach((guild) => shard.pending.add(guild));
    shard.progressAt = now;
    this.ready("new", id, now);
  }

  /** A new shard has a guild (GUILD_CREATE): true if that was to come. */
  has(id: number, guild: string, now: Instant): boolean {
    const shard = this.#shards[id];
    if (shard?.pending.delete(guild) !== true) return false;
    shard.progressAt = now;
    return true;
  }

  /** A shard has its session. */
  ready(side: Side, id: number, now: Instant): void {
    const shard = side === "old" ? this.#old[id] : this.#shards[id];
    if (shard !== undefined) shard.readySince = now;
  }

  /** A shard has none for a while, or for good. */
  away(side: Side, id: number, now: Instant): void {
    const old = side === "old" ? this.#old[id] : undefined;
    if (old?.readySince !== undefined) old.awaySince = now;
    const shard = old ?? this.#shards[id];
    if (shard !== undefined) shard.readySince = undefined;
  }

  /** Something of a shard is lost for good, which is told where it leads. */
  broke(side: Side, id: number): void {
    const { old, count, shardOf } = this.#parts;
    for (const [stream, { alignment }] of this.#streams) {
      if (shardOf(stream, side === "old" ? old.count : count) !== id) continue;
      if (side === "old") alignment.oldBroke();
      else if (this.isSwitched) this.#streams.delete(stream);
      else alignment.freshBroke();
    }
  }

  /** The old set brings an event, which is told as long as it leads. */
  old(stream: Stream, identity: string, now: Instant): void {
    const { count, shardOf } = this.#parts;
    if (this.isSwitched || this.#shards[shardOf(stream, count)]?.identifying !== true) return;
    const followed = this.#follow(stream);
    followed.at = now;
    followed.alignment.old(identity);
  }

  /** The new set brings an event; true if it is to be told now. */
  fresh(stream: Stream, identity: string, held: Held, now: Instant): boolean {
    if (this.isSwitched) return this.#streams.get(stream)?.alignment.isNews(identity) ?? true;
    const followed = this.#follow(stream);
    followed.at = now;
    followed.alignment.fresh(identity, { place: ++this.#place, held });
    return false;
  }

  /** Whether more is remembered than there is room for, as one side brings what the other does not. */
  get isFull(): boolean {
    let size = 0;
    for (const { alignment } of this.#streams.values()) size += alignment.size;
    return size > CAPACITY;
  }

  /** The new shards without a session, and the guilds that are to come. */
  get missing(): { readonly shards: number; readonly guilds: number } {
    return {
      shards: this.#shards.filter(({ readySince }) => readySince === undefined).length,
      guilds: this.#shards.reduce((sum, { pending }) => sum + pending.size, 0),
    };
  }

  /** What the new set has brought of a shard, and is held; the oldest first. */
  heldOf(id: number): readonly Held[] {
    const { count, shardOf } = this.#parts;
    const streams = [...this.#streams].filter(([stream]) => shardOf(stream, count) === id);
    return inOrder(streams.flatMap(([, { alignment }]) => alignment.ahead));
  }

  /** Whether the new set can lead now. */
  isReady(now: Instant): boolean {
    if (this.isSwitched) return true;
    const { settle } = this.#parts;
    const isStill = (since: Instant | undefined) => since !== undefined && since + settle <= now;
    const shardsAre = this.#shards.every(({ began, readySince, pending, progressAt }) =>
      began && isStill(readySince) && (pending.size === 0 || progressAt + GUILD_WITHIN <= now)
    );
    const oldAre = this.#old.every(({ readySince, awaySince }) =>
      isStill(readySince) || readySince === undefined && awaySince + OLD_WITHIN <= now
    );
    return shardsAre && oldAre && [...this.#streams].every(([stream, followed]) => {
      const isQuiet = followed.at + settle <= now;
      return this.#isCertain(stream, followed, isQuiet) || isQuiet;
    });
  }

  /** Cuts over, whatever is certain: from here on the new set leads. */
  switch(now: Instant): Switch<Held> {
    const ahead: { readonly place: number; readonly held: Held }[] = [];
    const { old, shardOf } = this.#parts;
    // Who is away would have told of a gap once back.
    const away = this.#old.flatMap(({ readySince }, id) => readySince === undefined ? [id] : []);
    const gaps = new Set(away);
    for (const [stream, followed] of this.#streams) {
      if (!this.#isCertain(stream, followed, true)) {
        gaps.add(shardOf(stream, old.count));
        followed.alignment.giveUp();
      }
      ahead.push(...followed.alignment.ahead);
      if (followed.alignment.behind === 0) this.#streams.delete(stream);
    }
    this.#switchedAt = now;
    return { deliver: inOrder(ahead), gaps };
  }

  /** Whether nothing is left to look out for, after the cut-over. */
  isOver(now: Instant): boolean {
    const { count, shardOf } = this.#parts;
    if (this.#switchedAt === undefined) return false;
    if (now < this.#switchedAt + COPIES_WITHIN) {
      return [...this.#streams.values()].every(({ alignment }) => alignment.behind === 0);
    }
    // What a shard that is away brings when it is back may be copies.
    return [...this.#streams.keys()].every((stream) => {
      return this.#shards[shardOf(stream, count)]?.readySince !== undefined;
    });
  }

  #follow(stream: Stream): Followed<Held> {
    let followed = this.#streams.get(stream);
    if (followed === undefined) {
      followed = { alignment: new Alignment(), at: -Infinity };
      this.#streams.set(stream, followed);
    }
    return followed;
  }

  #isCertain(stream: Stream, { alignment }: Followed<Held>, isQuiet: boolean): boolean {
    if (alignment.isKnown) return true;
    const { count, shardOf } = this.#parts;
    // It has what the old set brings, and the new set may not have it at all.
    if (this.#shards[shardOf(stream, count)]?.pending.has(stream) === true) return false;
    return isQuiet && alignment.settle();
  }
}

function inOrder<Held>(events: readonly { readonly place: number; readonly held: Held }[]): Held[] {
  return events.toSorted((a, b) => a.place - b.place).map(({ held }) => held);
}
