import { CommandError } from "../../../protocol/errors.ts";
import { splitText } from "./split_text.ts";

const encoder = new TextEncoder();

/**
 * Splits a text into pieces of at most so many bytes of UTF-8: at spaces where it can, and never inside a
 * grapheme (what a reader takes for one character) unless that alone is too long. The spaces that a piece ends
 * at are left out.
 *
 * @param room How many bytes a piece may have; at least 4, which any one character fits into.
 * @throws {CommandError} if there is less room.
 *
 * @example
 * ```ts
 * import { splitByBytes } from "@parley/parley/irc";
 *
 * splitByBytes("the quick brown fox", 10); // ["the quick", "brown fox"]
 * ```
 */
export function splitByBytes(text: string, room: number): readonly string[] {
  if (!(room >= 4)) {
    throw new CommandError(
      "invalid_command",
      `Cannot split text: there is room for "${room}" bytes of at least 4`,
    );
  }
  // A unit of UTF-16 takes at most three bytes.
  if (text.length * 3 <= room || encoder.encode(text).length <= room) return text === "" ? [] : [text];
  return splitText(text, room, (piece) => encoder.encode(piece).length);
}
