/** An event that one session has brought and another has not. */
interface Copy<Held> {
  readonly identity: string;
  readonly held: Held;
}

/** How far back it is remembered what the old session has brought, while it is not known how the two lie. */
const REMEMBERED = 256;

/**
 * Two sessions that bring the same events in the same order, each in its own time, the new one from some moment on:
 * how they lie to each other, and so what of either the other has not brought yet.
 *
 * The old one leads: what it brings is told. What the new one brings is held for as long as the old one has not brought
 * it, too, so that at any moment the new one can go on where the old one stands. That is known once what they have
 * brought fits together in one way only. Should they contradict that later, it is found out anew.
 */
export class Alignment<Held> {
  #isKnown = false;
  /** What the old one has brought, and the new one has not as far as is known. */
  #old: string[] = [];
  /** What the new one has brought, and the old one has not as far as is known. */
  #fresh: Copy<Held>[] = [];

  /** What the old one has brought before its last hole, and the new one has not. */
  #told: string[] = [];
  #isGivenUp = false;

  /** Whether it is known how they lie to each other. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  /** Whether what both have brought does not fit together, or in more ways than one. */
  get isDoubtful(): boolean {
    return !this.#isKnown && this.#old.length > 0 && this.#fresh.length > 0;
  }

  /** What the new one has brought and the old one has not, the oldest first. */
  get ahead(): readonly Held[] {
    return this.#fresh.map(({ held }) => held);
  }

  /** How much the old one has brought that the new one is still to bring. */
  get behind(): number {
    return this.#old.length;
  }

  /** How many events are remembered. */
  get size(): number {
    return this.#old.length + this.#fresh.length;
  }

  /** The old session brings an event. */
  old(identity: string): void {
    if (this.#isKnown && this.#fresh[0]?.identity === identity) return void this.#fresh.shift();
    this.#isKnown &&= this.#fresh.length === 0;
    this.#old.push(identity);
    if (this.#isKnown) return;
    if (this.#old.length > REMEMBERED) this.#old.shift();
    this.#align();
  }

  /** The new session brings an event. */
  fresh(identity: string, held: Held): void {
    const place = this.#isKnown ? this.#old.indexOf(identity) : -1;
    if (place >= 0) return void (this.#old = this.#old.slice(place + 1));
    const told = this.#isKnown ? -1 : this.#told.indexOf(identity);
    if (told >= 0) return void (this.#told = this.#told.slice(told + 1));
    this.#isKnown &&= this.#old.length === 0;
    this.#fresh.push({ identity, held });
    if (!this.#isKnown) this.#align();
  }

  /**
   * Neither has brought anything for so long that what the other brings would be here: returns whether that tells how
   * they lie. It does not if the old one has never brought what the new one has.
   */
  settle(): boolean {
    if (this.#isKnown) return true;
    // What only the old one has brought was before the new one began; should it come all the same, it is a copy.
    if (this.#fresh.length > 0) {
      // Of several ways in which they fit, the one in which they have most in common.
      const best = this.#offsets().sort((a, b) => this.#overlap(b) - this.#overlap(a))[0];
      if (best === undefined) return false;
      return this.#lies(best);
    }
    return this.#isKnown = true;
  }

  /**
   * It stays unknown: what the new one has brought counts only if the old one has brought nothing that it may be, and
   * what it brings from here on only if the old one has not brought it.
   */
  giveUp(): void {
    if (this.#old.length > 0) this.#fresh = [];
    this.#old = [...this.#told, ...this.#old];
    this.#isKnown = this.#isGivenUp = true;
  }

  /** The old session has a hole, which was told: nothing is known of what lies on both sides of it. */
  oldBroke(): void {
    this.#isKnown = false;
    this.#told = [...this.#told, ...this.#old].slice(-REMEMBERED);
    this.#old = [];
    this.#fresh = [];
  }

  /** The new session has a hole. */
  freshBroke(): void {
    this.#isKnown = false;
    this.#fresh = [];
  }

  /** The new session leads now, and brings an event: whether that is to be told. */
  isNews(identity: string): boolean {
    const place = this.#old.indexOf(identity);
    if (place >= 0) this.#old = this.#old.slice(place + 1);
    // What it should have brought first was none of its.
    else if (!this.#isGivenUp) this.#old = [];
    return place < 0;
  }

  /** Finds out how they lie, if they fit together in one way only. */
  #align(): void {
    const [offset, ...others] = this.#offsets();
    if (offset !== undefined && others.length === 0) this.#lies(offset);
  }

  /** The place of the first new event among the old ones, for every way in which they fit. */
  #offsets(): number[] {
    const offsets: number[] = [];
    if (this.#old.length === 0 || this.#fresh.length === 0) return offsets;
    for (let offset = 1 - this.#fresh.length; offset < this.#old.length; offset++) {
      if (this.#fits(offset)) offsets.push(offset);
    }
    return offsets;
  }

  #fits(offset: number): boolean {
    for (let index = Math.max(0, -offset); index < this.#fresh.length; index++) {
      const old = this.#old[offset + index];
      if (old === undefined) break;
      if (old !== this.#fresh[index]?.identity) return false;
    }
    return true;
  }

  #overlap(offset: number): number {
    return Math.min(this.#fresh.length + offset, this.#old.length) - Math.max(0, offset);
  }

  #lies(offset: number): true {
    const [old, fresh] = [this.#old, this.#fresh];
    this.#old = old.slice(offset + fresh.length);
    this.#fresh = fresh.slice(Math.max(0, old.length - offset));
    return this.#isKnown = true;
  }
}
