import { OptionError } from "./errors.ts";

/** Checks how large a message may be, in bytes; throws OptionError if it is not a positive whole number. */
export function checkMaxMessage(bytes: number): number {
  if (Number.isSafeInteger(bytes) && bytes > 0) return bytes;
  throw new OptionError(
    `Cannot take messages of "${bytes}" bytes: maxMessage must be a positive whole number of bytes`,
  );
}

/**
 * Checks an option `timeouts`: each a positive number of milliseconds, and finite unless it is one of the `endless`,
 * which may be waited for for ever.
 *
 * @throws {OptionError} naming the first that is not.
 */
export function checkTimeouts<Timeouts extends object>(
  timeouts: Timeouts,
  endless: readonly string[] = [],
): Timeouts {
  for (const [name, ms] of Object.entries(timeouts)) {
    const most = endless.includes(name) ? Infinity : Number.MAX_VALUE;
    if (ms === undefined || typeof ms === "number" && ms > 0 && ms <= most) continue;
    const finite = most < Infinity ? " and finite" : "";
    throw new OptionError(`Cannot wait "${ms}" ms for \`timeouts.${name}\`: it must be positive${finite}`);
  }
  return timeouts;
}

/** What an option may be: what `typeof` says, or "array"; "undefined" where it may be left out. */
export type OptionKind = "array" | "boolean" | "function" | "number" | "object" | "string" | "undefined";

/**
 * Checks that options are there, and that each of these is of a kind that it may be: plain JavaScript has no compiler that
 * would have said so. No value is shown, for it may be a secret.
 *
 * @param task What cannot be done otherwise: `make an IrcClient`.
 * @throws {OptionError} naming the first that is missing, or of another kind.
 */
export function checkKinds(
  task: string,
  options: unknown,
  kinds: Readonly<Record<string, readonly OptionKind[]>>,
): void {
  if (kindOf(options) !== "object") throw new OptionError(`Cannot ${task}: give its options, as an object`);
  for (const [name, may] of Object.entries(kinds)) {
    const kind = kindOf(Reflect.get(Object(options), name));
    if (may.some((one) => one === kind)) continue;
    const wanted = may.filter((one) => one !== "undefined").map(withArticle).join(" or ");
    const found = kind === "undefined" ? "missing" : withArticle(kind);
    throw new OptionError(`Cannot ${task}: \`${name}\` is ${found}; give ${wanted}`);
  }
}

/** All names that there are within options that are objects themselves. */
export type InnerNames<Options> = {
  readonly [Name in keyof Options]?: Readonly<Record<keyof Extract<Options[Name], object>, unknown>>;
};

/** What an option is called elsewhere, where nothing would tell that it has no effect here. */
export type OtherNames<Options> = Readonly<Record<string, keyof Options & string>>;

/**
 * Checks the kind of every option, as {@linkcode checkKinds} does, and that none is misspelt, nor any within one: there
 * for nothing is a name which is nearly that of an option that is not given. Any other is let through, as a compiler lets
 * it: options may be part of a larger object, of a file of settings say.
 *
 * @throws {OptionError} naming the first that is misspelt, missing, or of another kind.
 */
export function checkNamesAndKinds<Options extends object>(
  task: string,
  options: Options,
  kinds: Readonly<Record<keyof Options, readonly OptionKind[]>>,
  innerNames: InnerNames<Options> = {},
  otherNames: OtherNames<Options> = {},
): void {
  checkNames(task, "", options, kinds, otherNames);
  checkKinds(task, options, kinds);
  for (const [name, names] of Object.entries(innerNames)) {
    checkNames(task, `${name}.`, Reflect.get(options, name), Object(names), {});
  }
}

/** Checks that no name is misspelt: of an option, or `within` one. */
function checkNames(task: string, within: string, options: unknown, names: object, others: object): void {
  if (kindOf(options) !== "object") return;
  const given = new Map(Object.entries(Object(options)).filter(([, value]) => value !== undefined));
  const left = Object.keys(names).filter((name) => !given.has(name));
  for (const name of given.keys()) {
    if (Object.hasOwn(names, name)) continue;
    // Within an option there are few other names that a short one could be.
    const edits = Math.max(editsOf(name), within === "" ? 0 : 1);
    const other = new Map(Object.entries(others)).get(name);
    const meant = left.find((one) => one === other || isNear(name.toLowerCase(), one.toLowerCase(), edits));
    if (meant === undefined) continue;
    const [wrong, right] = [within + name, within + meant];
    throw new OptionError(`Cannot ${task}: there is no option \`${wrong}\`; did you mean \`${right}\`?`);
  }
}

/** Whether one name becomes the other by as many edits: a letter changed, put in or left out, or two swapped. */
function isNear(name: string, other: string, edits: number): boolean {
  if (name === other) return true;
  if (edits === 0) return false;
  let at = 0;
  while (name[at] === other[at]) at++;
  const isSwapped = name[at] === other[at + 1] && name[at + 1] === other[at];
  const skipped = [[1, 0], [0, 1], isSwapped ? [2, 2] : [1, 1]] as const;
  return skipped.some(([of, from]) => isNear(name.slice(at + of), other.slice(at + from), edits - 1));
}

/** By how many edits a name may be off: short ones are words of their own too easily. */
function editsOf({ length }: string): number {
  return length > 7 ? 2 : length > 4 ? 1 : 0;
}

function kindOf(value: unknown): string {
  return value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
}

function withArticle(kind: string): string {
  return kind === "null" ? kind : `${/^[ao]/.test(kind) ? "an" : "a"} ${kind}`;
}
