import type { APIApplicationCommand, RESTPostAPIApplicationCommandsJSONBody } from "discord-api-types/v10";

/** A command as it is given to Discord. */
export type RegistrableCommand = RESTPostAPIApplicationCommandsJSONBody;

/** One thing in which a command differs. */
export interface CommandChange {
  /** Where, such as `options.text.required`. */
  readonly path: string;
  /** What Discord has; undefined if nothing. */
  readonly from: unknown;
  /** What is wanted; undefined if nothing. */
  readonly to: unknown;
}

/** A command that Discord has otherwise than it is wanted. */
export interface CommandEdit {
  /** What Discord has. */
  readonly existing: APIApplicationCommand;
  /** What is wanted. */
  readonly command: RegistrableCommand;
  /** In what they differ; never empty. */
  readonly changes: readonly CommandChange[];
}

/** What has to be done so that Discord has the commands that are wanted. */
export interface CommandDiff {
  /** What Discord lacks. */
  readonly create: readonly RegistrableCommand[];
  /** What Discord has otherwise. */
  readonly edit: readonly CommandEdit[];
  /** What Discord has and is not wanted. */
  readonly delete: readonly APIApplicationCommand[];
  /** What Discord has as it is wanted. */
  readonly unchanged: readonly APIApplicationCommand[];
  /** What Discord has, and stays although it is not among what is wanted. */
  readonly kept: readonly APIApplicationCommand[];
}

/** How commands are compared. */
export interface CommandDiffOptions {
  /** Whether they are a guild's, which have no contexts. @default {false} */
  readonly isGuild?: boolean;
  /** Where the application can be installed: what a command has that does not say. @default {[0]} */
  readonly integrationTypes?: readonly number[];
  /** Which of Discord's stay although they are not wanted. @default the entry point command */
  readonly keep?: (command: APIApplicationCommand) => boolean;
}

type Fields = Readonly<Record<string, unknown>>;

const CHAT_INPUT = 1;
const ENTRY_POINT = 4;
const ALL_CONTEXTS = [0, 1, 2];

/** What Discord fills in for what an option does not say; what may come in any order is sorted. */
const OPTION_DEFAULTS: Fields = {
  name_localizations: null,
  description_localizations: null,
  required: false,
  autocomplete: false,
  choices: [],
  options: [],
  channel_types: [],
  file_types: [],
  min_value: undefined,
  max_value: undefined,
  min_length: undefined,
  max_length: undefined,
};
const COMMAND_DEFAULTS: Fields = {
  type: CHAT_INPUT,
  description: "",
  name_localizations: null,
  description_localizations: null,
  default_member_permissions: null,
  nsfw: false,
  options: [],
};
const UNORDERED = ["channel_types", "file_types", "contexts", "integration_types"];

/** What says the same of a command in all scopes, and so is no difference: who, where, which version. */
const IDENTITY = [
  "id",
  "application_id",
  "guild_id",
  "version",
  "name_localized",
  "description_localized",
  "default_permission",
];

/**
 * Compares the commands that are wanted with those that Discord has. What Discord fills in by itself is no
 * difference: an empty list of options, `nsfw: false`, localisations that are null, all contexts, the
 * contexts that the application can be installed to.
 *
 * Source: Discord, "Application Commands", Application Command Structure.
 *
 * @example
 * ```ts
 * import { diffCommands } from "@parley/parley/discord/interactions";
 *
 * const diff = diffCommands([{ name: "ping", description: "Answers pong" }], []);
 * diff.create.length; // 1
 * ```
 */
export function diffCommands(
  wanted: readonly RegistrableCommand[],
  existing: readonly APIApplicationCommand[],
  options: CommandDiffOptions = {},
): CommandDiff {
  const { keep = ({ type }: APIApplicationCommand) => type === ENTRY_POINT } = options;
  const byKey = new Map(existing.map((command) => [keyOf(command), command]));
  const create: RegistrableCommand[] = [];
  const edit: CommandEdit[] = [];
  const unchanged: APIApplicationCommand[] = [];
  for (const command of wanted) {
    const found = byKey.get(keyOf(command));
    byKey.delete(keyOf(command));
    if (found === undefined) {
      create.push(command);
      continue;
    }
    const changes = compare("", filledIn(found, options), filledIn(command, options));
    if (changes.length > 0) edit.push({ existing: found, command, changes });
    else unchanged.push(found);
  }
  const rest = [...byKey.values()];
  return {
    create,
    edit,
    delete: rest.filter((command) => !keep(command)),
    unchanged,
    kept: rest.filter((command) => keep(command)),
  };
}

/** Names are unique within a type. */
export function keyOf(
  { type = CHAT_INPUT, name }: { readonly type?: number | undefined; readonly name: string },
): string {
  return `${type} ${name}`;
}

/** A command with all that Discord fills in, and nothing that it only tells. */
export function filledIn(command: object, options: CommandDiffOptions): Fields {
  const { isGuild = false, integrationTypes = [0] } = options;
  const form: Record<string, unknown> = filled(command, COMMAND_DEFAULTS);
  for (const name of IDENTITY) delete form[name];
  if (isGuild) {
    for (const name of ["contexts", "integration_types", "dm_permission"]) delete form[name];
    return form;
  }
  form.integration_types ??= integrationTypes.toSorted();
  // "By default, commands are visible", everywhere.
  form.contexts ??= form.dm_permission === false ? [0] : ALL_CONTEXTS;
  delete form.dm_permission;
  return form;
}

function filled(given: object, defaults: Fields): Record<string, unknown> {
  const form: Record<string, unknown> = { ...defaults };
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === null) continue;
    if (name.endsWith("_localizations") && Object.keys(value).length === 0) continue;
    form[name] = value;
    if (!Array.isArray(value)) continue;
    if (UNORDERED.includes(name)) form[name] = value.toSorted();
    else if (name === "options") form[name] = value.map((option) => filled(option, OPTION_DEFAULTS));
    else if (name === "choices") {
      form[name] = value.map((choice) => filled(choice, { name_localizations: null }));
    }
  }
  return form;
}

function compare(path: string, from: Fields, to: Fields): CommandChange[] {
  const changes: CommandChange[] = [];
  for (const name of new Set([...Object.keys(to), ...Object.keys(from)])) {
    const at = path === "" ? name : `${path}.${name}`;
    // Which handler an entry point has that does not say, Discord does not say either.
    if (name === "handler" && to.handler === undefined) continue;
    if (name === "options") changes.push(...compareOptions(at, from.options, to.options));
    else if (!isEqual(from[name], to[name])) changes.push({ path: at, from: from[name], to: to[name] });
  }
  return changes;
}

/** By name, so that an option that moved is told as that. */
function compareOptions(path: string, from: unknown, to: unknown): CommandChange[] {
  const [before, after] = [byName(from), byName(to)];
  const changes: CommandChange[] = [];
  for (const [name, option] of after) {
    const found = before.get(name);
    if (found === undefined) changes.push({ path: `${path}.${name}`, from: undefined, to: brief(option) });
    else changes.push(...compare(`${path}.${name}`, found, option));
  }
  for (const [name, option] of before) {
    if (!after.has(name)) changes.push({ path: `${path}.${name}`, from: brief(option), to: undefined });
  }
  const [was, is] = [[...before.keys()], [...after.keys()]];
  const inBoth = (names: readonly string[]) => names.filter((name) => before.has(name) && after.has(name));
  if (!isEqual(inBoth(was), inBoth(is))) changes.push({ path, from: was, to: is });
  return changes;
}

function byName(options: unknown): Map<string, Fields> {
  const listed: readonly Fields[] = Array.isArray(options) ? options : [];
  return new Map(listed.map((option) => [String(option.name), option]));
}

/** An option without what is filled in. */
function brief(option: Fields): Fields {
  return Object.fromEntries(
    Object.entries(option).filter(([name, value]) => !isEqual(value, OPTION_DEFAULTS[name])),
  );
}

/** Whether two JSON values are the same; the order of an object's fields does not count. */
function isEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right]: [Fields, Fields] = [{ ...a }, { ...b }];
  const names = Object.keys(left);
  return names.length === Object.keys(right).length &&
    names.every((name) => name in right && isEqual(left[name], right[name]));
}
