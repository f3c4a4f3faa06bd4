import { CommandError, OptionError } from "../../../protocol/errors.ts";

/** The names between braces in a pattern. */
type Names<Pattern extends string> = Pattern extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Names<Rest>
  : never;

/** What a `custom_id` carries, by the pattern it was built from: `vote:{poll}` carries `{ poll: string }`. */
export type CustomIdParams<Pattern extends string> = string extends Pattern ? Readonly<Record<string, string>>
  : { readonly [Name in Names<Pattern>]: string };

/** The arguments that take a pattern's parameters: none, where it has none. */
export type CustomIdArguments<Pattern extends string> = [Names<Pattern>] extends [never]
  ? string extends Pattern ? [params: CustomIdParams<Pattern>] : []
  : [params: CustomIdParams<Pattern>];

const LONGEST = 100;

/**
 * A pattern of a `custom_id`: text, and parameters in braces. What comes between two parameters separates
 * them; within a value it is escaped, so that every value comes back as it went in.
 *
 * Source: Discord, "Component Reference", Custom ID.
 *
 * @throws {OptionError} if the pattern is empty, too long, names a parameter twice or has nothing between two.
 *
 * @example
 * ```ts
 * import { CustomId } from "@parley/parley/discord/interactions";
 *
 * const vote = new CustomId("vote:{poll}:{choice}");
 * const id = vote.build({ poll: "7", choice: "a:b" }); // "vote:7:a%3Ab"
 * vote.match(id); // { poll: "7", choice: "a:b" }
 * ```
 */
export class CustomId<Pattern extends string = string> {
  /** The pattern. */
  readonly pattern: Pattern;
  /** The names of its parameters, in order. */
  readonly names: readonly string[];
  /** The pattern without the names: two of one shape match the same. */
  readonly shape: string;
  readonly #literals: readonly string[];
  readonly #separators: RegExp | undefined;
  readonly #expression: RegExp | undefined;

  /** Takes the pattern. */
  constructor(pattern: Pattern) {
    const refuse = (why: string): never => {
      throw new OptionError(`Cannot use "${pattern}" as a custom_id: ${why}`);
    };
    const parts = pattern.split(/\{([^{}]*)\}/);
    const literals = parts.filter((_, index) => index % 2 === 0);
    const names = parts.filter((_, index) => index % 2 === 1);
    if (pattern === "") refuse("it is empty");
    if (literals.some((literal) => /[{}]/.test(literal))) refuse('a brace is alone; write "{name}"');
    for (const [index, name] of names.entries()) {
      if (!/^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name) || name === "__proto__") {
        refuse(`"{${name}}" names no parameter`);
      }
      if (names.indexOf(name) !== index) refuse(`it names "{${name}}" twice`);
      if (index > 0 && literals[index] === "") refuse(`nothing separates "{${name}}" from what is before it`);
    }
    if (lengthOf(literals.join("")) > LONGEST) {
      refuse(`it is longer than ${LONGEST} characters without its parameters`);
    }
    this.pattern = pattern;
    this.names = names;
    this.shape = literals.join("{}");
    this.#literals = literals;
    if (names.length === 0) return;
    // A value ends where the text after it begins, and must not look as if it began earlier.
    const ends = names.flatMap((_, index) => [
      [...literals[index] ?? ""].at(-1) ?? "",
      [...literals[index + 1] ?? ""][0] ?? "",
    ]);
    const separators = [...new Set(ends)].map(escapeRegExp).join("").replace("-", "\\-");
    this.#separators = new RegExp(`[%${separators}]`, "gu");
    const value = separators === "" ? "(.*)" : `([^${separators}]*)`;
    this.#expression = new RegExp(`^${literals.map(escapeRegExp).join(value)}$`, "su");
  }

  /**
   * Makes a `custom_id` that carries these values.
   *
   * @throws {CommandError} `invalid_command` if a value is missing, or the whole has more than 100 characters.
   */
  build(...args: CustomIdArguments<Pattern>): string {
    const refuse = (why: string): never => {
      throw new CommandError("invalid_command", `Cannot build a custom_id of "${this.pattern}": ${why}`);
    };
    const params: Readonly<Record<string, unknown>> = args[0] ?? {};
    let id = this.#literals[0] ?? "";
    for (const [index, name] of this.names.entries()) {
      const value = Object.hasOwn(params, name) ? params[name] : undefined;
      if (typeof value !== "string" || !value.isWellFormed()) return refuse(`"${name}" is no text`);
      id += value.replaceAll(this.#separators ?? "", escapeCharacter) + this.#literals[index + 1];
    }
    const length = lengthOf(id);
    if (length > LONGEST) refuse(`it would have "${length}" characters; Discord takes at most ${LONGEST}`);
    if (length === 0) refuse("it would be empty");
    return id;
  }

  /** The values that a `custom_id` carries; undefined if it was not built of this pattern. */
  match(customId: string): CustomIdParams<Pattern> | undefined {
    const params: Record<string, string> = {};
    if (this.#expression === undefined) {
      return customId === this.pattern ? params as CustomIdParams<Pattern> : undefined;
    }
    const found = this.#expression.exec(customId);
    if (found === null) return undefined;
    try {
      for (const [index, name] of this.names.entries()) {
        const value = found[index + 1] ?? "";
        params[name] = value.includes("%") ? decodeURIComponent(value) : value;
      }
    } catch {
      return undefined; // An escape that no build writes.
    }
    // Each name of the pattern has its value, which the loop cannot tell the compiler.
    return params as CustomIdParams<Pattern>;
  }
}

function lengthOf(text: string): number {
  return [...text].length;
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

/** As `encodeURIComponent`, which leaves some of ASCII alone. */
function escapeCharacter(character: string): string {
  const escaped = encodeURIComponent(character);
  if (escaped !== character) return escaped;
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}
