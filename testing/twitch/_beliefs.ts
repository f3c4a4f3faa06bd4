import type { Observation } from "@parley/parley/driver";
import { linesOf } from "../world/checking/checker.ts";
import type { TwitchServerRecord, TwitchStanding } from "./server_types.ts";

/** What a client had been told of a channel when it sent a message there. */
export interface Belief {
  readonly standing: TwitchStanding;
  /** How long it is to pause, in milliseconds. */
  readonly pause: number;
}

/** What a client had been told when it sent each of its messages, by their nonces. */
export function beliefsOf(observations: readonly Observation[]): Map<string, Belief> {
  const standings = new Map<string, TwitchStanding>();
  const slow = new Map<string, number>();
  const beliefs = new Map<string, Belief>();
  // What is told of a channel that was left need not be kept.
  const left = new Set<string>();
  for (const { direction, line } of linesOf(observations)) {
    const [, membership, about = ""] = direction === "sent" ? /^(JOIN|PART) (#\w+)$/.exec(line) ?? [] : [];
    if (membership === "JOIN") left.delete(about);
    if (membership === "PART") {
      left.add(about);
      slow.delete(about);
      standings.delete(about);
    }
    const [, tags = "", command = "", channel = ""] = /^@(\S+) (?::\S+ )?(\w+) (#\w+)/.exec(line) ?? [];
    if (direction === "sent" && command === "PRIVMSG") {
      const standing = standings.get(channel) ?? "ordinary";
      const pause = standing === "ordinary" ? Math.max(1_000, slow.get(channel) ?? 0) : 0;
      beliefs.set(/client-nonce=([^;]+)/.exec(tags)?.[1] ?? "", { standing, pause });
    }
    if (direction !== "received" || left.has(channel)) continue;
    const badge = /(?:^|;)badges=(moderator|vip)\//.exec(tags)?.[1];
    if (command === "USERSTATE") {
      standings.set(channel, badge === "moderator" || badge === "vip" ? badge : "ordinary");
    }
    if (command === "ROOMSTATE") slow.set(channel, Number(/(?:^|;)slow=(\d+)/.exec(tags)?.[1]) * 1_000);
  }
  return beliefs;
}

/** The mark of ours that a message has, by which {@linkcode beliefsOf} knows it; empty: it has none. */
export function nonceOf({ text }: TwitchServerRecord): string {
  return /^@client-nonce=([^; ]+)/.exec(text)?.[1] ?? "";
}
