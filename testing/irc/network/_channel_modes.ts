import { Isupport, parseModeChanges } from "@parley/parley/irc";
import type { Numeric } from "./_monitor.ts";
import type { Channel } from "./_state.ts";

/** Modes of channels: lists, keys, limits, and those without an argument. */
export const CHANMODES = "b,k,l,imnst";

/** What comes of a MODE: what to tell whoever set it, and what to tell the channel. */
export interface ModesSet {
  readonly answers: readonly Numeric[];
  /** The modes that changed, and their arguments; undefined: none did. */
  readonly changed: readonly string[] | undefined;
}

const isupport = new Isupport();
isupport.take(["*", `CHANMODES=${CHANMODES}`, "PREFIX=(ov)@+", "are supported"]);

/** Sets modes of a channel, as somebody asks who may. */
export function setModes(
  channel: Channel,
  modes: string,
  args: readonly string[],
  fold: (name: string) => string,
): ModesSet {
  const answers: Numeric[] = [];
  const changed: { readonly change: string; readonly argument: string | undefined }[] = [];
  for (const { sign, mode, argument } of parseModeChanges(modes, args, isupport)) {
    const isSet = sign === "+";
    const set = { change: sign + mode, argument };
    if (mode === "o" || mode === "v") {
      const nick = argument === undefined ? undefined : channel.members.get(fold(argument));
      if (nick === undefined) {
        answers.push(["441", [argument ?? "", channel.name, "They aren't on that channel"]]);
        continue;
      }
      const having = mode === "o" ? channel.operators : channel.voiced;
      if (having.has(fold(nick)) === isSet) continue;
      if (isSet) having.add(fold(nick));
      else having.delete(fold(nick));
      changed.push({ ...set, argument: nick });
    } else if (mode === "b") {
      if (argument === undefined) {
        for (const mask of channel.bans) answers.push(["367", [channel.name, mask]]);
        answers.push(["368", [channel.name, "End of channel ban list"]]);
        continue;
      }
      if (channel.bans.has(argument) === isSet) continue;
      if (isSet) channel.bans.add(argument);
      else channel.bans.delete(argument);
      changed.push(set);
    } else if ("klimnst".includes(mode)) {
      if (isSet && "kl".includes(mode) && argument === undefined) continue;
      if (channel.modes.has(mode) === isSet && !"kl".includes(mode)) continue;
      if (isSet) channel.modes.set(mode, argument ?? "");
      else channel.modes.delete(mode);
      changed.push(set);
    } else {
      answers.push(["472", [mode, "is an unknown mode char to me"]]);
    }
  }
  if (changed.length === 0) return { answers, changed: undefined };
  const letters = changed.map(({ change }) => change).join("");
  return { answers, changed: [letters, ...changed.flatMap(({ argument }) => argument ?? [])] };
}

/** The modes of a channel as RPL_CHANNELMODEIS tells them: no key to who is not in it. */
export function modesOf(channel: Channel, isMember: boolean): readonly string[] {
  const letters = [...channel.modes.keys()].sort();
  const args = letters.flatMap((mode) =>
    "kl".includes(mode) ? [mode === "k" && !isMember ? "*" : channel.modes.get(mode) ?? ""] : []
  );
  return [`+${letters.join("")}`, ...args];
}
