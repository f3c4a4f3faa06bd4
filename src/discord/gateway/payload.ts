import type { Data } from "../../protocol/protocol.ts";

/**
 * What came in one WebSocket message.
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
  /** The event's data, as it was parsed. */
  readonly data: unknown;

  /** Takes the four parts. */
  constructor(op: number, sequence: number | null, name: string | null, data: unknown) {
    this.op = op;
    this.sequence = sequence;
    this.name = name;
    this.data = data;
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
  let value: unknown;
  try {
    value = JSON.parse(frame);
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
