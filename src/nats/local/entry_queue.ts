import { Queue } from "../../protocol/core/queue.ts";
import type { NatsKvEntry, NatsKvWatch } from "../kv.ts";

/** Entries that are told of, as a watch has them. */
export class EntryQueue implements NatsKvWatch {
  readonly #entries = new Queue<NatsKvEntry>();
  #wake: () => void = () => {};
  #over = false;
  /** Called when nobody listens any more. */
  onStop: () => void = () => {};

  /** Tells of an entry. */
  push(entry: NatsKvEntry): void {
    if (this.#over) return;
    this.#entries.push(entry);
    this.#wake();
  }

  stop(): void {
    if (this.#over) return;
    this.#over = true;
    this.onStop();
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<NatsKvEntry> {
    try {
      while (!this.#over) {
        const entry = this.#entries.shift();
        if (entry !== undefined) yield entry;
        else await new Promise<void>((resolve) => this.#wake = resolve);
      }
    } finally {
      this.stop();
    }
  }
}
