/**
 * A colour: one of the 99 by its number, 0 to 98, or any as `#rrggbb`.
 * ([Modern IRC, colors](https://modern.ircdocs.horse/formatting.html#colors))
 */
export type TextColor = number | `#${string}`;

/** How a piece of text looks; what is left out is as usual. */
export interface TextStyle {
  /** Bold. */
  readonly bold?: boolean;
  /** Italic. */
  readonly italic?: boolean;
  /** Underlined. */
  readonly underline?: boolean;
  /** Struck through. */
  readonly strikethrough?: boolean;
  /** In a font of one width. */
  readonly monospace?: boolean;
  /** Foreground and background swapped. */
  readonly reverse?: boolean;
  /** The colour of the text. */
  readonly foreground?: TextColor;
  /** The colour behind the text. */
  readonly background?: TextColor;
}

/** A piece of text in one style. */
export interface TextSpan extends TextStyle {
  /** The text, without any codes. */
  readonly text: string;
}

const RESET = "\x0f";
const COLOR = "\x03";
const HEX_COLOR = "\x04";
/** Those that switch something on, and when they come again off. */
const TOGGLES = [
  ["\x02", "bold"],
  ["\x1d", "italic"],
  ["\x1f", "underline"],
  ["\x1e", "strikethrough"],
  ["\x11", "monospace"],
  ["\x16", "reverse"],
] as const;
const TOGGLE_OF: ReadonlyMap<string, typeof TOGGLES[number][1]> = new Map(TOGGLES);

// One code with what belongs to it: "If there are two ASCII digits available […] two characters MUST always be
// read", and a comma without a colour behind it is text.
const CODE =
  // deno-lint-ignore no-control-regex
  /[\x02\x0f\x11\x16\x1d-\x1f]|\x03(?:([0-9]{1,2})(?:,([0-9]{1,2}))?)?|\x04(?:([0-9a-fA-F]{6})(?:,([0-9a-fA-F]{6}))?)?/g;

/**
 * The text without its formatting codes.
 * ([Modern IRC, formatting](https://modern.ircdocs.horse/formatting.html))
 *
 * @example
 * ```ts
 * import { stripFormatting } from "@parley/parley/irc";
 *
 * stripFormatting("\x02bold\x02 and \x0304,12red\x03"); // "bold and red"
 * ```
 */
export function stripFormatting(text: string): string {
  return text.replace(CODE, "");
}

/**
 * Takes a text apart into pieces of one style each.
 * ([Modern IRC, formatting](https://modern.ircdocs.horse/formatting.html))
 *
 * @example
 * ```ts
 * import { parseFormatting } from "@parley/parley/irc";
 *
 * parseFormatting("\x02bold\x02 and \x0304red");
 * // [{ text: "bold", bold: true }, { text: " and " }, { text: "red", foreground: 4 }]
 * ```
 */
export function parseFormatting(text: string): readonly TextSpan[] {
  const spans: TextSpan[] = [];
  let style: TextStyle = {};
  let from = 0;
  const take = (to: number) => {
    if (to > from) spans.push({ text: text.slice(from, to), ...style });
  };
  for (const match of text.matchAll(CODE)) {
    take(match.index);
    from = match.index + match[0].length;
    style = after(style, match);
  }
  take(text.length);
  return spans;
}

/** The style behind a code. */
function after(
  style: TextStyle,
  [code, foreground, background, hexForeground, hexBackground]: string[],
): TextStyle {
  const kind = code?.charAt(0) ?? "";
  if (kind === RESET) return {};
  const toggled = TOGGLE_OF.get(kind);
  if (toggled !== undefined) {
    const { [toggled]: was, ...rest } = style;
    return was ? rest : { ...rest, [toggled]: true };
  }
  const { foreground: _old, background: oldBackground, ...rest } = style;
  const isHex = kind === HEX_COLOR;
  const color = isHex ? hexForeground : foreground;
  // Without a colour it resets both.
  if (color === undefined) return rest;
  const behind = isHex ? hexBackground : background;
  const newBackground = behind === undefined ? oldBackground : colorOf(behind, isHex);
  const newForeground = colorOf(color, isHex);
  return {
    ...rest,
    ...(newForeground !== undefined && { foreground: newForeground }),
    ...(newBackground !== undefined && { background: newBackground }),
  };
}

/** The colour; 99 is the usual one, which needs no saying. */
function colorOf(digits: string, isHex: boolean): TextColor | undefined {
  if (isHex) return `#${digits.toLowerCase()}`;
  return Number(digits) === 99 ? undefined : Number(digits);
}

/**
 * Makes a text of pieces in their styles. Codes within the pieces' texts are left out, and colours that are
 * none are as usual.
 * ([Modern IRC, formatting](https://modern.ircdocs.horse/formatting.html))
 *
 * @example
 * ```ts
 * import { formatText } from "@parley/parley/irc";
 *
 * formatText([{ text: "red", foreground: 4 }, { text: " and " }, { text: "bold", bold: true }]);
 * // "\x0304red\x0f and \x02bold"
 * ```
 */
export function formatText(spans: readonly TextSpan[]): string {
  let line = "";
  let plain = true;
  for (const { text, ...style } of spans) {
    const stripped = stripFormatting(text);
    if (stripped === "") continue;
    const codes = codesOf(style, stripped);
    if (!plain) line += RESET;
    line += codes + stripped;
    plain = codes === "";
  }
  return line;
}

/** The codes that lead from no style to this one. */
function codesOf(style: TextStyle, text: string): string {
  const foreground = digitsOf(style.foreground);
  const background = digitsOf(style.background);
  let codes = "";
  // A background stays when a foreground follows without one, so that two kinds of colours can be mixed.
  if (background?.isHex) {
    codes += `${HEX_COLOR}${foreground?.isHex ? foreground.digits : "000000"},${background.digits}`;
    if (foreground === undefined) codes += `${COLOR}99`;
    else if (!foreground.isHex) codes += `${COLOR}${foreground.digits}`;
  } else {
    if (background !== undefined) {
      codes += `${COLOR}${
        foreground === undefined || foreground.isHex ? "99" : foreground.digits
      },${background.digits}`;
    }
    if (foreground?.isHex) codes += `${HEX_COLOR}${foreground.digits}`;
    else if (foreground !== undefined && background === undefined) codes += `${COLOR}${foreground.digits}`;
  }
  const toggles = TOGGLES.filter(([, name]) => style[name]).map(([code]) => code).join("");
  // A comma would belong to the colour: a code that is taken back at once holds them apart.
  const apart = codes !== "" && toggles === "" && text.startsWith(",") ? "\x02\x02" : "";
  return codes + toggles + apart;
}

function digitsOf(
  color: TextColor | undefined,
): { readonly digits: string; readonly isHex: boolean } | undefined {
  if (typeof color === "number") {
    if (!Number.isInteger(color) || color < 0 || color > 98) return undefined;
    return { digits: String(color).padStart(2, "0"), isHex: false };
  }
  return color !== undefined && /^#[0-9a-fA-F]{6}$/.test(color)
    ? { digits: color.slice(1), isHex: true }
    : undefined;
}
