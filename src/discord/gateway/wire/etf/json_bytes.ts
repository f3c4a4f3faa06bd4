import { decodeUtf8 } from "../../../../protocol/data/utf8.ts";

/** What a byte of text comes to at most: `\u001f`. */
const LONGEST_BYTE = 6;
/** What a number comes to at most, with its sign, and in quotation marks. */
const LONGEST_NUMBER = 32;
/** What most payloads come to. */
const USUAL = 32_768;

const SPACE = 32;
const QUOTE = 34;
const MINUS = 45;
const DIGIT_ZERO = 48;
const BACKSLASH = 92;
const LETTER_A = 97;
const LETTER_U = 117;

const TWO_21 = 2 ** 21;
const TWO_32 = 2 ** 32;
const MILLION = 1_000_000;
const BILLION = 1_000_000_000;

/** Where JSON is written first: to make room anew for each takes as long as to fill it. */
const usual = new Uint8Array(USUAL);

/** JSON that is written byte by byte, in UTF-8. One at a time: all begin in the same room. */
export class JsonBytes {
  #bytes = usual;
  #size = 0;

  /**
   * All that is written.
   *
   * @throws {TypeError} if a text is not UTF-8.
   */
  text(): string {
    return decodeUtf8(this.#bytes.subarray(0, this.#size));
  }

  /** Writes a character, which is ASCII. */
  character(character: number): void {
    this.#room(1);
    this.#bytes[this.#size++] = character;
  }

  /** Writes a character over the last. */
  overwrite(character: number): void {
    this.#bytes[this.#size - 1] = character;
  }

  /** Writes what is JSON already, and ASCII. */
  raw(json: string): void {
    this.#room(json.length);
    for (let i = 0; i < json.length; i++) this.#bytes[this.#size++] = json.charCodeAt(i);
  }

  /** Writes a string of bytes that are UTF-8: whether they are shows at the end. */
  string(from: Uint8Array, start: number, end: number): void {
    this.#room((end - start) * LONGEST_BYTE + 2);
    const bytes = this.#bytes;
    let size = this.#size;
    bytes[size++] = QUOTE;
    for (let i = start; i < end; i++) {
      const byte = from[i] ?? 0;
      if (byte < SPACE) size = escape(bytes, size, byte);
      else {
        if (byte === QUOTE || byte === BACKSLASH) bytes[size++] = BACKSLASH;
        bytes[size++] = byte;
      }
    }
    bytes[size++] = QUOTE;
    this.#size = size;
  }

  /** Writes an integer of 32 bits. */
  integer(integer: number): void {
    if (integer < 0) this.character(MINUS);
    this.#room(LONGEST_NUMBER);
    this.#digits(Math.abs(integer));
  }

  /** Writes an integer of 64 bits, by its halves: as a string if it is beyond 2^53, or always. */
  integer64(high: number, low: number, isNegative: boolean, isString: boolean): void {
    const isSafe = high < TWO_21;
    const isQuoted = isString || !isSafe;
    if (isQuoted) this.character(QUOTE);
    if (isNegative && (high | low) !== 0) this.character(MINUS);
    this.#room(LONGEST_NUMBER);
    if (isSafe) this.#digits(high * TWO_32 + low);
    else {
      // By parts of which none, times 2^32, is beyond 2^53.
      const highest = Math.floor(high / MILLION);
      const rest = (high - highest * MILLION) * TWO_32 + low;
      const millions = Math.floor(rest / MILLION);
      this.#digits(highest * TWO_32 + millions);
      this.#padded(rest - millions * MILLION, 6);
    }
    if (isQuoted) this.character(QUOTE);
  }

  /** Writes the digits of an integer from 0 to 2^53. */
  #digits(integer: number): void {
    let digits = 1;
    for (let more = 10; integer >= more; more *= 10) digits++;
    this.#padded(integer, digits);
  }

  #padded(integer: number, digits: number): void {
    const bytes = this.#bytes;
    const from = this.#size;
    let at = this.#size = from + digits;
    // By halves of 32 bits, which are divided several times as fast.
    const billions = Math.floor(integer / BILLION);
    let rest = integer - billions * BILLION;
    for (const middle = Math.max(from, at - 9); at > middle;) {
      const tenth = (rest / 10) | 0;
      bytes[--at] = DIGIT_ZERO + (rest - tenth * 10);
      rest = tenth;
    }
    for (rest = billions; at > from;) {
      const tenth = (rest / 10) | 0;
      bytes[--at] = DIGIT_ZERO + (rest - tenth * 10);
      rest = tenth;
    }
  }

  #room(count: number): void {
    const needed = this.#size + count;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#size));
    this.#bytes = grown;
  }
}

function escape(bytes: Uint8Array, size: number, byte: number): number {
  bytes[size++] = BACKSLASH;
  bytes[size++] = LETTER_U;
  bytes[size++] = DIGIT_ZERO;
  bytes[size++] = DIGIT_ZERO;
  bytes[size++] = DIGIT_ZERO + (byte >> 4);
  const digit = byte & 15;
  bytes[size++] = digit < 10 ? DIGIT_ZERO + digit : LETTER_A + digit - 10;
  return size;
}
