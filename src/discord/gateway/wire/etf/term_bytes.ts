import { ProtocolError } from "../../../../protocol/errors.ts";
import { NIL } from "./tags.ts";

/** How deep terms may lie in each other: Discord's go some ten deep. */
const DEEPEST = 256;
/** The longest integer that is read, in bytes. To write one out takes the square of its length. */
const LONGEST_INTEGER = 255;
/** How long a float is that is written as text. */
export const FLOAT_BYTES = 31;

/**
 * The bytes of a term, and how far they are read. Its methods throw a `ProtocolError` where there is no such term, where
 * it is cut short, or where it lies too deep.
 *
 * Source: Erlang, "External Term Format".
 */
export class TermBytes {
  /** All of them. */
  readonly bytes: Uint8Array;
  /** The same. */
  readonly view: DataView;
  /** Where the next is. */
  at: number;

  /** Takes the bytes, and where in them a term begins. */
  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = at;
  }

  /** Whether nothing is left. */
  get isAtEnd(): boolean {
    return this.at === this.bytes.length;
  }

  /** Takes a byte. */
  byte(): number {
    const byte = this.bytes[this.at++];
    if (byte === undefined) throw short();
    return byte;
  }

  /** Takes a length of 16 bits. */
  short(): number {
    return this.view.getUint16(this.skipped(2));
  }

  /** Takes a length of 32 bits. */
  length(): number {
    return this.view.getUint32(this.skipped(4));
  }

  /** Takes how many items follow, each of which takes at least so many bytes: what cannot be is refused at once. */
  count(each: number): number {
    const count = this.length();
    if (count * each > this.bytes.length - this.at) throw short();
    return count;
  }

  /** Steps over so many bytes; returns where they begin. */
  skipped(count: number): number {
    const from = this.at;
    this.at += count;
    if (this.at > this.bytes.length) throw short();
    return from;
  }

  /** Takes the end that a proper list has. */
  endOfList(): void {
    if (this.byte() !== NIL) throw new ProtocolError("Cannot read a list: it is improper");
  }
}

/** How deep what is inside of a term lies that lies so deep. */
export function deeper(depth: number): number {
  if (depth < DEEPEST) return depth + 1;
  throw new ProtocolError(`Cannot read a term: what is in it lies deeper than ${DEEPEST}`);
}

/** The length of an integer, which is one that is read. */
export function checkedInteger(length: number): number {
  if (length <= LONGEST_INTEGER) return length;
  throw new ProtocolError(`Cannot read an integer: it has ${length} bytes, more than ${LONGEST_INTEGER}`);
}

/** That there is no such term in JSON. */
export function unknown(tag: number): ProtocolError {
  return new ProtocolError(`Cannot read a term: JSON has nothing for its tag, ${tag}`);
}

/** That a map has a key that JSON has nothing for. */
export function unknownKey(): ProtocolError {
  return new ProtocolError("Cannot read a map: one of its keys is neither text nor an integer");
}

/** Text of which each byte is a character. */
export function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function short(): ProtocolError {
  return new ProtocolError("Cannot read a term: it is cut short");
}
