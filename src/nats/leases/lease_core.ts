import { fnv1a } from "../../protocol/data/fnv1a.ts";
import type { Instant } from "../../protocol/protocol.ts";
import { beginning, type LeaseState } from "./lease_state.ts";
import { LeaseTable } from "./lease_table.ts";
import { memberKey, type MemberRecord, ownerOf, readMember, slotKey, type SlotRecord } from "./records.ts";
import { type Carrier, evenShare, roomUpTo } from "./shares.ts";

/** What {@linkcode LeaseCore} takes. */
export interface LeaseOptions {
  /** Names this process: no other, not even this one started again, may have the name. */
  readonly name: string;
  /** How many slots there are in all; every process says the same. */
  readonly slots: number;
  /** What runs in them; of processes that say something else, those take slots that were there first. */
  readonly what: string;
  /** How many of them this process can carry; null: any number. */
  readonly capacity: number | null;
  /**
   * How long this process may be unheard of before the others take its slots, in milliseconds. It renews its lease three
   * times as often. Theirs may be another.
   */
  readonly lease: number;
  /** How long to wait until another has taken up a slot that was given away, in milliseconds. */
  readonly patience: number;
}

/** Something to write into the table, unless the key was written since `revision`. */
export interface LeaseWrite {
  readonly key: string;
  /** Null: the key is to be removed. */
  readonly text: string | null;
  /** Of the key's last entry; 0: there is none. */
  readonly revision: number;
}

/** What became of a write: its revision, that somebody else has written the key since, or nobody knows. */
export type Written = number | "conflict" | "unknown";

/** What the core wants done. */
export type LeaseOutput =
  | { readonly kind: "write"; readonly write: LeaseWrite }
  /** The key's entry is to be read: `looked`. */
  | { readonly kind: "look"; readonly key: string }
  /** What the table holds, and then what is written, is to be told from now on, and of no earlier watch: `told`. */
  | { readonly kind: "watch" }
  /** What runs in the slot is to be started: `started` or `stopped`. */
  | { readonly kind: "start"; readonly slot: number }
  /** It is to be stopped, so that another can go on: `stopped`. */
  | { readonly kind: "stop"; readonly slot: number }
  /** Another process was not heard of for a lease, and has lost its slots. */
  | { readonly kind: "lost"; readonly member: string }
  /** Another process is there that runs something else in the slots. */
  | { readonly kind: "stranger"; readonly member: string; readonly what: string }
  /** This process was not heard of for a lease: until it is again, it runs nothing. */
  | { readonly kind: "expired" }
  /** It has given all away, and is gone. */
  | { readonly kind: "left" };

/** A slot that nobody holds. */
interface Free {
  readonly slot: number;
  readonly freeSince: Instant;
}

/** For so many leases a process takes no more slots after something has failed in one. */
const WEAK = 10;
/** So many slots are taken at once. */
const AT_ONCE = 16;

/**
 * Shares slots among processes: each is held by one at most, and by one in the end as long as there is one that can
 * carry it. All that the processes know of each other is a table in which an entry is written only if it has not
 * changed since it was read, and which tells each of what was written, in order. Their clocks need not agree, but to run
 * at about the same speed.
 *
 * A process lives as long as it renews its record. One that was not heard of for a lease loses it, by a write that
 * fails if it was renewed meanwhile; from then on its slots are anybody's. A process counts its lease from before it
 * sent the renewal, the others from when they heard of it, so that it has stopped before they begin.
 *
 * **The caller's obligation**: to hand in what happens, with times that never run back, `tick` at `deadline()` at the
 * latest; to do what comes of it in order; and to run nothing of a slot unless `holds` says so right then.
 */
export class LeaseCore {
  readonly #options: LeaseOptions;
  readonly #outputs: LeaseOutput[] = [];
  readonly #state: LeaseState;
  /** What is known of the others, and of the slots: a part of the state. */
  readonly #table: LeaseTable;
  #ticked: Instant = -Infinity;

  /** Takes the options, and what another core knew that this one goes on for. */
  constructor(options: LeaseOptions, state: LeaseState = beginning()) {
    this.#options = options;
    this.#state = state;
    this.#table = new LeaseTable(options, state);
  }

  /** Begins. */
  start(now: Instant): void {
    this.#outputs.push({ kind: "watch" });
    this.tick(now);
  }

  /** All that it knows. */
  get state(): LeaseState {
    return this.#state;
  }

  /** What this process is called in the table. */
  get id(): string {
    return this.#table.id;
  }

  /** Takes out what is to be done next. */
  poll(): LeaseOutput | undefined {
    return this.#outputs.shift();
  }

  /** Whether this process may run what is in a slot. */
  holds(slot: number, now: Instant): boolean {
    const run = this.#state.runs[slot];
    return (run === "starting" || run === "running") && this.isValid(now);
  }

  /** Whether no other process can have taken this one's slots yet. */
  isValid(now: Instant): boolean {
    return now < this.#state.validUntil;
  }

  /** The slots that are held, and by whom. */
  get holders(): ReadonlyMap<number, string> {
    return this.#table.holders;
  }

  /** How long any lease may last that was renewed before now, in milliseconds. */
  get longestLease(): number {
    return Math.max(this.#options.lease, ...Object.values(this.#state.members).map(({ lease }) => lease));
  }

  /** The processes that live, as far as is known. */
  get members(): readonly string[] {
    return Object.keys(this.#state.members);
  }

  /** The watch has told of an entry; null: it was removed. */
  told(key: string, text: string | null, revision: number, now: Instant): void {
    const owner = ownerOf(key);
    if (owner === undefined) return;
    const isOwn = "member" in owner && owner.member === this.id;
    const isNews = this.#note(owner, text, revision, now);
    // All that is older has been told before.
    const lists = isOwn && text !== null && !this.#state.listed;
    if (lists) this.#state.listed = true;
    if (this.#state.listed) this.#table.forget(revision);
    if (isNews || lists) this.tick(now);
  }

  /** An entry was read; null: it is not there, `revision` 0: and never was. */
  looked(key: string, text: string | null, revision: number, now: Instant): void {
    delete this.#state.looking[key];
    const owner = ownerOf(key);
    if (owner !== undefined) this.#note(owner, text, revision, now);
    this.tick(now);
  }

  /** A write has ended. */
  written({ key, text }: LeaseWrite, result: Written, now: Instant): void {
    const state = this.#state;
    delete state.writing[key];
    const owner = ownerOf(key);
    if (typeof result === "number") {
      if (state.deaf) this.#table.hearAgain(now);
      if (owner !== undefined) this.#note(owner, text, result, now);
      if (owner !== undefined && "member" in owner && text === null && !state.left) {
        this.#outputs.push({ kind: "lost", member: owner.member });
      }
    } else {
      if (result === "unknown") state.deaf = true;
      state.notBefore[key] = now + this.#options.lease / 10;
      // Not at slots: one that is seen out of turn may be held by a process that was not told of yet.
      if (owner !== undefined && "member" in owner) this.#look(key);
    }
    this.tick(now);
  }

  /** A look has failed. */
  notLooked(key: string, now: Instant): void {
    delete this.#state.looking[key];
    this.#state.deaf = true;
    this.#state.notBefore[key] = now + this.#options.lease / 10;
    this.tick(now);
  }

  /** The watch was interrupted and begins again, with what there is, in whatever order. */
  watchLost(now: Instant): void {
    this.#state.listed = false;
    this.#state.deaf = true;
    this.tick(now);
  }

  /** What is in a slot has come up. */
  started(slot: number, now: Instant): void {
    if (this.#state.runs[slot] === "starting") this.#state.runs[slot] = "running";
    this.tick(now);
  }

  /** What is in a slot is stopped, or could not be started: another may have better luck. */
  stopped(slot: number, now: Instant): void {
    const run = this.#state.runs[slot];
    delete this.#state.runs[slot];
    if (run === "starting" || run === "running") {
      this.#state.giving[slot] = true;
      this.#state.weakUntil = now + WEAK * this.#options.lease;
      this.#state.renewAt = now;
    }
    this.tick(now);
  }

  /** Gives all slots away, one after the other as others take them up, and leaves. */
  leave(now: Instant): void {
    this.#state.leaving = true;
    this.#state.renewAt = now;
    this.tick(now);
  }

  /** So much of the time up to now may not have passed: that counts against this process, and against no other. */
  doubted(ms: number): void {
    this.#table.doubted(ms);
  }

  /** When `tick` is due. */
  deadline(): Instant {
    const { left, renewAt, validUntil, members, notBefore, given } = this.#state;
    const { lease, patience } = this.#options;
    let next = Infinity;
    // What was due before and is not done waits for something else than time.
    const due = (at: Instant) => {
      if (at > this.#ticked && at < next) next = at;
    };
    if (left) return next;
    due(renewAt);
    due(validUntil);
    for (const one of Object.values(members)) due(one.seenAt + one.lease);
    for (const at of Object.values(notBefore)) due(at);
    for (const at of Object.values(given)) due(at + patience);
    this.#table.eachSlot((_, { freeSince }) => {
      if (freeSince !== undefined) due(freeSince + lease);
    });
    return next;
  }

  /** Time has passed. */
  tick(now: Instant): void {
    const state = this.#state;
    this.#ticked = now;
    if (state.left) return;
    for (const [key, at] of Object.entries(state.notBefore)) if (at <= now) delete state.notBefore[key];
    if (!this.isValid(now)) this.#stopAll();
    // It holds nothing that it could give away: whatever stands in the table, the others take after a lease.
    if (state.leaving && !this.isValid(now) && Object.keys(state.runs).length === 0) return this.#end();
    this.#renew(now);
    if (!state.listed || !this.isValid(now)) return;
    // Who was not heard may have been heard by all others.
    if (!state.deaf) this.#expire(now);
    this.#table.fill(now);
    this.#run(now);
    this.#giveAway(now);
    if (state.leaving) this.#leave(now);
    else if (!this.#givesWay()) this.#take(now);
  }

  /** Whether slots are for others that run something else in them: for those that hold some, else for those that were first. */
  #givesWay(): boolean {
    const { strangers: told } = this.#state;
    for (const id of Object.keys(told)) if (!this.#table.lives(id)) delete told[id];
    const strangers = this.#table.strangers;
    if (strangers.length === 0) return false;
    for (const { id, what } of strangers) {
      if (told[id]) continue;
      told[id] = true;
      this.#outputs.push({ kind: "stranger", member: id, what });
    }
    return this.#table.isStrangers;
  }

  /** Takes a fact about an entry; returns whether anything but the time of a renewal is new. */
  #note(
    owner: { readonly member: string } | { readonly slot: number },
    text: string | null,
    revision: number,
    now: Instant,
  ): boolean {
    if ("slot" in owner) return this.#noteSlot(owner.slot, text, revision, now);
    if (owner.member === this.id) return this.#noteOwn(text, revision);
    return this.#table.noteMember(owner.member, text, revision, now);
  }

  #noteSlot(slot: number, text: string | null, revision: number, now: Instant): boolean {
    const { notBefore, given } = this.#state;
    const known = this.#table.noteSlot(slot, text, revision, now);
    if (known === undefined) return false;
    delete notBefore[slotKey(slot)];
    if (known.ready && known.holder !== this.id) delete given[slot];
    return true;
  }

  #noteOwn(text: string | null, revision: number): boolean {
    const state = this.#state;
    if (state.revision === 0 && text === null || revision !== 0 && revision < state.revision) return false;
    if (text === null) {
      const isDone = state.leaving && this.#table.mine.length === 0;
      if (isDone) this.#end();
      else this.#beginAnew();
      return true;
    }
    if (state.revision === 0) state.since = revision;
    state.revision = revision;
    const renewal = readMember(text)?.renewal ?? 0;
    const sentAt = state.sent[renewal];
    for (const one of Object.keys(state.sent)) if (Number(one) <= renewal) delete state.sent[Number(one)];
    if (sentAt === undefined) return false;
    // Who judges by a clock that runs a little faster must not be first.
    state.validUntil = Math.max(state.validUntil, sentAt + this.#options.lease * 0.9);
    state.wasValid = true;
    return true;
  }

  #end(): void {
    this.#state.left = true;
    this.#state.validUntil = -Infinity;
    this.#outputs.push({ kind: "left" });
  }

  /** The others have given it up: all it held is theirs, and it comes back as somebody new. */
  #beginAnew(): void {
    const state = this.#state;
    state.validUntil = -Infinity;
    this.#stopAll();
    delete state.writing[memberKey(this.id)];
    delete state.notBefore[memberKey(this.id)];
    state.renewAt = -Infinity;
    state.sent = {};
    state.giving = {};
    state.given = {};
    this.#table.clear();
    this.#outputs.push({ kind: "watch" });
  }

  #stopAll(): void {
    const state = this.#state;
    if (state.wasValid) this.#outputs.push({ kind: "expired" });
    state.wasValid = false;
    for (const slot of Object.keys(state.runs)) this.#stop(Number(slot));
  }

  #stop(slot: number): void {
    const { runs } = this.#state;
    if (runs[slot] === undefined || runs[slot] === "stopping") return;
    runs[slot] = "stopping";
    this.#outputs.push({ kind: "stop", slot });
  }

  #isBusy(key: string): boolean {
    const { writing, notBefore, looking } = this.#state;
    return key in writing || key in notBefore || key in looking;
  }

  #write(key: string, record: MemberRecord | SlotRecord | null, revision: number, now: Instant): void {
    this.#state.writing[key] = { revision, at: now };
    const text = record === null ? null : JSON.stringify(record);
    this.#outputs.push({ kind: "write", write: { key, text, revision } });
  }

  #look(key: string): void {
    this.#state.looking[key] = true;
    this.#outputs.push({ kind: "look", key });
  }

  #renew(now: Instant): void {
    const state = this.#state;
    const key = memberKey(this.id);
    if (now < state.renewAt || this.#isBusy(key)) return;
    // Who has begun anew holds nothing of what it held before.
    if (state.revision === 0 && Object.keys(state.runs).length > 0) return;
    const { lease, what } = this.#options;
    const renewal = ++state.renewal;
    for (const [one, at] of Object.entries(state.sent)) if (at <= now - lease) delete state.sent[Number(one)];
    state.sent[renewal] = now;
    state.renewAt = now + lease / 3;
    const { leaving, since } = state;
    const record = {
      renewal,
      capacity: this.#capacity(now),
      leaving,
      lease,
      what,
      ...(since > 0 && { since }),
    };
    this.#write(key, record, state.revision, now);
  }

  /** Removes who was not heard of for a lease. */
  #expire(now: Instant): void {
    for (const [id, { seenAt, lease, revision }] of Object.entries(this.#state.members)) {
      const key = memberKey(id);
      if (now >= seenAt + lease && !this.#isBusy(key)) this.#write(key, null, revision, now);
    }
  }

  /** Starts what this process holds, and says once it has come up. */
  #run(now: Instant): void {
    const { runs, giving } = this.#state;
    this.#table.eachSlot((slot, { holder, ready, revision }) => {
      const run = runs[slot];
      if (holder !== this.id) {
        this.#stop(slot);
      } else if (run === undefined && !(slot in giving)) {
        runs[slot] = "starting";
        this.#outputs.push({ kind: "start", slot });
      } else if (run === "running" && !ready && !this.#isBusy(slotKey(slot))) {
        this.#write(slotKey(slot), { holder, ready: true }, revision, now);
      }
    });
  }

  /** Gives away what is stopped, and what others would have less of. */
  #giveAway(now: Instant): void {
    const { slots, runs, giving, given } = this.#state;
    for (const at of Object.keys(giving)) {
      const slot = Number(at);
      const known = slots[slot];
      if (known === undefined || known.holder !== this.id) {
        delete giving[slot];
        if (known?.holder === "") given[slot] ??= now;
      } else if (slot in runs) {
        this.#stop(slot);
      } else if (!this.#isBusy(slotKey(slot))) {
        this.#write(slotKey(slot), { holder: "", ready: false }, known.revision, now);
      }
    }
    for (const [slot, at] of Object.entries(given)) {
      if (now >= at + this.#options.patience) delete given[Number(slot)];
    }
  }

  /** One after the other, each once what was given before has been taken up; all at once if nobody can. */
  #leave(now: Instant): void {
    const state = this.#state;
    const mine = this.#table.mine;
    if (mine.length === 0 && Object.keys(state.runs).length === 0) {
      const key = memberKey(this.id);
      if (state.revision > 0 && !this.#isBusy(key)) this.#write(key, null, state.revision, now);
      return;
    }
    const someoneCan = this.#table.others.some((other) => roomUpTo(Infinity, other) > 0);
    const keep = mine.filter((slot) => !(slot in state.giving));
    if (someoneCan && (keep.length < mine.length || Object.keys(state.given).length > 0)) return;
    for (const slot of keep.slice(0, someoneCan ? 1 : Infinity)) state.giving[slot] = true;
    this.#giveAway(now);
  }

  /** Takes what is free; where nothing is and all has settled, gives away what others have less of. */
  #take(now: Instant): void {
    const { given, giving } = this.#state;
    const free: Free[] = [];
    let isSettled = Object.keys(giving).length === 0 && Object.keys(given).length === 0;
    this.#table.eachSlot((slot, { holder, freeSince, ready }) => {
      isSettled &&= ready;
      // Nothing was told of who holds it: neither that it lives nor that it has gone.
      const isUnknown = freeSince === undefined && !this.#table.lives(holder);
      if (isUnknown && !this.#isBusy(memberKey(holder))) this.#look(memberKey(holder));
      const isFree = freeSince !== undefined && !this.#isBusy(slotKey(slot)) && !(slot in given);
      if (isFree) free.push({ slot, freeSince });
    });
    if (free.length > 0) this.#takeOf(free, now);
    else if (isSettled) this.#balance(now);
  }

  #takeOf(free: readonly Free[], now: Instant): void {
    const { lease, slots: count } = this.#options;
    const taking = this.#taking;
    const me: Carrier = { capacity: this.#capacity(now), held: this.#table.mine.length + taking };
    const others = this.#table.others;
    const share = evenShare(count, [me, ...others]);
    const owed = others.reduce((sum, other) => sum + roomUpTo(share, other), 0);
    const room = roomUpTo(share, me);
    const over = room === 0 && free.length > owed ? roomUpTo(share + 1, me) : 0;
    const late = free.filter(({ freeSince }) => now >= freeSince + lease).length;
    const most = Math.max(room, over, Math.min(late, roomUpTo(Infinity, me)));
    // Not all begin with the same.
    const first = fnv1a(this.id) % free.length;
    const order = [...free.slice(first), ...free.slice(0, first)];
    for (const { slot } of order.slice(0, Math.min(most, AT_ONCE - taking))) {
      const revision = this.#state.slots[slot]?.revision ?? 0;
      this.#write(slotKey(slot), { holder: this.id, ready: false }, revision, now);
    }
  }

  #balance(now: Instant): void {
    const mine = this.#table.mine;
    const last = mine.at(-1);
    const held = mine.length + this.#taking;
    const hasLess = this.#table.others.some((other) =>
      other.held <= held - 2 && roomUpTo(Infinity, other) > 0
    );
    if (!hasLess || last === undefined) return;
    this.#state.giving[last] = true;
    this.#giveAway(now);
  }

  /** How many slots it is about to take. */
  get #taking(): number {
    const { slots, writing } = this.#state;
    return Object.keys(writing).filter((key) => {
      const owner = ownerOf(key);
      return owner !== undefined && "slot" in owner && slots[owner.slot]?.holder !== this.id;
    }).length;
  }

  /** How many slots it can carry now. */
  #capacity(now: Instant): number | null {
    const { capacity } = this.#options;
    if (now >= this.#state.weakUntil) return capacity;
    const well = this.#table.mine.filter((slot) => !(slot in this.#state.giving)).length;
    return Math.min(well, capacity ?? Infinity);
  }
}
