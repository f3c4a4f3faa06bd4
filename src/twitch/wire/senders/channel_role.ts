import type { IrcMessage } from "../../../irc/wire/messages/message.ts";

/** What an account is in a channel, as far as its limits go. */
export type ChannelRole = "moderator" | "vip" | "ordinary";

// A lead moderator's badge takes the place of the moderator's.
const MODERATES = ["broadcaster", "moderator", "lead_moderator", "staff", "admin", "global_mod"];

/** What a USERSTATE says we are in its channel. */
export function channelRoleOf(state: IrcMessage): ChannelRole {
  const badges = (state.tag("badges") ?? "").split(",").map((badge) => badge.split("/", 1)[0] ?? "");
  if (state.tag("mod") === "1" || badges.some((badge) => MODERATES.includes(badge))) return "moderator";
  return badges.includes("vip") || state.tag("vip") === "1" ? "vip" : "ordinary";
}
