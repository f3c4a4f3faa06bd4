/**
 * Colours as a terminal shows them: readable on its background, or none at all where nobody wants them.
 *
 * @module
 */

/** The colours a terminal may have behind what it shows. */
export type Background = "dark" | "light";

/** What is known of where the text goes. */
export interface Terminal {
  readonly isTerminal: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Whether to write in colour: on terminals that can, unless `NO_COLOR` is set; anywhere if `FORCE_COLOR` is.
 * (https://no-color.org)
 */
export function wantsColor({ isTerminal, env }: Terminal): boolean {
  if (env["NO_COLOR"]) return false;
  if (env["FORCE_COLOR"]) return env["FORCE_COLOR"] !== "0";
  return isTerminal && env["TERM"] !== "dumb";
}

/** The background, where the terminal tells it as the last number of `COLORFGBG`; else most are dark. */
export function backgroundOf({ env }: Terminal): Background {
  const color = env["COLORFGBG"]?.split(";").at(-1);
  return color === "7" || color === "15" ? "light" : "dark";
}

/** A colour by its parts, each from 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** As light as dark backgrounds usually are, and white. */
export const BACKGROUNDS: Readonly<Record<Background, Rgb>> = { dark: [30, 30, 30], light: [255, 255, 255] };
// What WCAG asks for of text.
const CONTRAST = 4.5;

/** The parts of `#RRGGBB`. */
function parse(color: string): Rgb {
  const number = Number.parseInt(color.slice(1), 16);
  return [number >> 16, (number >> 8) & 255, number & 255];
}

/** How light a colour is, from 0 to 1. (WCAG 2.2, relative luminance) */
function luminance(rgb: Rgb): number {
  const linear = (part: number) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(rgb[0]) + 0.7152 * linear(rgb[1]) + 0.0722 * linear(rgb[2]);
}

/** The contrast between two colours, from 1 to 21. (WCAG 2.2, contrast ratio) */
export function contrast(a: Rgb, b: Rgb): number {
  const [one, other] = [luminance(a), luminance(b)];
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}

/**
 * A colour that can be read on the background: that of `#RRGGBB`, made lighter or darker no more than it
 * takes. Chatters choose colours such as `#0000FF`, for somebody else's background.
 */
export function readable(color: string, background: Background): Rgb {
  const [red, green, blue] = parse(color);
  const goal = background === "dark" ? 255 : 0;
  for (let share = 0; share < 1; share += 0.05) {
    const mix = (part: number) => Math.round(part + (goal - part) * share);
    const mixed: Rgb = [mix(red), mix(green), mix(blue)];
    if (contrast(mixed, BACKGROUNDS[background]) >= CONTRAST) return mixed;
  }
  return [goal, goal, goal];
}

/** A text in a colour. */
export function paint([red, green, blue]: Rgb, text: string): string {
  return `\x1b[38;2;${red};${green};${blue}m${text}\x1b[39m`;
}

/** A text that steps back. */
export function dim(text: string): string {
  return `\x1b[2m${text}\x1b[22m`;
}

/** What others wrote, without what a terminal would obey. */
export function harmless(text: string): string {
  return text.replace(/\p{Cc}/gu, "\ufffd");
}
