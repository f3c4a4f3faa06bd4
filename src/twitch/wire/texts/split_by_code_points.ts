import { splitText } from "../../../irc/wire/texts/split_text.ts";

/** How long a text may be, in code points. ([Twitch IRC](https://dev.twitch.tv/docs/chat/irc/)) */
export const LONGEST_TEXT = 500;

/**
 * Splits a text into parts that Twitch takes, between words where it can: at most `limit` code points each,
 * spaces at the seams left out. A word that is too long by itself is cut, never within a grapheme (what a reader takes
 * for one character) unless that alone is too long.
 *
 * @param text What to split.
 * @param limit How long a part may be, in code points; at least 1. @default {500}
 *
 * @example
 * ```ts
 * import { splitByCodePoints } from "@parley/parley/twitch";
 *
 * splitByCodePoints("one two three", 7); // ["one two", "three"]
 * ```
 */
export function splitByCodePoints(text: string, limit: number = LONGEST_TEXT): string[] {
  // No text has more code points than UTF-16 units.
  if (text.length <= limit) return text.trim() === "" ? [] : [text];
  // Of other spaces than one a part may be all that is left, which Twitch would swallow.
  return splitText(text.trim(), limit, (piece) => [...piece].length).map((part) => part.trim())
    .filter((part) => part !== "");
}
