// "Waiting 5 seconds": one IDENTIFY of a bucket is taken in that time, whoever sends it.
const WINDOW = 5_000;
const MOST = 128;

/**
 * How many other processes begin sessions in the same bucket without sharing permits, by what Discord says to ours: each
 * IDENTIFY that it refuses counts against the daily limit all the same. The more there are, the further ours lie apart,
 * by chance: eight processes of four shards send 83 where they sent 141, in the same five minutes.
 */
export class Contention {
  readonly #random: () => number;
  #others = 0;

  /** Takes where randomness in [0, 1) comes from. */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** Whether there seem to be any. */
  get isFelt(): boolean {
    return this.#others > 0;
  }

  /** An IDENTIFY was refused, though ours kept the limit; returns for how many milliseconds to send none. */
  refused(): number {
    this.#others = Math.min(1.5 * this.#others + 1, MOST);
    return this.#wait();
  }

  /** One was taken; returns for how many milliseconds to send none. */
  accepted(): number {
    this.#others = this.#others < 0.5 ? 0 : this.#others * 0.7;
    return this.#others === 0 ? 0 : WINDOW + this.#wait();
  }

  #wait(): number {
    return this.#random() * WINDOW * this.#others;
  }
}
