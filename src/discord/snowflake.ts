import { OptionError } from "../protocol/errors.ts";

/** "the first second of 2015", in milliseconds of Unix time. */
const DISCORD_EPOCH = 1_420_070_400_000;

/**
 * When Discord made what has an ID, in milliseconds of Unix time; undefined if that is no ID of Discord's.
 *
 * Source: Discord, "API Reference", Snowflakes.
 *
 * @example
 * ```ts
 * import { snowflakeTime } from "@parley/parley/discord";
 *
 * snowflakeTime("175928847299117063"); // 1462015105796
 * snowflakeTime("general"); // undefined
 * ```
 */
export function snowflakeTime(id: string): number | undefined {
  return /^\d{1,20}$/.test(id) ? Number(BigInt(id) >> 22n) + DISCORD_EPOCH : undefined;
}

/** Whether a value is an ID as Discord writes them: an unsigned 64-bit integer, in decimal, other than 0. */
export function isSnowflake(id: unknown): id is string {
  return typeof id === "string" && /^[1-9]\d{0,19}$/.test(id) && BigInt(id) < 2n ** 64n;
}

/**
 * The first ID that Discord could have made at a time, given in milliseconds of Unix time: what lists by `before`,
 * `after` and `around` take to begin at a date.
 *
 * Source: Discord, "API Reference", Snowflake IDs in Pagination.
 *
 * @throws {OptionError} if it is no time of Discord's, which begins with 2015.
 *
 * @example
 * ```ts
 * import { snowflakeAt, snowflakeTime } from "@parley/parley/discord";
 *
 * snowflakeAt(Date.UTC(2016, 3, 30)); // "175758114816000000"
 * snowflakeTime(snowflakeAt(1_462_015_105_796)); // 1462015105796
 * ```
 */
export function snowflakeAt(time: number): string {
  const since = Math.floor(time) - DISCORD_EPOCH;
  // 42 bits of an ID are its time.
  if (!(since >= 0 && since < 2 ** 42)) {
    throw new OptionError(`Cannot make an ID of "${time}": pass milliseconds of Unix time, from 2015 on`);
  }
  return String(BigInt(since) << 22n);
}
