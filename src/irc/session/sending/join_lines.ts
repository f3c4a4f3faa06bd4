import type { TrackedChannel } from "../channels/channel_membership.ts";
import { LONGEST_MESSAGE } from "../../wire/commands/command.ts";
import { formatMessage } from "../../wire/messages/message.ts";
import type { Outgoing } from "./outbox.ts";
import { secrecyOf } from "../../wire/commands/secrecy.ts";

const encoder = new TextEncoder();

/** The lines that join channels, at most so many each: as few as there can be, those with keys first. */
export function joinLines(channels: readonly TrackedChannel[], most: number): Outgoing[] {
  const lines: Outgoing[] = [];
  let names: string[] = [];
  let keys: string[] = [];
  const flush = () => {
    if (names.length === 0) return;
    const params = [names.join(","), ...(keys.length > 0 ? [keys.join(",")] : [])];
    const line = formatMessage({ command: "JOIN", params });
    lines.push({ line, ticket: undefined, purpose: "join", ...secrecyOf(line) });
    names = [];
    keys = [];
  };
  // Keys are matched to channels by their place, so those without one come last.
  for (const { name, key } of [...channels].sort((a, b) => Number(!a.key) - Number(!b.key))) {
    const length =
      encoder.encode(["JOIN", [...names, name].join(","), [...keys, key ?? ""].join(",")].join(" ")).length;
    if (length > LONGEST_MESSAGE || names.length >= most) flush();
    names.push(name);
    if (key !== undefined) keys.push(key);
  }
  flush();
  return lines;
}
