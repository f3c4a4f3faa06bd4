import type { Payload } from "./payload.ts";

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
  readonly #payload: Payload;

  /** Takes its parts, and the payload that has its data. */
  constructor(kind: Kind, shard: number, session: string, sequence: number, payload: Payload) {
    this.kind = kind;
    this.shard = shard;
    this.session = session;
    this.sequence = sequence;
    this.#payload = payload;
  }

  /** How many characters an event holds of which nobody has read the data; 0 for whatever is no dispatch. */
  static unread(event: object): number {
    return #payload in event ? event.#payload.unread : 0;
  }

  /**
   * What Discord says of it; parsed when it is first read.
   *
   * @throws {ProtocolError} if what Discord sent is not JSON.
   */
  get data(): Data {
    // Discord's word is taken for the shape of its data: to check every shape would cost more than to read it.
    return this.#payload.data as Data;
  }
}
