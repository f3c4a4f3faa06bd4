import { type Folding, SEED } from "./folding.ts";

const SPACE = 0x20;
const BANG = 0x21;
const AT = 0x40;
const ASCII = 128;

/** Of each name where it begins, with its signs; where the nick begins and ends, and the whole; and the nick's hash. */
const FROM = 0;
const START = 1;
const NICK_END = 2;
const END = 3;
const HASH = 4;
const FIELDS = 5;
const USUAL = 64;

/**
 * Reads the names in an RPL_NAMREPLY in one go through its text, since there may be very many: where each is, and the
 * hash by which {@linkcode People} finds it. What it has read is there until it reads the next.
 */
export class NamesReader {
  #found: Int32Array = new Int32Array(USUAL * FIELDS);
  #count = 0;
  #signs = "";
  readonly #isSign = new Uint8Array(ASCII);

  /** Reads a text. `signs`: what may stand before a nick; `folding`: which letters are the same in nicks. */
  read(text: string, signs: string, folding: Folding): void {
    if (signs !== this.#signs) this.#setSigns(signs);
    const isSign = this.#isSign;
    const { length } = text;
    let found = this.#found;
    let count = 0;
    for (let from = 0; from < length;) {
      let start = from;
      let code = text.charCodeAt(start);
      while (start < length && (code < ASCII ? isSign[code] === 1 : signs.includes(text.charAt(start)))) {
        code = text.charCodeAt(++start);
      }
      let at = start;
      let hash = SEED;
      // A nick without a user ends at the host's sign; with one it may hold that.
      let beforeAt = -1;
      let hashBeforeAt = 0;
      for (; at < length && code !== BANG && code !== SPACE; code = text.charCodeAt(++at)) {
        if (code === AT && beforeAt < 0) {
          beforeAt = at;
          hashBeforeAt = hash;
        }
        hash = folding.hashed(hash, code);
      }
      let end = code === BANG ? text.indexOf(" ", at) : at;
      if (end < 0) end = length;
      if (code !== BANG && beforeAt >= 0) {
        at = beforeAt;
        hash = hashBeforeAt;
      }
      if (at > start) {
        if (count * FIELDS >= found.length) found = this.#grow();
        const place = count++ * FIELDS;
        found[place + FROM] = from;
        found[place + START] = start;
        found[place + NICK_END] = at;
        found[place + END] = end;
        found[place + HASH] = hash;
      }
      from = end + 1;
    }
    this.#count = count;
  }

  /** How many there are. */
  get count(): number {
    return this.#count;
  }

  /** Where one begins, with its signs. */
  from(index: number): number {
    return this.#field(index, FROM);
  }

  /** Where its nick begins. */
  start(index: number): number {
    return this.#field(index, START);
  }

  /** Where its nick ends. */
  nickEnd(index: number): number {
    return this.#field(index, NICK_END);
  }

  /** Where it ends, with user and host. */
  end(index: number): number {
    return this.#field(index, END);
  }

  /** The hash of its nick. */
  hash(index: number): number {
    return this.#field(index, HASH);
  }

  #field(index: number, field: number): number {
    return this.#found[index * FIELDS + field] ?? 0;
  }

  #grow(): Int32Array {
    const found = new Int32Array(this.#found.length * 2);
    found.set(this.#found);
    return this.#found = found;
  }

  #setSigns(signs: string): void {
    this.#signs = signs;
    this.#isSign.fill(0);
    for (let at = 0; at < signs.length; at++) this.#isSign[signs.charCodeAt(at)] = 1;
  }
}
