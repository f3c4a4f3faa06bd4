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
