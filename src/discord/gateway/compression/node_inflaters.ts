import type { Transform } from "node:stream";
import { joinBytes } from "../../../protocol/data/bytes.ts";
import { errorOf, type Inflated, type Inflater, tooLarge } from "./inflater.ts";

/** Makes a stream that inflates; what is inflated at once may have so many bytes. */
export type MakeStream = (options: { readonly maxOutputLength: number }) => Transform;

/** Up to so many bytes are inflated at once. More go by the stream, which has other threads for it on Node and Bun. */
const AT_ONCE = 16_384;
/** Once so many bytes have come of what is inflated at once, a piece goes by the stream, and others have their turn. */
const TURN = 1_048_576;
/** What shows whether a stream inflates at once here. */
const PROBE = "What refers back to what came before it, before it, before it";

/**
 * Makes inflaters out of streams of `node:zlib`: at once where that can be done here, else by the stream itself.
 * `flush` is how a piece is to be inflated, `compress` makes something to try it with.
 */
export function nodeStreamInflaters(
  make: MakeStream,
  flush: number,
  compress: (text: string) => Uint8Array,
): (most: number) => Inflater {
  const atOnce = canInflateAtOnce(make, flush, compress);
  return (most) => new NodeStreamInflater(make({ maxOutputLength: most }), atOnce ? flush : undefined);
}

/** Whether the halves of what is compressed come out as what it was. */
function canInflateAtOnce(make: MakeStream, flush: number, compress: (text: string) => Uint8Array): boolean {
  try {
    const compressed = compress(PROBE);
    const middle = compressed.length >> 1;
    const stream = make({ maxOutputLength: PROBE.length });
    stream.on("error", () => {});
    const inflating = inflatingAtOnce(stream, flush);
    const halves = [compressed.subarray(0, middle), compressed.subarray(middle)];
    const parts = halves.map((half) => new Uint8Array(inflating?.inflate(half) ?? []));
    inflating?.end();
    stream.destroy();
    return utf8.decode(joinBytes(parts)) === PROBE;
  } catch {
    return false;
  }
}

const utf8 = new TextDecoder();

/** What a stream of `node:zlib` has for whoever wants no stream: `_processChunk` inflates at once, and then closes it. */
interface ChunkStream extends Transform {
  _handle: { close?: () => void } | null;
  _processChunk(chunk: Uint8Array, flush: number): Uint8Array;
}

function isChunkStream(stream: Transform): stream is ChunkStream {
  return "_processChunk" in stream && typeof stream._processChunk === "function" &&
    "_handle" in stream && typeof stream._handle === "object";
}

/** Inflates at once what a stream would hand to another thread, which costs several times as much as to inflate it. */
interface InflatingAtOnce {
  /** Inflates a piece, into bytes that hold until the next. */
  readonly inflate: (piece: Uint8Array) => Uint8Array;
  /** Lets the stream be closed. */
  readonly end: () => void;
}

/**
 * Has a stream inflate at once, as npm's own *minizlib* does: Node keeps `_processChunk`, which is not documented, for
 * such as that, and Deno and Bun have it for the same reason. It is kept from closing what it is called on, and from
 * listening to it: each call would add a listener for what it throws anyway. Whoever wants to listen does so before.
 */
function inflatingAtOnce(stream: Transform, flush: number): InflatingAtOnce | undefined {
  if (!isChunkStream(stream)) return undefined;
  const handle = stream._handle;
  if (handle === null) return undefined;
  handle.close = () => {};
  stream.on = () => stream;
  return {
    inflate: (piece) => {
      try {
        return stream._processChunk(piece, flush);
      } finally {
        stream._handle = handle;
      }
    },
    end: () => void delete handle.close,
  };
}

/**
 * A stream of `node:zlib`: all that a piece gives has come when its `write` calls back, on Deno, Bun and Node, as long
 * as no other is written meanwhile.
 */
class NodeStreamInflater implements Inflater {
  readonly #stream: Transform;
  readonly #atOnce: InflatingAtOnce | undefined;
  /** How many bytes were inflated at once since the stream was last written to. */
  #inTurn = 0;
  #parts: Uint8Array[] = [];
  #size = 0;
  #most = 0;
  #done: ((inflated: Inflated) => void) | undefined;

  /** `flush`: how to inflate at once; undefined: that cannot be done here. */
  constructor(stream: Transform, flush: number | undefined) {
    this.#stream = stream;
    const failed = (error?: Error) => this.#settle(error ?? new Error("The compressed stream has failed"));
    stream.on("data", (part: Uint8Array) => {
      this.#parts.push(part);
      this.#size += part.length;
      if (this.#size > this.#most) this.#settle(tooLarge(this.#most));
    });
    stream.on("error", failed);
    stream.on("end", () => this.#settle(new Error("The compressed stream has ended")));
    this.#atOnce = flush === undefined ? undefined : inflatingAtOnce(stream, flush);
  }

  inflate(piece: Uint8Array, _last: boolean, most: number, done: (inflated: Inflated) => void): void {
    if (this.#atOnce !== undefined && piece.length <= AT_ONCE && this.#inTurn < TURN) {
      return done(this.#inflateAtOnce(this.#atOnce, piece, most));
    }
    this.#inTurn = 0;
    this.#done = done;
    this.#most = most;
    this.#stream.write(piece, this.#written);
  }

  free(): void {
    this.#atOnce?.end();
    // Not every runtime calls back what is under way.
    this.#settle(new Error("It is let go of"));
    this.#stream.destroy();
  }

  #inflateAtOnce(by: InflatingAtOnce, piece: Uint8Array, most: number): Inflated {
    try {
      const inflated = by.inflate(piece);
      this.#inTurn += inflated.length;
      return inflated.length > most ? tooLarge(most) : [inflated];
    } catch (error) {
      return errorOf(error);
    }
  }

  readonly #written = (error?: Error | null): void => this.#settle(error ?? undefined);

  #settle(error: Error | undefined): void {
    const done = this.#done;
    const parts = this.#parts;
    this.#done = undefined;
    this.#parts = [];
    this.#size = 0;
    // The rest of a bomb is not inflated.
    if (error !== undefined) this.#stream.destroy();
    done?.(error ?? parts);
  }
}

/** Inflates payloads that are compressed each by itself, at once. */
export class NodePayloadInflater implements Inflater {
  readonly #inflate: (payload: Uint8Array, most: number) => Uint8Array;

  /** Takes what inflates one. */
  constructor(inflate: (payload: Uint8Array, most: number) => Uint8Array) {
    this.#inflate = inflate;
  }

  /** Inflates one. */
  inflate(payload: Uint8Array, _last: boolean, most: number, done: (inflated: Inflated) => void): void {
    let inflated: Inflated;
    try {
      inflated = [this.#inflate(payload, most)];
    } catch (error) {
      inflated = errorOf(error);
    }
    done(inflated);
  }

  /** Holds nothing. */
  free(): void {}
}
