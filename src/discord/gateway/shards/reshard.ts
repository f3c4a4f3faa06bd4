import { type Clock, sleepUntil } from "../../../driver/clock/clock.ts";
import type { Runnable } from "../../../driver/driver.ts";
import { ParleyError } from "../../../protocol/errors.ts";
import { isRecord } from "../../../protocol/data/json_value.ts";
import type { Instant } from "../../../protocol/protocol.ts";
import { Cutover } from "../session/cutover.ts";
import { type Dispatched, guildOf, identityOf, isAnswer, isDispatched } from "../session/event_identity.ts";
import type { Presence } from "../wire/command.ts";
import type { GatewayEvent, ReadyEvent } from "../wire/event.ts";
import { Intents } from "../wire/intents.ts";
import type { Fleet } from "./fleet.ts";
import { inWallTime } from "./store/resume_times.ts";
import type { SessionKeeper, ShardState } from "./store/session_keeper.ts";
import { shardIdFor } from "./shard_id.ts";
import type { Unconsumed } from "./unconsumed.ts";

/** How long it takes for an event to reach both sets at most, unless the user says otherwise. */
export const SETTLE = 10_000;
/** It looks so often whether the new set can lead, in milliseconds. */
const LOOK_EVERY = 250;
/** Every so many looks, links are asked to prove what they have brought. */
const ASK_EVERY = 20;
/** For so long the store may keep the old set from being closed, in milliseconds. */
const STORE_WITHIN = 15_000;

/** How to reshard. */
export interface ReshardOptions {
  /**
   * By how much longer an event may take to one session than to another, in milliseconds: so long nothing must have come
   * of a guild before it counts as quiet. What takes longer while a quiet guild is cut over may be lost or told twice.
   *
   * @default {10_000}
   */
  readonly settle?: number;
  /** Gives up, as long as the new shards have not taken over. */
  readonly signal?: AbortSignal;
}

/** What resharding needs. */
export interface ReshardParts {
  readonly from: Fleet;
  /** The new set, its shards added and not started. */
  readonly to: Fleet;
  readonly clock: Clock;
  /** By how much longer an event may take to one set than to the other, in milliseconds. */
  readonly settle: number;
  /** What is left of one from the same set that was given up: {@linkcode Reshard.doubts}. */
  readonly doubts: ReadonlyMap<number, Instant>;
  /** Hands out an event. */
  readonly emit: (event: GatewayEvent) => void;
  /** What some consumer is not done with. */
  readonly unfinished: () => Iterable<object>;
}

/**
 * A new set of shards that is to take the place of an old one, both connected: it hears what each tells, and decides
 * what of that users are told. What is decided, and when, is {@linkcode Cutover}'s to know.
 */
export class Reshard {
  readonly #parts: ReshardParts;
  readonly #cutover: Cutover<Dispatched>;
  readonly #begunAt: Instant;
  /** Of which guilds the sessions are to tell that old shards have begun meanwhile. */
  readonly #comingTo = new Map<number, Set<string>>();
  /** How many guilds are still to come to old shards that began before, and of which they have told something since. */
  readonly #yetToCome = new Map<number, { left: number; readonly told: Set<string> }>();
  /** Where the old shards stood at the cut-over. */
  #left: readonly ShardState[] | undefined;
  /** The last event of each new session that the old set had told at the cut-over. */
  #toldBefore = new Map<number, number>();
  /** What the old set has told, and some consumer is not done with: that before the cut-over, and what it lacks. */
  #before = new Set<object>();
  readonly #failed = new AbortController();

  /** Takes both sets. */
  constructor(parts: ReshardParts) {
    const { from, to, clock, settle, doubts } = this.#parts = parts;
    const now = this.#begunAt = clock.now();
    const { session } = [...to.shards.values()][0] ?? {};
    for (const [id, { session }] of from.shards) {
      if (session.guildsToCome > 0) {
        this.#yetToCome.set(id, { left: session.guildsToCome, told: new Set() });
      }
    }
    this.#cutover = new Cutover({
      old: {
        count: from.count,
        ids: [...from.shards.keys()],
        ready: from.ids.filter((id) => !from.withoutSession.includes(id)),
        doubts,
      },
      count: to.count,
      ids: [...to.shards.keys()],
      shardOf: (stream, count) => stream === "" ? 0 : shardIdFor(stream, count),
      tellsGuilds: session?.tells("GUILD_CREATE") === true && (session.intents & Intents.Guilds) !== 0,
      settle,
      now,
    });
  }

  /** The new set. */
  get to(): Fleet {
    return this.#parts.to;
  }

  /** The presence that is wanted now. */
  present(data: Presence): void {
    for (const { driver } of this.isSwitched ? [] : this.to.shards.values()) {
      // A newer one takes its place, or its session ends.
      driver.command({ kind: "presence", data }).catch(() => {});
    }
  }

  /** Whether the new set leads. */
  get isSwitched(): boolean {
    return this.#cutover.isSwitched;
  }

  /** A new shard is about to identify. */
  identifying(id: number): void {
    this.#cutover.identifying(id);
  }

  /** Gives up: the old set goes on. */
  fail(error: unknown): void {
    this.#failed.abort(error);
  }

  /** It was given up: from here on it only hears what the old set tells. */
  giveUp(): void {
    this.#cutover.giveUp(this.#parts.clock.now());
  }

  /** What shards of the old set may lack, for one that follows on this: since when nobody else is left to bring it. */
  get doubts(): ReadonlyMap<number, Instant> {
    return this.#cutover.doubts;
  }

  /** A driver has ended, as it was told to or with an error; true if it ran none of the shards that lead. */
  ended(driver: Runnable, error: Error | undefined): boolean {
    const { from, to, clock } = this.#parts;
    const now = clock.now();
    const [old] = idOf(driver, from);
    const [fresh] = idOf(driver, to);
    if (this.isSwitched) {
      // Nothing more comes of what it was to be held against.
      if (fresh !== undefined) this.#cutover.broke("new", fresh, now);
      return old !== undefined;
    }
    if (old !== undefined) this.#cutover.away("old", old, now);
    if (fresh !== undefined && error !== undefined) this.fail(error);
    return fresh !== undefined;
  }

  /** Up to where what a new shard was sent may be acknowledged before anything is stored of it. */
  unsaved(id: number): number {
    return this.#toldBefore.get(id) ?? (this.#cutover.heldOf(id)[0]?.sequence ?? Infinity) - 1;
  }

  /**
   * Lets the new set begin, and waits until it leads.
   *
   * @throws the signal's reason if it is aborted before, and why it was given up.
   */
  async run(signal: AbortSignal | undefined): Promise<void> {
    const { to, clock } = this.#parts;
    const { signal: failed } = this.#failed;
    const over = signal === undefined ? failed : AbortSignal.any([signal, failed]);
    over.throwIfAborted();
    for (const { driver } of to.shards.values()) driver.start();
    for (let count = 0; !this.#cutover.isReady(clock.now()); count++) {
      if (this.#cutover.isFull) {
        throw new ParleyError(
          "timeout",
          "Cannot reshard: one set has brought too much that the other has not",
        );
      }
      await sleepUntil(clock, clock.now() + LOOK_EVERY, over);
      this.#look();
      if (count % ASK_EVERY === 0 && this.#cutover.missing.shards === 0) this.#ask();
    }
    over.throwIfAborted();
  }

  /** Lets the new set lead: tells of it, and what it has brought that the old one has not. */
  switch(unconsumed: () => Unconsumed): void {
    const { from, to, clock, emit, unfinished } = this.#parts;
    const { deliver, gaps } = this.#cutover.switch(clock.now());
    const held = new Map(deliver.toReversed().map(({ shard, sequence }) => [shard, sequence]));
    for (const id of gaps) this.#tellGap(id);
    this.#left = from.states(unconsumed());
    this.#before = new Set(unfinished());
    const sessions = [...to.shards].flatMap(([shard, { session: { resumePoint: point } }]) => {
      const before = Math.min(point?.sequence ?? 0, (held.get(shard) ?? Infinity) - 1);
      return point === undefined ? [] : [{ shard, session: point.sessionId, sequence: before }];
    });
    this.#toldBefore = new Map(sessions.map(({ shard, sequence }) => [shard, sequence]));
    emit({ kind: "resharded", from: from.count, to: to.count, sessions });
    for (const event of deliver) emit(event);
  }

  /** Hears what both sets tell: true if it is not to be told, or not now. */
  isNotTold(event: GatewayEvent, driver: Runnable): boolean {
    if (!("shard" in event)) return false;
    const { from, to } = this.#parts;
    if (to.owns(event.shard, driver)) return this.#fresh(event);
    return from.owns(event.shard, driver) && this.#old(event);
  }

  /** Whether nothing is left to look out for. */
  get isOver(): boolean {
    this.#look();
    return this.#cutover.isOver;
  }

  /**
   * What is to be stored until the old set has ended; `setUpWith`: how many shards the bot was set up with, if they are
   * others.
   */
  states(
    keeper: SessionKeeper,
    unconsumed: Unconsumed,
    setUpWith: number | undefined,
  ): readonly ShardState[] {
    const { from, to } = this.#parts;
    const saying = (state: ShardState): ShardState =>
      setUpWith === undefined ? state : { ...state, setUpWith };
    // What has ended since is not to be resumed.
    const left = (this.#left ?? from.states(unconsumed)).map((state) =>
      saying(
        from.get(state.id)?.session.restartPoint === undefined ? { ...state, session: undefined } : state,
      )
    );
    // Once the store says so, the new set counts whatever else comes of the old one.
    const isStored = this.isStored(keeper);
    if (!this.isSwitched || !isStored && !this.#isConsumed) return left;
    const fresh = to.states(unconsumed).map(saying);
    if (isStored) return fresh;
    const next = new Map(fresh.map((state) => [state.id, state]));
    // The first decides which set counts: it is stored last, once all others are.
    const areOthers = fresh.every(({ id, session }) => {
      const saved = keeper.saved(id);
      const stored = id < from.count
        ? saved?.next
        : saved && { count: saved.shard[1], session: saved.session };
      return stored?.count === to.count && stored.session?.sessionId === session?.sessionId;
    });
    const staged = left.map((state) => {
      const session = next.get(state.id)?.session ?? null;
      return { ...state, ...(state.id < to.count && { next: { count: to.count, session } }) };
    });
    const all = [...staged, ...fresh.filter(({ id }) => id >= from.count)];
    const first = next.get(this.#first);
    return areOthers ? all.map((state) => state.id === first?.id ? first : state) : all;
  }

  /** Whether the store says that the new set counts. */
  isStored(keeper: SessionKeeper): boolean {
    return keeper.saved(this.#first)?.shard[1] === this.#parts.to.count;
  }

  /** Waits until the store says that the new set counts, so that the old one can be closed; but not for ever. */
  async stored(keeper: SessionKeeper, signal: AbortSignal): Promise<void> {
    const { clock } = this.#parts;
    let until = Infinity;
    while (!this.isStored(keeper) && clock.now() < until) {
      if (this.#isConsumed) {
        until = Math.min(until, clock.now() + STORE_WITHIN);
        await keeper.save();
      }
      if (!this.isStored(keeper)) await sleepUntil(clock, clock.now() + LOOK_EVERY, signal);
    }
    const beyond = (this.#left ?? []).filter(({ id }) => id >= this.#parts.to.count);
    await Promise.all(
      beyond.map((state) => keeper.giveBack({ ...state, session: undefined, identifies: [] })),
    );
  }

  /** The first of the shards, which both sets have. */
  get #first(): number {
    return Math.min(...this.#parts.from.shards.keys());
  }

  /** Looks what the links of both sets have proven. */
  #look(): void {
    const { from, to } = this.#parts;
    for (const [side, fleet] of [["old", from], ["new", to]] as const) {
      for (const [id, { session }] of fleet.shards) this.#cutover.proven(side, id, session.provenAt);
    }
  }

  /** Has all links prove what they have brought: else that takes up to 41 s. */
  #ask(): void {
    const { from, to } = this.#parts;
    for (const { session, driver } of [...from.shards.values(), ...to.shards.values()]) {
      if (session.state === "ready") driver.command({ kind: "heartbeat" }).catch(() => {});
    }
  }

  /** Whether consumers are done with what the old set has told. */
  get #isConsumed(): boolean {
    if (this.#before.size === 0) return true;
    const left = [...this.#parts.unfinished()].filter((event) => this.#before.has(event));
    this.#before = new Set(left);
    return left.length === 0;
  }

  #old(event: Extract<GatewayEvent, { readonly shard: number }>): boolean {
    const { kind, shard } = event;
    const now = this.#parts.clock.now();
    if (this.isSwitched) {
      // It is closed before it could know whether it can have again what is missing, which may be from before.
      if (event.kind === "reconnecting" && event.cause === "skipped") this.#before.add(this.#tellGap(shard));
      return !(isDispatched(event) && isAnswer(event));
    }
    if (event.kind === "ready") {
      this.#comingTo.set(shard, new Set(guildsOf(event)));
      this.#yetToCome.delete(shard);
    }
    if (isDispatched(event)) {
      const guild = isAnswer(event) || this.#beginsWith(event) ? undefined : guildOf(event);
      if (guild !== undefined && shard === this.#shardOf(guild, this.#parts.from.count)) {
        this.#cutover.old(guild, identityOf(event), now);
      }
    } else if (kind === "ready" || kind === "resumed") this.#cutover.ready("old", shard);
    else if (kind === "reconnecting") this.#cutover.away("old", shard, now);
    else if (event.kind === "gap" && !event.resumed) this.#cutover.broke("old", shard, now);
    return false;
  }

  /** Whether it is the first that a session of an old shard tells of a guild. */
  #beginsWith(event: Dispatched): boolean {
    const { shard } = event;
    const guild = guildOf(event);
    if (guild === undefined) return false;
    const tellsOfGuild = event.kind === "GUILD_CREATE" || event.kind === "GUILD_DELETE";
    if (tellsOfGuild && this.#comingTo.get(shard)?.delete(guild) === true) return true;
    const yetToCome = this.#yetToCome.get(shard);
    if (yetToCome === undefined) return false;
    // Of a guild that is still to come, nothing else is told before.
    const isFirst = !yetToCome.told.has(guild);
    yetToCome.told.add(guild);
    const begins = isFirst && tellsOfGuild && !(event.kind === "GUILD_CREATE" && event.joined);
    if (begins && --yetToCome.left === 0) this.#yetToCome.delete(shard);
    return begins;
  }

  #fresh(event: Extract<GatewayEvent, { readonly shard: number }>): boolean {
    const { shard } = event;
    const now = this.#parts.clock.now();
    if (isDispatched(event)) return this.#freshDispatch(event, now);
    switch (event.kind) {
      case "ready":
        this.#cutover.began(shard, guildsOf(event), now);
        return !this.isSwitched;
      case "resumed":
        this.#cutover.ready("new", shard);
        return !this.isSwitched;
      case "reconnecting":
        this.#cutover.away("new", shard, now);
        return false;
      case "gap":
        // Behind a hole, a session brings all the same what the old set has told before it led.
        if (!event.resumed && !(this.isSwitched && event.next !== undefined)) {
          this.#cutover.broke("new", shard, now);
        }
        return !this.isSwitched;
      case "heartbeat_ack":
        return !this.isSwitched;
      default:
        return false;
    }
  }

  #freshDispatch(event: Dispatched, now: Instant): boolean {
    if (isAnswer(event)) return false;
    const guild = guildOf(event);
    // What belongs to no guild, shard 0 is told; others are told of a part of that, again.
    if (guild === undefined || event.shard !== this.#shardOf(guild, this.#parts.to.count)) {
      return !this.isSwitched;
    }
    // The first of a guild in a session tells how that begins: with it, or with an outage.
    const tellsOfGuild = event.kind === "GUILD_CREATE" || event.kind === "GUILD_DELETE";
    if (tellsOfGuild && this.#cutover.has(event.shard, guild, now)) return !this.isSwitched;
    return !this.#cutover.fresh(guild, identityOf(event), event, now);
  }

  #shardOf(stream: string, count: number): number {
    return stream === "" ? 0 : shardIdFor(stream, count);
  }

  #tellGap(shard: number): object {
    const { from, clock, emit } = this.#parts;
    const { session, driver } = from.get(shard) ?? {};
    const point = session?.restartPoint && driver && inWallTime(session.restartPoint, driver);
    const to = clock.wall();
    const begun = to - (clock.now() - this.#begunAt);
    const { sessionId = "", sequence = 0, at = begun } = point ?? {};
    const times = { from: Math.min(at, begun), to };
    const gap = {
      kind: "gap",
      shard,
      ...times,
      resumed: false,
      session: sessionId,
      sequence,
      next: undefined,
    } as const;
    emit(gap);
    return gap;
  }
}

/** Which shard of a fleet a driver runs; none: it runs another's. */
function idOf(driver: Runnable, { shards }: Fleet): number[] {
  return [...shards].flatMap(([id, shard]) => shard.driver === driver ? [id] : []);
}

/** The guilds that READY names. */
function guildsOf({ data }: ReadyEvent): string[] {
  const guilds: unknown = data.guilds;
  if (!Array.isArray(guilds)) return [];
  return guilds.flatMap((guild: unknown) =>
    isRecord(guild) && typeof guild.id === "string" ? [guild.id] : []
  );
}
