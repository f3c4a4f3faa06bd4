import { OptionError } from "../../../../protocol/errors.ts";
import type { SessionStore } from "./session_store.ts";

const SAVE_EVERY = 30_000;
const TAKE_OVER_AFTER = 15_000;

/** How to keep sessions in a store that others may use, too. */
export interface KeepingOptions {
  /**
   * How often what was consumed is saved for each shard, at most, in milliseconds; a session that begins or ends, and
   * each IDENTIFY, is saved at once. If the process dies, what was consumed since the last save comes again.
   *
   * @default what the store says, else 30_000
   */
  readonly saveEvery?: number | undefined;
  /**
   * For how long, in milliseconds, to wait until another process that holds a session gives it back, before it is
   * taken over. One that has not saved for 2.5 minutes (or 2.5 times `saveEvery`) has died, and is not waited for.
   *
   * @default {15_000}
   */
  readonly takeOverAfter?: number | undefined;
  /**
   * Names this process to others that use the same store. No other that runs at the same time may have the name; one
   * that begins with the name of the last, as a container that is started again does, waits for nothing.
   *
   * @default a random one
   */
  readonly holder?: string | undefined;
}

/** The same, checked, with defaults in place. */
export interface Keeping {
  readonly saveEvery: number;
  readonly takeOverAfter: number;
  readonly holder: string;
}

/**
 * Checks how to keep sessions in a store.
 *
 * @throws {OptionError} naming what is not acceptable.
 */
export function checkKeeping(options: KeepingOptions, store: SessionStore, random: () => number): Keeping {
  if (typeof store.load !== "function" || typeof store.save !== "function") {
    const fix = "give one with `load` and `save`, such as a FileSessionStore";
    throw new OptionError(`Cannot keep sessions in this store: ${fix}`);
  }
  const { saveEvery = store.saveEvery ?? SAVE_EVERY, takeOverAfter = TAKE_OVER_AFTER } = options;
  const { holder = Math.floor(random() * 2 ** 52).toString(36) } = options;
  if (!(saveEvery > 0 && saveEvery < Infinity)) {
    throw new OptionError(`Cannot save every "${saveEvery}" ms: \`saveEvery\` must be positive and finite`);
  }
  if (!(takeOverAfter >= 0 && takeOverAfter < Infinity)) {
    throw new OptionError(
      `Cannot take over after "${takeOverAfter}" ms: \`takeOverAfter\` must be 0 or more, and finite`,
    );
  }
  if (typeof holder !== "string" || holder === "") {
    throw new OptionError("Cannot hold sessions without a name: `holder` must be a text that is not empty");
  }
  return { saveEvery, takeOverAfter, holder };
}
