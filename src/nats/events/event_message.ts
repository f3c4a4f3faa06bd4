import { DispatchEvent } from "../../discord/gateway/wire/dispatch_event.ts";
import {
  dispatchEvent,
  type GapEvent,
  type GatewayDispatchEvent,
  type GatewayEvent,
  type UnknownEvent,
} from "../../discord/gateway/wire/event.ts";
import { Opcode } from "../../discord/gateway/wire/opcodes.ts";
import { Payload } from "../../discord/gateway/wire/payload.ts";
import { shardIdFor } from "../../discord/gateway/shards/shard_id.ts";
import type { ClientEvent } from "../../driver/client/client_event.ts";
import { byteLength } from "../../protocol/data/byte_length.ts";
import { fnv1a } from "../../protocol/data/fnv1a.ts";
import { isCount, isRecord, jsonOf } from "../../protocol/data/json_value.ts";
import type { DroppedEvent } from "./partition_reader.ts";

/** An event that was too large for NATS to carry: all but its data is there. */
export interface OmittedEvent {
  readonly kind: "omitted";
  /** The name of the event. */
  readonly name: string;
  readonly shard: number;
  readonly session: string;
  /** Its number in the session. */
  readonly sequence: number;
  /** Whether Discord sent it again, after a resume. */
  readonly replayed: boolean;
  /** How many characters of JSON it has. */
  readonly size: number;
}

/** What a worker is told: the events of Discord, and that some of them are not to be had. */
export type StreamedEvent = GatewayDispatchEvent | UnknownEvent | GapEvent | OmittedEvent | DroppedEvent;

/** What goes into a stream of all that a gateway tells. */
type PublishedEvent = GatewayDispatchEvent | UnknownEvent | GapEvent;

/** Whether an event is for workers: those of Discord are, and times of which nothing is to be had. */
function isPublished(event: GatewayEvent | ClientEvent): event is PublishedEvent {
  return event instanceof DispatchEvent || event.kind === "unknown" || event.kind === "gap" && !event.resumed;
}

/** An event as a message, and whose it is. */
export interface EventMessage {
  /** What it is called in the subject. */
  readonly name: string;
  /**
   * What is in order: the id of the guild, or else of the channel, the user or whatever it is about; empty: of nothing.
   * Undefined: it is about all, and goes into every partition.
   */
  readonly key: string | undefined;
  readonly text: string;
  /** By which it is known if it is published again; undefined: it comes twice if it is. */
  readonly id: string | undefined;
}

/** An event of a gateway as a message, if it is for workers; one that takes more bytes than `most` without its data. */
export function discordMessage(event: GatewayEvent | ClientEvent, most: number): EventMessage | undefined {
  if (!isPublished(event)) return undefined;
  if (event.kind !== "gap") return writeEvent(event, most);
  // Another that begins there may last longer: it is told by who has taken over from who told the first.
  const id = `${event.session}:${event.sequence}:gap:${event.from}:${event.to}`;
  return { name: "gap", key: undefined, text: writeGap(event), id };
}

function writeEvent(event: Exclude<PublishedEvent, GapEvent>, most: number): EventMessage {
  const { shard, session, sequence, replayed } = event;
  const name = event.kind === "unknown" ? event.name : event.kind;
  // What Discord has sent need not be written again.
  const sent = DispatchEvent.text(event);
  const key = keyOf(name, event.data);
  const payload = sent ?? JSON.stringify({ op: Opcode.Dispatch, t: name, s: sequence, d: event.data });
  const head = `"shard":${shard},"session":${JSON.stringify(session)},"replayed":${replayed}`;
  const text = `{${head},"payload":${payload}}`;
  const id = sequence > 0 ? `${session}:${sequence}` : undefined;
  if (fits(text, most)) return { name, key, text, id };
  const without = { op: Opcode.Dispatch, t: name, s: sequence, d: null };
  const omitted = `{${head},"omitted":${payload.length},"payload":${JSON.stringify(without)}}`;
  return { name, key, text: omitted, id };
}

/** What {@linkcode discordMessage} has written of an event, without its data; undefined for what has none. */
export function withoutData(text: string): string | undefined {
  const value = jsonOf(text);
  if (!isRecord(value) || !isRecord(value["payload"]) || value["omitted"] !== undefined) return undefined;
  const { payload, ...head } = value;
  const size = text.length - JSON.stringify({ ...head, payload: 0 }).length + 1;
  return JSON.stringify({ ...head, omitted: size, payload: { ...payload, d: null } });
}

/** Whether a text takes so many bytes at most: none of its characters takes more than three. */
function fits(text: string, most: number): boolean {
  return text.length * 3 <= most || byteLength(text) <= most;
}

/** Writes that events are not to be had. */
function writeGap({ kind: _, ...gap }: GapEvent): string {
  return JSON.stringify({ gap });
}

/** Reads a message; undefined for what is none of these. */
export function readEvent(text: string): { readonly event: StreamedEvent; readonly key: string } | undefined {
  const value = jsonOf(text);
  if (!isRecord(value)) return undefined;
  const gap = readGap(value["gap"]);
  if (gap !== undefined) return { event: gap, key: "" };
  const { shard, session, replayed, payload, omitted } = value;
  if (!isCount(shard) || typeof session !== "string" || typeof replayed !== "boolean") return undefined;
  if (!isRecord(payload)) return undefined;
  const { t: name, s, d: data } = payload;
  const sequence = s ?? 0;
  if (typeof name !== "string" || !isCount(sequence)) return undefined;
  if (isCount(omitted)) {
    return { event: { kind: "omitted", name, shard, session, sequence, replayed, size: omitted }, key: "" };
  }
  if (data === undefined) return undefined;
  const whole = new Payload(Opcode.Dispatch, sequence, name, data);
  return {
    event: dispatchEvent(whole, name, shard, session, sequence, replayed),
    key: keyOf(name, data),
  };
}

function readGap(value: unknown): GapEvent | undefined {
  if (!isRecord(value)) return undefined;
  const { shard, from, to, resumed, session, sequence, next } = value;
  const isGap = isCount(shard) && typeof from === "number" && typeof to === "number" &&
    typeof resumed === "boolean" && typeof session === "string" && isCount(sequence) &&
    (next === undefined || isCount(next));
  return isGap ? { kind: "gap", shard, from, to, resumed, session, sequence, next } : undefined;
}

/** In which of so many partitions the events of a guild are: as Discord shares guilds out among shards. */
export function partitionOf(key: string, partitions: number): number {
  return /^\d{1,20}$/.test(key) ? shardIdFor(key, partitions) : fnv1a(key) % partitions;
}

function keyOf(name: string, data: unknown): string {
  if (!isRecord(data)) return "";
  const { guild_id: guild, channel_id: channel, id } = data;
  if (typeof guild === "string") return guild;
  // GUILD_CREATE, GUILD_UPDATE and GUILD_DELETE; all others that are called so name the guild.
  if (name.startsWith("GUILD_") && typeof id === "string") return id;
  if (typeof channel === "string") return channel;
  return typeof id === "string" ? id : "";
}
