import type { RESTPostAPIApplicationCommandsJSONBody } from "discord-api-types/v10";
import { OptionError } from "../../../protocol/errors.ts";

/** Any object of a definition, whose fields are not known to be what their types say. */
type Fields = Readonly<Record<string, unknown>>;
type Refuse = (why: string) => never;

const CHAT_INPUT = 1;
const ENTRY_POINT = 4;
const SUBCOMMAND = 1;
const GROUP = 2;
const STRING = 3;
const INTEGER = 4;
const ATTACHMENT = 11;

const NAME = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;
const LONGEST_NAME = 32;
const LONGEST_TEXT = 100;
const LONGEST_STRING = 6000;
/** 2^53; a bundler would keep the power wherever this is not used. */
const LARGEST_NUMBER = 9_007_199_254_740_992;
const MOST = 25;
const MOST_FILE_TYPES = 10;
const MOST_CHARACTERS = 8000;
const FILE_TYPE = /^(image|video|audio|\.[\w.-]+)$/;

/** Each with a space on either side. */
const LOCALES =
  " id en-US en-GB bg zh-CN zh-TW hr cs da nl fi fr de el hi hu it ja ko lt no pl pt-BR ro ru es-ES es-419 sv-SE th tr uk vi ";

/**
 * Checks a command as it is registered, with Discord's own limits, so that what Discord would refuse is never
 * defined.
 *
 * Source: Discord, "Application Commands", Application Command Object; Slash Commands.
 *
 * @throws {OptionError} if it is not acceptable.
 */
export function checkCommand(command: RESTPostAPIApplicationCommandsJSONBody): void {
  const fields: Fields = { ...command };
  const refuse: Refuse = (why) => {
    throw new OptionError(`Cannot define command "${command.name}": ${why}`);
  };
  const type = command.type ?? CHAT_INPUT;
  if (type === CHAT_INPUT) checkNames(refuse, fields);
  else checkTexts(refuse, fields, "name", 1, LONGEST_NAME);
  if (type === CHAT_INPUT) checkTexts(refuse, fields, "description", 1, LONGEST_TEXT);
  if (type === ENTRY_POINT && fields.description !== undefined) {
    checkTexts(refuse, fields, "description", 1, LONGEST_TEXT);
  }
  checkPermissions(refuse, fields.default_member_permissions);
  checkOptions(refuse, fields.options, 0);
  const size = sizeOf(fields);
  if (size > MOST_CHARACTERS) {
    const what = "its names, descriptions and values, with the longest localisation of each,";
    refuse(`${what} have "${size}" characters; Discord takes at most ${MOST_CHARACTERS}`);
  }
}

/** Checks an array of options; `depth` is how many subcommands and groups they are below. */
function checkOptions(refuse: Refuse, options: unknown, depth: number): void {
  if (options === undefined) return;
  const listed = Array.isArray(options) ? options : refuse("its options are no array");
  if (listed.length > MOST) refuse(`it has "${listed.length}" options; Discord takes at most ${MOST}`);
  const containers = listed.filter(({ type }) => type === SUBCOMMAND || type === GROUP).length;
  if (containers > 0 && containers < listed.length) refuse("it mixes subcommands with other options");
  const names = new Set<unknown>();
  let optional: unknown;
  for (const option of listed) {
    const refuseOption: Refuse = (why) => refuse(`option "${option.name}": ${why}`);
    checkNames(refuseOption, option);
    if (names.has(option.name)) refuseOption("another has its name");
    names.add(option.name);
    checkTexts(refuseOption, option, "description", 1, LONGEST_TEXT);
    if (option.type === SUBCOMMAND || option.type === GROUP) {
      if (option.type === GROUP && depth > 0) refuseOption("a group cannot be in a group");
      if (option.type === GROUP && !option.options?.length) refuseOption("the group has no subcommand");
      checkOptions(refuseOption, option.options, depth + 1);
      continue;
    }
    if (option.required && optional !== undefined) {
      refuseOption(`it is required, and "${optional}" before it is not; put the required ones first`);
    }
    if (!option.required) optional = option.name;
    checkValues(refuseOption, option);
  }
}

/** Checks what an option says of its values. */
function checkValues(refuse: Refuse, option: Fields): void {
  const { type, choices, autocomplete, min_value, max_value, min_length, max_length, file_types } = option;
  if (choices !== undefined) checkChoices(refuse, choices, Number(type));
  if (autocomplete && choices !== undefined) refuse("it has choices, so that it cannot autocomplete");
  for (const [what, value] of Object.entries({ min_value, max_value })) {
    if (value === undefined) continue;
    if (Number(type) in NEEDS && !isNumber(value, Number(type))) {
      refuse(`its ${what} is "${value}"; Discord takes ${NEEDS[Number(type)]}`);
    }
  }
  if (Number(min_value ?? -Infinity) > Number(max_value ?? Infinity)) {
    refuse("its min_value is above its max_value");
  }
  for (
    const [what, value, least] of [["min_length", min_length, 0], ["max_length", max_length, 1]] as const
  ) {
    if (value === undefined) continue;
    if (Number.isInteger(value) && Number(value) >= least && Number(value) <= LONGEST_STRING) continue;
    refuse(`its ${what} is "${value}"; Discord takes a whole number from ${least} to ${LONGEST_STRING}`);
  }
  if (Number(min_length ?? 0) > Number(max_length ?? LONGEST_STRING)) {
    refuse("its min_length is above its max_length");
  }
  if (type === ATTACHMENT && file_types !== undefined) {
    const listed: readonly unknown[] = Array.isArray(file_types)
      ? file_types
      : refuse("its file_types are no array");
    if (listed.length > MOST_FILE_TYPES) {
      refuse(`it has "${listed.length}" file_types; Discord takes at most ${MOST_FILE_TYPES}`);
    }
    for (const one of listed) {
      if (!FILE_TYPE.test(String(one))) refuse(`"${one}" is no file type, such as "image" or ".pdf"`);
    }
  }
}

const NEEDS: Readonly<Record<number, string>> = {
  3: "a text of at most 100 characters",
  4: "a whole number between -2^53 and 2^53",
  10: "a number from -2^53 to 2^53",
};

function checkChoices(refuse: Refuse, choices: unknown, type: number): void {
  const listed: readonly unknown[] = Array.isArray(choices) ? choices : refuse("its choices are no array");
  if (listed.length > MOST) refuse(`it has "${listed.length}" choices; Discord takes at most ${MOST}`);
  for (const choice of listed) {
    const fields: Fields = Object(choice);
    const refuseChoice: Refuse = (why) => refuse(`choice "${fields.name}": ${why}`);
    checkTexts(refuseChoice, fields, "name", 1, LONGEST_TEXT);
    const { value } = fields;
    const fits = type === STRING
      ? typeof value === "string" && lengthOf(value) <= LONGEST_TEXT
      : !(type in NEEDS) || isNumber(value, type);
    if (!fits) refuseChoice(`its value is "${value}"; Discord takes ${NEEDS[type]}`);
  }
}

function isNumber(value: unknown, type: number): boolean {
  if (type === INTEGER) return Number.isSafeInteger(value);
  return typeof value === "number" && Math.abs(value) <= LARGEST_NUMBER;
}

/** Checks a name that is typed, and its localisations. */
function checkNames(refuse: Refuse, fields: Fields): void {
  for (const [what, name] of variants(refuse, fields, "name")) {
    if (!NAME.test(name)) {
      refuse(`${what} has to be 1 to 32 letters, digits, hyphens, underscores or apostrophes`);
    }
    if (name !== name.toLowerCase()) refuse(`${what} has capitals; write "${name.toLowerCase()}"`);
  }
}

/** Checks a text, and its localisations. */
function checkTexts(refuse: Refuse, fields: Fields, field: string, least: number, most: number): void {
  for (const [what, text] of variants(refuse, fields, field)) {
    const length = lengthOf(text);
    if (length >= least && length <= most) continue;
    refuse(`${what} has "${length}" characters; Discord takes ${least} to ${most}`);
  }
}

/** A field and its localisations, each with what to call it. */
function variants(refuse: Refuse, fields: Fields, field: string): (readonly [what: string, text: string])[] {
  const { [field]: text, [`${field}_localizations`]: localizations } = fields;
  if (typeof text !== "string") return refuse(`its ${field} is no text`);
  const found: (readonly [string, string])[] = [[`its ${field}`, text]];
  for (const [locale, localized] of Object.entries(Object(localizations ?? {}))) {
    if (!LOCALES.includes(` ${locale} `)) {
      refuse(`its ${field} is localised in "${locale}", which Discord does not have`);
    }
    if (localized === null) continue;
    if (typeof localized !== "string") refuse(`its ${field} in "${locale}" is no text`);
    found.push([`its ${field} in "${locale}"`, String(localized)]);
  }
  return found;
}

function checkPermissions(refuse: Refuse, permissions: unknown): void {
  if (permissions === undefined || permissions === null) return;
  if (typeof permissions === "string" && /^\d{1,20}$/.test(permissions)) return;
  refuse(
    `its default_member_permissions are "${permissions}"; pass a bit set, as a bigint or a decimal text`,
  );
}

/** What counts towards the 8000 characters. */
function sizeOf(fields: Fields): number {
  let size = longest(fields, "name") + longest(fields, "description");
  const { choices, options } = fields;
  for (const choice of Array.isArray(choices) ? choices : []) {
    size += longest(choice, "name") + lengthOf(String(choice.value));
  }
  for (const option of Array.isArray(options) ? options : []) size += sizeOf(option);
  return size;
}

function longest(fields: Fields, field: string): number {
  const { [field]: text, [`${field}_localizations`]: localizations } = fields;
  const texts = [text, ...Object.values(Object(localizations ?? {}))];
  return Math.max(...texts.map((one) => typeof one === "string" ? lengthOf(one) : 0));
}

/** Discord counts code points. */
function lengthOf(text: string): number {
  return [...text].length;
}
