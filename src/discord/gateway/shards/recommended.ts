import { type Clock, sleepUntil } from "../../../driver/clock/clock.ts";
import { OptionError } from "../../../protocol/errors.ts";

/** What it takes to look how many shards Discord recommends. */
export interface RecommendedParts {
  readonly clock: Clock;
  /** How often, in milliseconds. */
  readonly every: number;
  /** How many there are. */
  readonly count: () => number;
  /** Asks how many Discord recommends; may reject. */
  readonly ask: (signal: AbortSignal) => Promise<number>;
  /** Told of more than there are, once for each number. */
  readonly due: (recommended: number) => void;
  /** Told of what went wrong. */
  readonly failed: (error: unknown) => void;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** Asks again and again how many shards Discord recommends, until it is aborted. Never rejects. */
export async function watchRecommended(parts: RecommendedParts): Promise<void> {
  const { clock, every, count, ask, due, failed, signal } = parts;
  for (let told = 0;;) {
    try {
      await sleepUntil(clock, clock.now() + every, signal);
      const recommended = await ask(signal);
      if (recommended <= count() || recommended === told) continue;
      told = recommended;
      due(recommended);
    } catch (error) {
      if (signal.aborted) return;
      failed(error);
    }
  }
}

/** Checks how often to ask. @throws {OptionError} if it is no time. */
export function checkEvery(ms: number): number {
  if (ms > 0) return ms;
  throw new OptionError(`Cannot ask for shards every "${ms}" ms: \`checkShardsEvery\` must be positive`);
}
