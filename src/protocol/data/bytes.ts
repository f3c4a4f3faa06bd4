const NONE = new Uint8Array();
const LEAST = 1_024;
const LF = 10;
const CR = 13;
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Chunks of bytes as one; a single chunk is handed back as it is. */
export function joinBytes(chunks: readonly Uint8Array[]): Uint8Array {
  const [first = NONE] = chunks;
  if (chunks.length < 2) return first;
  const whole = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/**
 * What has come of a stream and was not taken yet: bytes go in as they were cut, and come out by line or by length.
 * However small the pieces are, each byte is copied a few times at most.
 *
 * **The caller's obligation.** It grows as far as it is filled: bound {@linkcode ByteBuffer.length}.
 *
 * @example
 * ```ts
 * import { ByteBuffer } from "@parley/parley/protocol";
 *
 * const bytes = new ByteBuffer();
 * bytes.push(new TextEncoder().encode("LENGTH 5\r\nhe"));
 * bytes.takeLine(); // "LENGTH 5"
 * bytes.takeLine(); // undefined: no line is whole
 * bytes.push(new TextEncoder().encode("llo"));
 * new TextDecoder().decode(bytes.take(5)); // "hello"
 * ```
 */
export class ByteBuffer {
  #bytes: Uint8Array = NONE;
  #start = 0;
  #end = 0;
  /** Up to where there is no end of a line. */
  #searched = 0;

  /** How many bytes wait to be taken. */
  get length(): number {
    return this.#end - this.#start;
  }

  /** Adds bytes, which are copied. */
  push(bytes: Uint8Array): void {
    const length = this.length + bytes.length;
    // Moved to the front only where half of the room is free, so that the moves cost no more than what comes in.
    if (this.#end + bytes.length > this.#bytes.length) {
      const room = length * 2 <= this.#bytes.length
        ? this.#bytes
        : new Uint8Array(Math.max(length * 2, LEAST));
      room.set(this.#bytes.subarray(this.#start, this.#end));
      this.#bytes = room;
      this.#searched -= this.#start;
      this.#end -= this.#start;
      this.#start = 0;
    }
    this.#bytes.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /** Takes so many bytes from the front, or all there are. They are the caller's own. */
  take(count: number): Uint8Array {
    const from = this.#start;
    this.#start = Math.min(from + count, this.#end);
    this.#searched = Math.max(this.#searched, this.#start);
    const taken = this.#bytes.slice(from, this.#start);
    // What a large message took is given back.
    if (this.#start === this.#end) this.clear();
    return taken;
  }

  /** Takes a line, which LF or CRLF ends, as text without its end; undefined if none is whole. */
  takeLine(): string | undefined {
    const end = this.#bytes.subarray(0, this.#end).indexOf(LF, this.#searched);
    if (end < 0) {
      this.#searched = this.#end;
      return undefined;
    }
    const line = this.take(end + 1 - this.#start);
    return decoder.decode(line.subarray(0, line.at(-2) === CR ? -2 : -1));
  }

  /** Drops all. */
  clear(): void {
    this.#bytes = NONE;
    this.#start = this.#end = this.#searched = 0;
  }
}
