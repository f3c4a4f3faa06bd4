/** What has come of a piece, or why nothing has. */
export type Inflated = readonly Uint8Array[] | Error;

/** Inflates what one connection brings, in order. */
export interface Inflater {
  /**
   * Inflates a piece of a message; `last`: with it the message is whole. `done` is called once, at once or later, with
   * what has come of it, which holds until the next piece is given: only then may that be. More than `most` bytes are an
   * error.
   */
  inflate(piece: Uint8Array, last: boolean, most: number, done: (inflated: Inflated) => void): void;
  /** Lets go of all it holds; of what is under way `done` is called all the same. */
  free(): void;
}

/** What a piece fails with that inflates to more than it may. */
export function tooLarge(most: number): Error {
  return new RangeError(`It inflates to more than ${most} bytes`);
}

/** What was thrown, as an error. */
export function errorOf(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
