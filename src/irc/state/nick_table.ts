import { type Casemapping, foldCase } from "../wire/casemapping.ts";
import { endOfNick, type KnownUser } from "./known_user.ts";

const ASCII = 128;
const BANG = 0x21;
/** Of each place the number of who is there and one more, behind the hash of their nick. */
const PLACE = 2;
const FEWEST_PLACES = 16;
const FREE = 0;
const LEFT = -1;
/** Nicks that a server has chosen to be found only behind so many others are kept elsewhere. */
const MOST_PROBES = 64;

/**
 * Users by their nicks, each with a number. A nick is looked for where it stands in a text, without a copy of it, folded
 * or not: a `Map` would need one for each of very many.
 */
export class NickTable {
  readonly #folded = new Uint8Array(ASCII);
  #casemapping: Casemapping = "ascii";
  /** By their numbers. */
  #users: (KnownUser | undefined)[] = [];
  readonly #unused: number[] = [];
  #places = new Int32Array(FEWEST_PLACES * PLACE);
  /** How many places are not free, be it that who was there has left. */
  #taken = 0;
  /** By folded nicks, whoever has no place. */
  readonly #crowded = new Map<string, KnownUser>();
  #size = 0;

  /** Takes which letters are the same. */
  constructor(casemapping: Casemapping) {
    this.#foldBy(casemapping);
  }

  /** How many there are. */
  get size(): number {
    return this.#size;
  }

  /** Which letters are the same. */
  get casemapping(): Casemapping {
    return this.#casemapping;
  }

  /** Whoever has the nick that stands there in a text. */
  find(text: string, start: number = 0, end: number = text.length): KnownUser | undefined {
    const hash = this.#hash(text, start, end);
    const places = this.#places;
    const mask = places.length - 1;
    for (let at = hash * PLACE & mask, probes = 0; probes < MOST_PROBES; at = at + PLACE & mask, probes++) {
      const taken = places[at + 1] ?? FREE;
      if (taken === FREE) break;
      if (taken === LEFT || places[at] !== hash) continue;
      const user = this.#users[taken - 1];
      if (user !== undefined && this.#goesBy(user.source(), text, start, end)) return user;
    }
    return this.#crowded.size === 0 ? undefined : this.#crowded.get(this.#fold(text.slice(start, end)));
  }

  /** Whoever has a number. */
  at(number: number): KnownUser | undefined {
    return this.#users[number];
  }

  /** The number of whoever is added next. */
  next(): number {
    return this.#unused.at(-1) ?? this.#users.length;
  }

  /** Adds a user who has the next number, and a nick that nobody has. */
  add(user: KnownUser): void {
    this.#unused.pop();
    this.#users[user.number()] = user;
    this.#size++;
    this.#place(user);
  }

  /** Takes somebody out, whose number may be given to another; false if they are not in it. */
  delete(user: KnownUser): boolean {
    const number = user.number();
    if (this.#users[number] !== user) return false;
    this.#displace(user);
    this.#users[number] = undefined;
    this.#unused.push(number);
    this.#size--;
    return true;
  }

  /** Somebody has another nick by this, which nobody else has. */
  rename(user: KnownUser, change: () => void): void {
    this.#displace(user);
    change();
    this.#place(user);
  }

  /** Other letters are the same: returns who cannot be found any more, since another has their nick. `first`: has theirs for sure. */
  remap(casemapping: Casemapping, first: KnownUser): KnownUser[] {
    this.#foldBy(casemapping);
    this.#empty(this.#places.length);
    this.#place(first);
    const doubles: KnownUser[] = [];
    for (const user of this) {
      if (user === first) continue;
      if (this.find(user.nick) === undefined) this.#place(user);
      else doubles.push(user);
    }
    return doubles;
  }

  /** Takes out everybody. */
  clear(): void {
    this.#users = [];
    this.#unused.length = this.#size = 0;
    this.#empty(FEWEST_PLACES * PLACE);
  }

  *[Symbol.iterator](): Iterator<KnownUser> {
    // Whoever is looked at may leave.
    for (let number = 0; number < this.#users.length; number++) {
      const user = this.#users[number];
      if (user !== undefined) yield user;
    }
  }

  #foldBy(casemapping: Casemapping): void {
    this.#casemapping = casemapping;
    for (let code = 0; code < ASCII; code++) {
      this.#folded[code] = this.#fold(String.fromCharCode(code)).charCodeAt(0);
    }
  }

  #fold(nick: string): string {
    return foldCase(nick, this.#casemapping);
  }

  /** FNV-1a, of what is folded, its high bits mixed into the low ones, by which a place is found. */
  #hash(text: string, start: number, end: number): number {
    const folded = this.#folded;
    let hash = 0x811c9dc5;
    for (let at = start; at < end; at++) {
      const code = text.charCodeAt(at);
      hash = Math.imul(hash ^ (code < ASCII ? folded[code] ?? 0 : code), 0x01000193);
    }
    return hash ^ hash >>> 15;
  }

  /** Whether a source begins with the nick that stands there in a text. */
  #goesBy(source: string, text: string, start: number, end: number): boolean {
    const length = end - start;
    for (let at = 0; at < length; at++) {
      const code = source.charCodeAt(at);
      const other = text.charCodeAt(start + at);
      if (code === other) continue;
      if (code >= ASCII || other >= ASCII || this.#folded[code] !== this.#folded[other]) return false;
    }
    return source.length === length || source.charCodeAt(length) === BANG || endOfNick(source, 0) === length;
  }

  #hashOf(user: KnownUser): number {
    const source = user.source();
    return this.#hash(source, 0, endOfNick(source, 0));
  }

  #place(user: KnownUser): void {
    if (this.#taken * 3 >= this.#places.length / PLACE * 2) this.#rearrange();
    if (!this.#put(this.#hashOf(user), user.number() + 1)) this.#crowded.set(this.#fold(user.nick), user);
  }

  #put(hash: number, taken: number): boolean {
    const mask = this.#places.length - 1;
    for (let at = hash * PLACE & mask, probes = 0; probes < MOST_PROBES; at = at + PLACE & mask, probes++) {
      const there = this.#places[at + 1] ?? FREE;
      if (there > FREE) continue;
      if (there === FREE) this.#taken++;
      this.#places[at] = hash;
      this.#places[at + 1] = taken;
      return true;
    }
    return false;
  }

  #displace(user: KnownUser): void {
    const taken = user.number() + 1;
    const mask = this.#places.length - 1;
    let at = this.#hashOf(user) * PLACE & mask;
    for (let probes = 0; probes < MOST_PROBES; at = at + PLACE & mask, probes++) {
      if (this.#places[at + 1] !== taken) continue;
      this.#places[at + 1] = LEFT;
      return;
    }
    const folded = this.#fold(user.nick);
    if (this.#crowded.get(folded) === user) this.#crowded.delete(folded);
  }

  /** Gives everybody a place anew, in as much room as they need. */
  #rearrange(): void {
    const places = this.#places;
    const crowded = [...this.#crowded.values()];
    let { length } = places;
    while (this.#size * PLACE * 2 > length) length *= 2;
    this.#empty(length);
    for (let at = 0; at < places.length; at += PLACE) {
      const taken = places[at + 1] ?? FREE;
      if (taken > FREE && !this.#put(places[at] ?? 0, taken)) {
        const user = this.#users[taken - 1];
        if (user !== undefined) this.#crowded.set(this.#fold(user.nick), user);
      }
    }
    for (const user of crowded) this.#place(user);
  }

  #empty(length: number): void {
    this.#places = new Int32Array(length);
    this.#taken = 0;
    this.#crowded.clear();
  }
}
