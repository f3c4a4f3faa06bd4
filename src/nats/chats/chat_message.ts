import { type IrcMessage, parseMessage } from "../../irc/wire/messages/message.ts";
import { isCount, isRecord, jsonOf } from "../../protocol/data/json_value.ts";
import type { EventMessage } from "../events/event_message.ts";
import type { DroppedEvent } from "../events/partition_reader.ts";

/** A line of a chat, as a worker gets it. */
export interface StreamedLine {
  readonly kind: "line";
  /** Of which account or network. */
  readonly slot: number;
  /** The kind of the event that it was, such as `PRIVMSG`. */
  readonly name: string;
  /** The line; `typedMessage` of `./twitch` makes an event of one of Twitch's. */
  readonly message: IrcMessage;
  /** What was said: that of all its lines, where it had several. */
  readonly text: string;
  /** When it came, in milliseconds since 1970 began, by the clock on the wall of who heard it. */
  readonly at: number;
}

/** A time in which nobody heard what was said, in milliseconds since 1970 began. */
export interface StreamedGap {
  readonly kind: "gap";
  /** Of which account or network. */
  readonly slot: number;
  readonly from: number;
  readonly to: number;
}

/** What a worker of chats is told. */
export type ChatEvent = StreamedLine | StreamedGap | DroppedEvent;

/** Writes what a client of a slot tells, if it is for workers: lines, and times away. */
export function chatMessage(
  slot: number,
  event: { readonly kind: string },
  at: number,
): EventMessage | undefined {
  const away = gapOf(event);
  if (away !== undefined) {
    const { from, to } = away;
    const text = JSON.stringify({ gap: { slot, from, to } });
    return { name: "gap", key: undefined, text, id: `${slot}:gap:${from}:${to}` };
  }
  const line = lineOf(event);
  if (line === undefined) return undefined;
  const message = parseMessage(line);
  const said = "text" in event && typeof event.text === "string" ? event.text : message.text;
  const text = JSON.stringify({
    slot,
    name: event.kind,
    line,
    at,
    ...(said !== message.text && { text: said }),
  });
  // Twitch's name for it, or that of IRCv3.
  const id = message.tags.get("id") ?? message.tags.get("msgid");
  return {
    name: event.kind,
    key: keyOf(slot, message),
    text,
    id: id === undefined ? undefined : `${slot}:${event.kind}:${id}`,
  };
}

/** The time in which a client was away, if it tells of that. */
export function gapOf(event: { readonly kind: string }): Pick<StreamedGap, "from" | "to"> | undefined {
  if (event.kind !== "gap" || !("from" in event) || !("to" in event)) return undefined;
  const { from, to } = event;
  return typeof from === "number" && typeof to === "number" ? { from, to } : undefined;
}

/** Reads a message; undefined for what is none of these. */
export function readChat(text: string): { readonly event: ChatEvent; readonly key: string } | undefined {
  const value = jsonOf(text);
  if (!isRecord(value)) return undefined;
  const { gap, slot, name, line, at, text: said } = value;
  if (isRecord(gap)) {
    const { slot, from, to } = gap;
    const isGap = isCount(slot) && typeof from === "number" && typeof to === "number";
    return isGap ? { event: { kind: "gap", slot, from, to }, key: "" } : undefined;
  }
  if (!isCount(slot) || typeof name !== "string" || typeof line !== "string" || typeof at !== "number") {
    return undefined;
  }
  try {
    const message = parseMessage(line);
    const event = { kind: "line", slot, name, message, at } as const;
    return {
      event: { ...event, text: typeof said === "string" ? said : message.text },
      key: keyOf(slot, message),
    };
  } catch {
    return undefined;
  }
}

/** What a client's event came as. */
function lineOf(event: object): string | undefined {
  const message = "message" in event ? event.message : undefined;
  return isRecord(message) && typeof message["raw"] === "string" ? message["raw"] : undefined;
}

/** What is in order: what is said in a channel, and what is about none. */
function keyOf(slot: number, { params }: IrcMessage): string {
  return `${slot} ${params.find((param) => /^[#&]/.test(param)) ?? ""}`;
}
