import type { TrackedChannel } from "./channel_membership.ts";
import { LONGEST_MESSAGE } from "../wire/command.ts";
import { formatMessage } from "../wire/message.ts";
import type { Outgoing } from "./outbox.ts";
import { secrecyOf } from "../wire/secrecy.ts";

/** Numerics that refuse a JOIN, with the channel as their second parameter. */
export const JOIN_REFUSALS: ReadonlySet<string> = new Set([
  "403", // ERR_NOSUCHCHANNEL
  "405", // ERR_TOOMANYCHANNELS
  "407", // ERR_TOOMANYTARGETS
  "437", // ERR_UNAVAILRESOURCE
  "448", // ERR_FORBIDDENCHANNEL
  "471", // ERR_CHANNELISFULL
  "473", // ERR_INVITEONLYCHAN
  "474", // ERR_BANNEDFROMCHAN
  "475", // ERR_BADCHANNELKEY
  "476", // ERR_BADCHANMASK
  "477", // ERR_NEEDREGGEDNICK
  "489", // ERR_SECUREONLYCHAN
]);

const encoder = new TextEncoder();

/** The lines that join channels: as few as there can be, those with keys first. */
export function joinLines(channels: readonly TrackedChannel[]): Outgoing[] {
  const lines: Outgoing[] = [];
  let names: string[] = [];
  let keys: string[] = [];
  const flush = () => {
    if (names.length === 0) return;
    const params = [names.join(","), ...(keys.length > 0 ? [keys.join(",")] : [])];
    const line = formatMessage({ command: "JOIN", params });
    lines.push({ line, ticket: undefined, purpose: "join", about: names, ...secrecyOf(line) });
    names = [];
    keys = [];
  };
  // Keys are matched to channels by their place, so those without one come last.
  for (const { name, key } of [...channels].sort((a, b) => Number(!a.key) - Number(!b.key))) {
    const length =
      encoder.encode(["JOIN", [...names, name].join(","), [...keys, key ?? ""].join(",")].join(" ")).length;
    if (length > LONGEST_MESSAGE) flush();
    names.push(name);
    if (key !== undefined) keys.push(key);
  }
  flush();
  return lines;
}
