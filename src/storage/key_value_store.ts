/** What is needed of a key-value store: what `Deno.openKv` gives has it. */
export interface KeyValueStore {
  /** Gets what was set last; null where there is nothing. */
  get(key: readonly (string | number)[]): Promise<{ readonly value: unknown }>;
  /** Sets the value of a key. */
  set(key: readonly (string | number)[], value: unknown): Promise<unknown>;
}
