import type { Draw } from "./_fuzzer.ts";

/** What a WebSocket server says after its handshake. */
export interface ServerStream {
  /** Frame by frame; the last may be cut off. */
  readonly frames: readonly Uint8Array[];
  /** How it ends: by a frame that closes or breaks the protocol, or by the connection's end. */
  readonly end: "frame" | "fin" | "reset";
}

const LENGTHS = [0, 1, 2, 124, 125, 126, 127, 128, 255, 256, 257, 1_023, 1_024, 1_025, 4_096];
const LARGE = [65_534, 65_535, 65_536, 65_537, 131_072];
const CHARACTERS = [
  ..."aZ09 é",
  "\0",
  "\u07ff",
  "\u0800",
  "\ud7ff",
  "\ue000",
  "\ufeff",
  "\ufffd",
  "\uffff",
  "\u{1f600}",
  "\u{10ffff}",
];
const VALID_CODES = [
  1000,
  1001,
  1002,
  1003,
  1007,
  1008,
  1009,
  1010,
  1011,
  1012,
  1013,
  1014,
  3000,
  4000,
  4999,
];
const WRONG_CODES = [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 1999, 2000, 2999, 5000, 10_000, 65_535];
/** No UTF-8: bytes that begin nothing, are cut off, too long for what they say, surrogates, or above U+10FFFF. */
export const WRONG_UTF8: readonly (readonly number[])[] = [
  [0x80],
  [0xbf],
  [0xc0, 0x80],
  [0xc1, 0xbf],
  [0xc2],
  [0xc3, 0x28],
  [0xe0, 0x80, 0x80],
  [0xe0, 0x9f, 0xbf],
  [0xe1, 0x80],
  [0xe2, 0x28, 0xa1],
  [0xed, 0xa0, 0x80],
  [0xed, 0xbf, 0xbf],
  [0xed, 0xa0, 0x80, 0xed, 0xb0, 0x80],
  [0xf0, 0x80, 0x80, 0x80],
  [0xf0, 0x8f, 0xbf, 0xbf],
  [0xf0, 0x9f, 0x98],
  [0xf1, 0x80, 0x28, 0x80],
  [0xf4, 0x90, 0x80, 0x80],
  [0xf5, 0x80, 0x80, 0x80],
  [0xf8, 0x88, 0x80, 0x80, 0x80],
  [0xfe],
  [0xff],
];

const encoder = new TextEncoder();

/** A frame; `form`: how many bytes its length takes besides the first. @default as few as it needs */
export function frameOf(
  opcode: number,
  payload: Uint8Array,
  { final = true, form = 0 }: { readonly final?: boolean; readonly form?: 0 | 2 | 8 } = {},
): Uint8Array {
  const { length } = payload;
  const longer = length > 65_535 ? 8 : length > 125 ? Math.max(form, 2) : form;
  const frame = new Uint8Array(2 + longer + length);
  const view = new DataView(frame.buffer);
  frame[0] = (final ? 0x80 : 0) | opcode;
  frame[1] = longer === 8 ? 127 : longer === 2 ? 126 : length;
  if (longer === 2) view.setUint16(2, length);
  if (longer === 8) view.setUint32(6, length);
  frame.set(payload, 2 + longer);
  return frame;
}

function close(code: number, reason: Uint8Array = new Uint8Array()): Uint8Array {
  return frameOf(8, Uint8Array.of(code >> 8, code & 255, ...reason));
}

function payloadOf(draw: Draw, text: boolean): Uint8Array {
  const length = draw.chance(0.02)
    ? draw.pick(LARGE)
    : draw.chance(0.7)
    ? draw.pick(LENGTHS)
    : draw.integer(0, 4_096);
  if (!text) return new Uint8Array(length).fill(draw.integer(0, 255));
  const begins = encoder.encode(
    draw.list(Math.min(length, draw.integer(0, 40)), () => draw.pick(CHARACTERS)).join(""),
  );
  const whole = new Uint8Array(Math.max(length, begins.length)).fill(97);
  whole.set(begins);
  return whole;
}

function control(draw: Draw): Uint8Array {
  return frameOf(draw.pick([9, 10]), draw.bytes(draw.pick([0, 1, 4, 125])));
}

/** The frames of one message, cut anywhere, also within characters; control frames may come between. */
function message(draw: Draw, opcode: 1 | 2, payload: Uint8Array): Uint8Array[] {
  const form = draw.chance(0.1) ? draw.pick([2, 8] as const) : 0;
  if (draw.chance(0.6)) return [frameOf(opcode, payload, { form })];
  const parts = draw.cut(payload, draw.integer(2, 6));
  return parts.flatMap((part, index) => [
    ...(index > 0 && draw.chance(0.35) ? [control(draw)] : []),
    frameOf(index === 0 ? opcode : 0, part, { final: index === parts.length - 1, form }),
  ]);
}

/** Breaks the protocol, or says that it closes. `within`: a message is still going on. */
function ending(draw: Draw, within: boolean): Uint8Array[] {
  const wrong = Uint8Array.from(draw.pick(WRONG_UTF8));
  const text = encoder.encode("é".repeat(draw.integer(0, 61)));
  const last = within ? 0 : 1;
  return draw.pick<() => Uint8Array[]>([
    () => [close(draw.pick(VALID_CODES), draw.chance(0.5) ? text.subarray(0, text.length) : undefined)],
    () => [close(draw.pick(VALID_CODES), encoder.encode("x".repeat(123)))],
    () => [frameOf(8, new Uint8Array())],
    () => [close(draw.pick(WRONG_CODES))],
    () => [close(1000, wrong)],
    () => [Uint8Array.of(0x88, 1, 3)],
    () => [Uint8Array.of(0x80 | draw.pick([0x10, 0x20, 0x40]) | last, 0)],
    () => [Uint8Array.of(0x80 | last, 0x80, 1, 2, 3, 4)],
    () => [Uint8Array.of(0x80 | draw.pick([3, 4, 5, 6, 7, 11, 12, 13, 14, 15]), 0)],
    () => [frameOf(9, new Uint8Array(126))],
    () => [frameOf(9, new Uint8Array(1), { form: 2 })],
    () => [frameOf(9, new Uint8Array(1), { final: false })],
    () => [frameOf(within ? 1 : 0, new Uint8Array(3))],
    () => [frameOf(last, wrong)],
    () => [frameOf(last, wrong.subarray(0, 1), { final: false }), frameOf(0, wrong.subarray(1))],
    () => [Uint8Array.of(0x80 | (within ? 0 : 2), 127, 0x80 | draw.integer(0, 127), ...draw.bytes(7))],
    () => [Uint8Array.of(0x80 | (within ? 0 : 2), 127, 0, 0, 0, draw.integer(1, 255), ...draw.bytes(4))],
    () => [...draw.list(200, () => frameOf(9, draw.bytes(4))), close(1000)],
  ])();
}

/** Draws what a server says, right or not; half of the ends come within a message. */
export function serverStream(draw: Draw): ServerStream {
  const frames = draw.list(draw.integer(0, 5), () => {
    if (draw.chance(0.15)) return [control(draw)];
    const opcode = draw.pick([1, 2] as const);
    return message(draw, opcode, payloadOf(draw, opcode === 1));
  }).flat();
  const within = draw.chance(0.5);
  if (within) frames.push(frameOf(1, encoder.encode("goes on"), { final: false }));
  if (draw.chance(0.25)) {
    if (draw.chance(0.5)) {
      frames.push(frameOf(within ? 0 : 2, new Uint8Array(300)).subarray(0, draw.integer(1, 200)));
    }
    return { frames, end: draw.chance(0.8) ? "fin" : "reset" };
  }
  frames.push(...ending(draw, within));
  // What comes behind the end must not be heard.
  if (draw.chance(0.6)) frames.push(frameOf(1, encoder.encode("behind")), frameOf(9, new Uint8Array()));
  return { frames, end: "frame" };
}

/** Whole, by frames, cut anywhere, or byte by byte. */
export function cutStream(draw: Draw, frames: readonly Uint8Array[]): readonly Uint8Array[] {
  const bytes = joined(frames);
  switch (draw.integer(0, 3)) {
    case 0:
      return [bytes];
    case 1:
      return frames;
    case 2:
      return draw.cut(bytes, draw.integer(2, 9));
    default:
      return bytes.length < 400
        ? [...bytes].map((byte) => Uint8Array.of(byte))
        : draw.cut(bytes, draw.integer(2, 9));
  }
}

/** The bytes of all, one after the other. */
export function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
