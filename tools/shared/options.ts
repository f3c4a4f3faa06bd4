import process from "node:process";
import { parseArgs, type ParseArgsConfig } from "node:util";

/** Reads a command's options; of one that there is not it says so, and how the command is used, and exits with 2. */
export function readOptions<const T extends ParseArgsConfig>(
  config: T,
  usage: string,
): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\nUsage: ${usage}`);
    process.exit(2);
  }
}

/** What an option's number may be. */
export interface NumberRange {
  /** @default {1} */
  readonly least?: number;
  /** Whether it may have a fraction. @default {false} */
  readonly fractions?: boolean;
}

/** Reads the number that an option gives; of anything else it says so, and exits with 2. */
export function readNumber(
  option: string,
  text: string,
  { least = 1, fractions = false }: NumberRange = {},
): number {
  const number = Number(text);
  if (number >= least && (fractions ? number < Infinity : Number.isSafeInteger(number))) return number;
  console.error(`--${option} must be a ${fractions ? "" : "whole "}number from ${least}, not "${text}"`);
  process.exit(2);
}
