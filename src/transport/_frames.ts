import { NO_STATUS } from "./_close_code.ts";

/** What a decoder tells of what comes in, in order. */
export interface FrameEvents {
  /** A whole message. `together`: it came in one piece with the one before. */
  message(data: string | Uint8Array, together: boolean): void;
  /** To be answered with the same bytes. */
  ping(payload: Uint8Array): void;
  /** The peer closes; 1005 stands for no code. Nothing is decoded after it. */
  peerCloses(code: number, reason: string): void;
  /** The peer broke the protocol: the connection is to be failed with this code. Nothing is decoded after it. */
  violation(code: number, reason: string): void;
}

const CONTINUATION = 0;
const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

const FINAL = 0x80;
const RESERVED = 0x70;
const MASKED = 0x80;
const PROTOCOL_ERROR = 1002;
const INVALID_DATA = 1007;
const TOO_BIG = 1009;
const MAX_CONTROL = 125;

/** The largest message that is taken; GUILD_CREATE of Discord's largest guilds is some 30 MB. */
export const MAX_MESSAGE = 134_217_728;

const encoder = new TextEncoder();
// A decoder that is fatal takes five times as long on Deno: what may be wrong is looked at again by one.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const strictDecoder = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });

/**
 * Makes messages of the bytes a WebSocket server sends, however they are cut into pieces. Takes no extension.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6455#section-5
 */
export class FrameDecoder {
  readonly #events: FrameEvents;
  readonly #maxMessage: number;
  /** The pieces of a frame that is not whole yet. */
  #pieces: Uint8Array[] | undefined = undefined;
  #held = 0;
  /** How many bytes the frame needs, as far as what is held of it tells. */
  #needed = 0;
  /** What has come of a message in several frames; its opcode is 0 if there is none. */
  #fragments: Uint8Array[] | undefined = undefined;
  #fragmented = CONTINUATION;
  #size = 0;
  #ended = false;
  #together = false;

  /** Takes who is told, and how large a message may be. */
  constructor(events: FrameEvents, maxMessage: number = MAX_MESSAGE) {
    this.#events = events;
    this.#maxMessage = maxMessage;
  }

  /** Nothing more is wanted: also from within what is told. */
  end(): void {
    this.#ended = true;
    this.#pieces = undefined;
    this.#fragments = undefined;
  }

  /** Takes bytes in. What is kept of them is copied: they may be read over afterwards. */
  push(bytes: Uint8Array): void {
    this.#together = false;
    let at = this.#held === 0 ? 0 : this.#complete(bytes);
    while (at < bytes.length && !this.#ended) {
      const needed = this.#frameSize(bytes, at);
      if (this.#ended) return;
      if (at + needed > bytes.length) {
        this.#pieces = [bytes.slice(at)];
        this.#held = bytes.length - at;
        this.#needed = needed;
        return;
      }
      this.#frame(bytes, at, at + needed);
      at += needed;
    }
  }

  /** Adds to the frame that is held what it needs, and no more; returns how many bytes that took. */
  #complete(bytes: Uint8Array): number {
    let at = 0;
    while (this.#pieces !== undefined && at < bytes.length) {
      const taken = Math.min(this.#needed - this.#held, bytes.length - at);
      this.#pieces.push(bytes.slice(at, at + taken));
      this.#held += taken;
      at += taken;
      if (this.#held < this.#needed) break;
      const whole = joined(this.#pieces, this.#held);
      this.#needed = this.#frameSize(whole, 0);
      if (this.#needed > whole.length) {
        // Only its header was.
        this.#pieces = [whole];
        continue;
      }
      this.#pieces = undefined;
      this.#held = 0;
      if (!this.#ended) this.#frame(whole, 0, whole.length);
    }
    return at;
  }

  /** How many bytes the frame at this place takes; of one whose header is not whole, how many that takes. */
  #frameSize(bytes: Uint8Array, at: number): number {
    const available = bytes.length - at;
    if (available < 2) return 2;
    const first = bytes[at] ?? 0;
    const second = bytes[at + 1] ?? 0;
    const opcode = first & 15;
    let length = second & 127;
    if ((first & RESERVED) !== 0) return this.#violation(PROTOCOL_ERROR, "A reserved bit is set");
    if ((second & MASKED) !== 0) return this.#violation(PROTOCOL_ERROR, "A server must not mask");
    if (opcode >= CLOSE) {
      if (opcode > PONG) return this.#violation(PROTOCOL_ERROR, `Opcode ${opcode} is not known`);
      if ((first & FINAL) === 0 || length > MAX_CONTROL) {
        return this.#violation(PROTOCOL_ERROR, "A control frame is too long, or in parts");
      }
      return 2 + length;
    }
    if (opcode > BINARY) return this.#violation(PROTOCOL_ERROR, `Opcode ${opcode} is not known`);
    if ((opcode === CONTINUATION) !== (this.#fragmented !== CONTINUATION)) {
      return this.#violation(
        PROTOCOL_ERROR,
        "A message is continued that was not begun, or begun within another",
      );
    }
    let header = 2;
    if (length === 126) {
      if (available < 4) return 4;
      header = 4;
      length = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    } else if (length === 127) {
      if (available < 10) return 10;
      header = 10;
      const view = new DataView(bytes.buffer, bytes.byteOffset + at, header);
      length = view.getUint32(2) * 2 ** 32 + view.getUint32(6);
    }
    if (this.#size + length > this.#maxMessage) {
      return this.#violation(TOO_BIG, `A message is longer than ${this.#maxMessage} bytes`);
    }
    return header + length;
  }

  /** Takes a whole frame, whose header was looked at. */
  #frame(bytes: Uint8Array, at: number, end: number): void {
    const first = bytes[at] ?? 0;
    const short = (bytes[at + 1] ?? 0) & 127;
    const from = at + (short < 126 ? 2 : short === 126 ? 4 : 10);
    const payload = bytes.subarray(from, end);
    const opcode = first & 15;
    if (opcode >= CLOSE) return this.#control(opcode, payload);
    if ((first & FINAL) !== 0 && opcode !== CONTINUATION) return this.#message(opcode, payload);
    if (opcode !== CONTINUATION) this.#fragmented = opcode;
    // Empty parts add nothing, and there may be any number of them.
    if (payload.length > 0) (this.#fragments ??= []).push(payload.slice());
    this.#size += payload.length;
    if ((first & FINAL) === 0) return;
    const whole = joined(this.#fragments ?? [], this.#size);
    const type = this.#fragmented;
    this.#fragments = undefined;
    this.#fragmented = CONTINUATION;
    this.#size = 0;
    this.#message(type, whole);
  }

  #message(opcode: number, payload: Uint8Array): void {
    const together = this.#together;
    this.#together = true;
    // Its own copy: what it came in is used by other messages.
    if (opcode === BINARY) return this.#events.message(payload.slice(), together);
    const text = decodeUtf8(payload);
    if (text === undefined) this.#violation(INVALID_DATA, "A text is not UTF-8");
    else this.#events.message(text, together);
  }

  #control(opcode: number, payload: Uint8Array): void {
    if (opcode === PING) return this.#events.ping(payload);
    if (opcode === PONG) return;
    const code = payload.length < 2 ? NO_STATUS : ((payload[0] ?? 0) << 8) | (payload[1] ?? 0);
    const reason = decodeUtf8(payload.subarray(2));
    if (payload.length === 1 || (payload.length > 1 && !isCloseCode(code))) {
      this.#violation(PROTOCOL_ERROR, "A close frame has no valid code");
    } else if (reason === undefined) {
      this.#violation(INVALID_DATA, "The reason of a close frame is not UTF-8");
    } else {
      this.end();
      this.#events.peerCloses(code, reason);
    }
  }

  /** Returns a number so that what reads a size can return it. */
  #violation(code: number, reason: string): number {
    this.end();
    this.#events.violation(code, reason);
    return 0;
  }
}

/** The text, or undefined if it is not UTF-8. */
function decodeUtf8(bytes: Uint8Array): string | undefined {
  const text = decoder.decode(bytes);
  if (!text.includes("\ufffd")) return text;
  try {
    return strictDecoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** The codes that may stand in a close frame: RFC 6455, 7.4, and IANA's registry. */
function isCloseCode(code: number): boolean {
  return (code >= 1000 && code <= 1014 && code !== 1004 && code !== 1005 && code !== 1006) ||
    (code >= 3000 && code <= 4999);
}

/** A frame as a client sends it: whole, and masked with the four bytes. */
function encodeFrame(opcode: number, payload: Uint8Array, mask: Uint8Array): Uint8Array {
  const { length } = payload;
  const header = length < 126 ? 6 : length < 65_536 ? 8 : 14;
  const frame = new Uint8Array(header + length);
  frame[0] = FINAL | opcode;
  if (header === 6) {
    frame[1] = MASKED | length;
  } else if (header === 8) {
    frame[1] = MASKED | 126;
    frame[2] = length >>> 8;
    frame[3] = length;
  } else {
    frame[1] = MASKED | 127;
    const view = new DataView(frame.buffer, 2, 8);
    view.setUint32(0, Math.floor(length / 2 ** 32));
    view.setUint32(4, length);
  }
  frame.set(mask, header - 4);
  for (let i = 0; i < length; i++) frame[header + i] = (payload[i] ?? 0) ^ (mask[i & 3] ?? 0);
  return frame;
}

/** A message in one frame: a string as text, bytes as they are. `mask`: four random bytes. */
export function messageFrame(data: string | Uint8Array, mask: Uint8Array): Uint8Array {
  return typeof data === "string"
    ? encodeFrame(TEXT, encoder.encode(data), mask)
    : encodeFrame(BINARY, data, mask);
}

/** The answer to a ping. */
export function pongFrame(payload: Uint8Array, mask: Uint8Array): Uint8Array {
  return encodeFrame(PONG, payload, mask);
}

/** A close frame; without a code it is empty. The reason fits into 123 bytes. */
export function closeFrame(code: number | undefined, reason: string, mask: Uint8Array): Uint8Array {
  if (code === undefined) return encodeFrame(CLOSE, new Uint8Array(), mask);
  const text = encoder.encode(reason);
  const payload = new Uint8Array(2 + text.length);
  payload[0] = code >>> 8;
  payload[1] = code;
  payload.set(text, 2);
  return encodeFrame(CLOSE, payload, mask);
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const [first] = pieces;
  if (pieces.length === 1 && first !== undefined) return first;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
