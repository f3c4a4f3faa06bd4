/**
 * The options of a command: what stands behind its name, and as what a handler gets it.
 *
 * @example
 * ```ts
 * import { command, option } from "@parley/parley/commands";
 *
 * command("roll", "Rolls dice", {
 *   sides: option.integer("How many sides", { required: true, min_value: 2 }),
 *   colour: option.string("Of which colour", { choices: ["red", "blue"] }),
 * }, (i) => {
 *   const { sides, colour = "white" } = i.options; // number, "red" | "blue" | "white"
 *   return i.reply(`A ${colour} die of ${sides} sides`);
 * });
 * ```
 *
 * @module
 */

/**
 * An option of a command.
 *
 * @typeParam Value What a handler gets of it.
 * @typeParam Required Whether it must be given.
 */
export interface Option<out Value = unknown, out Required extends boolean = boolean> {
  /** What it is, for people. */
  readonly description: string;
  /** Whether it must be given. */
  readonly required: Required;
  /** Whether it takes all that is left, and not one word of it. */
  readonly takesRest: boolean;
  /** Reads what was given; undefined if it is none. */
  readonly read: (text: string) => Value | undefined;
  /** What it may be, for people. */
  readonly expected: string;
}

/** The options of a command, by their names, in the order in which they are given. */
export type Options = Readonly<Record<string, Option>>;

/** What a handler gets of options: undefined for one that was left out. */
export type OptionValues<Of extends Options> = {
  readonly [Name in keyof Of]: Of[Name] extends Option<infer Value, infer Required>
    ? Required extends true ? Value : Value | undefined
    : never;
};

/** What any option may have. */
export interface OptionDetails<Required extends boolean> {
  /** Whether it must be given; those that must come first. @default {false} */
  readonly required?: Required;
}

/** What a number may be. */
export interface NumberDetails<Required extends boolean> extends OptionDetails<Required> {
  /** The least value. @default {-2 ** 53} */
  readonly min_value?: number;
  /** The greatest value. @default {2 ** 53} */
  readonly max_value?: number;
}

/** A word, or several in double quotes. `choices`: which it may be, in upper or lower case. */
export function string<const Choice extends string = string, const Required extends boolean = false>(
  description: string,
  details: OptionDetails<Required> & { readonly choices?: readonly Choice[] } = {},
): Option<Choice, Required> {
  const { choices } = details;
  if (choices === undefined) return made(description, details, "a word", (text) => text as Choice);
  const read = (text: string) => choices.find((choice) => choice.toLowerCase() === text.toLowerCase());
  return made(description, details, choices.join(", "), read);
}

/** All that is left of the message; only the last option can be one. */
export function text<const Required extends boolean = false>(
  description: string,
  details: OptionDetails<Required> = {},
): Option<string, Required> {
  return { ...made(description, details, "a text", (text) => text), takesRest: true };
}

/** A whole number. */
export function integer<const Required extends boolean = false>(
  description: string,
  details: NumberDetails<Required> = {},
): Option<number, Required> {
  return numeric(
    description,
    details,
    "a whole number",
    (text) => /^[+-]?\d+$/.test(text) ? Number(text) : NaN,
  );
}

/** A number. */
export function number<const Required extends boolean = false>(
  description: string,
  details: NumberDetails<Required> = {},
): Option<number, Required> {
  const read = (text: string) => /^[+-]?(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : NaN;
  return numeric(description, details, "a number", read);
}

const YES = ["on", "yes", "true", "1"];
const NO = ["off", "no", "false", "0"];

/** Yes or no: `on` and `off`, `yes` and `no`, `true` and `false`, `1` and `0`. */
export function boolean<const Required extends boolean = false>(
  description: string,
  details: OptionDetails<Required> = {},
): Option<boolean, Required> {
  return made(description, details, "on or off", (text) => {
    const said = text.toLowerCase();
    if (YES.includes(said)) return true;
    return NO.includes(said) ? false : undefined;
  });
}

/** Somebody: a nick or a login, in lower case, with or without an `@` before it. */
export function user<const Required extends boolean = false>(
  description: string,
  details: OptionDetails<Required> = {},
): Option<string, Required> {
  return made(description, details, "somebody's name", (text) => {
    const name = text.replace(/^@/, "").replace(/,$/, "").toLowerCase();
    return /^[^\s@,:!#&]+$/.test(name) ? name : undefined;
  });
}

const UNITS: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 };

/** A time such as `90s`, `10m`, `1h30m` or `2d`, in seconds where it has no letter; a handler gets milliseconds. */
export function duration<const Required extends boolean = false>(
  description: string,
  details: NumberDetails<Required> = {},
): Option<number, Required> {
  return numeric(description, details, "a time such as 90s or 10m", (text) => {
    if (/^\d+$/.test(text)) return Number(text) * 1_000;
    if (!/^(\d+d)?(\d+h)?(\d+m)?(\d+s)?$/i.test(text) || text === "") return NaN;
    let ms = 0;
    for (const [, count, unit = ""] of text.matchAll(/(\d+)([a-z])/gi)) {
      ms += Number(count) * (UNITS[unit.toLowerCase()] ?? NaN);
    }
    return ms;
  });
}

function numeric<Required extends boolean>(
  description: string,
  details: NumberDetails<Required>,
  expected: string,
  read: (text: string) => number,
): Option<number, Required> {
  const { min_value = -(2 ** 53), max_value = 2 ** 53 } = details;
  return made(description, details, expected, (text) => {
    const value = read(text);
    return value >= min_value && value <= max_value ? value : undefined;
  });
}

function made<Value, Required extends boolean>(
  description: string,
  details: OptionDetails<Required>,
  expected: string,
  read: (text: string) => Value | undefined,
): Option<Value, Required> {
  // Where it is left out, `Required` is false by default.
  const required = (details.required ?? false) as Required;
  return { description, required, takesRest: false, read, expected };
}
