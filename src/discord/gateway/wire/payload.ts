import type { GatewayReadyDispatchData } from "discord-api-types/v10";
import { ProtocolError } from "../../../protocol/errors.ts";
import { isRecord } from "../../../protocol/data/json_value.ts";
import type { Data } from "../../../protocol/protocol.ts";
import { peekDispatch } from "./dispatch_head.ts";
import { Opcode } from "./opcodes.ts";

/**
 * What came in one WebSocket message. The data of an event is parsed when it is first read, so that one
 * nobody looks into costs next to nothing.
 *
 * @see https://discord.com/developers/docs/events/gateway-events#payload-structure
 */
export class Payload {
  /** What it is for; see `Opcode`. */
  readonly op: number;
  /** The sequence number of a dispatch, else null; gateways that are not Discord's own leave it out here and there. */
  readonly sequence: number | null;
  /** The name of a dispatch's event, else null. */
  readonly name: string | null;
  /** The text of a dispatch whose data is not parsed yet. */
  #text: string | undefined;
  #data: unknown;

  /** Takes its parts: the data, or in its place the text of a dispatch that has it. */
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
    if (this.#text !== undefined) {
      this.#data = this.#parse(this.#text);
      this.#text = undefined;
    }
    return this.#data;
  }

  /** How many characters of text, or bytes, it holds while the data is not parsed. */
  get unread(): number {
    return this.#text?.length ?? 0;
  }

  /** It as JSON, while the data is not parsed; undefined where it came as something else. */
  get text(): string | undefined {
    return this.#text;
  }

  #parse(text: string): unknown {
    let whole: { readonly t?: unknown; readonly s?: unknown; readonly op?: unknown; readonly d?: unknown } =
      {};
    try {
      whole = JSON.parse(text);
    } catch {
      // Told below. The text begins as an object does, so what could be parsed is one.
    }
    if (whole.t === this.name && whole.s === this.sequence && whole.op === this.op) return whole.d;
    throw new ProtocolError(`Cannot read the data of "${this.name}": what Discord sent is not a payload`);
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
  const head = peekDispatch(frame);
  if (head === undefined) return parseWhole(frame);
  return new Payload(Opcode.Dispatch, head.sequence, head.name, undefined, frame);
}

function parseWhole(text: string): Payload | NoPayload {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { reason: "Not JSON" };
  }
  if (!isRecord(value)) return { reason: "Not an object" };
  const head = checkHead(value);
  return "reason" in head ? head : new Payload(head.op, head.s, head.t, value.d);
}

/** What a payload says besides its data. */
export interface Head {
  readonly op: number;
  readonly s: number | null;
  readonly t: string | null;
}

/** Checks what a payload says besides its data; what only dispatches have is null in others. */
export function checkHead({ op, s = null, t = null }: Readonly<Record<string, unknown>>): Head | NoPayload {
  if (typeof op !== "number" || !Number.isSafeInteger(op)) return { reason: "`op` is not an integer" };
  if (op !== Opcode.Dispatch) return { op, s: null, t: null };
  if (s !== null && (typeof s !== "number" || !Number.isSafeInteger(s) || s < 0)) {
    return { reason: "`s` of a dispatch is not a sequence number" };
  }
  if (typeof t !== "string" || t === "") return { reason: "`t` of a dispatch is not a name" };
  return { op, s, t };
}

/** The interval that HELLO gives, in milliseconds; undefined if it gives none. */
export function intervalOf(hello: unknown): number | undefined {
  const interval = isRecord(hello) ? hello.heartbeat_interval : undefined;
  return typeof interval === "number" && interval > 0 && interval < Infinity ? interval : undefined;
}

/**
 * Checks what a session needs of READY; for the rest Discord's word is taken. Gateways that are not Discord's own may
 * name no URL to resume at.
 */
export function isReady(data: unknown): data is GatewayReadyDispatchData {
  return isRecord(data) && typeof data.session_id === "string" && data.session_id !== "" &&
    ["string", "undefined"].includes(typeof (data.resume_gateway_url ?? undefined));
}
