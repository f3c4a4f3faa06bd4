import { OptionError } from "../../../protocol/errors.ts";
import type { Data } from "../../../protocol/protocol.ts";
import { quote } from "../../../protocol/data/quote.ts";
import { type NoPayload, parsePayload, type Payload } from "./payload.ts";
import { shownPayload } from "./shown_payload.ts";

/** How payloads may be written on the wire. */
export type GatewayEncoding = "json" | "etf";

/**
 * How what Discord sends may be compressed: not at all; by zlib, payload by payload, as Discord thinks fit; or all of
 * a connection as one stream of zlib or Zstandard.
 */
export type GatewayCompression = "none" | "payload" | "zlib-stream" | "zstd-stream";

/**
 * Reads and writes payloads in an encoding.
 *
 * @see https://discord.com/developers/docs/events/gateway#encoding-and-compression
 */
export interface GatewayCodec {
  /** What the URL says of it. */
  readonly name: GatewayEncoding;
  /** Reads a payload of at most so many bytes. Never throws: for what is none it returns why. */
  readonly read: (frame: Data, maxMessage: number) => Payload | NoPayload;
  /** Writes a payload, which is JSON, as one message. */
  readonly write: (json: string) => Data;
  /** What observers may see of a message: JSON without what is secret; undefined: nothing. */
  readonly shown: (frame: Data) => Data | undefined;
}

/** JSON, which every gateway speaks. */
export const jsonCodec: GatewayCodec = {
  name: "json",
  read: parsePayload,
  write: (json) => json,
  shown: shownPayload,
};

const encodings: ReadonlySet<unknown> = new Set<GatewayEncoding>(["json", "etf"]);
const compressions: ReadonlySet<unknown> = new Set<GatewayCompression>([
  "none",
  "payload",
  "zlib-stream",
  "zstd-stream",
]);

/**
 * Checks that Discord speaks an encoding, and compresses it so.
 *
 * @throws {OptionError} if it does not.
 */
export function checkWire(encoding: GatewayEncoding, compression: GatewayCompression): void {
  if (!encodings.has(encoding)) {
    throw new OptionError(`Cannot speak ${quote(String(encoding))}: the encoding must be "json" or "etf"`);
  }
  if (!compressions.has(compression)) {
    const known = [...compressions].map((name) => `"${name}"`).join(", ");
    throw new OptionError(
      `Cannot inflate ${quote(String(compression))}: the compression must be of ${known}`,
    );
  }
  if (encoding === "etf" && compression === "payload") {
    throw new OptionError(
      'Cannot compress payloads of ETF: Discord does so with JSON only, use "zlib-stream"',
    );
  }
}
