import { seededRandom } from "../../testing/world/random.ts";

/** What feeds one part of parley with inputs that a hostile or broken peer could send. */
export interface Fuzzer {
  /** As `deno task fuzz --only` names it. */
  readonly name: string;
  /** How many inputs the test suite feeds: so many that it takes at most a second or so. */
  readonly inSuite: number;
  /** Makes one input of what it draws and feeds it; throws, or rejects, where what comes of it is wrong. */
  readonly feed: (draw: Draw) => void | Promise<void>;
}

/** An input that went wrong. */
export interface Finding {
  /** The number that draws this input again. */
  readonly seed: number;
  /** What went wrong. */
  readonly error: unknown;
}

/** Feeds the inputs numbered from `from` on, and resolves to the first that goes wrong. */
export async function fuzz(fuzzer: Fuzzer, from: number, inputs: number): Promise<Finding | undefined> {
  for (let seed = from; seed < from + inputs; seed++) {
    try {
      // Most feed at once, and a promise for each input would take longer than they do.
      const fed = fuzzer.feed(new Draw(seededRandom(seed, fuzzer.name)));
      if (fed !== undefined) await fed;
    } catch (error) {
      return { seed, error };
    }
  }
  return undefined;
}

/** Draws the parts of an input. */
export class Draw {
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** A number in [0, 1). */
  number(): number {
    return this.#random();
  }

  /** A whole number of `least` to `most`, both included. */
  integer(least: number, most: number): number {
    return least + Math.floor(this.#random() * (most - least + 1));
  }

  /** True as often as that. */
  chance(probability: number): boolean {
    return this.#random() < probability;
  }

  /** One of those. */
  pick<T>(items: readonly T[]): T {
    const item = items[this.integer(0, items.length - 1)];
    if (item === undefined) throw new RangeError("Cannot pick from an empty list");
    return item;
  }

  /** So many of what `make` makes. */
  list<T>(count: number, make: (index: number) => T): T[] {
    return Array.from({ length: count }, (_, index) => make(index));
  }

  /** Any bytes. */
  bytes(length: number): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(this.list(length, () => this.integer(0, 255)));
  }

  /** Those bytes cut into pieces anywhere; some are empty. */
  cut(bytes: Uint8Array, pieces: number): Uint8Array[] {
    const ends = this.list(pieces - 1, () => this.integer(0, bytes.length)).sort((a, b) => a - b);
    return [...ends, bytes.length].map((end, index) => bytes.slice(ends[index - 1] ?? 0, end));
  }

  /** Text of code units that are known to make trouble, and of any others. */
  text(length: number): string {
    return this.list(
      length,
      () => this.chance(0.8) ? this.pick(TROUBLE) : String.fromCharCode(this.integer(0, 0xffff)),
    )
      .join("");
  }
}

const TROUBLE = [
  ..."aZ09 :;,@#&+!*/\\\"'{}[]<>%=_-.\r\n\0\t\x01\x7f",
  "\x9b",
  "\u202e",
  "\ufeff",
  "\ufffd",
  "\ud83d",
  "\ude00",
  "😀",
  "ß",
  "İ",
  "__proto__",
  "constructor",
];
