import { isRecord } from "../../../protocol/data/json_value.ts";
import { DispatchEvent } from "../wire/dispatch_event.ts";
import type { GatewayDispatchEvent, UnknownEvent } from "../wire/event.ts";

/** An event that a session was sent, whether its name is known or not. */
export type Dispatched = GatewayDispatchEvent | UnknownEvent;

/** The events that answer what a session has asked for: no other session gets them. */
const ANSWERS: ReadonlySet<string> = new Set<Dispatched["kind"]>([
  "CHANNEL_INFO",
  "GUILD_MEMBERS_CHUNK",
  "RATE_LIMITED",
  "SOUNDBOARD_SOUNDS",
  "VOICE_SERVER_UPDATE",
]);

/** True for an event that a session was sent. */
export function isDispatched(event: { readonly kind: string }): event is Dispatched {
  return event instanceof DispatchEvent || event.kind === "unknown";
}

/** Whether it answers what its session has asked for, so that no other session gets it. */
export function isAnswer({ kind }: Dispatched): boolean {
  return ANSWERS.has(kind);
}

/** The guild that an event belongs to, "" if to none; undefined if its data cannot be read. */
export function guildOf(event: Dispatched): string | undefined {
  const data = dataOf(event);
  if (!isRecord(data)) return data === UNREADABLE ? undefined : "";
  const { guild_id, id } = data;
  const guild = guild_id ?? (/^GUILD_(CREATE|UPDATE|DELETE)$/.test(nameOf(event)) ? id : undefined);
  return typeof guild === "string" && /^\d{1,20}$/.test(guild) ? guild : "";
}

/**
 * What tells an event from others, the same in every session that is sent it: its name and the ID of what it tells of
 * or, where that was not made with it, all that it says.
 */
export function identityOf(event: Dispatched): string {
  const name = nameOf(event);
  const data = dataOf(event);
  const tellsTime = event instanceof DispatchEvent && event.happenedAt !== undefined;
  if (isRecord(data) && (tellsTime || name === "GUILD_CREATE")) return `${name} ${String(data.id)}`;
  return `${name} ${digest(canonical(data))}`;
}

const UNREADABLE = Symbol();

function dataOf(event: Dispatched): unknown {
  try {
    return event.data;
  } catch {
    return UNREADABLE;
  }
}

function nameOf(event: Dispatched): string {
  return event.kind === "unknown" ? event.name : event.kind;
}

/** As JSON, its keys in order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    return isRecord(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => a < b ? -1 : 1))
      : part;
  }) ?? "";
}

/** 64 bits of it, by FNV-1a in two halves. */
function digest(text: string): string {
  let [low, high] = [0x811c9dc5, 0x1b873593];
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ code, 0x85ebca6b) ^ (high >>> 13);
  }
  return `${(low >>> 0).toString(36)}${(high >>> 0).toString(36)}`;
}
