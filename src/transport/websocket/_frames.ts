import type { Data } from "../../protocol/protocol.ts";
import { decodeUtf8 } from "../../protocol/data/utf8.ts";
import { NO_STATUS } from "./_close_code.ts";

/** What a decoder tells of what comes in, in order. */
export interface FrameEvents {
  /** A whole message. */
  message(data: Data): void;
  /** Several, which came in one piece. */
  messages(batch: readonly Data[]): void;
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

const encoder = new TextEncoder();

/**
 * Makes messages of the bytes a WebSocket server sends, however they are cut into pieces. Takes no extension.
 * What it keeps is at most twice as large as what has come of the message, however many frames or pieces it came in.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6455#section-5
 */
export class FrameDecoder {
  readonly #events: FrameEvents;
  readonly #maxMessage: number;
  /** What has come of a header, or of a control frame, that is not whole yet. */
  #held: Uint8Array | undefined = undefined;
  #heldSize = 0;
  /** Of the frame that was looked at last: how long its header is, as far as it tells, and how long its payload. */
  #header = 0;
  #length = 0;
  /** The first byte of the data frame that is being taken in, and how much of its payload is still to come. */
  #first = 0;
  #left = 0;
  /** What has come of a message that was not whole in one piece: so many bytes of a buffer that grows. */
  #payload: ArrayBuffer | undefined = undefined;
  #size = 0;
  /** The opcode of a message in several frames; 0 if there is none. */
  #fragmented = CONTINUATION;
  #ended = false;
  /** Whole, and not told yet: what else comes in the same piece is told with it. */
  #whole: Data | Data[] | undefined = undefined;

  /** Takes who is told, and how large a message may be, in bytes. */
  constructor(events: FrameEvents, maxMessage: number) {
    this.#events = events;
    this.#maxMessage = maxMessage;
  }

  /** Nothing more is wanted: also from within what is told. */
  end(): void {
    this.#ended = true;
    this.#held = undefined;
    this.#payload = undefined;
  }

  /** Takes bytes in. What is kept of them is copied: they may be read over afterwards. */
  push(bytes: Uint8Array): void {
    this.#take(bytes);
    this.#tell();
  }

  #take(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length && !this.#ended) {
      if (this.#left > 0) {
        const taken = Math.min(this.#left, bytes.length - at);
        this.#left -= taken;
        this.#append(bytes.subarray(at, at + taken));
        at += taken;
        if (this.#left === 0) this.#frameEnds();
      } else if (this.#held !== undefined) {
        at += this.#complete(this.#held, bytes, at);
      } else {
        const whole = this.#look(bytes, at, bytes.length - at);
        if (this.#ended) return;
        const from = at + this.#header;
        const end = from + this.#length;
        const first = bytes[at] ?? 0;
        if (whole && end <= bytes.length) {
          this.#frame(first, bytes.subarray(from, end));
          at = end;
        } else if (whole && (first & 15) < CLOSE) {
          this.#begin(first);
          at = from;
        } else {
          this.#held = new Uint8Array(2 + MAX_CONTROL);
          this.#held.set(bytes.subarray(at));
          this.#heldSize = bytes.length - at;
          return;
        }
      }
    }
  }

  /** Adds to what is held what it needs, and no more; returns how many bytes that took. */
  #complete(held: Uint8Array, bytes: Uint8Array, at: number): number {
    const whole = this.#look(held, 0, this.#heldSize);
    const needed = whole ? this.#header + this.#length : this.#header;
    const taken = Math.min(needed - this.#heldSize, bytes.length - at);
    held.set(bytes.subarray(at, at + taken), this.#heldSize);
    this.#heldSize += taken;
    if (this.#heldSize < needed) return taken;
    const first = held[0] ?? 0;
    const control = (first & 15) >= CLOSE;
    if (!this.#look(held, 0, needed)) return taken;
    if (control && needed < this.#header + this.#length) return taken;
    this.#held = undefined;
    if (control) this.#frame(first, held.subarray(this.#header, needed));
    else this.#begin(first);
    return taken;
  }

  /** Looks at the header at this place; false if it is not whole. */
  #look(bytes: Uint8Array, at: number, available: number): boolean {
    this.#header = 2;
    if (available < 2) return false;
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
      if (opcode === CLOSE && length === 1) {
        return this.#violation(PROTOCOL_ERROR, "A close frame has half a code");
      }
      this.#length = length;
      return true;
    }
    if (opcode > BINARY) return this.#violation(PROTOCOL_ERROR, `Opcode ${opcode} is not known`);
    if ((opcode === CONTINUATION) !== (this.#fragmented !== CONTINUATION)) {
      return this.#violation(
        PROTOCOL_ERROR,
        "A message is continued that was not begun, or begun within another",
      );
    }
    if (length === 126) {
      this.#header = 4;
      if (available < 4) return false;
      length = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    } else if (length === 127) {
      this.#header = 10;
      if (available < 10) return false;
      const view = new DataView(bytes.buffer, bytes.byteOffset + at, 10);
      const high = view.getUint32(2);
      // "the most significant bit MUST be 0"
      if (high >= 2 ** 31) return this.#violation(PROTOCOL_ERROR, "A length has its top bit set");
      length = high * 2 ** 32 + view.getUint32(6);
    }
    if (this.#size + length > this.#maxMessage) {
      return this.#violation(TOO_BIG, `A message is longer than ${this.#maxMessage} bytes`);
    }
    this.#length = length;
    return true;
  }

  /** Takes a whole frame, whose header was looked at. */
  #frame(first: number, payload: Uint8Array): void {
    const opcode = first & 15;
    if (opcode >= CLOSE) return this.#control(opcode, payload);
    if ((first & FINAL) !== 0 && opcode !== CONTINUATION) {
      // A copy: what it came in is read over, and used by other messages.
      return this.#message(opcode, opcode === BINARY ? payload.slice() : payload);
    }
    this.#first = first;
    this.#append(payload);
    this.#frameEnds();
  }

  /** Begins a data frame whose payload is still to come, after its header was looked at. */
  #begin(first: number): void {
    this.#first = first;
    this.#left = this.#length;
    if (this.#left === 0) this.#frameEnds();
  }

  #append(bytes: Uint8Array): void {
    const from = this.#size;
    const size = this.#size += bytes.length;
    const kept = this.#payload ?? new ArrayBuffer(0);
    if (size > kept.byteLength) {
      const most = (this.#first & FINAL) !== 0 ? size + this.#left : this.#maxMessage;
      // Moved, not copied beside: what it came from is given back at once.
      this.#payload = kept.transfer(Math.min(size * 2, most));
    }
    if (this.#payload !== undefined) new Uint8Array(this.#payload, from).set(bytes);
  }

  /** All of a data frame has come whose message was not whole in one piece. */
  #frameEnds(): void {
    const opcode = this.#first & 15;
    if ((this.#first & FINAL) === 0) {
      if (opcode !== CONTINUATION) this.#fragmented = opcode;
      return;
    }
    const type = opcode === CONTINUATION ? this.#fragmented : opcode;
    const payload = this.#payload ?? new ArrayBuffer(0);
    const size = this.#size;
    this.#payload = undefined;
    this.#fragmented = CONTINUATION;
    this.#size = 0;
    // Bytes are kept by whoever is told: without the room there was for more.
    this.#message(type, new Uint8Array(type === BINARY ? payload.transfer(size) : payload, 0, size));
  }

  #message(opcode: number, payload: Uint8Array): void {
    const data = opcode === BINARY ? payload : textOf(payload);
    if (data === undefined) this.#violation(INVALID_DATA, "A text is not UTF-8");
    else if (this.#whole === undefined) this.#whole = data;
    else if (Array.isArray(this.#whole)) this.#whole.push(data);
    else this.#whole = [this.#whole, data];
  }

  /** Tells what is whole; false if nothing more is wanted. */
  #tell(): boolean {
    const whole = this.#whole;
    this.#whole = undefined;
    if (whole !== undefined && !this.#ended) {
      if (Array.isArray(whole)) this.#events.messages(whole);
      else this.#events.message(whole);
    }
    return !this.#ended;
  }

  #control(opcode: number, payload: Uint8Array): void {
    if (opcode === PONG || !this.#tell()) return;
    if (opcode === PING) return this.#events.ping(payload);
    const code = payload.length === 0 ? NO_STATUS : ((payload[0] ?? 0) << 8) | (payload[1] ?? 0);
    const reason = textOf(payload.subarray(2));
    if (payload.length > 0 && !isCloseCode(code)) {
      this.#violation(PROTOCOL_ERROR, "A close frame has no valid code");
    } else if (reason === undefined) {
      this.#violation(INVALID_DATA, "The reason of a close frame is not UTF-8");
    } else {
      this.end();
      this.#events.peerCloses(code, reason);
    }
  }

  /** Returns false so that what looks at a header can return it. */
  #violation(code: number, reason: string): false {
    if (!this.#tell()) return false;
    this.end();
    this.#events.violation(code, reason);
    return false;
  }
}

/** The text, or undefined if it is not UTF-8. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    return decodeUtf8(bytes);
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
