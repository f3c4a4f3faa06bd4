import type {
  APIAttachment,
  APIGuildMember,
  APIInteractionDataResolvedChannel,
  APIRole,
  APIUser,
  RESTPostAPIApplicationCommandsJSONBody,
} from "discord-api-types/v10";

type Fields = Record<string, unknown>;

/** Anything with an ID; what else there is of it may be left out. */
export type Partially<Entity> = Partial<Entity> & { readonly id: string };

/** A value of an option: plain, or something that Discord sends along with its ID. */
export type OptionValue =
  | string
  | number
  | boolean
  | { readonly user: Partially<APIUser>; readonly member?: Partial<APIGuildMember> }
  | { readonly role: Partially<APIRole> }
  | { readonly channel: Partially<APIInteractionDataResolvedChannel> }
  | { readonly attachment: Partially<APIAttachment> };

const SUB_COMMAND = 1;
const GROUP = 2;
const STRING = 3;
const INTEGER = 4;
const BOOLEAN = 5;
const USER = 6;
const CHANNEL = 7;
const ROLE = 8;
const MENTIONABLE = 9;
const NUMBER = 10;
const ATTACHMENT = 11;

/** Where Discord puts what is sent along, by the kind of value. */
const RESOLVED = { user: "users", role: "roles", channel: "channels", attachment: "attachments" } as const;
const TYPES = { user: USER, role: ROLE, channel: CHANNEL, attachment: ATTACHMENT } as const;

/** Collects what Discord sends along with IDs. */
export class Resolved {
  readonly #entities: Record<string, Record<string, Fields>> = {};

  /** Takes something in, and gives its ID. */
  add(value: Exclude<OptionValue, string | number | boolean>): string {
    for (const [kind, place] of Object.entries(RESOLVED)) {
      const entity: Fields | undefined = Object(value)[kind];
      if (entity === undefined) continue;
      const id = String(entity.id);
      (this.#entities[place] ??= {})[id] = { ...DEFAULTS[place], ...entity };
      if ("member" in value && value.member) {
        (this.#entities.members ??= {})[id] = { roles: [], permissions: "0", ...value.member };
      }
      return id;
    }
    throw new Error(`There is no such value: ${JSON.stringify(value)}`);
  }

  /** All of it, or undefined if it is nothing. */
  toJSON(): Fields | undefined {
    return Object.keys(this.#entities).length === 0 ? undefined : this.#entities;
  }
}

const DEFAULTS: Readonly<Record<string, Fields>> = {
  users: { username: "ada", discriminator: "0", global_name: "Ada", avatar: null },
  roles: {
    name: "role",
    color: 0,
    hoist: false,
    position: 1,
    permissions: "0",
    managed: false,
    mentionable: false,
  },
  channels: { name: "general", type: 0, permissions: "0" },
  attachments: {
    filename: "file.txt",
    size: 1,
    url: "https://cdn.discordapp.com/file.txt",
    proxy_url: "https://media.discordapp.net/file.txt",
  },
};

/** What a use of a command says: which subcommand, which options. */
export interface CommandUse {
  /** The subcommand, or group and subcommand. */
  readonly path?: readonly [string] | readonly [string, string];
  /** The options, by name. */
  readonly options?: Readonly<Record<string, OptionValue>>;
  /** The option that is being typed, for an autocomplete. */
  readonly focused?: string;
}

/**
 * The options of a command as Discord sends them. With the command's definition, the types are its own, and
 * what Discord's client would not let a user do throws.
 */
export function optionsOf(
  use: CommandUse,
  resolved: Resolved,
  definition: RESTPostAPIApplicationCommandsJSONBody | undefined,
): Fields[] {
  const { path = [], options = {}, focused } = use;
  let defined: readonly Fields[] | undefined = definition && optionsIn(definition);
  for (const name of path) {
    const found: Fields | undefined = defined?.find((option) => option.name === name);
    if (defined !== undefined && found === undefined) {
      throw new Error(`The command has no subcommand "${name}"`);
    }
    defined = found && optionsIn(found);
  }
  const values = Object.entries(options).map(([name, value]) => {
    const option = defined?.find((option) => option.name === name);
    if (defined !== undefined && option === undefined) {
      const known = defined.map((option) => `"${option.name}"`).join(", ");
      throw new Error(`The command has no option "${name}", but ${known || "none at all"}`);
    }
    if (value === undefined || value === null) throw new Error(`The option "${name}" has the value ${value}`);
    const type = option === undefined ? typeOf(value) : Number(option.type);
    const plain = typeof value === "object" ? resolved.add(value) : value;
    if (name !== focused && option !== undefined) checkValue(option, value);
    return {
      name,
      type,
      value: name === focused ? String(plain) : plain,
      ...(name === focused && { focused: true }),
    };
  });
  if (focused === undefined) {
    const missing = defined?.find(({ name, required }) => required === true && !(String(name) in options));
    if (missing !== undefined) throw new Error(`The command needs the option "${missing.name}"`);
  }
  return path.toReversed().reduce<Fields[]>(
    (inner, name, depth) => [{ name, type: depth === 0 ? SUB_COMMAND : GROUP, options: inner }],
    values,
  );
}

function optionsIn(holder: object): readonly Fields[] {
  return "options" in holder && Array.isArray(holder.options) ? holder.options : [];
}

/** Without a definition, the type is the value's: whole numbers are integers, users no mentionables. */
function typeOf(value: OptionValue): number {
  if (typeof value === "string") return STRING;
  if (typeof value === "number") return Number.isInteger(value) ? INTEGER : NUMBER;
  if (typeof value === "boolean") return BOOLEAN;
  const kind = Object.entries(TYPES).find(([kind]) => kind in value);
  return kind?.[1] ?? USER;
}

/** What the values of each type are called. */
const NAMES: Readonly<Record<number, string>> = {
  [STRING]: "a text",
  [INTEGER]: "a whole number",
  [BOOLEAN]: "true or false",
  [USER]: "a user",
  [CHANNEL]: "a channel",
  [ROLE]: "a role",
  [MENTIONABLE]: "a user or a role",
  [NUMBER]: "a number",
  [ATTACHMENT]: "a file",
};

/** What a user cannot enter. */
function checkValue(option: Fields, value: OptionValue): void {
  const own = typeOf(value);
  const type = Number(option.type);
  const fits = own === type || (own === INTEGER && type === NUMBER) ||
    (type === MENTIONABLE && (own === USER || own === ROLE));
  if (!fits) throw new Error(`The option "${option.name}" takes ${NAMES[type]}, not ${NAMES[own]}`);
  const choices: readonly Fields[] = Array.isArray(option.choices) ? option.choices : [];
  if (choices.length > 0 && !choices.some((choice) => choice.value === value)) {
    throw new Error(`The option "${option.name}" has no choice "${value}"`);
  }
}
