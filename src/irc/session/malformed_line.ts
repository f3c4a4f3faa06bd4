import type { IrcEvent } from "../wire/events/event.ts";

/** So much of a line tells which it is, in characters. */
const SHOWN = 64;

/** Tells that a line, or a part of what it says, is not kept, and why. */
export function malformedLine(line: string, reason: string): IrcEvent {
  return { kind: "malformed", text: line.slice(0, SHOWN), reason };
}
