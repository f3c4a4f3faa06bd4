import { LazyRecord } from "../../../protocol/lazy_record.ts";
import type { Payload } from "./payload.ts";

/** Something happened on Discord; `kind` is the event's name and `data` what Discord says of it. */
export class DispatchEvent<Kind extends string, Data> extends LazyRecord {
  /** The name of the event. */
  readonly kind: Kind;
  /** The id of the shard that received it. */
  readonly shard: number;
  /** The session it belongs to. With `sequence` it tells a repeat from something new. */
  readonly session: string;
  /** Its number in the session. */
  readonly sequence: number;
  /**
   * What Discord says of it; parsed when it is first read.
   *
   * @throws {ProtocolError} if what Discord sent is not JSON.
   */
  declare readonly data: Data;
  readonly #payload: Payload;

  /** A property of each event's own, so that a spread, `structuredClone` and JSON have it. */
  static readonly #data: PropertyDescriptor & ThisType<DispatchEvent<string, unknown>> = {
    get() {
      return this.#payload.data;
    },
    enumerable: true,
    configurable: true,
  };

  /** Takes its parts, and the payload that has its data. */
  constructor(kind: Kind, shard: number, session: string, sequence: number, payload: Payload) {
    super();
    this.kind = kind;
    this.shard = shard;
    this.session = session;
    this.sequence = sequence;
    this.#payload = payload;
    Object.defineProperty(this, "data", DispatchEvent.#data);
  }

  /** How many characters an event holds of which nobody has read the data; 0 for whatever is no dispatch. */
  static unread(event: object): number {
    return #payload in event ? event.#payload.unread : 0;
  }
}
