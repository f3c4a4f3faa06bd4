/** Throws, with what is wrong and what to do. */
export type Refuse = (why: string) => never;

/** An object whose fields are not known to be what their types say. */
export type Fields = Readonly<Record<string, unknown>>;

/** Discord counts code points; a string's length counts a code point beyond U+FFFF twice. */
export function isLonger(text: string, limit: number): boolean {
  if (text.length <= limit) return false;
  if (text.length > 2 * limit) return true;
  return [...text].length > limit;
}

/** A text of so many code points; `what` begins what is refused, such as `its title`. */
export function checkText(refuse: Refuse, what: string, value: unknown, least: number, most: number): void {
  if (typeof value !== "string") refuse(`${what} is a ${typeOf(value)}; pass a string`);
  else if (value.length < least) refuse(`${what} is empty; Discord takes ${least} to ${most} characters`);
  else if (isLonger(value, most)) {
    refuse(`${what} is longer than ${most} characters, "${[...value].length}"; shorten it`);
  }
}

/** As {@linkcode checkText}, where the text may be missing. */
export function checkTextIfAny(refuse: Refuse, what: string, value: unknown, most: number, least = 0): void {
  if (value !== undefined && value !== null) checkText(refuse, what, value, least, most);
}

/** A whole number from one to another, where it may be missing. */
export function checkWholeIfAny(
  refuse: Refuse,
  what: string,
  value: unknown,
  least: number,
  most: number,
): void {
  if (value === undefined) return;
  if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) return;
  // What is no number need not even be text.
  const shown = typeof value === "number" ? value : typeOf(value);
  refuse(`${what} is "${shown}"; Discord takes a whole number from ${least} to ${most}`);
}

/** An array of so many; gives it back. */
export function checkList(
  refuse: Refuse,
  what: string,
  value: unknown,
  least: number,
  most: number,
): readonly unknown[] {
  if (!Array.isArray(value)) return refuse(`it has no ${what}, which are an array`);
  if (value.length >= least && value.length <= most) return value;
  const range = least === most ? `exactly ${most}` : least === 0 ? `at most ${most}` : `${least} to ${most}`;
  return refuse(`it has "${value.length}" ${what}; Discord takes ${range}`);
}

const ATTACHMENT = "attachment://";

/** A URL with one of the schemes, each with its colon. */
export function checkUrl(refuse: Refuse, what: string, value: unknown, schemes: readonly string[]): void {
  // What follows is a file's name, with which not every URL parser is content.
  if (schemes.includes("attachment:") && typeof value === "string" && value.startsWith(ATTACHMENT)) {
    if (value.length > ATTACHMENT.length) return;
  } else if (typeof value === "string" && URL.canParse(value) && schemes.includes(new URL(value).protocol)) {
    return;
  }
  refuse(`${what} is no URL that begins with ${schemes.map((scheme) => `"${scheme}//"`).join(" or ")}`);
}

/** What to call a value in an error. */
export function typeOf(value: unknown): string {
  return value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
}
