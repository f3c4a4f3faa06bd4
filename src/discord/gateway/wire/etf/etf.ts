import { ProtocolError } from "../../../../protocol/errors.ts";
import type { Data } from "../../../../protocol/protocol.ts";
import { isDispatchName } from "../dispatch_names.ts";
import type { GatewayCodec } from "../encoding.ts";
import { checkHead, type NoPayload, Payload } from "../payload.ts";
import { shownPayload } from "../shown_payload.ts";
import { inflate } from "./inflate.ts";
import { TermJson } from "./term_json.ts";
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
      return typeof frame === "string" ? undefined : shownPayload(jsonOf(frame, MOST_SHOWN));
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
  return JSON.parse(jsonOf(bytes, maxBytes));
}

/** The JSON of a whole term. */
function jsonOf(frame: Uint8Array, maxBytes: number): string {
  const { bytes, at } = begin(frame, maxBytes);
  const term = new TermJson(bytes, at);
  const json = term.write();
  if (!term.isAtEnd) throw new ProtocolError("Cannot read a term: something follows it");
  return json;
}

/** Finds where the term begins: behind the version of the format, or in what is compressed. */
function begin(bytes: Uint8Array, maxBytes: number): { readonly bytes: Uint8Array; readonly at: number } {
  if (bytes[0] !== VERSION) throw new ProtocolError("Cannot read a term: it is of no version that is known");
  if (bytes[1] !== COMPRESSED) return { bytes, at: 1 };
  if (bytes.length < COMPRESSED_HEADER) throw new ProtocolError("Cannot read a term: it is cut short");
  const size = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(2);
  if (size > maxBytes) throw new ProtocolError(`Cannot read a term: it says that it has ${size} bytes`);
  return { bytes: inflate(bytes.subarray(COMPRESSED_HEADER), size), at: 0 };
}

/**
 * Finds `op`, `t` and `s`, and where the data is. Erlang sorts the keys of a map, so that the data comes first, and
 * nothing says how long it is: it is stepped over, and seen to be whole on the way.
 */
function readPayload(frame: Data, maxMessage: number): Payload | NoPayload {
  if (typeof frame === "string") return { reason: "A text, though ETF was asked for" };
  try {
    const { bytes, at } = begin(frame, maxMessage);
    const reader = new TermReader(bytes, at);
    const parts: Record<string, unknown> = {};
    let data: number | undefined;
    for (let left = reader.beginMap(); left > 0; left--) {
      const key = reader.key();
      if (key === "op" || key === "t" || key === "s") parts[key] = reader.scalar() ?? null;
      else {
        if (key === "d") data = reader.at;
        reader.skip();
      }
    }
    if (!reader.isAtEnd) return { reason: "Something follows the term" };
    const head = checkHead(parts);
    if ("reason" in head) return head;
    const { op, s, t } = head;
    if (data === undefined) return new Payload(op, s, t, undefined);
    // What is no event is read by the session itself, and must not turn out to be nothing then.
    if (t === null || !isDispatchName(t)) return new Payload(op, s, t, new TermJson(bytes, data).read());
    return new EtfPayload(op, s, t, bytes, data);
  } catch (error) {
    if (error instanceof ProtocolError) return { reason: error.message };
    throw error;
  }
}

/** A dispatch, whose data is a term that is read when it is first asked for. */
class EtfPayload extends Payload {
  #bytes: Uint8Array | undefined;
  readonly #at: number;
  #value: unknown = undefined;

  constructor(op: number, sequence: number | null, name: string, bytes: Uint8Array, at: number) {
    super(op, sequence, name, undefined);
    this.#bytes = bytes;
    this.#at = at;
  }

  override get data(): unknown {
    if (this.#bytes !== undefined) {
      this.#value = new TermJson(this.#bytes, this.#at).read();
      this.#bytes = undefined;
    }
    return this.#value;
  }

  override get unread(): number {
    return this.#bytes?.length ?? 0;
  }
}
