/**
 * Where the tags of a line are, and how their values are escaped.
 * ([IRCv3 message-tags](https://ircv3.net/specs/extensions/message-tags))
 *
 * @module
 */

const BACKSLASH = "\\";
const EQUALS = 0x3d;
// Enough for lines whose tags take up to so many characters; for longer ones it grows.
const USUAL = 2_048;
// So many low bits of the first character tell most names apart: lower-case letters all differ in them.
const LETTERS = 32;

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
  /** Where each tag begins; behind the last, where one more would. */
  #starts = new Int32Array(USUAL);
  /** The place before each that has the same letter; -1: none. */
  #before = new Int32Array(USUAL);
  /** The last place of each letter; -1: none. */
  readonly #last = new Int32Array(LETTERS);
  #escaped = false;

  /**
   * The value of a tag, unescaped; of repeated ones the last. `of` stands for the line, whose tags end at
   * `end`.
   */
  find(of: object, raw: string, end: number, name: string): string | undefined {
    if (this.#of !== of) this.#set(of, raw, end);
    const { length } = name;
    if (length === 0) return undefined;
    let place = this.#last[name.charCodeAt(0) & (LETTERS - 1)] ?? -1;
    for (; place >= 0; place = this.#before[place] ?? -1) {
      const start = this.#starts[place] ?? 0;
      const after = start + length;
      const stop = (this.#starts[place + 1] ?? 0) - 1;
      if (after < stop ? raw.charCodeAt(after) !== EQUALS : after > stop) continue;
      if (!raw.startsWith(name, start)) continue;
      // What is asked for may look like a name and the beginning of its value.
      const equals = raw.indexOf("=", start);
      if (after === stop) {
        if (equals < 0 || equals > stop) return "";
      } else if (equals === after) {
        const value = raw.slice(after + 1, stop);
        return this.#escaped ? unescapeTag(value) : value;
      }
    }
    return undefined;
  }

  #set(of: object, raw: string, end: number): void {
    this.#of = of;
    // No tag takes fewer characters than its semicolon.
    if (end >= this.#starts.length) this.#makeRoom(end);
    const [starts, before, last] = [this.#starts, this.#before, this.#last];
    last.fill(-1);
    let place = 0;
    for (let start = 1; start <= end; place++) {
      const letter = raw.charCodeAt(start) & (LETTERS - 1);
      starts[place] = start;
      before[place] = last[letter] ?? -1;
      last[letter] = place;
      const stop = raw.indexOf(";", start);
      start = stop < 0 ? end + 1 : stop + 1;
    }
    starts[place] = end + 1;
    const backslash = raw.indexOf(BACKSLASH);
    this.#escaped = backslash >= 0 && backslash < end;
  }

  #makeRoom(end: number): void {
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
