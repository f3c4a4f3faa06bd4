import { CommandError } from "../../protocol/errors.ts";

const encoder = new TextEncoder();
let segmenter: Intl.Segmenter | undefined;

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
  const pieces: string[] = [];
  let start = 0;
  let end = 0;
  let length = 0;
  // Behind the last space in the piece at hand, and how many bytes the piece has up to there.
  let afterSpace = 0;
  let lengthToSpace = 0;
  const take = (piece: string) => {
    if (/[^ ]/.test(piece)) pieces.push(piece);
  };
  for (const grapheme of graphemesOf(text, room)) {
    const bytes = encoder.encode(grapheme).length;
    if (length + bytes > room) {
      if (grapheme === " ") {
        take(text.slice(start, end));
        start = end + 1;
        length = 0;
        afterSpace = start;
        end = start;
        continue;
      }
      if (afterSpace > start) {
        take(text.slice(start, afterSpace - 1));
        start = afterSpace;
        length -= lengthToSpace;
      }
      if (length + bytes > room) {
        take(text.slice(start, end));
        start = end;
        length = 0;
      }
    }
    end += grapheme.length;
    length += bytes;
    if (grapheme === " ") {
      afterSpace = end;
      lengthToSpace = length;
    }
  }
  take(text.slice(start));
  return pieces;
}

/** The graphemes, those too long for the room by code points. */
function* graphemesOf(text: string, room: number): IterableIterator<string> {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
  for (const { segment } of segmenter.segment(text)) {
    if (segment.length * 3 > room && encoder.encode(segment).length > room) yield* segment;
    else yield segment;
  }
}
