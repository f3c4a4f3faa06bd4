/** How long a text may be, in code points. ([Twitch IRC](https://dev.twitch.tv/docs/chat/irc/)) */
export const LONGEST_TEXT = 500;

/**
 * Splits a text into parts that Twitch takes, between words where it can: at most `limit` code points each,
 * spaces at the seams left out. A word that is too long by itself is cut, never within a code point.
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
  const parts: string[] = [];
  const take = (part: readonly string[]) => {
    // Of other spaces than one a part may be all that is left, which Twitch would swallow.
    const trimmed = part.join("").trimEnd();
    if (trimmed !== "") parts.push(trimmed);
  };
  let rest = [...text.trim()];
  while (rest.length > limit) {
    // The part may end where the space is that follows it.
    const space = rest.lastIndexOf(" ", limit);
    const end = space > 0 ? space : limit;
    take(rest.slice(0, end));
    let next = end;
    while (rest[next] === " ") next++;
    rest = rest.slice(next);
  }
  take(rest);
  return parts;
}
