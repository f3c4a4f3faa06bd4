import type { KnownCommand, ParameterValue } from "./command_table.ts";
import type { Isupport } from "../support/isupport.ts";
import { type ModeChange, parseModeChanges } from "../support/mode_changes.ts";

/** Which parameter of a command lists its targets, of which a server takes only so many at once. */
const TARGETS: Readonly<Partial<Record<KnownCommand, number>>> = {
  KICK: 1,
  LIST: 0,
  NAMES: 0,
  TAGMSG: 0,
  WHOIS: 1,
  WHOWAS: 0,
};

/**
 * What is given for a command, as often as the server needs it: for so many targets at once (`TARGMAX`), and so many
 * modes with an argument (`MODES`).
 */
export function withinLimits(
  command: KnownCommand,
  values: readonly ParameterValue[],
  isupport: Isupport,
): readonly (readonly ParameterValue[])[] {
  if (command === "MODE") return modesWithin(values, isupport);
  const index = TARGETS[command];
  const targets = index === undefined ? undefined : values[index];
  const most = isupport.targMax(command === "TAGMSG" ? "PRIVMSG" : command);
  if (index === undefined || !Array.isArray(targets) || targets.length <= most) return [values];
  const pieces: (readonly ParameterValue[])[] = [];
  for (let at = 0; at < targets.length; at += Math.max(1, most)) {
    const piece = (list: readonly string[]) => list.slice(at, at + Math.max(1, most));
    pieces.push(values.map((value, i) => {
      // KICK throws each nick out of its own channel, or all out of one.
      const isPaired = command === "KICK" && i === 0 && Array.isArray(value) && value.length > 1;
      return i === index ? piece(targets) : isPaired ? piece(value) : value;
    }));
  }
  return pieces;
}

function modesWithin(
  values: readonly ParameterValue[],
  isupport: Isupport,
): readonly (readonly ParameterValue[])[] {
  const [target, modes, args] = values;
  const most = Math.max(1, isupport.modes);
  if (typeof modes !== "string" || !Array.isArray(args) || args.length <= most) return [values];
  const changes = parseModeChanges(modes, args, isupport);
  const taken = changes.filter(({ argument }) => argument !== undefined);
  // Who knows what the server does with what is left.
  if (taken.length !== args.length) return [values];
  const pieces: ModeChange[][] = [[]];
  let count = 0;
  for (const change of changes) {
    if (change.argument !== undefined && ++count > most) {
      pieces.push([]);
      count = 1;
    }
    pieces.at(-1)?.push(change);
  }
  return pieces.map((piece) => [
    target,
    piece.map(({ sign, mode }, i) => piece[i - 1]?.sign === sign ? mode : sign + mode).join(""),
    piece.flatMap(({ argument }) => argument ?? []),
  ]);
}
