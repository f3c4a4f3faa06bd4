const FEWEST = 4;
/** Places for each number that there is room for. */
const PLACES = 2;
const FREE = 0;
const GONE = -1;

/**
 * A set of whole numbers from 0 on, in the order in which they came. It takes less than half of the room of a `Set`, and
 * of the time where there are very many.
 */
export class NumberSet {
  /** In order; who has left leaves a hole. */
  #numbers = new Int32Array(FEWEST);
  /** How many of those are used, holes included. */
  #used = 0;
  #size = 0;
  /** Where among those each number is, and one more, at a place that the number tells. */
  #places = new Int32Array(FEWEST * PLACES);

  /** How many there are. */
  get size(): number {
    return this.#size;
  }

  /** Whether a number is there. */
  has(number: number): boolean {
    return this.#numbers[this.#find(number)] === number;
  }

  /** Adds a number; false if it was there. */
  add(number: number): boolean {
    let place = this.#placeOf(number);
    if ((this.#places[place] ?? FREE) !== FREE) return false;
    if (this.#used === this.#numbers.length) {
      this.#rearrange();
      place = this.#placeOf(number);
    }
    this.#numbers[this.#used++] = number;
    this.#places[place] = this.#used;
    this.#size++;
    return true;
  }

  /** Takes a number out; false if it was not there. */
  delete(number: number): boolean {
    const index = this.#find(number);
    if (this.#numbers[index] !== number) return false;
    this.#numbers[index] = GONE;
    this.#size--;
    return true;
  }

  /** Those that were there when it began, as far as they still are. */
  *[Symbol.iterator](): Iterator<number> {
    for (const number of this.#numbers.slice(0, this.#used)) {
      if (number !== GONE && this.has(number)) yield number;
    }
  }

  #find(number: number): number {
    return (this.#places[this.#placeOf(number)] ?? FREE) - 1;
  }

  /** The place of a number, or where it would be. */
  #placeOf(number: number): number {
    const places = this.#places;
    const mask = places.length - 1;
    // Most numbers follow one another; of others, whoever has chosen them, each goes on by steps of its own.
    const step = Math.imul(number, 0x9e3779b1) >>> 16 | 1;
    let at = number & mask;
    for (;;) {
      const index = places[at] ?? FREE;
      if (index === FREE || this.#numbers[index - 1] === number) return at;
      at = at + step & mask;
    }
  }

  /** Closes the holes, with room for twice as many as there are. */
  #rearrange(): void {
    const numbers = this.#numbers;
    let length = FEWEST;
    while (this.#size * 2 > length) length *= 2;
    this.#numbers = new Int32Array(length);
    this.#places = new Int32Array(length * PLACES);
    this.#used = 0;
    for (const number of numbers) {
      if (number === GONE) continue;
      this.#places[this.#placeOf(number)] = this.#used + 1;
      this.#numbers[this.#used++] = number;
    }
  }
}
