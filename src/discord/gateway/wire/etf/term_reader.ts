import { ProtocolError } from "../../../../protocol/errors.ts";
import {
  ATOM,
  ATOM_UTF8,
  BINARY,
  FLOAT,
  INTEGER,
  LARGE_BIG,
  LARGE_TUPLE,
  LIST,
  MAP,
  NEW_FLOAT,
  NIL,
  SMALL_ATOM,
  SMALL_ATOM_UTF8,
  SMALL_BIG,
  SMALL_INTEGER,
  SMALL_TUPLE,
  STRING,
} from "./tags.ts";

/** How deep terms may lie in each other: Discord's go some ten deep. */
const DEEPEST = 256;
/** The longest integer that is read, in bytes. To write one out takes the square of its length. */
const LONGEST_INTEGER = 255;
const FLOAT_BYTES = 31;
/** Up to so many bytes text is put together here, which is quicker than to ask for it. */
const SHORT = 24;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A name that maps have had as a key. */
interface Name {
  readonly bytes: Uint8Array;
  readonly text: string;
}

/**
 * The keys of maps, by a few of their bytes: nearly all were there before, and to compare one costs less than to make
 * its text again. Names that share a place take it from each other.
 */
const names: (Name | undefined)[] = Array.from({ length: 512 }, () => undefined);

/**
 * Reads terms of Erlang's external format as what Discord's JSON has in their place: atoms as null, true, false and
 * strings; integers as numbers or, beyond 2^53, as strings of their digits; binaries as strings; lists, tuples and
 * Erlang's strings (lists of bytes) as arrays; maps as objects, whose keys are text or integers.
 *
 * Its methods throw a `ProtocolError` where there is no such term, where it is cut short, or where it lies too deep.
 *
 * @see https://www.erlang.org/doc/apps/erts/erl_ext_dist.html
 */
export class TermReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at: number;

  /** Takes the bytes, and where in them a term begins. */
  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = at;
  }

  /** Another reader, which is where this one is. */
  fork(): TermReader {
    return new TermReader(this.#bytes, this.#at);
  }

  /** Whether nothing is left. */
  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** Reads a term. */
  read(depth = 0): unknown {
    const tag = this.#byte();
    switch (tag) {
      case BINARY:
        return this.#text(this.#length());
      case ATOM:
      case SMALL_ATOM:
      case ATOM_UTF8:
      case SMALL_ATOM_UTF8:
        return valueOf(this.#atom(tag));
      case SMALL_INTEGER:
      case INTEGER:
      case SMALL_BIG:
      case LARGE_BIG:
        return this.#integer(tag);
      case MAP:
        return this.#map(depth);
      case NIL:
        return [];
      case LIST: {
        const items = this.#items(this.#count(1), depth);
        this.#endOfList();
        return items;
      }
      case STRING:
        return Array.from(this.#take(this.#short()));
      case SMALL_TUPLE:
        return this.#items(this.#byte(), depth);
      case LARGE_TUPLE:
        return this.#items(this.#count(1), depth);
      case NEW_FLOAT:
        return finite(this.#view.getFloat64(this.#skipped(8)));
      case FLOAT:
        return this.#float();
      default:
        throw unknown(tag);
    }
  }

  /** Steps over a term, of which it sees that it is whole. */
  skip(depth = 0): void {
    const tag = this.#byte();
    switch (tag) {
      case BINARY:
        return void this.#skipped(this.#length());
      case SMALL_INTEGER:
        return void this.#skipped(1);
      case INTEGER:
        return void this.#skipped(4);
      case SMALL_BIG:
      case LARGE_BIG:
        return void this.#skipped(this.#integerLength(tag) + 1);
      case NEW_FLOAT:
        return void this.#skipped(8);
      case FLOAT:
        return void this.#skipped(FLOAT_BYTES);
      case ATOM:
      case ATOM_UTF8:
      case STRING:
        return void this.#skipped(this.#short());
      case SMALL_ATOM:
      case SMALL_ATOM_UTF8:
        return void this.#skipped(this.#byte());
      case NIL:
        return;
      case MAP: {
        for (let left = this.#count(2); left > 0; left--) {
          this.skipKey();
          this.skip(deeper(depth));
        }
        return;
      }
      case LIST:
        this.#skipItems(this.#count(1), depth);
        return this.#endOfList();
      case SMALL_TUPLE:
        return this.#skipItems(this.#byte(), depth);
      case LARGE_TUPLE:
        return this.#skipItems(this.#count(1), depth);
      default:
        throw unknown(tag);
    }
  }

  /** Begins to read a map: returns how many pairs of a key and a value follow. */
  beginMap(): number {
    const tag = this.#byte();
    if (tag !== MAP) throw new ProtocolError("Cannot read a term: it is not a map");
    return this.#count(2);
  }

  /** Reads the key of a map. */
  readKey(): string {
    const tag = this.#byte();
    switch (tag) {
      case BINARY:
        return this.#name(this.#length());
      case ATOM:
      case SMALL_ATOM:
      case ATOM_UTF8:
      case SMALL_ATOM_UTF8:
        return this.#atom(tag);
      case SMALL_INTEGER:
      case INTEGER:
      case SMALL_BIG:
      case LARGE_BIG:
        return String(this.#integer(tag));
      default:
        throw new ProtocolError("Cannot read a map: one of its keys is neither text nor an integer");
    }
  }

  /** Steps over the key of a map. */
  skipKey(): void {
    const tag = this.#bytes[this.#at];
    if (tag === BINARY || tag === ATOM || tag === SMALL_ATOM_UTF8) this.skip();
    else this.readKey();
  }

  #map(depth: number): Record<string, unknown> {
    const map: Record<string, unknown> = {};
    const inside = deeper(depth);
    for (let left = this.#count(2); left > 0; left--) {
      const key = this.readKey();
      const value = this.read(inside);
      // To set that one would change what the object is.
      if (key === "__proto__") {
        Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true });
      } else map[key] = value;
    }
    return map;
  }

  #items(count: number, depth: number): unknown[] {
    const items: unknown[] = [];
    const inside = deeper(depth);
    for (; count > 0; count--) items.push(this.read(inside));
    return items;
  }

  #skipItems(count: number, depth: number): void {
    const inside = deeper(depth);
    for (; count > 0; count--) this.skip(inside);
  }

  #endOfList(): void {
    if (this.#byte() !== NIL) throw new ProtocolError("Cannot read a list: it is improper");
  }

  #integer(tag: number): number | string {
    if (tag === SMALL_INTEGER) return this.#byte();
    if (tag === INTEGER) return this.#view.getInt32(this.#skipped(4));
    const length = this.#integerLength(tag);
    const sign = this.#byte();
    if (sign > 1) throw new ProtocolError("Cannot read an integer: its sign is neither 0 nor 1");
    let integer = 0n;
    if (length === 8) {
      integer = this.#view.getBigUint64(this.#skipped(8), true);
    } else if (length > 0) {
      const digits = Array.from(this.#take(length), (byte) => byte.toString(16).padStart(2, "0"));
      integer = BigInt(`0x${digits.reverse().join("")}`);
    }
    if (sign === 1) integer = -integer;
    const number = Number(integer);
    return Number.isSafeInteger(number) ? number : String(integer);
  }

  #integerLength(tag: number): number {
    const length = tag === SMALL_BIG ? this.#byte() : this.#length();
    if (length > LONGEST_INTEGER) {
      throw new ProtocolError(`Cannot read an integer: it has ${length} bytes, more than ${LONGEST_INTEGER}`);
    }
    return length;
  }

  /** A float as text, as Erlang wrote it before release 11: `%.20e`. */
  #float(): number {
    const text = String.fromCharCode(...this.#take(FLOAT_BYTES)).replace(/\0+$/, "");
    if (!/^ *-?\d+\.\d+(e[+-]?\d+)?$/.test(text)) throw new ProtocolError("Cannot read a float: it is none");
    return finite(Number(text));
  }

  #atom(tag: number): string {
    const isShort = tag === SMALL_ATOM || tag === SMALL_ATOM_UTF8;
    const length = isShort ? this.#byte() : this.#short();
    if (tag === ATOM_UTF8 || tag === SMALL_ATOM_UTF8) return this.#name(length);
    // Latin-1.
    const text = this.#ascii(length);
    return text ?? String.fromCharCode(...this.#take(length));
  }

  #text(length: number): string {
    const text = length <= SHORT ? this.#ascii(length) : undefined;
    if (text !== undefined) return text;
    try {
      return utf8.decode(this.#take(length));
    } catch (cause) {
      if (cause instanceof ProtocolError) throw cause;
      throw new ProtocolError("Cannot read a text: it is not UTF-8", { cause });
    }
  }

  /** The text of so many bytes if all are ASCII; else undefined, with nothing taken. */
  #ascii(length: number): string | undefined {
    const from = this.#at;
    const end = from + length;
    if (end > this.#bytes.length) throw short();
    let text = "";
    for (let i = from; i < end; i++) {
      const byte = this.#bytes[i] ?? 0;
      if (byte > 127) return undefined;
      text += String.fromCharCode(byte);
    }
    this.#at = end;
    return text;
  }

  /** The same text, of something that is likely to have been read before. */
  #name(length: number): string {
    if (length > SHORT || length === 0) return this.#text(length);
    const from = this.#at;
    const bytes = this.#bytes;
    if (from + length > bytes.length) throw short();
    const last = bytes[from + length - 1] ?? 0;
    const middle = bytes[from + (length >> 1)] ?? 0;
    const place = (length * 7 ^ (bytes[from] ?? 0) << 1 ^ middle << 3 ^ last << 4) & (names.length - 1);
    const known = names[place];
    if (known !== undefined && known.bytes.length === length) {
      let same = 0;
      while (same < length && known.bytes[same] === bytes[from + same]) same++;
      if (same === length) {
        this.#at = from + length;
        return known.text;
      }
    }
    const text = this.#text(length);
    names[place] = { bytes: bytes.slice(from, from + length), text };
    return text;
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw short();
    return byte;
  }

  #short(): number {
    return this.#view.getUint16(this.#skipped(2));
  }

  #length(): number {
    return this.#view.getUint32(this.#skipped(4));
  }

  /** How many items follow, each of which takes at least so many bytes: a number that cannot be is refused at once. */
  #count(each: number): number {
    const count = this.#length();
    if (count * each > this.#bytes.length - this.#at) throw short();
    return count;
  }

  /** Takes so many bytes. */
  #take(count: number): Uint8Array {
    const from = this.#skipped(count);
    return this.#bytes.subarray(from, from + count);
  }

  /** Steps over so many bytes; returns where they begin. */
  #skipped(count: number): number {
    const from = this.#at;
    this.#at += count;
    if (this.#at > this.#bytes.length) throw short();
    return from;
  }
}

function valueOf(atom: string): string | boolean | null {
  switch (atom) {
    case "nil":
    case "null":
      return null;
    case "true":
      return true;
    case "false":
      return false;
    default:
      return atom;
  }
}

function deeper(depth: number): number {
  if (depth < DEEPEST) return depth + 1;
  throw new ProtocolError(`Cannot read a term: what is in it lies deeper than ${DEEPEST}`);
}

function finite(number: number): number {
  if (Number.isFinite(number)) return number;
  throw new ProtocolError("Cannot read a float: it is not a finite number");
}

function short(): ProtocolError {
  return new ProtocolError("Cannot read a term: it is cut short");
}

function unknown(tag: number): ProtocolError {
  return new ProtocolError(`Cannot read a term: JSON has nothing for its tag, ${tag}`);
}
