import type { Instant } from "../../../protocol/protocol.ts";
import { Alignment } from "./alignment.ts";

/** The events of a guild or, as "", those of none, of which shard 0 is told. */
export type Stream = string;

/** For so long a guild that READY names is waited for, once no other has come, in milliseconds. */
const GUILD_WITHIN = 60_000;
/** For so long an old shard that is away is waited for, in milliseconds. */
const OLD_WITHIN = 60_000;
/** For so long what both sets bring of a guild may not fit together, in milliseconds. */
const DOUBT_WITHIN = 60_000;
/** Whose link has not proven by so much later what it was sent is behind, in milliseconds: it is asked every 5 s. */
const BEHIND = 10_000;
/** How many events are remembered at most. */
const CAPACITY = 200_000;

/** One of the two sets of shards. */
export type Side = "old" | "new";

/** What a cut-over is told of first. */
export interface CutoverParts {
  /** How many shards the old set has, which of them are here, and which of those are ready. */
  readonly old: {
    readonly count: number;
    readonly ids: readonly number[];
    readonly ready: readonly number[];
    /** What is left of one that was given up: {@linkcode Cutover.doubts}. @default none */
    readonly doubts?: ReadonlyMap<number, Instant>;
  };
  /** How many shards the new set has. */
  readonly count: number;
  /** Which of them are here: those that have the same guilds as the old ones. */
  readonly ids: readonly number[];
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

/** Up to when it is known that all is here which one of the shards was sent. */
interface Proven {
  isReady: boolean;
  provenAt: Instant;
}

interface OldShard extends Proven {
  awaySince: Instant;
  /** When it brought something last, or told that something is missing: by that a hole before would have shown. */
  broughtAt: Instant;
  /** Until when nobody else is left to bring what this one may lack: when a new shard of the same guilds had a hole last. */
  aloneUntil: Instant;
}

interface Shard extends Proven {
  /** Whether its session is asked for, or there. */
  identifying: boolean;
  began: boolean;
  /** What it brings, as far as READY tells. */
  streams: readonly Stream[];
  /** Guilds that are to come, and when its session began or one came last. */
  readonly pending: Set<string>;
  progressAt: Instant;
}

interface Followed<Held> {
  readonly alignment: Alignment<{ readonly place: number; readonly held: Held }>;
  /** When either side brought something last. */
  at: Instant;
  /** Since when what both have brought has not fitted together; undefined: it does. */
  doubtfulSince: Instant | undefined;
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
  readonly #old: ReadonlyMap<number, OldShard>;
  readonly #shards: ReadonlyMap<number, Shard>;
  readonly #streams = new Map<Stream, Followed<Held>>();
  #place = 0;
  #switchedAt: Instant | undefined;

  /** Takes how many shards there are on each side. */
  constructor(parts: CutoverParts) {
    const { old, ids, now } = this.#parts = parts;
    this.#old = new Map(old.ids.map((id) => [id, {
      isReady: old.ready.includes(id),
      provenAt: -Infinity,
      awaySince: now,
      broughtAt: -Infinity,
      aloneUntil: old.doubts?.get(id) ?? -Infinity,
    }]));
    this.#shards = new Map(ids.map((id) => [id, {
      identifying: false,
      began: false,
      streams: [],
      isReady: false,
      provenAt: -Infinity,
      pending: new Set(),
      progressAt: now,
    }]));
  }

  /** Whether the new set leads. */
  get isSwitched(): boolean {
    return this.#switchedAt !== undefined;
  }

  /** A new shard is about to identify: what the old set brings from now on may be what that brings, too. */
  identifying(id: number): void {
    const shard = this.#shards.get(id);
    if (shard !== undefined) shard.identifying = true;
  }

  /** A new shard has begun a session, with these guilds. */
  began(id: number, guilds: readonly string[], now: Instant): void {
    const shard = this.#shards.get(id);
    if (shard === undefined) return;
    shard.identifying = shard.began = true;
    shard.streams = id === 0 ? ["", ...guilds] : guilds;
    shard.pending.clear();
    if (this.#parts.tellsGuilds) guilds.forEach((guild) => shard.pending.add(guild));
    shard.progressAt = now;
    this.ready("new", id);
  }

  /** A new shard has a guild, or knows of its outage (GUILD_CREATE, GUILD_DELETE): true if that was to come. */
  has(id: number, guild: string, now: Instant): boolean {
    const shard = this.#shards.get(id);
    if (shard?.pending.delete(guild) !== true) return false;
    shard.progressAt = now;
    return true;
  }

  /** A shard has its session. */
  ready(side: Side, id: number): void {
    const shard = this.#shard(side, id);
    if (shard !== undefined) shard.isReady = true;
  }

  /** A shard has none for a while, or for good. */
  away(side: Side, id: number, now: Instant): void {
    const shard = this.#shard(side, id);
    if (shard === undefined) return;
    const old = side === "old" ? this.#old.get(id) : undefined;
    if (old?.isReady === true) old.awaySince = now;
    shard.isReady = false;
    shard.provenAt = -Infinity;
  }

  /** All is here that a shard was sent before then, at the server: a heartbeat that was sent then is acknowledged. */
  proven(side: Side, id: number, at: Instant): void {
    const shard = this.#shard(side, id);
    if (shard !== undefined) shard.provenAt = at;
  }

  /** Something of a shard is lost for good, which is told where it leads. */
  broke(side: Side, id: number, now: Instant): void {
    const { old, count, shardOf } = this.#parts;
    if (side === "old") this.#brought(id, now);
    else this.#leaveAlone(this.#streamsOf(id), now);
    for (const [stream, { alignment }] of this.#streams) {
      if (shardOf(stream, side === "old" ? old.count : count) !== id) continue;
      if (side === "old") alignment.oldBroke();
      else if (this.isSwitched) this.#streams.delete(stream);
      else alignment.freshBroke();
    }
  }

  /** The old set brings an event, which is told as long as it leads. */
  old(stream: Stream, identity: string, now: Instant): void {
    const { count, old, shardOf } = this.#parts;
    this.#brought(shardOf(stream, old.count), now);
    if (this.isSwitched || this.#shards.get(shardOf(stream, count))?.identifying !== true) return;
    const followed = this.#follow(stream);
    followed.alignment.old(identity);
    noteTime(followed, now);
  }

  /** The new set brings an event; true if it is to be told now. */
  fresh(stream: Stream, identity: string, held: Held, now: Instant): boolean {
    if (this.isSwitched) return this.#streams.get(stream)?.alignment.isNews(identity) ?? true;
    const followed = this.#follow(stream);
    followed.alignment.fresh(identity, { place: ++this.#place, held });
    noteTime(followed, now);
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
      shards: [...this.#shards.values()].filter(({ isReady }) => !isReady).length,
      guilds: [...this.#shards.values()].reduce((sum, { pending }) => sum + pending.size, 0),
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
    let begun = -Infinity;
    for (const { began, isReady, pending, progressAt } of this.#shards.values()) {
      const isWhole = pending.size === 0 || progressAt + GUILD_WITHIN <= now;
      if (!began || !isReady || !isWhole) return false;
      begun = Math.max(begun, progressAt);
    }
    // What the old set was sent before the new one had its guilds is here.
    if (![...this.#old.values()].every((shard) => provenTo(shard) >= begun + settle || isGone(shard, now))) {
      return false;
    }
    return [...this.#streams].every(([stream, followed]) => {
      const isQuiet = this.#isQuiet(stream, followed, now);
      return this.#isCertain(stream, followed, isQuiet) || isQuiet;
    });
  }

  /** Cuts over, whatever is certain: from here on the new set leads. */
  switch(now: Instant): Switch<Held> {
    const ahead: { readonly place: number; readonly held: Held }[] = [];
    const { old, shardOf } = this.#parts;
    // Who is away would have told of a gap once back; so would who lacks what the new set lacks, too, with its next event.
    const wouldTell = (shard: OldShard) => !shard.isReady || this.#isDoubtful(shard);
    const gaps = new Set([...this.#old].flatMap(([id, shard]) => wouldTell(shard) ? [id] : []));
    // Of a guild that has not come, nobody brings what is said from here on, nor what the old set has yet to bring.
    for (const { pending } of this.#shards.values()) {
      for (const guild of pending) gaps.add(shardOf(guild, old.count));
    }
    for (const [stream, followed] of this.#streams) {
      if (!this.#isCertain(stream, followed, this.#isQuiet(stream, followed, now))) {
        gaps.add(shardOf(stream, old.count));
        followed.alignment.giveUp();
      }
      ahead.push(...followed.alignment.ahead);
      if (followed.alignment.behind === 0) this.#streams.delete(stream);
    }
    this.#switchedAt = now;
    return { deliver: inOrder(ahead), gaps };
  }

  /** It is given up: the old shards are alone with what the new ones have brought before them, or may have missed. */
  giveUp(now: Instant): void {
    for (const [stream, { alignment }] of this.#streams) {
      if (alignment.ahead.length > 0) this.#leaveAlone([stream], now);
    }
    for (const [id, shard] of this.#shards) {
      if (shard.began && !shard.isReady) this.#leaveAlone(this.#streamsOf(id), now);
      shard.identifying = false;
    }
    this.#streams.clear();
  }

  /** The old shards that may lack something which nobody else is left to bring, and until when that was. */
  get doubts(): ReadonlyMap<number, Instant> {
    const doubtful = [...this.#old].filter(([, shard]) => this.#isDoubtful(shard));
    return new Map(doubtful.map(([id, { aloneUntil }]) => [id, aloneUntil]));
  }

  /** Whether nothing is left to look out for, after the cut-over. */
  get isOver(): boolean {
    const { count, settle, shardOf } = this.#parts;
    const at = this.#switchedAt;
    if (at === undefined) return false;
    return [...this.#streams].every(([stream, { alignment }]) => {
      const shard = this.#shards.get(shardOf(stream, count));
      return alignment.behind === 0 || shard === undefined || provenTo(shard) >= at + settle;
    });
  }

  #shard(side: Side, id: number): Proven | undefined {
    return side === "old" ? this.#old.get(id) : this.#shards.get(id);
  }

  /** What a new shard is known to bring. */
  #streamsOf(id: number): Stream[] {
    const { count, shardOf } = this.#parts;
    const streams = [...this.#shards.get(id)?.streams ?? [], ...this.#streams.keys()];
    return streams.filter((stream) => shardOf(stream, count) === id);
  }

  /** The old shards of these streams are alone with what new ones have or should have brought of them until now. */
  #leaveAlone(streams: readonly Stream[], now: Instant): void {
    const { old, shardOf } = this.#parts;
    for (const stream of streams) {
      const alone = this.#old.get(shardOf(stream, old.count));
      if (alone !== undefined) alone.aloneUntil = now;
    }
  }

  #isDoubtful({ broughtAt, aloneUntil }: OldShard): boolean {
    return broughtAt < aloneUntil + this.#parts.settle;
  }

  #brought(id: number, now: Instant): void {
    const shard = this.#old.get(id);
    if (shard !== undefined) shard.broughtAt = now;
  }

  #follow(stream: Stream): Followed<Held> {
    let followed = this.#streams.get(stream);
    if (followed === undefined) {
      followed = { alignment: new Alignment(), at: -Infinity, doubtfulSince: undefined };
      this.#streams.set(stream, followed);
    }
    return followed;
  }

  /** Whether both sides would have brought what the other has, or it is in vain to wait for that. */
  #isQuiet(stream: Stream, { at, doubtfulSince = Infinity }: Followed<Held>, now: Instant): boolean {
    const { old, count, settle, shardOf } = this.#parts;
    const before = this.#old.get(shardOf(stream, old.count));
    const shard = this.#shards.get(shardOf(stream, count));
    if (before === undefined || shard === undefined) return true;
    const areHere = (sentBy: Instant) =>
      provenTo(shard) >= sentBy && (provenTo(before) >= sentBy || isGone(before, now));
    // Who is behind may bring yet what fits.
    return areHere(at + settle) || doubtfulSince + DOUBT_WITHIN <= now && areHere(now - BEHIND - settle);
  }

  #isCertain(stream: Stream, { alignment }: Followed<Held>, isQuiet: boolean): boolean {
    if (alignment.isKnown) return true;
    const { count, shardOf } = this.#parts;
    // It has what the old set brings, and the new set may not have it at all.
    if (this.#shards.get(shardOf(stream, count))?.pending.has(stream) === true) return false;
    return isQuiet && alignment.settle();
  }
}

function inOrder<Held>(events: readonly { readonly place: number; readonly held: Held }[]): Held[] {
  return events.toSorted((a, b) => a.place - b.place).map(({ held }) => held);
}

function noteTime(followed: Followed<unknown>, now: Instant): void {
  followed.at = now;
  followed.doubtfulSince = followed.alignment.isDoubtful ? followed.doubtfulSince ?? now : undefined;
}

function provenTo({ isReady, provenAt }: Proven): Instant {
  return isReady ? provenAt : -Infinity;
}

function isGone({ isReady, awaySince }: OldShard, now: Instant): boolean {
  return !isReady && awaySince + OLD_WITHIN <= now;
}
