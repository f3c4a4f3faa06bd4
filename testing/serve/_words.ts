/** What a line of the prompt gives to what it names: `<channel>`, `[nick]`, `<text…>`, by these names. */
export type Given = Readonly<Record<string, string>>;

/** What can be asked for by a line: how it is written, what it does. */
export interface Verb {
  /** How it is written: `says <channel> <text…>`; what is in brackets may be left out, `…` is the rest of the line. */
  readonly usage: string;
  readonly does: string;
}

/** A line that says nothing that is understood. */
export class PromptError extends Error {
  override readonly name: string = "PromptError";
}

/** Takes the first word of a line, in quotation marks or not, and what is left. */
export function firstWord(line: string): readonly [word: string, rest: string] {
  const [whole = "", quoted, bare = ""] = /^\s*(?:"([^"]*)"|(\S+))\s*/.exec(line) ?? [];
  return [quoted ?? bare, line.slice(whole.length)];
}

/** All words of a line. */
export function words(line: string): string[] {
  const found: string[] = [];
  for (let rest = line.trim(); rest !== "";) {
    const [word, left] = firstWord(rest);
    found.push(word);
    rest = left;
  }
  return found;
}

/**
 * Reads what a line gives behind its verb.
 *
 * @throws {PromptError} if something is missing, or left over.
 */
export function read({ usage }: Verb, line: string): Given {
  const [, ...parameters] = usage.split(" ");
  const given: Record<string, string> = {};
  let rest = line.trim();
  for (const parameter of parameters) {
    const [, bracket, name = "", takesRest] = /^([<[])(\w+)(…?)[>\]]$/.exec(parameter) ?? [];
    if (rest === "") {
      if (bracket === "<") throw new PromptError(`Cannot do that: "${parameter}" is missing of "${usage}"`);
      continue;
    }
    if (takesRest === "…") {
      given[name] = rest;
      rest = "";
    } else {
      [given[name], rest] = firstWord(rest);
    }
  }
  if (rest !== "") throw new PromptError(`Cannot do that: "${rest}" is too much for "${usage}"`);
  return given;
}

/**
 * Reads `name=value` pairs; a value with spaces stands in quotation marks: `name="Bob B."`.
 *
 * @throws {PromptError} if there is something else.
 */
export function pairs<Value>(
  text: string,
  value: (text: string, isQuoted: boolean) => Value,
): Record<string, Value> {
  const found: Record<string, Value> = {};
  const left = text.replaceAll(/([^\s=]+)=(?:"([^"]*)"|(\S*))/g, (_, name, quoted, bare) => {
    found[name] = value(quoted ?? bare, quoted !== undefined);
    return "";
  }).trim();
  if (left === "") return found;
  throw new PromptError(`Cannot read "${left}": write name=value, or name="a value with spaces"`);
}
