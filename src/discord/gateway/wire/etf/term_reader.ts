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
import { TermJson } from "./term_json.ts";
import { checkedInteger, deeper, FLOAT_BYTES, latin1, TermBytes, unknown, unknownKey } from "./term_bytes.ts";

/** The longest that a name is remembered: those of events have up to 34 characters. */
const LONGEST_NAME = 40;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A name that payloads have had. */
interface Name {
  readonly bytes: Uint8Array;
  readonly text: string;
}

/**
 * The keys of payloads and the names of events, by a few of their bytes: nearly all were there before, and to compare
 * one costs less than to make its text again. Names that share a place take it from each other.
 */
const names: (Name | undefined)[] = Array.from({ length: 512 }, () => undefined);

/** Looks for what a payload begins with, and steps over the rest. */
export class TermReader extends TermBytes {
  /** Steps over a term, of which it sees that it is whole. */
  skip(depth = 0): void {
    const tag = this.byte();
    switch (tag) {
      case BINARY:
        return void this.skipped(this.length());
      case SMALL_INTEGER:
        return void this.skipped(1);
      case INTEGER:
        return void this.skipped(4);
      case SMALL_BIG:
        return void this.skipped(checkedInteger(this.byte()) + 1);
      case LARGE_BIG:
        return void this.skipped(checkedInteger(this.length()) + 1);
      case NEW_FLOAT:
        return void this.skipped(8);
      case FLOAT:
        return void this.skipped(FLOAT_BYTES);
      case ATOM:
      case ATOM_UTF8:
      case STRING:
        return void this.skipped(this.short());
      case SMALL_ATOM:
      case SMALL_ATOM_UTF8:
        return void this.skipped(this.byte());
      case NIL:
        return;
      case MAP: {
        const inside = deeper(depth);
        for (let left = this.count(2); left > 0; left--) {
          this.#skipKey();
          this.skip(inside);
        }
        return;
      }
      case LIST:
        this.#skipItems(this.count(1), depth);
        return this.endOfList();
      case SMALL_TUPLE:
        return this.#skipItems(this.byte(), depth);
      case LARGE_TUPLE:
        return this.#skipItems(this.count(1), depth);
      default:
        throw unknown(tag);
    }
  }

  /** Begins to read a map: returns how many pairs of a key and a value follow. */
  beginMap(): number {
    const tag = this.byte();
    if (tag !== MAP) throw new ProtocolError("Cannot read a term: it is not a map");
    return this.count(2);
  }

  /** Reads the key of a map; undefined if it is an integer. */
  key(): string | undefined {
    const tag = this.bytes[this.at];
    if (tag === BINARY) {
      this.at++;
      return this.#name(this.length(), false);
    }
    const atom = this.#atom(tag);
    if (atom === undefined) this.#skipKey();
    return atom;
  }

  /** Reads what the parts of a payload besides its data are: an integer, text or an atom, or whatever else it is. */
  scalar(): unknown {
    const tag = this.bytes[this.at];
    switch (tag) {
      case SMALL_INTEGER:
        return this.bytes[this.skipped(2) + 1];
      case INTEGER:
        return this.view.getInt32(this.skipped(5) + 1);
      case BINARY:
        return this.key();
      default: {
        const atom = this.#atom(tag);
        if (atom !== undefined) return valueOf(atom);
        const term = new TermJson(this.bytes, this.at);
        const value = term.read();
        this.at = term.at;
        return value;
      }
    }
  }

  #atom(tag: number | undefined): string | undefined {
    switch (tag) {
      case SMALL_ATOM_UTF8:
      case SMALL_ATOM:
        this.at++;
        return this.#name(this.byte(), tag === SMALL_ATOM);
      case ATOM_UTF8:
      case ATOM:
        this.at++;
        return this.#name(this.short(), tag === ATOM);
      default:
        return undefined;
    }
  }

  #skipKey(): void {
    switch (this.bytes[this.at]) {
      case BINARY:
      case ATOM:
      case ATOM_UTF8:
      case SMALL_ATOM:
      case SMALL_ATOM_UTF8:
      case SMALL_INTEGER:
      case INTEGER:
      case SMALL_BIG:
      case LARGE_BIG:
        return this.skip();
      default:
        throw unknownKey();
    }
  }

  #skipItems(count: number, depth: number): void {
    const inside = deeper(depth);
    for (; count > 0; count--) this.skip(inside);
  }

  /** Text that is likely to have been read before. */
  #name(length: number, isLatin1: boolean): string {
    const from = this.skipped(length);
    const { bytes } = this;
    const first = bytes[from] ?? 0;
    const middle = bytes[from + (length >> 1)] ?? 0;
    const last = bytes[from + length - 1] ?? 0;
    const place = (length * 7 ^ first << 1 ^ middle << 3 ^ last << 4) & (names.length - 1);
    const known = names[place];
    if (known !== undefined && known.bytes.length === length) {
      let same = 0;
      while (same < length && known.bytes[same] === bytes[from + same]) same++;
      if (same === length) return known.text;
    }
    const name = bytes.slice(from, this.at);
    const isAscii = name.every((byte) => byte < 128);
    const text = isLatin1 && !isAscii ? latin1(name) : decoded(name);
    // Only of ASCII it is the same whatever kind of text it is.
    if (isAscii && length <= LONGEST_NAME) names[place] = { bytes: name, text };
    return text;
  }
}

function decoded(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new ProtocolError("Cannot read a text: it is not UTF-8", { cause });
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
