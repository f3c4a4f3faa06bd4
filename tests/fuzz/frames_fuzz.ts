import type { Data } from "../../src/protocol/protocol.ts";
import { deepStrictEqual } from "node:assert";
import { Buffer } from "node:buffer";
import { createRequire } from "node:module";
import { FrameDecoder } from "../../src/transport/websocket/_frames.ts";
import type { Draw, Fuzzer } from "./_fuzzer.ts";
import { cutStream, joined, serverStream } from "./_websocket_stream.ts";

const MOST = 1_048_576;

/** What was told, as text that compares: messages and PINGs, and how it ended. */
type Told = string[];

interface Receiver {
  on(event: string, told: (...args: never[]) => void): void;
  _write(chunk: Uint8Array, encoding: string, done: (error?: Error) => void): void;
}

// By its path: Bun has a `ws` of its own, which has no decoder.
const require = createRequire(import.meta.url);
const ws = "../../node_modules/ws/lib";
const NpmReceiver: new (options: object) => Receiver = require(`${ws}/receiver.js`);
const { kStatusCode }: { kStatusCode: symbol } = require(`${ws}/constants.js`);

/** How `ws` is known to differ, by name: what it says, what is said here, and of which bytes. */
const DEVIATIONS: readonly {
  readonly name: string;
  readonly excuses: (theirs: string, ours: string) => boolean;
}[] = [
  {
    // RFC 6455, 5.2: "the most significant bit MUST be 0"
    name: "ws calls a length with its top bit set too big",
    excuses: (theirs, ours) => theirs === "violation 1009" && ours === "violation 1002 top bit",
  },
];

function show(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}

/** By our decoder; each piece is read over as soon as it was taken in. */
function byOurs(pieces: readonly Uint8Array[]): Told {
  const told: Told = [];
  const message = (data: Data) =>
    void told.push(typeof data === "string" ? `text ${data}` : `bytes ${show(data)}`);
  const decoder = new FrameDecoder({
    message,
    messages: (batch) => batch.forEach(message),
    ping: (payload) => told.push(`ping ${show(payload)}`),
    peerCloses: (code, reason) => told.push(`close ${code} ${reason}`),
    violation: (code, reason) => told.push(`violation ${code}${/top bit/.test(reason) ? " top bit" : ""}`),
  }, MOST);
  for (const piece of pieces) {
    const lent = piece.slice();
    decoder.push(lent);
    lent.fill(0xff);
  }
  return told;
}

function byWs(bytes: Uint8Array): Told {
  const told: Told = [];
  const receiver = new NpmReceiver({ maxPayload: MOST });
  receiver.on(
    "message",
    (data: Uint8Array, binary: boolean) =>
      told.push(
        binary ? `bytes ${show(data)}` : `text ${new TextDecoder("utf-8", { ignoreBOM: true }).decode(data)}`,
      ),
  );
  receiver.on("ping", (payload: Uint8Array) => told.push(`ping ${show(payload)}`));
  receiver.on(
    "conclude",
    (code: number, reason: Uint8Array) =>
      told.push(`close ${code} ${new TextDecoder("utf-8", { ignoreBOM: true }).decode(reason)}`),
  );
  receiver._write(Buffer.from(bytes), "buffer", (error) => {
    if (error !== undefined) told.push(`violation ${Reflect.get(error, kStatusCode)}`);
  });
  return told;
}

function mutated(draw: Draw, bytes: Uint8Array): void {
  for (let n = draw.integer(1, 3); n > 0 && bytes.length > 0; n--) {
    // Most where headers are likely.
    const at = draw.chance(0.5)
      ? draw.integer(0, Math.min(bytes.length - 1, 12))
      : draw.integer(0, bytes.length - 1);
    bytes[at] = draw.integer(0, 255);
  }
}

/** Streams of frames, right and changed: told as by `ws`, however they are cut, and nothing after the end. */
export const frames: Fuzzer = {
  name: "frames",
  inSuite: 1_000,
  feed: (draw) => {
    const { frames } = serverStream(draw);
    const bytes = joined(frames);
    if (draw.chance(0.7)) mutated(draw, bytes);
    const whole = byOurs([bytes]);
    for (let n = 0; n < 3; n++) {
      deepStrictEqual(byOurs(cutStream(draw, n === 0 ? [bytes] : draw.cut(bytes, 3))), whole);
    }
    const ends = whole.findIndex((told) => /^(close|violation) /.test(told));
    if (ends >= 0) deepStrictEqual(ends, whole.length - 1);
    const theirs = byWs(bytes);
    const [ours, said] = [whole.at(-1) ?? "", theirs.at(-1) ?? ""];
    if (DEVIATIONS.some(({ excuses }) => excuses(said, ours))) theirs[theirs.length - 1] = ours;
    else if (ours === "violation 1002 top bit") whole[whole.length - 1] = "violation 1002";
    deepStrictEqual(whole, theirs);
  },
};
