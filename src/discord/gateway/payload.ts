import type { GatewayReadyDispatchData } from "discord-api-types/v10";
import { ProtocolError } from "../../protocol/errors.ts";
import type { Data } from "../../protocol/protocol.ts";

/**
 * What came in one WebSocket message. The data of an event is parsed when it is first read, so that one
 * nobody looks into costs next to nothing.
 *
 * @see https://discord.com/developers/docs/events/gateway-events#payload-structure
 */
export class Payload {
  /** What it is for; see `Opcode`. */
  readonly op: number;
  /** The sequence number of a dispatch, else null. */
  readonly sequence: number | null;
  /** The name of a dispatch's event, else null. */
  readonly name: string | null;
  /** The whole text while the data is not parsed. */
  #text: string | undefined;
  #data: unknown;

  /** Takes its parts: the data, or in its place the text that holds it. */
  constructor(op: number, sequence: number | null, name: string | null, data: unknown, text?: string) {
    this.op = op;
    this.sequence = sequence;
    this.name = name;
    this.#data = data;
    this.#text = text;
  }

  /**
   * What Discord says.
   *
   * @throws {ProtocolError} if the text turns out not to be the payload it looked like.
   */
  get data(): unknown {
    return this.#text === undefined ? this.#data : this.#parse(this.#text);
  }

  #parse(text: string): unknown {
    let whole: { readonly t?: unknown; readonly s?: unknown; readonly op?: unknown; readonly d?: unknown } =
      {};
    try {
      whole = JSON.parse(text);
    } catch {
      // Told below. The text begins as an object does, so what could be parsed is one.
    }
    if (whole.t !== this.name || whole.s !== this.sequence || whole.op !== this.op) {
      throw new ProtocolError(`Cannot read the data of "${this.name}": what Discord sent is not a payload`);
    }
    this.#text = undefined;
    return this.#data = whole.d;
  }
}

/** Why something that came is no payload. */
export interface NoPayload {
  /** For people. */
  readonly reason: string;
}

/**
 * Reads a gateway payload. Never throws: for what is none it returns why.
 *
 * @example
 * ```ts
 * import { parsePayload, Payload } from "@parley/parley/discord";
 *
 * const payload = parsePayload('{"op":10,"d":{"heartbeat_interval":45000},"s":null,"t":null}');
 * payload instanceof Payload && payload.op; // 10
 * parsePayload("hello"); // { reason: "Not JSON" }
 * ```
 */
export function parsePayload(frame: Data): Payload | NoPayload {
  if (typeof frame !== "string") return { reason: "A binary message, though JSON was asked for" };
  return peek(frame) ?? parsePlain(frame);
}

/**
 * Looks for the parts of a dispatch where Discord writes them: `{"t":"…","s":…,"op":0,"d":…}`. Whatever looks
 * otherwise is undefined, and to be parsed as a whole. By hand, since a regular expression would make an array
 * and three strings for every message.
 */
function peek(text: string): Payload | undefined {
  // A text cut short is the one mistake that a look at its beginning cannot see and its end can.
  if (!text.startsWith('{"t":"') || text.charCodeAt(text.length - 1) !== CLOSING_BRACE) return undefined;
  const end = text.indexOf('"', 6);
  if (!text.startsWith('","s":', end)) return undefined;
  const from = end + 6;
  let at = from;
  let sequence = 0;
  for (; at < from + 15; at++) {
    const digit = text.charCodeAt(at) - DIGIT_ZERO;
    if (!(digit >= 0 && digit <= 9)) break;
    sequence = sequence * 10 + digit;
  }
  if (at === from || !text.startsWith(',"op":0,"d":', at)) return undefined;
  const name = text.slice(6, end);
  // With an escape in it, it would be another name, and might not even end here.
  return name === "" || name.includes("\\") ? undefined : new Payload(0, sequence, name, undefined, text);
}

const CLOSING_BRACE = 125;
const DIGIT_ZERO = 48;

function parsePlain(text: string): Payload | NoPayload {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { reason: "Not JSON" };
  }
  if (!isRecord(value)) return { reason: "Not an object" };
  const { op, s = null, t = null, d } = value;
  if (typeof op !== "number" || !Number.isSafeInteger(op)) return { reason: "`op` is not an integer" };
  if (op !== 0) return new Payload(op, null, null, d);
  if (typeof s !== "number" || !Number.isSafeInteger(s) || s < 0) {
    return { reason: "`s` of a dispatch is not a sequence number" };
  }
  if (typeof t !== "string" || t === "") return { reason: "`t` of a dispatch is not a name" };
  return new Payload(op, s, t, d);
}

/** Tells a JSON object from all else. */
export function isRecord(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The data, or undefined if there is none to be had. */
export function readable(payload: Payload): unknown {
  try {
    return payload.data;
  } catch {
    return undefined;
  }
}

/** Checks what a session needs of READY; for the rest Discord's word is taken. */
export function isReady(data: unknown): data is GatewayReadyDispatchData {
  return isRecord(data) && typeof data.session_id === "string" && data.session_id !== "" &&
    typeof data.resume_gateway_url === "string";
}
