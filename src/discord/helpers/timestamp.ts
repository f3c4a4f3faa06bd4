import { OptionError } from "../../protocol/errors.ts";

/**
 * How a time is shown: `t` 16:20, `T` 16:20:30, `d` 20/04/2021, `D` April 20, 2021, `f` both, `F` with the weekday,
 * `s` 20/04/2021, 16:20, `S` with seconds, `R` 4 years ago.
 */
export type TimestampStyle = "t" | "T" | "d" | "D" | "f" | "F" | "s" | "S" | "R";

/** "In seconds", within what JavaScript can show as a date. */
const FURTHEST = 8_640_000_000_000_000;

/**
 * Writes a time so that everyone who reads it sees it in their own zone and language: `<t:…>`.
 *
 * Source: Discord, "API Reference", Message Formatting, Timestamp Styles.
 *
 * @param when A date, or milliseconds of Unix time.
 * @param style @default {"f", by Discord}
 * @throws {OptionError} if it is no time.
 *
 * @example
 * ```ts
 * import { timestamp } from "@parley/parley/discord/helpers";
 *
 * timestamp(1_618_953_630_000); // "<t:1618953630>"
 * timestamp(new Date("2021-04-20T21:20:30Z"), "R"); // "<t:1618953630:R>"
 * ```
 */
export function timestamp(when: Date | number, style?: TimestampStyle): string {
  const ms = Number(when);
  if (!(Math.abs(ms) <= FURTHEST)) {
    throw new OptionError(`Cannot write the time "${when}": pass a date, or milliseconds of Unix time`);
  }
  const seconds = Math.floor(ms / 1_000);
  return style === undefined ? `<t:${seconds}>` : `<t:${seconds}:${style}>`;
}
