import type { Casemapping } from "../wire/support/casemapping.ts";
import { Folding } from "./folding.ts";
import type { NamesReader } from "./names_reader.ts";
import { IrcSource } from "../wire/messages/message.ts";
import type { Details } from "./known_user.ts";

/** Shorter texts are copied by engines anyway. */
const COPIED = 13;

/** A part of a text that does not keep the line alive, or all that came with it, of which engines may make it a part. */
export function kept(text: string, start: number = 0, end: number = text.length): string {
  if (end - start < COPIED) return text.slice(start, end);
  // One piece at once: of what is put together by "+" V8 looks for the piece at every character.
  return [text.charAt(start), text.slice(start + 1, end)].join("");
}

const SPACE = 0x20;
const BANG = 0x21;
const AT = 0x40;

/** Where the nick ends with which a source begins there, be it one of several words. */
export function endOfNick(text: string, start: number): number {
  let end = -1;
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === BANG) return at;
    if (code === SPACE) return end < 0 ? at : end;
    if (code === AT && end < 0) end = at;
  }
  return end < 0 ? text.length : end;
}

/** Nobody's number. */
export const NOBODY = -1;

const FEWEST = 16;
/** Of each place the number of who is there and one more, behind the hash of their nick. */
const PLACE = 2;
const FREE = 0;
const LEFT = -1;
/** Nicks that a server has chosen to be found only behind so many others are kept elsewhere. */
const MOST_PROBES = 64;
/** Of each number where who they are begins and ends in its text, whether there is a host, and how many reasons there are. */
const START = 0;
const END = 1;
const HOST = 2;
const REASONS = 3;
const FACTS = 4;

/**
 * People by their nicks, each with a number. There are very many of these, and most of them are never looked at: no
 * object stands for any, and who they are stands in a text that others may stand in, too. A nick is looked for where it
 * stands in a text, without a copy of it, folded or not: a `Map` would need one for each.
 */
export class People {
  /** Which letters are the same. */
  readonly folding: Folding;
  /** By their numbers; undefined: nobody has that. */
  #texts: (string | undefined)[] = [];
  #facts = new Int32Array(FEWEST * FACTS);
  readonly #details = new Map<number, Details>();
  readonly #unused: number[] = [];
  #places = new Int32Array(FEWEST * PLACE);
  /** How many places are not free, be it that who was there has left. */
  #taken = 0;
  /** By folded nicks, whoever has no place. */
  readonly #crowded = new Map<string, number>();
  #size = 0;
  /** What was looked at, so that no engine leaves that out. */
  #touched = 0;

  /** Takes which letters are the same. */
  constructor(casemapping: Casemapping) {
    this.folding = new Folding(casemapping);
  }

  /** How many there are. */
  get size(): number {
    return this.#size;
  }

  /** Whoever has the nick that stands there in a text, or {@linkcode NOBODY}. */
  find(
    text: string,
    start: number = 0,
    end: number = text.length,
    hash: number = this.folding.hash(text, start, end),
  ): number {
    const places = this.#places;
    const mask = places.length - 1;
    for (let at = first(hash) & mask, probes = 0; probes < MOST_PROBES; at = at + PLACE & mask, probes++) {
      const taken = places[at + 1] ?? FREE;
      if (taken === FREE) break;
      if (taken === LEFT || places[at] !== hash) continue;
      if (this.#goesBy(taken - 1, text, start, end)) return taken - 1;
    }
    return this.#crowded.size === 0
      ? NOBODY
      : this.#crowded.get(this.folding.fold(text.slice(start, end))) ?? NOBODY;
  }

  /**
   * Looks at the places of names that will be asked for: they lie far apart, and the processor fetches them side by side
   * then, not one after the other as each is found.
   */
  prepare(names: NamesReader): void {
    const places = this.#places;
    const mask = places.length - 1;
    let touched = 0;
    for (let index = 0; index < names.count; index++) {
      touched |= places[first(names.hash(index)) & mask] ?? 0;
    }
    this.#touched = touched;
  }

  /** Whether somebody has a number. */
  has(number: number): boolean {
    return this.#texts[number] !== undefined;
  }

  /** Adds somebody whose nick nobody has, and who they are as it stands there in a text; returns their number. */
  add(text: string, start: number = 0, end: number = text.length, hash?: number): number {
    const number = this.#unused.pop() ?? this.#texts.length;
    if (number * FACTS >= this.#facts.length) {
      const facts = new Int32Array(this.#facts.length * 2);
      facts.set(this.#facts);
      this.#facts = facts;
    }
    this.#facts[number * FACTS + REASONS] = 0;
    this.#set(number, text, start, end);
    this.#size++;
    this.#place(number, hash);
    return number;
  }

  /** Takes somebody out, whose number may be given to another; false if there is nobody. */
  delete(number: number): boolean {
    if (!this.has(number)) return false;
    this.#displace(number);
    this.#texts[number] = undefined;
    this.#details.delete(number);
    this.#unused.push(number);
    this.#size--;
    return true;
  }

  /** Who they are: `nick!user@host`, or as much of it as is known. */
  sourceOf(number: number): IrcSource {
    return new IrcSource(this.#textOf(number), this.#fact(number, START), this.#fact(number, END));
  }

  /** Somebody is known as this from now on, by the same nick. */
  become(number: number, source: string): void {
    this.#set(number, source, 0, source.length);
  }

  /** Somebody has another nick, which nobody else has. */
  rename(number: number, source: string): void {
    this.#displace(number);
    this.become(number, source);
    this.#place(number);
  }

  /** Whether somebody's host is known. */
  hasHost(number: number): boolean {
    return this.#fact(number, HOST) !== 0;
  }

  /** What else is known. */
  detailsOf(number: number): Details | undefined {
    return this.#details.get(number);
  }

  /** So much more is known of somebody. */
  learn(number: number, details: Details): void {
    this.#details.set(number, { ...this.#details.get(number), ...details });
  }

  /** How many characters are kept of somebody. */
  lengthOf(number: number): number {
    const { realname, account, away } = this.#details.get(number) ?? {};
    const told = typeof away === "string" ? away.length : 0;
    const source = this.#fact(number, END) - this.#fact(number, START);
    return source + (realname?.length ?? 0) + (account?.length ?? 0) + told;
  }

  /** There are so many more reasons to know somebody, or fewer; returns how many there are. */
  reason(number: number, by: 1 | -1 | 0): number {
    const reasons = this.#fact(number, REASONS) + by;
    this.#facts[number * FACTS + REASONS] = reasons;
    return reasons;
  }

  /** Keeps of no text more than what stands there of one. */
  separate(): void {
    for (const number of this) {
      const [text, start, end] = [this.#textOf(number), this.#fact(number, START), this.#fact(number, END)];
      if (end - start < text.length) this.become(number, kept(text, start, end));
    }
  }

  /** Other letters are the same: returns who cannot be found any more, since another has their nick. `first`: has theirs for sure. */
  remap(casemapping: Casemapping, first: number): number[] {
    this.folding.casemapping = casemapping;
    this.#empty(this.#places.length);
    this.#place(first);
    const doubles: number[] = [];
    for (const number of this) {
      if (number === first) continue;
      const text = this.#textOf(number);
      const start = this.#fact(number, START);
      if (this.find(text, start, endOfNick(text, start)) === NOBODY) this.#place(number);
      else doubles.push(number);
    }
    return doubles;
  }

  /** Takes out everybody. */
  clear(): void {
    this.#texts = [];
    this.#facts = new Int32Array(FEWEST * FACTS);
    this.#details.clear();
    this.#unused.length = this.#size = 0;
    this.#empty(FEWEST * PLACE);
  }

  *[Symbol.iterator](): Iterator<number> {
    // Whoever is looked at may leave.
    for (let number = 0; number < this.#texts.length; number++) if (this.has(number)) yield number;
  }

  #set(number: number, text: string, start: number, end: number): void {
    const at = text.indexOf("@", start);
    this.#texts[number] = text;
    this.#facts[number * FACTS + START] = start;
    this.#facts[number * FACTS + END] = end;
    this.#facts[number * FACTS + HOST] = at >= 0 && at < end ? 1 : 0;
  }

  #fact(number: number, which: number): number {
    return this.#facts[number * FACTS + which] ?? 0;
  }

  #textOf(number: number): string {
    return this.#texts[number] ?? "";
  }

  /** Whether somebody has the nick that stands there in a text. */
  #goesBy(number: number, text: string, start: number, end: number): boolean {
    const own = this.#textOf(number);
    const from = this.#fact(number, START);
    for (let at = start, ownAt = from; at < end; at++, ownAt++) {
      const code = own.charCodeAt(ownAt);
      const other = text.charCodeAt(at);
      // Behind a space stands somebody else.
      if (code === other && code !== SPACE) continue;
      // No other stands for a space, or for what is behind the text.
      if (!(code > SPACE) || this.folding.code(code) !== this.folding.code(other)) return false;
    }
    const ownEnd = from + end - start;
    return ownEnd === own.length || own.charCodeAt(ownEnd) === BANG || endOfNick(own, from) === ownEnd;
  }

  #hashOf(number: number): number {
    const text = this.#textOf(number);
    const start = this.#fact(number, START);
    return this.folding.hash(text, start, endOfNick(text, start));
  }

  #place(number: number, hash: number = this.#hashOf(number)): void {
    if (this.#taken * 3 >= this.#places.length / PLACE * 2) this.#rearrange();
    if (!this.#put(hash, number + 1)) this.#crowd(number);
  }

  #crowd(number: number): void {
    this.#crowded.set(this.folding.fold(this.sourceOf(number).name), number);
  }

  #put(hash: number, taken: number): boolean {
    const mask = this.#places.length - 1;
    for (let at = first(hash) & mask, probes = 0; probes < MOST_PROBES; at = at + PLACE & mask, probes++) {
      const there = this.#places[at + 1] ?? FREE;
      if (there > FREE) continue;
      if (there === FREE) this.#taken++;
      this.#places[at] = hash;
      this.#places[at + 1] = taken;
      return true;
    }
    return false;
  }

  #displace(number: number): void {
    const taken = number + 1;
    const mask = this.#places.length - 1;
    let at = first(this.#hashOf(number)) & mask;
    for (let probes = 0; probes < MOST_PROBES; at = at + PLACE & mask, probes++) {
      if (this.#places[at + 1] !== taken) continue;
      this.#places[at + 1] = LEFT;
      return;
    }
    const folded = this.folding.fold(this.sourceOf(number).name);
    if (this.#crowded.get(folded) === number) this.#crowded.delete(folded);
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
      if (taken > FREE && !this.#put(places[at] ?? 0, taken)) this.#crowd(taken - 1);
    }
    for (const number of crowded) this.#place(number);
  }

  #empty(length: number): void {
    this.#places = new Int32Array(length);
    this.#taken = 0;
    this.#crowded.clear();
  }
}

/** Where somebody of that hash is looked for first; its high bits are mixed into the low ones, which tell. */
function first(hash: number): number {
  return (hash ^ hash >>> 15) * PLACE;
}
