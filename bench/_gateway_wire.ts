/**
 * What the server of the gateway benchmark sends where it is compressed, or no JSON: HELLO, READY and so many
 * dispatches, made beforehand, since to compress takes longer than to inflate. All is one stream, the same for
 * everybody, so that heartbeats are not acknowledged: HELLO wants none for as long as a run takes.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import type { Transform } from "node:stream";
import zlib from "node:zlib";
import { writeEtf } from "../testing/discord/gateway/_etf.ts";
import { type Dispatch, FIRST_SEQUENCE } from "./_gateway_dispatches.ts";

/** How the server and its clients speak to each other. */
export interface BenchWire {
  readonly encoding: "json" | "etf";
  readonly compression: "none" | "zlib-stream" | "zstd-stream";
}

/** What is sent, framed. */
export interface Framed {
  readonly hello: Buffer;
  readonly ready: Buffer;
  /** So many dispatches in each. */
  readonly chunks: readonly Buffer[];
  /** How many bytes a dispatch takes on the wire, on average. */
  readonly mean: number;
}

const NEVER = 600_000;
/** So many dispatches are written at once. */
export const PER_CHUNK = 50;

/** Frames a message as a server does. */
export function frame(payload: Buffer, isText: boolean): Buffer {
  const { length } = payload;
  const first = isText ? 0x81 : 0x82;
  const header = length < 126
    ? [first, length]
    : length < 65_536
    ? [first, 126, length >> 8, length & 255]
    : [first, 127, 0, 0, 0, 0, length >>> 24, (length >> 16) & 255, (length >> 8) & 255, length & 255];
  return Buffer.concat([Buffer.from(header), payload]);
}

/** Makes all that is sent. */
export async function framed(
  { encoding, compression }: BenchWire,
  dispatches: readonly Dispatch[],
  count: number,
): Promise<Framed> {
  const encode = (json: string) =>
    encoding === "json" ? Buffer.from(json) : Buffer.from(writeEtf(JSON.parse(json)));
  const compress = compressor(compression);
  const write = async (json: string) =>
    frame(await compress(encode(json)), encoding === "json" && compression === "none");
  const hello = await write(`{"t":null,"s":null,"op":10,"d":{"heartbeat_interval":${NEVER}}}`);
  const ready = await write(JSON.stringify({
    t: "READY",
    s: FIRST_SEQUENCE,
    op: 0,
    d: {
      v: 10,
      user: { id: "1", username: "bench", discriminator: "0", avatar: null, bot: true },
      guilds: [],
      session_id: "0123456789abcdef0123456789abcdef",
      resume_gateway_url: "ws://127.0.0.1/0",
      shard: [0, 1],
      application: { id: "1", flags: 0 },
    },
  }));
  const chunks: Buffer[] = [];
  let frames: Buffer[] = [];
  let bytes = 0;
  for (let i = 0; i < count; i++) {
    const { head = "", tail = "" } = dispatches[i % dispatches.length] ?? {};
    const message = await write(`${head}${FIRST_SEQUENCE + i + 1}${tail}`);
    bytes += message.length;
    frames.push(message);
    if (frames.length < PER_CHUNK && i < count - 1) continue;
    chunks.push(Buffer.concat(frames));
    frames = [];
  }
  return { hello, ready, chunks, mean: bytes / Math.max(count, 1) };
}

/** Compresses one message after the other into a stream that is flushed behind each. */
function compressor(compression: BenchWire["compression"]): (message: Buffer) => Promise<Buffer> {
  if (compression === "none") return (message) => Promise.resolve(message);
  const [stream, flush]: [Transform & { flush(kind: number, done: () => void): void }, number] =
    compression === "zlib-stream"
      ? [zlib.createDeflate(), zlib.constants.Z_SYNC_FLUSH]
      : [zlib.createZstdCompress(), zlib.constants.ZSTD_e_flush];
  let parts: Buffer[] = [];
  stream.on("data", (part: Buffer) => void parts.push(part));
  return (message) =>
    new Promise((resolve) => {
      stream.write(message);
      stream.flush(flush, () => {
        resolve(Buffer.concat(parts));
        parts = [];
      });
    });
}
