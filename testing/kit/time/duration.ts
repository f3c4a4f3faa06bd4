/** How long something takes: milliseconds, or a number with its unit, such as `"30s"`, `"1.5min"`, `"2h"`. */
export type Duration = number | `${number}${"ms" | "s" | "min" | "h"}`;

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, min: 60_000, h: 3_600_000 };

/**
 * A duration in milliseconds.
 *
 * @throws {RangeError} if it is negative, or no duration, or a text without a unit, of which nobody knows what is meant.
 */
export function milliseconds(duration: Duration): number {
  if (typeof duration !== "string") return duration === Infinity ? Infinity : readDuration(String(duration));
  if (/^[\d.]+$/.test(duration)) throw new RangeError(noDuration(duration));
  return readDuration(duration);
}

/**
 * A duration that ends, in milliseconds.
 *
 * @throws {RangeError} if it does not, or is none.
 */
export function endingMilliseconds(duration: Duration): number {
  const ms = milliseconds(duration);
  if (ms < Infinity) return ms;
  throw new RangeError('Cannot let time pass for ever: give a duration that ends, such as "24h"');
}

/**
 * Reads a duration that somebody has written, in milliseconds.
 *
 * @throws {RangeError} if it is negative, or no duration.
 */
export function readDuration(text: string): number {
  const [, count, unit = "ms"] = /^([\d.]+(?:e[+-]?\d+)?)(ms|s|min|h)?$/.exec(text) ?? [];
  const ms = Number(count) * (UNITS[unit] ?? NaN);
  if (ms >= 0) return ms;
  throw new RangeError(noDuration(text));
}

function noDuration(text: string): string {
  return `Cannot read "${text}" as a duration: write milliseconds as a number, or "30s", "5min", "1h"`;
}

/** A duration as people write it. */
export function inWords(duration: Duration): string {
  const ms = milliseconds(duration);
  if (ms < 1_000) return `${ms} ms`;
  return ms < 120_000 ? `${ms / 1_000} s` : `${Math.round(ms / 6_000) / 10} min`;
}
