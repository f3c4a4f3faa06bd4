import { splitWhole } from "./split_text.ts";

/** How long a text of several lines may be, as the server says by the value of its capability. */
export interface MultilineLimits {
  /** In bytes, line feeds included. */
  readonly bytes: number;
  /** In lines that are sent, those that only go on included. */
  readonly lines: number;
}

/** A line of a text of several. */
export interface TextLine {
  readonly text: string;
  /** Whether it goes on where the one before it has ended, with no line feed between. */
  readonly concat: boolean;
}

const encoder = new TextEncoder();

/**
 * The limits in the value of `draft/multiline`, such as `max-bytes=4096,max-lines=24`; undefined: it has none, which
 * servers must have.
 */
export function multilineLimits(value = ""): MultilineLimits | undefined {
  const limits = new Map(
    value.split(",").map((token) => {
      const [key = "", limit = ""] = token.split("=");
      return [key, /^[1-9][0-9]{0,8}$/.test(limit) ? Number(limit) : undefined];
    }),
  );
  const bytes = limits.get("max-bytes");
  // Any one character fits into four.
  return bytes === undefined || bytes < 4 ? undefined : { bytes, lines: limits.get("max-lines") ?? Infinity };
}

/** The lines of a text, without their ends. */
export function linesOf(text: string): readonly string[] {
  return text.split(/\r\n|\r|\n/);
}

/**
 * A text of several lines as what is to be sent for it: in as few batches as the limits allow, each of lines with at
 * most `room` bytes. Nothing of it is left out but batches of blank lines alone, which no server takes.
 */
export function multilineBatches(
  text: string,
  room: number,
  limits: MultilineLimits,
): readonly (readonly TextLine[])[] {
  const batches: TextLine[][] = [];
  let batch: TextLine[] = [];
  let bytes = 0;
  const add = (line: TextLine) => {
    const size = encoder.encode(line.text).length;
    const more = size + (line.concat || batch.length === 0 ? 0 : 1);
    if (batch.length > 0 && (batch.length >= limits.lines || bytes + more > limits.bytes)) {
      batches.push(batch);
      batch = [{ text: line.text, concat: false }];
      bytes = size;
    } else {
      batch.push(batch.length === 0 ? { text: line.text, concat: false } : line);
      bytes += more;
    }
  };
  for (const line of linesOf(text)) {
    const pieces = splitWhole(line, Math.min(room, limits.bytes), (piece) => encoder.encode(piece).length);
    pieces.forEach((piece, index) => add({ text: piece, concat: index > 0 }));
  }
  return [...batches, batch].filter((lines) => lines.some(({ text }) => text !== ""));
}
