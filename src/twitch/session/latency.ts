import { MOST_LATENCIES } from "./bounds.ts";

/** How long Twitch took to answer the last PINGs, in milliseconds. Survives links. */
export class Latency {
  readonly #latencies: number[] = [];

  /** The latest; undefined before the first PONG. */
  get latest(): number | undefined {
    return this.#latencies.at(-1);
  }

  /** The last ten, the latest last. */
  get history(): readonly number[] {
    return [...this.#latencies];
  }

  /** A PONG came. */
  add(latency: number): void {
    this.#latencies.push(latency);
    if (this.#latencies.length > MOST_LATENCIES) this.#latencies.shift();
  }
}
