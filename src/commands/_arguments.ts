import type { Options } from "./options.ts";

/** What was given, or what is wrong with it. */
export type Arguments =
  | { readonly kind: "given"; readonly values: Readonly<Record<string, unknown>> }
  | { readonly kind: "wrong"; readonly option: string; readonly expected: string };

// A word, or what stands in double quotes if they are closed.
const WORD = /\s*(?:"([^"]*)"(?=\s|$)|(\S+))/y;

/** Reads what stands behind a command's name. */
export function readArguments(options: Options, rest: string): Arguments {
  const values: Record<string, unknown> = {};
  const word = new RegExp(WORD);
  let at = 0;
  for (const [name, { required, takesRest, read, expected }] of Object.entries(options)) {
    let given: string | undefined;
    if (takesRest) given = rest.slice(at).trim() || undefined;
    else {
      word.lastIndex = at;
      const found = word.exec(rest);
      if (found !== null) at = word.lastIndex;
      given = found?.[1] ?? found?.[2];
    }
    if (given === undefined && !required) continue;
    const value = given === undefined ? undefined : read(given);
    if (value === undefined) return { kind: "wrong", option: name, expected };
    values[name] = value;
  }
  return { kind: "given", values };
}
