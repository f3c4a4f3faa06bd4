import type { Isupport } from "./isupport.ts";

/** One mode that is set or unset. */
export interface ModeChange {
  /** Whether it is set or unset. */
  readonly sign: "+" | "-";
  /** Its letter. */
  readonly mode: string;
  /** Its argument, if it has one: a nick for a status, a mask for a list, a key, a limit. */
  readonly argument: string | undefined;
}

/**
 * Takes the modes of a MODE or an `RPL_CHANNELMODEIS` apart; which of them have an argument, the server has
 * told. ([Modern IRC, MODE](https://modern.ircdocs.horse/#mode-message))
 *
 * @example
 * ```ts
 * import { Isupport, parseModeChanges } from "@parley/parley/irc";
 *
 * parseModeChanges("+ov-l", ["dan", "eve"], new Isupport());
 * // [{ sign: "+", mode: "o", argument: "dan" }, { sign: "+", mode: "v", argument: "eve" },
 * //  { sign: "-", mode: "l", argument: undefined }]
 * ```
 */
export function parseModeChanges(
  modes: string,
  args: readonly string[],
  isupport: Isupport,
): readonly ModeChange[] {
  const { list, always, whenSet } = isupport.chanModes;
  const withArgument = list + always + isupport.prefix.map(({ mode }) => mode).join("");
  const changes: ModeChange[] = [];
  let sign: "+" | "-" = "+";
  let next = 0;
  for (const mode of modes) {
    if (mode === "+" || mode === "-") {
      sign = mode;
      continue;
    }
    const takes = withArgument.includes(mode) || (sign === "+" && whenSet.includes(mode));
    changes.push({ sign, mode, argument: takes ? args[next++] : undefined });
  }
  return changes;
}
