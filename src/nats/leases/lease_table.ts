import type { Instant } from "../../protocol/protocol.ts";
import { byMember, type Slot, type TableState } from "./lease_state.ts";
import { memberKey, type MemberRecord, readMember, readSlot } from "./records.ts";
import type { Carrier } from "./shares.ts";

/** Whose table it is. */
export interface LeaseTableOptions {
  /** What the process is called that looks at it, before it begins anew. */
  readonly name: string;
  /** How many slots there are in all. */
  readonly slots: number;
  /** How long the lease of the process is, in milliseconds. */
  readonly lease: number;
  /** What it runs in the slots. */
  readonly what: string;
}

/** The lease of another process counts for so many times one's own at most: anybody may have written it. */
const LONGEST = 10;

/**
 * What a process knows of the table that all share: who lives, and who holds which slot. It takes what is heard and read,
 * in whatever order that comes, and does nothing about it.
 */
export class LeaseTable {
  readonly #options: LeaseTableOptions;
  readonly #state: TableState;

  /** Takes where all of it is kept. */
  constructor(options: LeaseTableOptions, state: TableState) {
    this.#options = options;
    this.#state = state;
  }

  /** What this process is called in the table. */
  get id(): string {
    const { incarnation } = this.#state;
    return incarnation === 0 ? this.#options.name : `${this.#options.name}-${incarnation}`;
  }

  /** The slots that are held, and by whom. */
  get holders(): ReadonlyMap<number, string> {
    const holders = new Map<number, string>();
    this.eachSlot((slot, { holder }) => {
      if (this.lives(holder)) holders.set(slot, holder);
    });
    return holders;
  }

  /** The slots that this process holds. */
  get mine(): readonly number[] {
    const mine: number[] = [];
    this.eachSlot((slot, { holder }) => {
      if (holder === this.id) mine.push(slot);
    });
    return mine;
  }

  /** The others that stay, and what they carry. */
  get others(): readonly Carrier[] {
    const { members } = this.#state;
    const held = new Map<string, number>();
    this.eachSlot((_, { holder }) => void held.set(holder, (held.get(holder) ?? 0) + 1));
    return Object.entries(members).flatMap(([id, member]) =>
      member.leaving || this.#isStranger(member)
        ? []
        : [{ capacity: member.capacity, held: held.get(id) ?? 0 }]
    );
  }

  /** The processes that run something else in the slots. */
  get strangers(): readonly { readonly id: string; readonly what: string }[] {
    return Object.entries(this.#state.members).flatMap(([id, member]) =>
      this.#isStranger(member) ? [{ id, what: member.what ?? "" }] : []
    );
  }

  /** Whether the slots are theirs: they alone hold some, or neither they nor others, and they were first. */
  get isStrangers(): boolean {
    const { members, since } = this.#state;
    let [ours, theirs] = [0, 0];
    this.eachSlot((_, { holder }) => {
      const member = members[holder];
      if (holder === this.id || member !== undefined && !this.#isStranger(member)) ours++;
      else if (member !== undefined) theirs++;
    });
    if ((ours > 0) !== (theirs > 0)) return theirs > 0;
    const all = Object.values(members);
    const first = Math.min(since, ...all.map((member) => member.since));
    return all.some((member) => member.since === first && this.#isStranger(member));
  }

  #isStranger({ what }: MemberRecord): boolean {
    return what !== undefined && what !== this.#options.what;
  }

  /** All slots that are known of: there may be many, and this runs at each step. */
  eachSlot(see: (slot: number, known: Slot) => void): void {
    const { slots } = this.#state;
    for (let slot = 0; slot < this.#options.slots; slot++) {
      const known = slots[slot];
      if (known !== undefined) see(slot, known);
    }
  }

  /** Takes a fact about another process; returns whether anything but the time of a renewal is new. */
  noteMember(id: string, text: string | null, revision: number, now: Instant): boolean {
    const { members, gone } = this.#state;
    const known = members[id];
    if (text === null) {
      if (revision !== 0 && known !== undefined && known.revision > revision) return false;
      gone[id] = Math.max(gone[id] ?? 0, revision, known?.revision ?? 0);
      delete members[id];
      return this.#noteFree(id, now) || known !== undefined;
    }
    if (revision <= Math.max(known?.revision ?? 0, gone[id] ?? 0)) return false;
    const record = readMember(text) ?? { renewal: 0, capacity: 0, leaving: true };
    const { since = revision } = record;
    members[id] = { ...record, revision, seenAt: now, lease: this.#leaseOf(record), since };
    if (known === undefined) this.#noteHeld(id);
    return known?.leaving !== record.leaving || known.capacity !== record.capacity;
  }

  /** Takes a fact about a slot; returns what is known of it since, or undefined if that is nothing new. */
  noteSlot(slot: number, text: string | null, revision: number, now: Instant): Slot | undefined {
    const { slots } = this.#state;
    const known = slots[slot];
    if (slot >= this.#options.slots || known !== undefined && known.revision >= revision) return undefined;
    const record = (text === null ? undefined : readSlot(text)) ?? { holder: "", ready: false };
    const { holder } = record;
    // Who was not told of yet may have renewed its lease: that is told after what is older.
    const isFree = holder === "" || holder in this.#state.gone;
    const freeSince = isFree ? known?.freeSince ?? now : undefined;
    return slots[slot] = { ...record, revision, freeSince };
  }

  /** All there is was told of: slots that it did not say are nobody's. */
  fill(now: Instant): void {
    const { slots } = this.#state;
    for (let slot = 0; slot < this.#options.slots; slot++) {
      slots[slot] ??= { holder: "", ready: false, revision: 0, freeSince: now };
    }
  }

  /** After what the watch has told, older news of who is gone can come but of who is being looked for. */
  forget(revision: number): void {
    const { gone, looking } = this.#state;
    for (const [id, at] of Object.entries(gone)) {
      if (at <= revision && !(memberKey(id) in looking)) delete gone[id];
    }
  }

  /** What the others have written while this process could not hear it, it cannot hold against them. */
  hearAgain(now: Instant): void {
    const { members } = this.#state;
    this.#state.deaf = false;
    for (const [id, member] of Object.entries(members)) members[id] = { ...member, seenAt: now };
  }

  /** So much of the time up to now may not have passed: nobody was unheard of for that. */
  doubted(ms: number): void {
    const { members } = this.#state;
    for (const [id, member] of Object.entries(members)) {
      members[id] = { ...member, seenAt: member.seenAt + ms };
    }
  }

  /** This process is somebody new, who has seen nothing. */
  clear(): void {
    const state = this.#state;
    state.incarnation++;
    state.revision = 0;
    state.since = 0;
    state.listed = false;
    state.members = byMember();
    state.gone = byMember();
    state.slots = {};
  }

  /** For how long the others must wait for a process: those of a new version may have another lease. */
  #leaseOf({ lease }: MemberRecord): number {
    const own = this.#options.lease;
    return lease === undefined || !(lease > 0) ? own : Math.min(lease, LONGEST * own);
  }

  /** A process has come: the slots that it holds are not free. */
  #noteHeld(id: string): void {
    const { slots } = this.#state;
    this.eachSlot((slot, known) => {
      if (known.holder === id) slots[slot] = { ...known, freeSince: undefined };
    });
  }

  /** A process has gone: the slots that it held are free; returns whether some were not before. */
  #noteFree(id: string, now: Instant): boolean {
    const { slots } = this.#state;
    let isNews = false;
    this.eachSlot((slot, known) => {
      if (known.holder !== id || known.freeSince !== undefined) return;
      slots[slot] = { ...known, freeSince: now };
      isNews = true;
    });
    return isNews;
  }

  /** Whether a process lives, for what was told. */
  lives(id: string): boolean {
    return id === this.id ? this.#state.revision > 0 : this.#state.members[id] !== undefined;
  }
}
