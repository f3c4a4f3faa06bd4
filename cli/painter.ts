import type { Io, Output } from "./io.ts";

const COLOURS = {
  irc: "36",
  twitch: "35",
  discord: "34",
  name: "1",
  dim: "2",
  bad: "31",
  good: "32",
  warning: "33",
} as const;

/** What a text is, which says how it is coloured. */
export type Colour = keyof typeof COLOURS;

/** Colours text. */
export type Paint = (colour: Colour, text: string) => string;

/** Colours text where people read it at a terminal and do not mind (https://no-color.org); else leaves it as it is. */
export function painter({ env }: Pick<Io, "env">, output: Output): Paint {
  const coloured = output.isTerminal && !env.NO_COLOR && env.TERM !== "dumb";
  return (colour, text) => coloured ? `\x1b[${COLOURS[colour]}m${text}\x1b[0m` : text;
}
