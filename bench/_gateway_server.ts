/**
 * The server of the gateway benchmark, in a process of its own: it says HELLO, answers IDENTIFY with READY
 * and heartbeats with their acknowledgement, and on `GET /go` sends as many dispatches as the path of the
 * WebSocket's URL says, `/<warm-up>/<events>`, as fast as they are taken: those to warm up, and at the next `GET /go` the
 * others. So nobody who reads ahead of what it inflates has read before the measured part what belongs to that. They are
 * framed beforehand; only their numbers are
 * written in on the way. What is compressed, or no JSON, is made beforehand as a whole. Prints its port, and how many
 * bytes such a dispatch takes.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import process from "node:process";
import type { Duplex } from "node:stream";
import { decodeTerm } from "../src/discord/gateway/wire/etf/etf.ts";
import {
  COMPRESSED_VARIETY,
  type Dispatch,
  FIRST_SEQUENCE,
  makeDispatches,
  VARIETY,
} from "./_gateway_dispatches.ts";
import { type BenchWire, frame, framed, PER_CHUNK } from "./_gateway_wire.ts";
import { accept, readFrames } from "./_websocket_server.ts";

/** So many writes may be under way. */
const IN_FLIGHT = 8;

interface Chunk {
  readonly bytes: Buffer;
  /** Where the sequence numbers are. */
  readonly numbers: readonly number[];
}

const frameText = (text: string): Buffer => frame(Buffer.from(text), true);

function chunked(dispatches: readonly Dispatch[]): readonly Chunk[] {
  const chunks: Chunk[] = [];
  for (let i = 0; i < dispatches.length; i += PER_CHUNK) {
    const frames: Buffer[] = [];
    const numbers: number[] = [];
    let size = 0;
    for (const { head, tail } of dispatches.slice(i, i + PER_CHUNK)) {
      const whole = frameText(`${head}${FIRST_SEQUENCE}${tail}`);
      numbers.push(size + whole.indexOf(head) + head.length);
      frames.push(whole);
      size += whole.length;
    }
    chunks.push({ bytes: Buffer.concat(frames), numbers });
  }
  return chunks;
}

/** Writes a number over the one that is there, which has as many digits. */
function overwrite(bytes: Buffer, at: number, number: number): void {
  for (let i = at + 6; i >= at; i--) {
    bytes[i] = 48 + number % 10;
    number = Math.floor(number / 10);
  }
}

const heartbeatInterval = Number(process.argv[3] ?? 5_000);
const wire: BenchWire = JSON.parse(process.argv[4] ?? '{"encoding":"json","compression":"none"}');
const isPlain = wire.encoding === "json" && wire.compression === "none";
const dispatches = makeDispatches(Number(process.argv[2] ?? 1), isPlain ? VARIETY : COMPRESSED_VARIETY);
const chunks = chunked(isPlain ? dispatches : []);
const made = isPlain ? undefined : await framed(wire, dispatches, Number(process.argv[5] ?? 0));
/** Sends what is to be sent to whoever is ready. */
let waiting: (() => void)[] = [];

const server = createServer((request, response) => {
  if (request.url === "/go") {
    const going = waiting;
    waiting = [];
    for (const go of going) go();
  }
  response.end();
});

server.on("upgrade", (request, socket: Duplex) => {
  accept(request, socket);
  const [, first = "0", second = "0"] = /^\/(\d+)\/(\d+)/.exec(request.url ?? "") ?? [];
  const [warmUp, count] = [Number(first), Number(first) + Number(second)];
  const send = (payload: unknown) => socket.write(frameText(JSON.stringify(payload)));
  socket.on("error", () => {});
  socket.on(
    "data",
    readFrames((opcode, payload) => {
      if (opcode === 8) return socket.end();
      const { op } = Object(
        wire.encoding === "etf" ? decodeTerm(payload, 4_096) : JSON.parse(payload.toString()),
      );
      if (made !== undefined) {
        if (op !== 2) return;
        socket.write(made.ready);
        const chunks = Math.ceil(warmUp / PER_CHUNK);
        waiting.push(() => {
          pourAll(socket, made.chunks.slice(0, chunks));
          waiting.push(() => pourAll(socket, made.chunks.slice(chunks)));
        });
        return;
      }
      if (op === 1) send({ t: null, s: null, op: 11, d: null });
      if (op !== 2) return;
      send({
        t: "READY",
        s: FIRST_SEQUENCE,
        op: 0,
        d: {
          v: 10,
          user: { id: "1", username: "bench", discriminator: "0", avatar: null, bot: true },
          guilds: [],
          session_id: "0123456789abcdef0123456789abcdef",
          resume_gateway_url: `ws://${request.headers.host}/0`,
          shard: [0, 1],
          application: { id: "1", flags: 0 },
        },
      });
      if (count === 0) return;
      waiting.push(() => {
        const sent = pour(socket, 0, warmUp);
        waiting.push(() => void pour(socket, sent, count));
      });
    }),
  );
  // Not in one segment with the answer to the upgrade, where seyfert would lose it.
  setTimeout(
    () =>
      made !== undefined
        ? socket.write(made.hello)
        : send({ t: null, s: null, op: 10, d: { heartbeat_interval: heartbeatInterval } }),
    20,
  );
});

/**
 * Sends dispatches from one to another, a bounded number of chunks at a time: each is free to be written over once it has
 * gone. Returns up to which it sends: they go by whole chunks.
 */
function pour(socket: Duplex, from: number, to: number): number {
  let sent = from;
  let next = from / PER_CHUNK;
  const more = (error?: Error | null) => {
    const chunk = chunks[next % chunks.length];
    if (error || chunk === undefined || sent >= to) return;
    next++;
    for (const at of chunk.numbers) overwrite(chunk.bytes, at, FIRST_SEQUENCE + ++sent);
    socket.write(chunk.bytes, more);
  };
  for (let i = 0; i < IN_FLIGHT; i++) more();
  return Math.ceil(to / PER_CHUNK) * PER_CHUNK;
}

/** Sends what was made, as fast as it is taken. */
function pourAll(socket: Duplex, chunks: readonly Buffer[]): void {
  let next = 0;
  const more = (error?: Error | null) => {
    const chunk = chunks[next++];
    if (!error && chunk !== undefined) socket.write(chunk, more);
  };
  for (let i = 0; i < IN_FLIGHT; i++) more();
}

server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${port} ${made?.mean ?? 0}\n`);
});
