import type { Transform } from "node:stream";
import { nodeProcess } from "../../../node_process.ts";
import { joinBytes } from "../../../protocol/bytes.ts";
import { OptionError } from "../../../protocol/errors.ts";
import type { GatewayCompression } from "../wire/encoding.ts";

/** What has come of a piece, or why nothing has. */
export type Inflated = readonly Uint8Array[] | Error;

/** Inflates what one connection brings, in order. */
export interface Inflater {
  /**
   * Inflates a piece of a message; `last`: with it the message is whole. `done` is called once, at once or later, with
   * what has come of it; the next piece may only be given then. More than `most` bytes are an error.
   */
  inflate(piece: Uint8Array, last: boolean, most: number, done: (inflated: Inflated) => void): void;
  /** Lets go of all it holds; what is under way may still be told. */
  free(): void;
}

/**
 * What inflates a stream piece by piece, in JavaScript: `Unzlib` of npm's *fflate* and `Decompress` of *fzstd* are
 * such. All that a piece gives must be handed to `ondata` before `push` returns.
 *
 * @example Zstandard in a browser
 * ```ts no-eval
 * import { DiscordGateway } from "@parley/parley/discord";
 * import { Decompress } from "fzstd";
 *
 * const gateway = new DiscordGateway({
 *   token: "…",
 *   intents: 0,
 *   compression: "zstd-stream",
 *   decompressor: Decompress,
 * });
 * await gateway.connect();
 * ```
 */
export type Decompressor = new (ondata: (chunk: Uint8Array) => void) => {
  /** Inflates a piece. */
  push(chunk: Uint8Array): unknown;
};

/** What there is to inflate. */
export type InflatedBy = Exclude<GatewayCompression, "none">;

/** What can inflate on this runtime. */
export interface InflaterKind {
  /** What it goes by. */
  readonly by: "node:zlib" | "DecompressionStream" | "decompressor";
  readonly make: () => Inflater;
}

/**
 * Finds what inflates here: what was given, else what this runtime has.
 *
 * @throws {OptionError} if there is neither.
 */
export function findInflater(compression: InflatedBy, decompressor?: Decompressor): InflaterKind {
  if (decompressor !== undefined) {
    return { by: "decompressor", make: () => new GivenInflater(decompressor) };
  }
  const [best] = inflatersOf(compression);
  if (best !== undefined) return best;
  const what = compression === "zstd-stream" ? "`Decompress` of npm's fzstd" : "`Unzlib` of npm's fflate";
  throw new OptionError(
    `Cannot inflate "${compression}": this runtime has nothing for it, give a \`decompressor\` such as ${what}`,
  );
}

/** What this runtime has, the best first. */
export function inflatersOf(compression: InflatedBy): InflaterKind[] {
  const kinds: InflaterKind[] = [];
  const zlib = nodeProcess()?.getBuiltinModule("node:zlib");
  const add = (by: InflaterKind["by"], make: () => Inflater) => kinds.push({ by, make });
  if (compression === "payload" && zlib?.inflateSync !== undefined) {
    const inflate = (payload: Uint8Array, most: number) =>
      zlib.inflateSync(payload, { maxOutputLength: most });
    add("node:zlib", () => new SyncInflater(inflate));
  } else if (compression === "zlib-stream" && zlib?.createInflate !== undefined) {
    add("node:zlib", () => new StreamInflater(zlib.createInflate()));
  } else if (compression === "zstd-stream" && zlib?.createZstdDecompress !== undefined) {
    add("node:zlib", () => new StreamInflater(zlib.createZstdDecompress()));
  }
  if (globalThis.DecompressionStream === undefined) return kinds;
  if (compression === "payload") add("DecompressionStream", () => new WebPayloadInflater());
  if (compression === "zlib-stream") add("DecompressionStream", () => new WebStreamInflater());
  return kinds;
}

function tooLarge(most: number): Error {
  return new RangeError(`It inflates to more than ${most} bytes`);
}

function errorOf(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/**
 * A stream of `node:zlib`: all that a piece gives has come when its `write` calls back, on Deno, Bun and Node, as long
 * as no other is written meanwhile.
 */
class StreamInflater implements Inflater {
  readonly #stream: Transform;
  #parts: Uint8Array[] = [];
  #size = 0;
  #most = 0;
  #done: ((inflated: Inflated) => void) | undefined;

  constructor(stream: Transform) {
    this.#stream = stream;
    stream.on("data", (part: Uint8Array) => {
      this.#parts.push(part);
      this.#size += part.length;
      if (this.#size > this.#most) this.#settle(tooLarge(this.#most));
    });
    stream.on("error", (error) => this.#settle(error));
    stream.on("end", () => this.#settle(new Error("The compressed stream has ended")));
  }

  inflate(piece: Uint8Array, _last: boolean, most: number, done: (inflated: Inflated) => void): void {
    this.#done = done;
    this.#most = most;
    this.#stream.write(piece, this.#written);
  }

  free(): void {
    this.#done = undefined;
    this.#parts = [];
    this.#stream.destroy();
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
class SyncInflater implements Inflater {
  readonly #inflate: (payload: Uint8Array, most: number) => Uint8Array;

  constructor(inflate: (payload: Uint8Array, most: number) => Uint8Array) {
    this.#inflate = inflate;
  }

  inflate(payload: Uint8Array, _last: boolean, most: number, done: (inflated: Inflated) => void): void {
    let inflated: Inflated;
    try {
      inflated = [this.#inflate(payload, most)];
    } catch (error) {
      inflated = errorOf(error);
    }
    done(inflated);
  }

  free(): void {}
}

/** So much is given to a decompressor at once: at most 32,768 times as much comes of it before it can be counted. */
const AT_ONCE = 1_024;

/** What somebody gave. */
class GivenInflater implements Inflater {
  #stream: InstanceType<Decompressor> | undefined;
  #parts: Uint8Array[] = [];
  #size = 0;

  constructor(make: Decompressor) {
    this.#stream = new make((part) => {
      this.#size += part.length;
      // What it hands out may be its own, and be written over.
      this.#parts.push(new Uint8Array(part));
    });
  }

  inflate(piece: Uint8Array, _last: boolean, most: number, done: (inflated: Inflated) => void): void {
    let inflated: Inflated;
    this.#parts = [];
    this.#size = 0;
    try {
      for (let at = 0; at < piece.length && this.#size <= most; at += AT_ONCE) {
        this.#stream?.push(piece.subarray(at, at + AT_ONCE));
      }
      inflated = this.#size > most ? tooLarge(most) : this.#parts;
    } catch (error) {
      inflated = errorOf(error);
    }
    this.#parts = [];
    done(inflated);
  }

  free(): void {
    this.#stream = undefined;
  }
}

/** So much is given to a stream of the web's at once. */
const AT_ONCE_BY_WEB = 16_384;

/** All that a stream of the web's inflates a piece to, less the first bytes of it. */
async function inflateByWeb(
  format: "deflate" | "deflate-raw",
  deflated: Uint8Array<ArrayBuffer>,
  skipped: number,
  most: number,
): Promise<Uint8Array[]> {
  const stream = new DecompressionStream(format);
  const writer = stream.writable.getWriter();
  // In pieces, since Deno inflates all of what it is given before anybody can count it. What is wrong shows at the
  // other end.
  const writes: Promise<void>[] = [];
  for (let at = 0; at < deflated.length; at += AT_ONCE_BY_WEB) {
    writes.push(writer.write(deflated.subarray(at, at + AT_ONCE_BY_WEB)));
  }
  const written = Promise.allSettled([...writes, writer.close()]);
  const reader = stream.readable.getReader();
  const parts: Uint8Array[] = [];
  let size = -skipped;
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return parts;
      const before = Math.max(-size, 0);
      size += value.length;
      if (size > most) throw tooLarge(most);
      if (size > 0) parts.push(value.subarray(before));
    }
  } catch (error) {
    await reader.cancel().catch(() => {});
    throw error;
  } finally {
    await written;
  }
}

/** Payloads that are compressed each by itself: a stream for each ends with it. */
class WebPayloadInflater implements Inflater {
  inflate(payload: Uint8Array, _last: boolean, most: number, done: (inflated: Inflated) => void): void {
    inflateByWeb("deflate", new Uint8Array(payload), 0, most).then(done, (error) => done(errorOf(error)));
  }

  free(): void {}
}

/** How far back a deflated stream may refer. */
const WINDOW = 32_768;
/** An empty block that is the last. */
const END = [3, 0];

/**
 * One stream by many: a message ends where a byte and a block of deflate's do, and the next refers to nothing but the
 * last 32 KB before it. So each is inflated by a stream of its own, which is given those first, as they are. To await a
 * writer of the web's would not tell that all has come: on Node and workerd it does not.
 *
 * Source: RFC 1950; RFC 1951, sections 2 and 3.2.4.
 */
class WebStreamInflater implements Inflater {
  #window = new Uint8Array();
  #pieces: Uint8Array[] = [];
  #begun = false;

  inflate(piece: Uint8Array, last: boolean, most: number, done: (inflated: Inflated) => void): void {
    this.#pieces.push(piece);
    if (!last) return done([]);
    const whole = joinBytes(this.#pieces);
    this.#pieces = [];
    this.#message(whole, most).then(done, (error) => done(errorOf(error)));
  }

  free(): void {
    this.#window = new Uint8Array();
    this.#pieces = [];
  }

  async #message(deflated: Uint8Array, most: number): Promise<Uint8Array[]> {
    const message = this.#begun ? deflated : withoutHeader(deflated);
    this.#begun = true;
    const { length } = this.#window;
    const stored = length === 0
      ? []
      : [Uint8Array.of(0, length & 255, length >> 8, ~length & 255, ~length >> 8 & 255), this.#window];
    const whole = new Uint8Array(joinBytes([...stored, message, Uint8Array.from(END)]));
    const parts = await inflateByWeb("deflate-raw", whole, length, most);
    this.#window = new Uint8Array(joinBytes([this.#window, ...parts]).slice(-WINDOW));
    return parts;
  }
}

/** A stream of zlib's without the two bytes before what is deflated. */
function withoutHeader(stream: Uint8Array): Uint8Array {
  const [method = 0, flags = 0] = stream;
  if ((method & 15) !== 8 || (method * 256 + flags) % 31 !== 0 || (flags & 32) !== 0) {
    throw new Error("It does not begin as a stream of zlib does");
  }
  return stream.subarray(2);
}
