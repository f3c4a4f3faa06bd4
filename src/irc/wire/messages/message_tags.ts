/**
 * Where the tags of a line are, and how their values are escaped.
 * ([IRCv3 message-tags](https://ircv3.net/specs/extensions/message-tags))
 *
 * @module
 */

const BACKSLASH = "\\";
const EQUALS = 0x3d;
// Enough for some lines, or for one whose tags take up to so many characters; for longer ones it grows.
const USUAL = 2_048;
// So many low bits of the first character tell most names apart: lower-case letters all differ in them.
const LETTERS = 32;
// Nobody asks for more names of a line, but to go through them all.
const MOST_NAMES = 64;

/**
 * The places of the tags of one line. Mostly several tags are read of a line before the next line is looked
 * at, so that one such object, set to line after line, serves all.
 *
 * A tag is found by the first letter of its name: each place knows the one before it of the same letter. That
 * costs less than to cut out and hash names that nobody asks for.
 */
export class TagPlaces {
  /** Whose tags these are. */
  #of: object | undefined;
  /** The first place of this line, and of the next: they count on, so that what is left of others is below. */
  #first = 0;
  #next = 0;
  /** Where each tag begins; behind a line's last, where one more would. */
  #starts = new Int32Array(USUAL);
  /** The place before each that has the same letter; less than the first: none. */
  #before = new Int32Array(USUAL);
  /** The last place of each letter; less than the first: none. */
  readonly #last = new Int32Array(LETTERS).fill(-1);
  #escaped = false;
  /** The names that were asked for of the last lines, in turn, none with an equals sign in it. */
  readonly #names: string[] = [];
  #turn = 0;

  /**
   * The value of a tag, unescaped; of repeated ones the last. `of` stands for the line, whose tags end at
   * `end`.
   */
  find(of: object, raw: string, end: number, name: string): string | undefined {
    if (this.#of !== of) this.#set(of, raw, end);
    // Mostly the same names are asked for of every line, so that each need be looked at but once.
    if (this.#names[this.#turn] !== name) {
      if (name === "" || name.includes("=")) return undefined;
      this.#names[this.#turn] = name;
    }
    if (this.#turn < MOST_NAMES) this.#turn++;
    const { length } = name;
    let place = this.#last[name.charCodeAt(0) & (LETTERS - 1)] ?? -1;
    for (; place >= this.#first; place = this.#before[place] ?? -1) {
      const start = this.#starts[place] ?? 0;
      const after = start + length;
      const stop = (this.#starts[place + 1] ?? 0) - 1;
      if (after < stop ? raw.charCodeAt(after) !== EQUALS : after > stop) continue;
      if (!raw.startsWith(name, start)) continue;
      if (after === stop) return "";
      const value = raw.slice(after + 1, stop);
      return this.#escaped ? unescapeTag(value) : value;
    }
    return undefined;
  }

  #set(of: object, raw: string, end: number): void {
    this.#of = of;
    this.#turn = 0;
    // No tag takes fewer characters than its semicolon.
    if (this.#next + end >= this.#starts.length) this.#beginAgain(end);
    const [starts, before, last] = [this.#starts, this.#before, this.#last];
    let place = this.#first = this.#next;
    for (let start = 1; start <= end; place++) {
      const letter = raw.charCodeAt(start) & (LETTERS - 1);
      starts[place] = start;
      before[place] = last[letter] ?? -1;
      last[letter] = place;
      const stop = raw.indexOf(";", start);
      start = stop < 0 ? end + 1 : stop + 1;
    }
    starts[place] = end + 1;
    this.#next = place + 1;
    const backslash = raw.indexOf(BACKSLASH);
    this.#escaped = backslash >= 0 && backslash < end;
  }

  #beginAgain(end: number): void {
    this.#next = 0;
    this.#last.fill(-1);
    if (end < this.#starts.length) return;
    this.#starts = new Int32Array(end * 2);
    this.#before = new Int32Array(end * 2);
  }
}

/** All tags of a line, which end at `end`, with their values unescaped. */
export function parseTags(raw: string, end: number): ReadonlyMap<string, string> {
  const tags = new Map<string, string>();
  for (let at = 1; at < end;) {
    let stop = raw.indexOf(";", at);
    if (stop < 0 || stop > end) stop = end;
    const equals = raw.indexOf("=", at);
    if (equals < 0 || equals > stop) {
      if (stop > at) tags.set(raw.slice(at, stop), "");
    } else if (equals > at) {
      tags.set(raw.slice(at, equals), unescapeTag(raw.slice(equals + 1, stop)));
    }
    at = stop + 1;
  }
  return tags;
}

const UNESCAPED: Readonly<Record<string, string>> = { ":": ";", s: " ", r: "\r", n: "\n" };
const ESCAPED: Readonly<Record<string, string>> = {
  ";": "\\:",
  " ": "\\s",
  "\\": "\\\\",
  "\r": "\\r",
  "\n": "\\n",
};

/** The value that was escaped as this. */
export function unescapeTag(value: string): string {
  if (!value.includes(BACKSLASH)) return value;
  // "If a lone \ exists at the end of an escaped value, […] the output contains no trailing \."
  return value.replace(/\\(.?)/gs, (_, character: string) => UNESCAPED[character] ?? character);
}

/** A value as it may stand in a line. */
export function escapeTag(value: string): string {
  return value.replace(/[; \\\r\n]/g, (character) => ESCAPED[character] ?? character);
}
