import type { Observation } from "@parley/parley/driver";
import type { Instant } from "@parley/parley/protocol";

/** What is under way for longer than this is so because something is wrong, in milliseconds. */
const UNDER_WAY = 1_000;

/**
 * What a client had to be told: of what was said last before it ended it may not have heard. One whose process ended before
 * the world did, or that ended with an error, may have been away for longer, and nobody was left to be told of that: nothing
 * is due behind what it was told last.
 */
export function heardBefore<Said extends { readonly at: Instant }>(
  said: readonly Said[],
  observations: readonly Observation[],
  isOver: boolean,
  isTold: (said: Said) => boolean,
): Said[] {
  const end = observations.findLast(({ kind }) => kind === "end");
  const failed = isOver || (end?.kind === "end" && end.error !== undefined);
  if (failed) return said.slice(0, said.findLastIndex(isTold) + 1);
  return end === undefined ? [...said] : said.filter(({ at }) => at <= end.at - UNDER_WAY);
}
