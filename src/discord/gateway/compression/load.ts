import { OptionError } from "../../../protocol/errors.ts";
import type { Dial } from "../../../protocol/link.ts";
import type { GatewayCompression, GatewayEncoding } from "../wire/encoding.ts";
import type { Decompressor } from "./inflaters.ts";
import type { InflatingOptions } from "./inflating.ts";

/** What of a gateway's options decides how its links are compressed. */
export interface CompressionOptions {
  /**
   * How Discord compresses what it sends: not at all; payload by payload as it thinks fit (`payload`, with JSON only);
   * or each connection as one stream. `docs/discord.md` says what that saves and costs.
   *
   * Source: Discord, "Gateway", Encoding and Compression.
   *
   * @default {"none"}
   */
  readonly compression?: GatewayCompression;
  /**
   * What inflates `zlib-stream` or `zstd-stream`, where the runtime has nothing for it: in browsers, and on edge workers
   * without `node:zlib`, `zstd-stream` needs one.
   *
   * @default the runtime's own
   */
  readonly decompressor?: Decompressor;
}

/**
 * Checks that a decompressor is given only where it has something to do.
 *
 * @throws {OptionError} if it has not.
 */
export function checkDecompressor({ compression = "none", decompressor }: CompressionOptions): void {
  if (decompressor === undefined || compression === "zlib-stream" || compression === "zstd-stream") return;
  throw new OptionError(
    `Cannot use a decompressor: with the compression "${compression}" it has nothing to do, use a stream`,
  );
}

/**
 * The dial whose links inflate what they bring, as the options say; undefined if nothing is compressed. What inflates
 * is loaded only where something is to be.
 *
 * @throws {OptionError} if nothing on this runtime inflates it.
 */
export async function loadInflatingDial(
  dial: Dial,
  { compression = "none", decompressor, encoding = "json", work }: CompressionOptions & {
    readonly encoding?: GatewayEncoding;
    readonly work?: InflatingOptions["work"];
  },
): Promise<Dial | undefined> {
  if (compression === "none") return undefined;
  const [{ findInflater }, { inflating }] = await Promise.all([
    import("./inflaters.ts"),
    import("./inflating.ts"),
  ]);
  const inflater = findInflater(compression, decompressor).make;
  return inflating(dial, { compression, text: encoding === "json", inflater, work });
}
