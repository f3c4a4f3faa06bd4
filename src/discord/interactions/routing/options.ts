/**
 * The options of a slash command: what a user can give, and as what a handler gets it.
 *
 * @example
 * ```ts
 * import { command, option } from "@parley/parley/discord/interactions";
 *
 * command("roll", "Rolls dice", {
 *   sides: option.integer("How many sides", { required: true, min_value: 2 }),
 *   colour: option.string("Of which colour", { choices: ["red", "blue"] }),
 * }, (i) => {
 *   const { sides, colour = "white" } = i.options; // number, "red" | "blue" | "white"
 *   return i.reply(`A ${colour} die of ${sides} sides`);
 * });
 * ```
 *
 * @module
 */
import type {
  APIApplicationCommandAutocompleteInteraction,
  APIApplicationCommandOptionChoice,
  APIAttachment,
  APIInteractionDataResolved,
  APIInteractionDataResolvedChannel,
  APIRole,
  ApplicationCommandOptionAllowedChannelType,
  FileUploadType,
  LocalizationMap,
} from "discord-api-types/v10";
import { ProtocolError } from "../../../protocol/errors.ts";
import type { Answer } from "../interaction/answer.ts";
import { AutocompleteInteraction, type GivenOption } from "./autocomplete_interaction.ts";
import type { HandlerResult, Match } from "./match.ts";
import { resolve, type ResolvedMentionable, type ResolvedUser } from "../interaction/resolved.ts";

/** Answers while a user is typing an option, with `i.suggest`. */
export type AutocompleteHandler<Value extends string | number, Context> = (
  i: AutocompleteInteraction<Value>,
  context: Context,
) => HandlerResult;

/**
 * An option of a slash command.
 *
 * @typeParam Value What a handler gets of it.
 * @typeParam Required Whether a user must give it.
 * @typeParam Context What its autocomplete handler needs to come with the interaction.
 */
export interface Option<out Value = unknown, out Required extends boolean = boolean, in Context = never> {
  /** What Discord is told of it, less its name. */
  readonly definition: OptionDefinition;
  /** Whether a user must give it. */
  readonly required: Required;
  /** Reads what a user gave. */
  readonly read: (value: unknown, resolved: APIInteractionDataResolved | undefined) => Value;
  /** Opens it while a user is typing it; for routers. */
  readonly suggest:
    | ((
      payload: APIApplicationCommandAutocompleteInteraction,
      answer: Answer,
      given: readonly GivenOption[],
    ) => Match<Context>)
    | undefined;
}

/** The options of a command, by their names. */
export type Options = Readonly<Record<string, Option>>;

/** What a handler gets of options: undefined for one that a user left out. */
export type OptionValues<Of extends Options> = {
  readonly [Name in keyof Of]: Of[Name] extends Option<infer Value, infer Required>
    ? Required extends true ? Value : Value | undefined
    : never;
};

/** What Discord is told of an option, less its name. */
export interface OptionDefinition {
  readonly type: number;
  readonly description: string;
  readonly required?: boolean;
  readonly name_localizations?: LocalizationMap | null;
  readonly description_localizations?: LocalizationMap | null;
  readonly choices?: readonly APIApplicationCommandOptionChoice[];
  readonly autocomplete?: boolean;
  readonly min_value?: number;
  readonly max_value?: number;
  readonly min_length?: number;
  readonly max_length?: number;
  readonly channel_types?: readonly ApplicationCommandOptionAllowedChannelType[];
  readonly file_types?: readonly FileUploadType[];
}

/** What any option may have. */
export interface CommonOptions<Required extends boolean> {
  /** Whether a user must give it; those that must come first. @default {false} */
  readonly required?: Required;
  /** Its name in other languages. @default {undefined} */
  readonly name_localizations?: LocalizationMap;
  /** Its description in other languages. @default {undefined} */
  readonly description_localizations?: LocalizationMap;
}

/** One of the values that a user chooses from: by itself, or with a name of 1 to 100 characters. */
export type Choice<Value extends string | number> = Value | {
  readonly name: string;
  readonly value: Value;
  readonly name_localizations?: LocalizationMap;
};

/** The values of choices; `Base` where there are none. */
export type ChosenValue<Choices extends readonly unknown[], Base> = [Choices[number]] extends [never] ? Base
  : Choices[number] extends infer One ? One extends { readonly value: infer Value } ? Value : One
  : never;

/** What an option may have that is typed by the user. */
export interface TypedOptions<Value extends string | number, Choices, Required extends boolean, Context>
  extends CommonOptions<Required> {
  /** At most 25 values, of which the user takes one. @default {any value} */
  readonly choices?: Choices;
  /** Suggests values while the user is typing; not together with `choices`. @default {undefined} */
  readonly autocomplete?: AutocompleteHandler<Value, Context>;
}

/** What an option for a text may have. */
export interface StringOptions<Choices, Required extends boolean, Context>
  extends TypedOptions<string, Choices, Required, Context> {
  /** The least characters, 0 to 6000. @default {0} */
  readonly min_length?: number;
  /** The most characters, 1 to 6000. @default {6000} */
  readonly max_length?: number;
}

/** What an option for a number may have. */
export interface NumberOptions<Choices, Required extends boolean, Context>
  extends TypedOptions<number, Choices, Required, Context> {
  /** The least value. @default {-2 ** 53} */
  readonly min_value?: number;
  /** The greatest value. @default {2 ** 53} */
  readonly max_value?: number;
}

/** What an option for a channel may have. */
export interface ChannelOptions<Required extends boolean> extends CommonOptions<Required> {
  /** The types that are offered. @default {all} */
  readonly channel_types?: readonly ApplicationCommandOptionAllowedChannelType[];
}

/** What an option for a file may have. */
export interface AttachmentOptions<Required extends boolean> extends CommonOptions<Required> {
  /** Up to 10 of `image`, `video`, `audio` and extensions; look at what comes all the same. @default {all} */
  readonly file_types?: readonly FileUploadType[];
}

/**
 * An option for a text.
 *
 * @param description 1 to 100 characters.
 */
export function string<
  const Choices extends readonly Choice<string>[] = readonly [],
  const Required extends boolean = false,
  Context = unknown,
>(
  description: string,
  options: StringOptions<Choices, Required, Context> = {},
): Option<ChosenValue<Choices, string>, Required, NoInfer<Context>> {
  return typed(
    3,
    description,
    options,
    (value): value is ChosenValue<Choices, string> => typeof value === "string",
  );
}

/**
 * An option for a whole number between -2^53 and 2^53.
 *
 * @param description 1 to 100 characters.
 */
export function integer<
  const Choices extends readonly Choice<number>[] = readonly [],
  const Required extends boolean = false,
  Context = unknown,
>(
  description: string,
  options: NumberOptions<Choices, Required, Context> = {},
): Option<ChosenValue<Choices, number>, Required, NoInfer<Context>> {
  return typed(
    4,
    description,
    options,
    (value): value is ChosenValue<Choices, number> => Number.isSafeInteger(value),
  );
}

/**
 * An option for any number between -2^53 and 2^53.
 *
 * @param description 1 to 100 characters.
 */
export function number<
  const Choices extends readonly Choice<number>[] = readonly [],
  const Required extends boolean = false,
  Context = unknown,
>(
  description: string,
  options: NumberOptions<Choices, Required, Context> = {},
): Option<ChosenValue<Choices, number>, Required, NoInfer<Context>> {
  return typed(
    10,
    description,
    options,
    (value): value is ChosenValue<Choices, number> => Number.isFinite(value),
  );
}

/**
 * An option for true or false.
 *
 * @param description 1 to 100 characters.
 */
export function boolean<const Required extends boolean = false>(
  description: string,
  options: CommonOptions<Required> = {},
): Option<boolean, Required, unknown> {
  return made(5, description, options, readAs((value) => typeof value === "boolean"));
}

/**
 * An option for a user, whether in the guild or not.
 *
 * @param description 1 to 100 characters.
 */
export function user<const Required extends boolean = false>(
  description: string,
  options: CommonOptions<Required> = {},
): Option<ResolvedUser, Required, unknown> {
  return made(6, description, options, (id, resolved) => resolve("user", id, resolved));
}

/**
 * An option for a channel.
 *
 * @param description 1 to 100 characters.
 */
export function channel<const Required extends boolean = false>(
  description: string,
  options: ChannelOptions<Required> = {},
): Option<APIInteractionDataResolvedChannel, Required, unknown> {
  return made(7, description, options, (id, resolved) => resolve("channel", id, resolved));
}

/**
 * An option for a role.
 *
 * @param description 1 to 100 characters.
 */
export function role<const Required extends boolean = false>(
  description: string,
  options: CommonOptions<Required> = {},
): Option<APIRole, Required, unknown> {
  return made(8, description, options, (id, resolved) => resolve("role", id, resolved));
}

/**
 * An option for a user or a role.
 *
 * @param description 1 to 100 characters.
 */
export function mentionable<const Required extends boolean = false>(
  description: string,
  options: CommonOptions<Required> = {},
): Option<ResolvedMentionable, Required, unknown> {
  return made(9, description, options, (id, resolved) => resolve("mentionable", id, resolved));
}

/**
 * An option for a file.
 *
 * @param description 1 to 100 characters.
 */
export function attachment<const Required extends boolean = false>(
  description: string,
  options: AttachmentOptions<Required> = {},
): Option<APIAttachment, Required, unknown> {
  return made(11, description, options, (id, resolved) => resolve("attachment", id, resolved));
}

function typed<Value, Typed extends string | number, Required extends boolean, Context>(
  type: number,
  description: string,
  options: TypedOptions<Typed, readonly Choice<Typed>[], Required, Context>,
  fits: (value: unknown) => value is Value,
): Option<Value, Required, Context> {
  const { choices, autocomplete, ...rest } = options;
  const definition = {
    ...rest,
    ...(choices && { choices: choices.map(named) }),
    ...(autocomplete && { autocomplete: true }),
  };
  return {
    ...made(type, description, definition, readAs(fits)),
    suggest: autocomplete && ((payload, answer, given) => ({
      i: new AutocompleteInteraction(payload, answer, given),
      handler: autocomplete,
    })),
  };
}

/** Reads a value that Discord sends as it is, if it is what was defined. */
function readAs<Value>(fits: (value: unknown) => value is Value): (value: unknown) => Value {
  return (value) => {
    if (fits(value)) return value;
    throw new ProtocolError("Cannot read an option: its value is of another type than defined");
  };
}

/** A choice as Discord is told of it; without a name it is called what it is. */
function named(choice: Choice<string | number>): APIApplicationCommandOptionChoice {
  return typeof choice === "object" ? choice : { name: String(choice), value: choice };
}

function made<Value, Required extends boolean>(
  type: number,
  description: string,
  options: CommonOptions<Required>,
  read: Option<Value>["read"],
): Option<Value, Required, unknown> {
  // Where it is left out, `Required` is false by default.
  const required = (options.required ?? false) as Required;
  return { definition: { ...options, type, description }, required, read, suggest: undefined };
}
