import { ProtocolError } from "../../../../protocol/errors.ts";
import type { Data } from "../../../../protocol/protocol.ts";
import { isDispatchName } from "../dispatch_names.ts";
import type { GatewayCodec } from "../encoding.ts";
import { checkHead, type NoPayload, Payload } from "../payload.ts";
import { shownPayload } from "../shown_payload.ts";
import { inflate } from "./inflate.ts";
import { TermReader } from "./term_reader.ts";
import { encodeTerm, VERSION } from "./term_writer.ts";
import { COMPRESSED } from "./tags.ts";

/** How large what observers are shown may be, in bytes: the largest of Discord's take half of it. */
const MOST_SHOWN = 67_108_864;
/** Version, tag and size of a compressed term. */
const COMPRESSED_HEADER = 6;

/**
 * Erlang's external term format, as Discord's gateway speaks it.
 *
 * @see https://discord.com/developers/docs/events/gateway#using-etf
 */
export const etfCodec: GatewayCodec = {
  name: "etf",
  read: readPayload,
  write: (json) => encodeTerm(JSON.parse(json)),
  shown: (frame) => {
    try {
      const value = typeof frame === "string" ? undefined : decodeTerm(frame, MOST_SHOWN);
      return value === undefined ? undefined : shownPayload(JSON.stringify(value));
    } catch {
      return undefined;
    }
  },
};

/**
 * Reads a whole term of at most so many bytes.
 *
 * @throws {ProtocolError} if it is none, or holds what JSON has nothing for.
 */
export function decodeTerm(bytes: Uint8Array, maxBytes: number): unknown {
  const reader = begin(bytes, maxBytes);
  const value = reader.read();
  if (!reader.isAtEnd) throw new ProtocolError("Cannot read a term: something follows it");
  return value;
}

/** Begins behind the version of the format, in what is compressed if it is. */
function begin(bytes: Uint8Array, maxBytes: number): TermReader {
  if (bytes[0] !== VERSION) throw new ProtocolError("Cannot read a term: it is of no version that is known");
  if (bytes[1] !== COMPRESSED) return new TermReader(bytes, 1);
  if (bytes.length < COMPRESSED_HEADER) throw new ProtocolError("Cannot read a term: it is cut short");
  const size = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(2);
  if (size > maxBytes) throw new ProtocolError(`Cannot read a term: it says that it has ${size} bytes`);
  return new TermReader(inflate(bytes.subarray(COMPRESSED_HEADER), size));
}

/**
 * Finds `op`, `t` and `s`, and where the data is. Erlang sorts the keys of a map, so that the data comes first, and
 * nothing says how long it is: it is stepped over, and seen to be whole on the way.
 */
function readPayload(frame: Data, maxMessage: number): Payload | NoPayload {
  if (typeof frame === "string") return { reason: "A text, though ETF was asked for" };
  try {
    const reader = begin(frame, maxMessage);
    const parts: Record<string, unknown> = {};
    let data: TermReader | undefined;
    for (let left = reader.beginMap(); left > 0; left--) {
      const key = reader.readKey();
      if (key === "op" || key === "t" || key === "s") parts[key] = reader.read();
      else {
        if (key === "d") data = reader.fork();
        reader.skip();
      }
    }
    if (!reader.isAtEnd) return { reason: "Something follows the term" };
    const head = checkHead(parts);
    if ("reason" in head) return head;
    const { op, s, t } = head;
    // What is no event is read by the session itself, and must not turn out to be nothing then.
    if (data === undefined || t === null || !isDispatchName(t)) return new Payload(op, s, t, data?.read());
    return new EtfPayload(op, s, t, data, frame.length);
  } catch (error) {
    if (error instanceof ProtocolError) return { reason: error.message };
    throw error;
  }
}

/** A dispatch, whose data is a term that is read when it is first asked for. */
class EtfPayload extends Payload {
  #term: TermReader | undefined;
  #size: number;
  #value: unknown = undefined;

  constructor(op: number, sequence: number | null, name: string, term: TermReader, size: number) {
    super(op, sequence, name, undefined);
    this.#term = term;
    this.#size = size;
  }

  override get data(): unknown {
    if (this.#term !== undefined) {
      // From the same place again, if it throws.
      this.#value = this.#term.fork().read();
      this.#term = undefined;
      this.#size = 0;
    }
    return this.#value;
  }

  override get unread(): number {
    return this.#size;
  }
}
