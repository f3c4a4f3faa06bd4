import { ProtocolError } from "../../../../protocol/errors.ts";
import { JsonBytes } from "./json_bytes.ts";
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
import { checkedInteger, deeper, FLOAT_BYTES, latin1, TermBytes, unknown, unknownKey } from "./term_bytes.ts";

const COMMA = 44;
const COLON = 58;
const OPEN_ARRAY = 91;
const CLOSE_ARRAY = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

const utf8 = new TextEncoder();

/**
 * Reads a term as what Discord's JSON has in its place: atoms as null, true, false and strings; integers as numbers or,
 * beyond 2^53, as strings of their digits; binaries as strings; lists, tuples and Erlang's strings (lists of bytes) as
 * arrays; maps as objects, whose keys are text or integers.
 *
 * It is written as that JSON, which the runtime then parses. Both together take about half as long as to make objects
 * here: runtimes keep the shapes of the objects and the texts of the keys that they parse.
 */
export class TermJson extends TermBytes {
  readonly #json = new JsonBytes();

  /** Reads it, and steps over it. */
  read(): unknown {
    return JSON.parse(this.write());
  }

  /** Writes it, and steps over it. */
  write(): string {
    this.#value(0);
    try {
      return this.#json.text();
    } catch (cause) {
      throw new ProtocolError("Cannot read a text: it is not UTF-8", { cause });
    }
  }

  #value(depth: number): void {
    const tag = this.byte();
    switch (tag) {
      case BINARY:
        return this.#string(this.length());
      case MAP:
        return this.#map(depth);
      case SMALL_INTEGER:
        return this.#json.integer(this.byte());
      case INTEGER:
        return this.#json.integer(this.view.getInt32(this.skipped(4)));
      case SMALL_BIG:
        return this.#bigInteger(this.byte());
      case LARGE_BIG:
        return this.#bigInteger(this.length());
      case SMALL_ATOM:
      case SMALL_ATOM_UTF8:
        return this.#atom(this.byte(), tag);
      case ATOM:
      case ATOM_UTF8:
        return this.#atom(this.short(), tag);
      case NIL:
        return this.#json.raw("[]");
      case LIST:
        this.#items(this.count(1), depth);
        return this.endOfList();
      case STRING:
        return this.#byteList(this.short());
      case SMALL_TUPLE:
        return this.#items(this.byte(), depth);
      case LARGE_TUPLE:
        return this.#items(this.count(1), depth);
      case NEW_FLOAT:
        return this.#float(this.view.getFloat64(this.skipped(8)));
      case FLOAT:
        return this.#float(this.#floatText());
      default:
        throw unknown(tag);
    }
  }

  #map(depth: number): void {
    const inside = deeper(depth);
    const count = this.count(2);
    this.#json.character(OPEN_OBJECT);
    for (let left = count; left > 0; left--) {
      this.#key();
      this.#json.character(COLON);
      this.#value(inside);
      this.#json.character(COMMA);
    }
    this.#close(CLOSE_OBJECT, count);
  }

  #items(count: number, depth: number): void {
    const inside = deeper(depth);
    this.#json.character(OPEN_ARRAY);
    for (let left = count; left > 0; left--) {
      this.#value(inside);
      this.#json.character(COMMA);
    }
    this.#close(CLOSE_ARRAY, count);
  }

  #byteList(count: number): void {
    const from = this.skipped(count);
    this.#json.character(OPEN_ARRAY);
    for (let at = from; at < this.at; at++) {
      this.#json.integer(this.bytes[at] ?? 0);
      this.#json.character(COMMA);
    }
    this.#close(CLOSE_ARRAY, count);
  }

  /** Closes what so many are in: in the place of the comma behind the last. */
  #close(character: number, count: number): void {
    if (count > 0) this.#json.overwrite(character);
    else this.#json.character(character);
  }

  #key(): void {
    const tag = this.byte();
    switch (tag) {
      case BINARY:
        return this.#string(this.length());
      case SMALL_ATOM:
      case SMALL_ATOM_UTF8:
        return this.#atomText(this.byte(), tag);
      case ATOM:
      case ATOM_UTF8:
        return this.#atomText(this.short(), tag);
      case SMALL_INTEGER:
        return this.#json.integer64(0, this.byte(), false, true);
      case INTEGER: {
        const integer = this.view.getInt32(this.skipped(4));
        return this.#json.integer64(0, Math.abs(integer), integer < 0, true);
      }
      case SMALL_BIG:
        return this.#bigInteger(this.byte(), true);
      case LARGE_BIG:
        return this.#bigInteger(this.length(), true);
      default:
        throw unknownKey();
    }
  }

  #string(length: number): void {
    const from = this.skipped(length);
    this.#json.string(this.bytes, from, this.at);
  }

  #atom(length: number, tag: number): void {
    const from = this.skipped(length);
    const { bytes } = this;
    if (length <= 5) {
      if (isAt(bytes, from, length, "nil") || isAt(bytes, from, length, "null")) {
        return this.#json.raw("null");
      }
      if (isAt(bytes, from, length, "true")) return this.#json.raw("true");
      if (isAt(bytes, from, length, "false")) return this.#json.raw("false");
    }
    this.at = from;
    this.#atomText(length, tag);
  }

  #atomText(length: number, tag: number): void {
    if (tag === ATOM_UTF8 || tag === SMALL_ATOM_UTF8) return this.#string(length);
    const from = this.skipped(length);
    const isAscii = this.bytes.subarray(from, this.at).every((byte) => byte < 128);
    if (isAscii) return this.#json.string(this.bytes, from, this.at);
    const text = utf8.encode(latin1(this.bytes.subarray(from, this.at)));
    this.#json.string(text, 0, text.length);
  }

  #bigInteger(length: number, isKey = false): void {
    checkedInteger(length);
    const sign = this.byte();
    if (sign > 1) throw new ProtocolError("Cannot read an integer: its sign is neither 0 nor 1");
    const from = this.skipped(length);
    const { bytes } = this;
    if (length <= 8) {
      let high = 0;
      let low = 0;
      for (let i = length - 1; i >= 4; i--) high = high * 256 + (bytes[from + i] ?? 0);
      for (let i = Math.min(length, 4) - 1; i >= 0; i--) low = low * 256 + (bytes[from + i] ?? 0);
      return this.#json.integer64(high, low, sign === 1, isKey);
    }
    const digits = Array.from(bytes.subarray(from, this.at), (byte) => byte.toString(16).padStart(2, "0"));
    const integer = BigInt(`0x${digits.reverse().join("")}`) * (sign === 1 ? -1n : 1n);
    const isSafe = Number.isSafeInteger(Number(integer));
    this.#json.raw(isSafe && !isKey ? String(integer) : `"${integer}"`);
  }

  #float(number: number): void {
    if (!Number.isFinite(number)) throw new ProtocolError("Cannot read a float: it is not a finite number");
    this.#json.raw(Object.is(number, -0) ? "-0" : String(number));
  }

  /** A float as text, as Erlang wrote it before release 11: `%.20e`. */
  #floatText(): number {
    const from = this.skipped(FLOAT_BYTES);
    const text = latin1(this.bytes.subarray(from, this.at)).replace(/\0+$/, "");
    if (!/^ *-?\d+\.\d+(e[+-]?\d+)?$/.test(text)) throw new ProtocolError("Cannot read a float: it is none");
    return Number(text);
  }
}

/** Whether so many bytes are that ASCII. */
function isAt(bytes: Uint8Array, from: number, length: number, text: string): boolean {
  if (length !== text.length) return false;
  for (let i = 0; i < length; i++) if (bytes[from + i] !== text.charCodeAt(i)) return false;
  return true;
}
