import { OptionError } from "./errors.ts";

/** Checks how large a message may be, in bytes; throws OptionError if it is not a positive whole number. */
export function checkMaxMessage(bytes: number): number {
  if (Number.isSafeInteger(bytes) && bytes > 0) return bytes;
  throw new OptionError(
    `Cannot take messages of "${bytes}" bytes: maxMessage must be a positive whole number of bytes`,
  );
}
