import { isRecord } from "../../../protocol/data/json_value.ts";
import { LazyRecord } from "../../../protocol/data/lazy_record.ts";
import { snowflakeTime } from "../../snowflake.ts";
import type { DispatchName } from "./dispatch_names.ts";
import type { Payload } from "./payload.ts";

/** The events whose data has the ID of what it tells of, made when that happened. */
const TELLING_TIME: ReadonlySet<string> = new Set<DispatchName>([
  "AUTO_MODERATION_RULE_CREATE",
  "CHANNEL_CREATE",
  "ENTITLEMENT_CREATE",
  "GUILD_AUDIT_LOG_ENTRY_CREATE",
  "GUILD_SCHEDULED_EVENT_CREATE",
  "INTERACTION_CREATE",
  "MESSAGE_CREATE",
  "STAGE_INSTANCE_CREATE",
  "SUBSCRIPTION_CREATE",
]);

/** Something happened on Discord; `kind` is the event's name and `data` what Discord says of it. */
export class DispatchEvent<Kind extends string, Data> extends LazyRecord {
  /** The name of the event. */
  readonly kind: Kind;
  /** The id of the shard that received it. */
  readonly shard: number;
  /** The session it belongs to. With `sequence` it tells a repeat from something new. */
  readonly session: string;
  /** Its number in the session, from 1; 0 where the gateway gives none, as Discord's own always does. */
  readonly sequence: number;
  /** Whether it comes late: missed while there was no link, and sent when the session was taken up again. */
  readonly replayed: boolean;
  /**
   * What Discord says of it; parsed when it is first read.
   *
   * @throws {ProtocolError} if what Discord sent is not JSON, or no term of ETF.
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

  /** Takes its parts, the payload that has its data, and whether it comes late. */
  constructor(
    kind: Kind,
    shard: number,
    session: string,
    sequence: number,
    payload: Payload,
    replayed = false,
  ) {
    super();
    this.kind = kind;
    this.shard = shard;
    this.session = session;
    this.sequence = sequence;
    this.replayed = replayed;
    this.#payload = payload;
    Object.defineProperty(this, "data", DispatchEvent.#data);
  }

  /**
   * When it happened, in milliseconds of Unix time, by the ID of what its data is about; undefined where that tells
   * something else, or there is none: a MESSAGE_UPDATE has the ID that the message was made with.
   *
   * Source: Discord, "API Reference", Snowflakes.
   *
   * @throws {ProtocolError} if what Discord sent is not JSON.
   */
  get happenedAt(): number | undefined {
    if (!TELLING_TIME.has(this.kind)) return undefined;
    const { data } = this.#payload;
    return isRecord(data) && typeof data.id === "string" ? snowflakeTime(data.id) : undefined;
  }

  /** The payload as JSON, as long as nobody has read the data of what came as such. */
  static text(event: object): string | undefined {
    return #payload in event ? event.#payload.text : undefined;
  }

  /** How many characters, or bytes, an event holds of which nobody has read the data; 0 for whatever is no dispatch. */
  static unread(event: object): number {
    return #payload in event ? event.#payload.unread : 0;
  }
}
