import { deepStrictEqual, ok } from "node:assert";
import { type ClientOptions, WebSocket as NpmWebSocket } from "ws";
import type { Dial } from "../../src/protocol/link.ts";
import type { CloseInfo, Data } from "../../src/protocol/protocol.ts";
import { FrameDecoder } from "../../src/transport/websocket/_frames.ts";
import { deno, isBun } from "../../src/transport/_runtime.ts";
import { dialer } from "../../src/transport/dial.ts";
import { webSocket } from "../../src/transport/websocket/websocket.ts";
import { within } from "../_within.ts";
import { onNode22, rawHandshake, rawServer } from "../transport/_harness.ts";
import type { Fuzzer } from "./_fuzzer.ts";
import { cutStream, joined, type ServerStream, serverStream } from "./_websocket_stream.ts";

const MOST = 67_108_864;

const PING = 0x89;
const CLOSE = 8;
const PONG = 10;

/** What is to come of a stream, by the decoder that is judged beside that of `ws`. */
interface Expected {
  readonly data: Data[];
  readonly pings: Uint8Array[];
  end:
    | { readonly code: number; readonly reason: string }
    | { readonly violation: number; readonly why: string }
    | undefined;
}

function expectedOf({ frames }: ServerStream): Expected {
  const expected: Expected = { data: [], pings: [], end: undefined };
  new FrameDecoder({
    message: (data) => expected.data.push(data),
    messages: (batch) => batch.forEach((data) => expected.data.push(data)),
    ping: (payload) => expected.pings.push(payload.slice()),
    peerCloses: (code, reason) => expected.end = { code, reason },
    violation: (violation, why) => expected.end = { violation, why },
  }, MOST).push(joined(frames));
  return expected;
}

/** What a user sees of a stream: of a violation or a loss no more than that. */
interface Told {
  readonly data: readonly Data[];
  readonly end: { readonly code: number; readonly reason: string } | "broken";
}

function toldBy({ data, end }: Expected): Told {
  return { data, end: end !== undefined && "code" in end ? end : "broken" };
}

/** A frame of a client, unmasked. */
interface ClientFrame {
  readonly first: number;
  readonly masked: boolean;
  readonly mask: string;
  readonly payload: Uint8Array;
}

/** The frames of a client that are whole, all of which are short; and how many bytes are left. */
function clientFrames(bytes: Uint8Array): { readonly frames: ClientFrame[]; readonly left: number } {
  const frames: ClientFrame[] = [];
  let at = 0;
  for (;;) {
    const [first, second] = bytes.subarray(at, at + 2);
    if (first === undefined || second === undefined) break;
    const end = at + 6 + (second & 127);
    if (end > bytes.length) break;
    const mask = bytes.subarray(at + 2, at + 6);
    const payload = bytes.slice(at + 6, end).map((byte, index) => byte ^ (mask[index & 3] ?? 0));
    frames.push({ first, masked: (second & 0x80) !== 0, mask: mask.join(), payload });
    at = end;
  }
  return { frames, left: bytes.length - at };
}

/** What came of a stream at a client, and what the server heard of it. */
interface Run {
  readonly data: readonly Data[];
  readonly closes: readonly CloseInfo[];
  readonly heard: Uint8Array;
}

/**
 * Serves the stream to whoever dials, and tells what came of it. `endsItself`: the client has to end the
 * connection, not only to tell that it is closed; else the server does so, on the client's close.
 */
async function run(
  dial: Dial,
  stream: ServerStream,
  pieces: readonly Uint8Array[],
  endsItself: boolean,
): Promise<Run> {
  const data: Data[] = [];
  const closes: CloseInfo[] = [];
  const heard: Uint8Array[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  let gone = !endsItself;
  const judge = () => {
    if (gone && closes.length > 0) resolve();
  };
  await using server = await rawServer((socket) => {
    socket.setNoDelay(true);
    socket.on("close", () => {
      gone = true;
      judge();
    });
    rawHandshake(socket, async () => {
      socket.on("data", (bytes: Uint8Array) => {
        heard.push(bytes.slice());
        if (endsItself) return;
        if (clientFrames(joined(heard)).frames.some(({ first }) => (first & 15) === CLOSE)) socket.end();
      });
      for (const piece of pieces) {
        if (!socket.writable) return;
        socket.write(piece);
        if (pieces.length < 10) await new Promise((done) => setImmediate(done));
      }
      if (stream.end === "fin") socket.end();
      if (stream.end === "reset") socket.resetAndDestroy();
    });
  });
  const link = dial({ url: `ws://127.0.0.1:${server.port}`, maxMessage: MOST }, {
    opened: () => {},
    receive: (received) => void data.push(received),
    receiveBatch: (batch) => data.push(...batch),
    closed: (info) => {
      closes.push(info);
      judge();
    },
  });
  try {
    await within(
      "the end of a connection",
      promise,
      () => `told ${JSON.stringify(closes)}, connection ended: ${gone}, heard ${joined(heard)}`,
    );
  } finally {
    link.abort();
  }
  return { data, closes, heard: joined(heard) };
}

function seen({ data, closes }: Run): Told {
  deepStrictEqual(closes.length, 1);
  const { code = 0, reason = "", clean = false } = closes[0] ?? {};
  return { data, end: clean ? { code, reason } : "broken" };
}

/** What our own WebSocket told and sent is just what it must, with no excuse. */
function judgeOurs(own: Run, expected: Expected, stream: ServerStream): void {
  const told = seen(own);
  if (told.end === "broken") deepStrictEqual(own.closes[0]?.code, 1006);
  if (stream.end === "reset") {
    // A reset may take with it what the system has not handed over yet.
    deepStrictEqual(told, { data: expected.data.slice(0, told.data.length), end: "broken" });
    return;
  }
  deepStrictEqual(told, toldBy(expected));
  const { frames, left } = clientFrames(own.heard);
  deepStrictEqual(left, 0, "A frame is cut off, or too long for one of control");
  ok(frames.every(({ masked }) => masked), "A frame is not masked");
  deepStrictEqual(new Set(frames.map(({ mask }) => mask)).size, frames.length, "A mask was used twice");
  const closing = expected.end === undefined
    ? []
    : [{ first: 0x80 | CLOSE, says: "code" in expected.end ? expected.end.code : expected.end.violation }];
  deepStrictEqual(
    frames.map(({ first, payload }) =>
      (first & 15) === CLOSE ? { first, says: codeOf(payload) } : { first, says: [...payload] }
    ),
    [...expected.pings.map((payload) => ({ first: 0x80 | PONG, says: [...payload] })), ...closing],
  );
}

function codeOf(payload: Uint8Array): number {
  const [high, low] = payload;
  return high === undefined || low === undefined ? 1005 : (high << 8) | low;
}

/** What another WebSocket is known to do otherwise. */
interface Deviation {
  readonly name: string;
  /** In which streams. */
  readonly concerns: (expected: Expected, stream: ServerStream) => boolean;
  /** What it tells then. @default nothing for certain: it is not asked */
  readonly tells?: (told: Told) => Told;
}

interface Peer {
  readonly dial: Dial;
  readonly deviations: readonly Deviation[];
}

/** Node's own is that of undici. */
const UNDICI: readonly Deviation[] = [{
  name: "undici drops the BOM a text begins with",
  concerns: ({ data }) => data.some((item) => typeof item === "string" && item.startsWith("\ufeff")),
  tells: ({ data, end }) => ({
    data: data.map((item) => typeof item === "string" ? item.replace(/^\ufeff/, "") : item),
    end,
  }),
}];

const NODE_22: readonly Deviation[] = [{
  name:
    "Node 22's own does not always tell that a connection has ended, such as on a message begun within another",
  concerns: () => true,
}];

const DENO: readonly Deviation[] = [
  {
    // RFC 6455, 5.1: "A client MUST close a connection if it detects a masked frame"
    name: "Deno's own takes a masked frame, and waits for what is next",
    concerns: ({ end }) => end !== undefined && "why" in end && end.why === "A server must not mask",
  },
  {
    // RFC 6455, 5.2: "the minimal number of bytes MUST be used to encode the length"
    name: "Deno's own takes a control frame whose length has a longer form than it needs",
    concerns: (_, { frames }) =>
      frames.some(([first, length, high, low]) =>
        first === PING && length === 126 && high === 0 && low === 1
      ),
  },
  {
    name: "Deno's own takes a text in fragments that ends within a character",
    concerns: ({ end }, { frames }) =>
      end !== undefined && "why" in end && end.why === "A text is not UTF-8" && lastFragmentIsCutOff(frames),
  },
  {
    name: "Deno's own refuses to be closed with 1014",
    concerns: ({ end }) => end !== undefined && "code" in end && end.code === 1014,
    tells: ({ data }) => ({ data, end: "broken" }),
  },
];

/** Whether the last message in fragments ends within a character; what is wrong is short, and in the last two. */
function lastFragmentIsCutOff(frames: readonly Uint8Array[]): boolean {
  const last = frames.findLastIndex(([first]) => first === 0x80);
  const text = joined(frames.slice(Math.max(last - 1, 0), last + 1).map((frame) => frame.subarray(2)));
  return isUtf8(text, true) && !isUtf8(text, false);
}

function isUtf8(bytes: Uint8Array<ArrayBuffer>, goesOn: boolean): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: goesOn });
    return true;
  } catch {
    return false;
  }
}

const ours = dialer();
const own: Peer = {
  dial: webSocket(),
  deviations: deno() !== undefined ? DENO : isBun() ? [] : onNode22 ? NODE_22 : UNDICI,
};

/** Its types do not know the option yet. */
const WITHOUT_LIMIT: ClientOptions & { readonly maxPendingAutoPongs: number } = { maxPendingAutoPongs: 0 };

/** `ws`, without its limit of PINGs that wait for their answer, at which it drops the connection. */
class PatientWebSocket extends NpmWebSocket {
  constructor(url: string, protocols: string[] = []) {
    super(url, protocols, WITHOUT_LIMIT);
  }
}

/** Bun's `ws` is Bun's own WebSocket by another name. */
const peers: readonly Peer[] = isBun()
  ? [own]
  : [own, { dial: webSocket({ WebSocket: PatientWebSocket }), deviations: [] }];

/** Our WebSocket over TCP: tells what the decoder, `ws` and the runtime's tell, ends and answers as it must. */
export const websocketDifferential: Fuzzer = {
  name: "websocket_differential",
  inSuite: 100,
  feed: async (draw) => {
    const stream = serverStream(draw);
    const pieces = cutStream(draw, stream.frames);
    const expected = expectedOf(stream);
    judgeOurs(await run(ours, stream, pieces, true), expected, stream);
    if (stream.end === "reset") return;
    for (const { dial, deviations } of peers) {
      const known = deviations.filter(({ concerns }) => concerns(expected, stream));
      if (known.some(({ tells }) => tells === undefined)) continue;
      const wanted = known.reduce((told, { tells }) => tells?.(told) ?? told, toldBy(expected));
      deepStrictEqual(seen(await run(dial, stream, pieces, false)), wanted);
    }
  },
};
