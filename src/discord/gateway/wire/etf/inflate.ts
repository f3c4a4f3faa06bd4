import { ProtocolError } from "../../../../protocol/errors.ts";

/** The longest code of Huffman's, in bits. */
const MAX_BITS = 15;
/** The order in which a block gives the lengths of the codes for the lengths of codes. */
const ORDER: readonly number[] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const END_OF_BLOCK = 256;
/** A deflated byte is 1,032 bytes at most: one that says more is refused before there is room for it. */
const MOST_PER_BYTE = 1_032;

/** How many codes there are of each length, and what they stand for, in their order. */
interface Huffman {
  readonly counts: Uint16Array;
  readonly symbols: Uint16Array;
}

/**
 * Inflates what was deflated in the format of zlib, which must give exactly so many bytes: what a compressed term says
 * that it holds. It is small rather than fast, for nobody is known to send one.
 *
 * Source: RFC 1950, RFC 1951.
 *
 * @throws {ProtocolError} if it is not such a stream, or gives more or less.
 */
export function inflate(deflated: Uint8Array, size: number): Uint8Array {
  if (size > deflated.length * MOST_PER_BYTE) throw corrupt();
  return new Inflating(deflated, size).all();
}

class Inflating {
  readonly #input: Uint8Array;
  readonly #output: Uint8Array;
  #at = 0;
  #size = 0;
  #bits = 0;
  #bitCount = 0;

  constructor(input: Uint8Array, size: number) {
    this.#input = input;
    this.#output = new Uint8Array(size);
  }

  all(): Uint8Array {
    const method = this.#byte();
    const flags = this.#byte();
    const hasDictionary = (flags & 32) !== 0;
    if ((method & 15) !== 8 || method >> 4 > 7 || (method * 256 + flags) % 31 !== 0 || hasDictionary) {
      throw corrupt();
    }
    for (let last = false; !last;) {
      last = this.#take(1) === 1;
      const type = this.#take(2);
      if (type === 0) this.#stored();
      else if (type === 1) this.#coded(...fixedCodes());
      else if (type === 2) this.#coded(...this.#codes());
      else throw corrupt();
    }
    if (this.#size !== this.#output.length || this.#checksum() !== adler32(this.#output)) throw corrupt();
    if (this.#at !== this.#input.length) throw corrupt();
    return this.#output;
  }

  #byte(): number {
    const byte = this.#input[this.#at++];
    if (byte === undefined) throw corrupt();
    return byte;
  }

  #take(count: number): number {
    while (this.#bitCount < count) {
      this.#bits |= this.#byte() << this.#bitCount;
      this.#bitCount += 8;
    }
    const taken = this.#bits & ((1 << count) - 1);
    this.#bits >>>= count;
    this.#bitCount -= count;
    return taken;
  }

  /** Goes on with a whole byte. */
  #align(): void {
    this.#bits = this.#bitCount = 0;
  }

  #checksum(): number {
    this.#align();
    return ((this.#byte() << 24) | (this.#byte() << 16) | (this.#byte() << 8) | this.#byte()) >>> 0;
  }

  #put(byte: number): void {
    if (this.#size === this.#output.length) throw corrupt();
    this.#output[this.#size++] = byte;
  }

  #stored(): void {
    this.#align();
    const length = this.#byte() | (this.#byte() << 8);
    const complement = this.#byte() | (this.#byte() << 8);
    if ((length ^ complement) !== 0xffff) throw corrupt();
    for (let i = 0; i < length; i++) this.#put(this.#byte());
  }

  #coded(literals: Huffman, distances: Huffman): void {
    for (;;) {
      const symbol = this.#symbol(literals);
      if (symbol === END_OF_BLOCK) return;
      if (symbol < END_OF_BLOCK) this.#put(symbol);
      else this.#copy(this.#lengthOf(symbol - 257), this.#distanceOf(this.#symbol(distances)));
    }
  }

  #copy(length: number, distance: number): void {
    if (distance > this.#size || this.#size + length > this.#output.length) throw corrupt();
    // What is copied may only come to be on the way.
    for (let i = 0; i < length; i++) this.#put(this.#output[this.#size - distance] ?? 0);
  }

  #lengthOf(code: number): number {
    if (code < 8) return code + 3;
    if (code === 28) return 258;
    if (code > 28) throw corrupt();
    const extra = (code >> 2) - 1;
    return ((4 + (code & 3)) << extra) + 3 + this.#take(extra);
  }

  #distanceOf(code: number): number {
    if (code < 4) return code + 1;
    if (code > 29) throw corrupt();
    const extra = (code >> 1) - 1;
    return ((2 + (code & 1)) << extra) + 1 + this.#take(extra);
  }

  /** Reads a code bit by bit: those of one length are consecutive, and longer ones come behind. */
  #symbol({ counts, symbols }: Huffman): number {
    let code = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; length <= MAX_BITS; length++) {
      code |= this.#take(1);
      const count = counts[length] ?? 0;
      if (code - count < first) return symbols[index + code - first] ?? 0;
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    throw corrupt();
  }

  /** The codes that a block brings along. */
  #codes(): [literals: Huffman, distances: Huffman] {
    const literals = this.#take(5) + 257;
    const distances = this.#take(5) + 1;
    const given = this.#take(4) + 4;
    if (literals > 286 || distances > 30) throw corrupt();
    const ofLengths = new Uint8Array(19);
    for (const symbol of ORDER.slice(0, given)) ofLengths[symbol] = this.#take(3);
    const code = huffman(ofLengths);
    const lengths = new Uint8Array(literals + distances);
    for (let at = 0; at < lengths.length;) {
      const symbol = this.#symbol(code);
      if (symbol < 16) {
        lengths[at++] = symbol;
        continue;
      }
      if (symbol === 16 && at === 0) throw corrupt();
      const repeated = symbol === 16 ? lengths[at - 1] ?? 0 : 0;
      const times = symbol === 16
        ? 3 + this.#take(2)
        : symbol === 17
        ? 3 + this.#take(3)
        : 11 + this.#take(7);
      if (at + times > lengths.length) throw corrupt();
      lengths.fill(repeated, at, at += times);
    }
    return [huffman(lengths.subarray(0, literals)), huffman(lengths.subarray(literals))];
  }
}

/** The code in which each symbol's has so many bits; 0: it has none. */
function huffman(lengths: Uint8Array): Huffman {
  const counts = new Uint16Array(MAX_BITS + 1);
  for (const length of lengths) counts[length] = (counts[length] ?? 0) + 1;
  counts[0] = 0;
  let left = 1;
  const offsets = new Uint16Array(MAX_BITS + 2);
  for (let length = 1; length <= MAX_BITS; length++) {
    const count = counts[length] ?? 0;
    left = left * 2 - count;
    if (left < 0) throw corrupt();
    offsets[length + 1] = (offsets[length] ?? 0) + count;
  }
  const symbols = new Uint16Array(lengths.length);
  for (const [symbol, length] of lengths.entries()) {
    if (length === 0) continue;
    const place = offsets[length] ?? 0;
    symbols[place] = symbol;
    offsets[length] = place + 1;
  }
  return { counts, symbols };
}

function fixedCodes(): [literals: Huffman, distances: Huffman] {
  const lengths = new Uint8Array(288).fill(8, 0, 144).fill(9, 144, 256).fill(7, 256, 280).fill(8, 280);
  return [huffman(lengths), huffman(new Uint8Array(30).fill(5))];
}

function adler32(bytes: Uint8Array): number {
  let low = 1;
  let high = 0;
  for (const byte of bytes) {
    low = (low + byte) % 65_521;
    high = (high + low) % 65_521;
  }
  return ((high << 16) | low) >>> 0;
}

function corrupt(): ProtocolError {
  return new ProtocolError("Cannot inflate a compressed term: it is corrupt, or not as long as it says");
}
