import { isRecord } from "@parley/parley/internal";

const PRIME_A = 0x01000193;
const PRIME_B = 0x85ebca6b;
/** From how many characters on a text is remembered, and how many of the last texts are. */
const LONG = 64;
const REMEMBERED = 8;

/**
 * A hash over whatever is added to it, in order: 64 bits in 32-bit integer arithmetic, the same on every
 * engine. For telling traces apart, not for security.
 *
 * @example
 * ```ts
 * import { TraceHash } from "@parley/testing";
 *
 * const hash = new TraceHash();
 * hash.add({ kind: "sent", data: "PING" });
 * hash.digest(); // 16 hexadecimal digits
 * ```
 */
export class TraceHash {
  readonly #halves = new Halves();
  /** What the last long texts come to, in turn: what one has sent another receives. */
  readonly #lastTexts: string[] = [];
  readonly #lastHalves: Halves[] = [];
  #last = 0;
  readonly #bits = new DataView(new ArrayBuffer(8));

  /**
   * Adds a value: an object by its keys and what they stand for, all else but numbers by its JSON; errors by their
   * text, bytes as characters of their numbers.
   */
  add(value: unknown): void {
    if (!isRecord(value) || plain("", value) !== value) return this.#mix(value);
    for (const key in value) {
      this.#halves.mixText(key);
      this.#mix(value[key]);
    }
  }

  /** The hash so far, as 16 hexadecimal digits. */
  digest(): string {
    const { a, b } = this.#halves;
    return [a, b].map((half) => (half >>> 0).toString(16).padStart(8, "0")).join("");
  }

  #mix(part: unknown): void {
    if (typeof part === "string") return this.#mixText(part);
    if (typeof part !== "number") return this.#mixText(`${typeof part} ${JSON.stringify(part, plain)}`);
    // To write it in digits takes longer than all else.
    this.#bits.setFloat64(0, part);
    this.#halves.mix(this.#bits.getInt32(0), this.#bits.getInt32(4));
  }

  #mixText(text: string): void {
    if (text.length < LONG) return this.#halves.mixText(text);
    const place = this.#lastTexts.indexOf(text);
    const halves = this.#lastHalves[place] ?? new Halves();
    if (place < 0) {
      halves.mixText(text);
      this.#last = (this.#last + 1) % REMEMBERED;
      this.#lastTexts[this.#last] = text;
      this.#lastHalves[this.#last] = halves;
    }
    this.#halves.mix(halves.a, halves.b);
  }
}

/** Two times 32 bits, each of which depends on both before. */
class Halves {
  a = 0x811c9dc5 | 0;
  b = 0x9e3779b9 | 0;

  mix(a: number, b: number): void {
    this.a = Math.imul(this.a ^ a ^ (this.b >>> 13), PRIME_A);
    this.b = Math.imul(this.b ^ b ^ (this.a >>> 15), PRIME_B);
  }

  /** Mixes a text in, four characters at a time. */
  mixText(text: string): void {
    this.mix(text.length, 0);
    let { a, b } = this;
    const most = text.length & ~3;
    for (let index = 0; index < most; index += 4) {
      a = Math.imul(a ^ unitsAt(text, index) ^ (b >>> 13), PRIME_A);
      b = Math.imul(b ^ unitsAt(text, index + 2) ^ (a >>> 15), PRIME_B);
    }
    this.a = a;
    this.b = b;
    for (let index = most; index < text.length; index++) this.mix(text.charCodeAt(index), index);
  }
}

function unitsAt(text: string, index: number): number {
  return text.charCodeAt(index) | (text.charCodeAt(index + 1) << 16);
}

function plain(_key: string, value: unknown): unknown {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (value instanceof Uint8Array) return characters(value);
  return typeof value === "bigint" ? String(value) : value;
}

function characters(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
