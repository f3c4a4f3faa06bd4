import { parseData } from "./payload.ts";

/** How many characters of text a dispatch holds whose data was not read yet; 0 for all else. */
export let textLength: (event: object) => number;

/** Something happened on Discord; `kind` is the event's name and `data` what Discord says of it. */
export class DispatchEvent<Kind extends string, Data> {
  /** The name of the event. */
  readonly kind: Kind;
  /** The id of the shard that received it. */
  readonly shard: number;
  /** The session it belongs to. With `sequence` it tells a repeat from something new. */
  readonly session: string;
  /** Its number in the session. */
  readonly sequence: number;
  /** The whole payload while the data is not parsed. */
  #text: string | undefined;
  #data: unknown;

  static {
    textLength = (event) => #text in event ? event.#text?.length ?? 0 : 0;
  }

  /** Takes its parts: the data, or in its place the text of the payload that holds it. */
  constructor(kind: Kind, shard: number, session: string, sequence: number, data: unknown, text?: string) {
    this.kind = kind;
    this.shard = shard;
    this.session = session;
    this.sequence = sequence;
    this.#data = data;
    this.#text = text;
  }

  /**
   * What Discord says of it; parsed when it is first read.
   *
   * @throws {ProtocolError} if what Discord sent is not JSON.
   */
  get data(): Data {
    if (this.#text !== undefined) {
      this.#data = parseData(this.#text, this.kind, this.sequence);
      this.#text = undefined;
    }
    // Discord's word is taken for the shape of its data: to check every shape would cost more than to read it.
    return this.#data as Data;
  }
}
