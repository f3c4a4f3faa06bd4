import { isRecord } from "../../../../protocol/data/json_value.ts";
import {
  BINARY,
  INTEGER,
  LIST,
  MAP,
  NEW_FLOAT,
  NIL,
  SMALL_ATOM_UTF8,
  SMALL_BIG,
  SMALL_INTEGER,
} from "./tags.ts";

/** What a whole term begins with: the version of the format. */
export const VERSION = 131;

/** Up to so many bytes text is written here, which is quicker than to have it encoded. */
const SHORT = 64;

const utf8 = new TextEncoder();

/**
 * Writes what JSON can hold as a term of Erlang's external format, the way Discord takes it: the keys of maps are
 * strings, for it refuses atoms there with 4002.
 *
 * @see https://discord.com/developers/docs/events/gateway#encoding-and-compression
 */
export function encodeTerm(value: unknown): Uint8Array {
  const writer = new TermWriter();
  writer.write(value);
  return writer.written;
}

class TermWriter {
  #bytes = new Uint8Array(256);
  #view = new DataView(this.#bytes.buffer);
  #size = 0;

  constructor() {
    this.#byte(VERSION);
  }

  get written(): Uint8Array {
    return this.#bytes.slice(0, this.#size);
  }

  write(value: unknown): void {
    if (typeof value === "string") return this.#binary(value);
    if (typeof value === "number") return this.#number(value);
    if (Array.isArray(value)) return this.#list(value);
    if (isRecord(value)) return this.#map(value);
    this.#atom(value === true ? "true" : value === false ? "false" : "nil");
  }

  #number(value: number): void {
    if (Number.isSafeInteger(value) && Math.abs(value) >= 2 ** 31) {
      this.#byte(SMALL_BIG);
      this.#byte(8);
      this.#byte(value < 0 ? 1 : 0);
      const at = this.#room(8);
      this.#view.setBigUint64(at, BigInt(Math.abs(value)), true);
    } else if (!Number.isSafeInteger(value)) {
      this.#byte(NEW_FLOAT);
      const at = this.#room(8);
      this.#view.setFloat64(at, value);
    } else if (value >= 0 && value < 256) {
      this.#byte(SMALL_INTEGER);
      this.#byte(value);
    } else {
      this.#byte(INTEGER);
      const at = this.#room(4);
      this.#view.setInt32(at, value);
    }
  }

  #list(items: readonly unknown[]): void {
    if (items.length > 0) {
      this.#byte(LIST);
      this.#length(items.length);
      for (const item of items) this.write(item);
    }
    this.#byte(NIL);
  }

  #map(map: Readonly<Record<string, unknown>>): void {
    const keys = Object.keys(map);
    this.#byte(MAP);
    this.#length(keys.length);
    for (const key of keys) {
      this.#binary(key);
      this.write(map[key]);
    }
  }

  #binary(text: string): void {
    this.#byte(BINARY);
    const sizeAt = this.#room(4);
    const { length } = text;
    // A UTF-16 unit is one to three bytes.
    const at = this.#room(length * 3);
    let size = 0;
    if (length <= SHORT) {
      for (let code = 0; size < length && (code = text.charCodeAt(size)) < 128; size++) {
        this.#bytes[at + size] = code;
      }
    }
    if (size < length) size = utf8.encodeInto(text, this.#bytes.subarray(at)).written;
    this.#size = at + size;
    this.#view.setUint32(sizeAt, size);
  }

  #atom(name: string): void {
    this.#byte(SMALL_ATOM_UTF8);
    this.#byte(name.length);
    for (let i = 0; i < name.length; i++) this.#byte(name.charCodeAt(i));
  }

  #byte(byte: number): void {
    const at = this.#room(1);
    this.#bytes[at] = byte;
  }

  #length(length: number): void {
    const at = this.#room(4);
    this.#view.setUint32(at, length);
  }

  /** Makes room for so many bytes, perhaps by moving all; returns where they begin. */
  #room(count: number): number {
    const at = this.#size;
    this.#size += count;
    if (this.#size > this.#bytes.length) {
      const grown = new Uint8Array(this.#size * 2);
      grown.set(this.#bytes);
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return at;
  }
}
