/**
 * Which characters count as the same letter in nicks and channel names; a server tells it by ISUPPORT's
 * `CASEMAPPING`. ([Modern IRC, CASEMAPPING](https://modern.ircdocs.horse/#casemapping-parameter))
 */
export type Casemapping = "ascii" | "rfc1459" | "rfc1459-strict";

/** What may have to be folded, in most nicks none of it. */
const FOLDABLE = /[A-Z[\]\\~]/;
const BRACKETS = /[[\]\\~]/;
const NO_ASCII = /[^\0-\x7f]/;

/**
 * Folds a nick or a channel's name, so that two of them are the same if and only if they fold to equal
 * strings. The default of servers that say nothing is `rfc1459`.
 *
 * @example
 * ```ts
 * import { foldCase } from "@parley/parley/irc";
 *
 * foldCase("#Deno[1]", "rfc1459") === foldCase("#deno{1}", "rfc1459"); // true
 * ```
 */
export function foldCase(name: string, casemapping: Casemapping): string {
  if (!FOLDABLE.test(name)) return name;
  // Letters beyond ASCII stay as they are.
  const folded = NO_ASCII.test(name)
    ? name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
    : name.toLowerCase();
  if (casemapping === "ascii" || !BRACKETS.test(name)) return folded;
  const brackets = folded.replaceAll("[", "{").replaceAll("]", "}").replaceAll("\\", "|");
  return casemapping === "rfc1459" ? brackets.replaceAll("~", "^") : brackets;
}
