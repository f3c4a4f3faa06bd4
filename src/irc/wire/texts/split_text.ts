import { graphemesOf } from "./graphemes.ts";

/**
 * Splits a text into pieces that take up at most `room`, by what `sizeOf` says of each: at spaces where it can, and
 * never inside a grapheme unless that alone is too long. The space that a piece ends at is left out, and so are pieces
 * of nothing but spaces.
 */
export function splitText(text: string, room: number, sizeOf: (piece: string) => number): string[] {
  const pieces: string[] = [];
  let start = 0;
  let end = 0;
  let size = 0;
  // Behind the last space in the piece at hand, and how much the piece takes up to there.
  let afterSpace = 0;
  let sizeToSpace = 0;
  const take = (piece: string) => {
    if (/[^ ]/.test(piece)) pieces.push(piece);
  };
  for (const character of charactersOf(text, room, sizeOf)) {
    const more = sizeOf(character);
    if (size + more > room) {
      if (character === " ") {
        take(text.slice(start, end));
        start = end + 1;
        size = 0;
        afterSpace = start;
        end = start;
        continue;
      }
      if (afterSpace > start) {
        take(text.slice(start, afterSpace - 1));
        start = afterSpace;
        size -= sizeToSpace;
      }
      if (size + more > room) {
        take(text.slice(start, end));
        start = end;
        size = 0;
      }
    }
    end += character.length;
    size += more;
    if (character === " ") {
      afterSpace = end;
      sizeToSpace = size;
    }
  }
  take(text.slice(start));
  return pieces;
}

/**
 * Splits a text into pieces that take up at most `room` and have all of it between them: behind a space where it can,
 * and never inside a grapheme unless that alone is too long. An empty text is one piece.
 */
export function splitWhole(text: string, room: number, sizeOf: (piece: string) => number): string[] {
  const pieces: string[] = [];
  let start = 0;
  let end = 0;
  let size = 0;
  let afterSpace = 0;
  let sizeToSpace = 0;
  for (const character of charactersOf(text, room, sizeOf)) {
    const more = sizeOf(character);
    if (size + more > room && afterSpace > start) {
      pieces.push(text.slice(start, afterSpace));
      start = afterSpace;
      size -= sizeToSpace;
    }
    if (size + more > room) {
      pieces.push(text.slice(start, end));
      start = end;
      size = 0;
    }
    end += character.length;
    size += more;
    if (character === " ") {
      afterSpace = end;
      sizeToSpace = size;
    }
  }
  return [...pieces, text.slice(start)];
}

/** The graphemes, those too long for the room by code points. */
function* charactersOf(
  text: string,
  room: number,
  sizeOf: (piece: string) => number,
): IterableIterator<string> {
  for (const grapheme of graphemesOf(text)) {
    if (sizeOf(grapheme) > room) yield* grapheme;
    else yield grapheme;
  }
}
