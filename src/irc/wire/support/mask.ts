import { type Casemapping, foldCase } from "./casemapping.ts";
import type { IrcSource } from "../messages/message.ts";

const ANY = 0;
const MANY = 1;

/**
 * Whether a mask such as `*!*@*.example.org` matches a source (or any other text). `*` stands for any
 * characters, or none, and `?` for one; a backslash before either takes their meaning away, and stands for
 * itself elsewhere. Takes time proportional to both lengths at most.
 * ([RFC 2812 section 2.5](https://www.rfc-editor.org/rfc/rfc2812#section-2.5))
 *
 * @param casemapping Which letters are the same: the server's, as `isupport.casemapping` has it.
 *
 * @example
 * ```ts
 * import { matchesMask } from "@parley/parley/irc";
 *
 * matchesMask("*!*@*.example.org", "dan!d@host.example.org"); // true
 * matchesMask("d?n!*", "dan!d@host.example.org"); // true
 * matchesMask("d\\?n!*", "dan!d@host.example.org"); // false
 * ```
 */
export function matchesMask(
  mask: string,
  source: IrcSource | string,
  casemapping: Casemapping = "rfc1459",
): boolean {
  const pattern = parseMask(mask, casemapping);
  // By code points, so that `?` is one even where UTF-16 needs two units.
  const text = [...foldCase(typeof source === "string" ? source : source.raw, casemapping)];
  let at = 0;
  let part = 0;
  // Where the last `*` was, and how much of the text it stands for so far.
  let many = -1;
  let manyUntil = 0;
  while (at < text.length) {
    if (pattern[part] === MANY) {
      many = part++;
      manyUntil = at;
    } else if (part < pattern.length && (pattern[part] === ANY || pattern[part] === text[at])) {
      part++;
      at++;
    } else if (many >= 0) {
      part = many + 1;
      at = ++manyUntil;
    } else {
      return false;
    }
  }
  while (pattern[part] === MANY) part++;
  return part === pattern.length;
}

function parseMask(mask: string, casemapping: Casemapping): (string | typeof ANY | typeof MANY)[] {
  const parts: (string | typeof ANY | typeof MANY)[] = [];
  const characters = [...mask];
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i] ?? "";
    const next = characters[i + 1];
    if (character === "\\" && (next === "*" || next === "?")) {
      parts.push(next);
      i++;
    } else if (character === "*") {
      if (parts.at(-1) !== MANY) parts.push(MANY);
    } else {
      // Folded one by one: with rfc1459 a backslash is a letter, too.
      parts.push(character === "?" ? ANY : foldCase(character, casemapping));
    }
  }
  return parts;
}
