import { nodeProcess } from "../../../node_process.ts";
import { OptionError } from "../../../protocol/errors.ts";
import type { GatewayCompression } from "../wire/encoding.ts";
import { errorOf, type Inflated, type Inflater, tooLarge } from "./inflater.ts";
import { type MakeStream, NodePayloadInflater, nodeStreamInflaters } from "./node_inflaters.ts";
import { WebPayloadInflater, WebStreamInflater } from "./web_inflaters.ts";

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
  /** Makes one for a connection, of which no message is longer than so many bytes. */
  readonly make: (most: number) => Inflater;
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
  const add = (by: InflaterKind["by"], make: InflaterKind["make"]) => kinds.push({ by, make });
  if (compression === "payload" && zlib?.inflateSync !== undefined) {
    const inflate = (payload: Uint8Array, most: number) =>
      zlib.inflateSync(payload, { maxOutputLength: most });
    add("node:zlib", () => new NodePayloadInflater(inflate));
  } else if (compression === "zlib-stream" && zlib?.createInflate !== undefined) {
    const flush = zlib.constants.Z_SYNC_FLUSH;
    add("node:zlib", nodeStreamInflaters((options) => zlib.createInflate(options), flush, zlib.deflateSync));
  } else if (compression === "zstd-stream" && zlib?.createZstdDecompress !== undefined) {
    const flush = zlib.constants.ZSTD_e_continue;
    const make: MakeStream = (options) => zlib.createZstdDecompress(options);
    add("node:zlib", nodeStreamInflaters(make, flush, zlib.zstdCompressSync));
  }
  if (globalThis.DecompressionStream === undefined) return kinds;
  if (compression === "payload") add("DecompressionStream", () => new WebPayloadInflater());
  if (compression === "zlib-stream") add("DecompressionStream", () => new WebStreamInflater());
  return kinds;
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
