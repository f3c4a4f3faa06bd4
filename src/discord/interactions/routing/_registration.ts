import type {
  APIApplicationCommandOption,
  RESTPostAPIApplicationCommandsJSONBody,
} from "discord-api-types/v10";
import { OptionError } from "../../../protocol/errors.ts";
import { checkCommand } from "./_definition.ts";
import type {
  Command,
  CommandDetails,
  CommandRoute,
  Subcommand,
  SubcommandGroup,
  Subcommands,
} from "./command.ts";
import type { Option, OptionDefinition, Options } from "./options.ts";

/** What answers a command, or a part of one. */
export function routeOf<Context>(
  options: Options,
  handler: (i: never, context: Context) => unknown,
): CommandRoute<Context> {
  return { options, handler };
}

/**
 * Makes a slash command of its route, or of subcommands.
 *
 * @throws {OptionError} if anything of it is not acceptable to Discord.
 */
export function slash(
  name: string,
  description: string,
  content: CommandRoute | Options | Subcommands,
  details: CommandDetails = {},
): Command {
  const routes = new Map<string, CommandRoute>();
  let options: APIApplicationCommandOption[];
  if (isRoute(content)) {
    routes.set("", content);
    options = optionsOf(content.options);
  } else {
    options = Object.entries(content).map(([key, entry]) => entryOf(name, key, entry, routes));
  }
  const json = {
    type: 1,
    name,
    description,
    ...registered(details),
    ...(options.length > 0 && { options }),
  } as const;
  return made(json, routes, details);
}

function isRoute(content: CommandRoute | Options | Subcommands): content is CommandRoute {
  return typeof content.handler === "function";
}

/** A subcommand or a group as it is registered; what answers it goes to the routes. */
function entryOf(
  command: string,
  name: string,
  entry: Option | Subcommand | SubcommandGroup,
  routes: Map<string, CommandRoute>,
): APIApplicationCommandOption {
  if (!("kind" in entry)) {
    const fix = "pass a handler after the options, or subcommands only";
    throw new OptionError(`Cannot define command "${command}": "${name}" is an option; ${fix}`);
  }
  const { description, details } = entry;
  if (entry.kind === "subcommand") {
    routes.set(`${name}/`, entry);
    return optionOf({ type: 1, name, description, ...details, ...optionsIn(entry) });
  }
  const options = Object.entries(entry.subcommands).map(([key, inner]) => {
    const { description, details } = inner;
    routes.set(`${name}/${key}/`, inner);
    return optionOf({ type: 1, name: key, description, ...details, ...optionsIn(inner) });
  });
  return optionOf({ type: 2, name, description, ...details, options });
}

function optionsIn({ options }: CommandRoute): { options?: APIApplicationCommandOption[] } {
  const listed = optionsOf(options);
  return listed.length > 0 ? { options: listed } : {};
}

function optionsOf(options: Options): APIApplicationCommandOption[] {
  return Object.entries(options).map(([name, { definition }]) => optionOf({ name, ...definition }));
}

function optionOf(
  option: { readonly name: string; readonly options?: APIApplicationCommandOption[] } & OptionDefinition,
): APIApplicationCommandOption {
  // Which fields belong to which type is for the functions that make options to know, and is checked after.
  return option as APIApplicationCommandOption;
}

/** What is registered of the details. */
export function registered(details: CommandDetails): object {
  const { default_member_permissions: permissions, integration_types, contexts, autoDefer: _, ...rest } =
    details;
  return {
    ...rest,
    ...(permissions !== undefined && {
      default_member_permissions: permissions === null ? null : String(permissions),
    }),
    ...(integration_types && { integration_types: [...integration_types] }),
    ...(contexts && { contexts: [...contexts] }),
  };
}

/**
 * Makes a command of what is registered and what answers it.
 *
 * @throws {OptionError} if anything of it is not acceptable to Discord.
 */
export function made<Context>(
  json: RESTPostAPIApplicationCommandsJSONBody,
  routes: ReadonlyMap<string, CommandRoute<Context>>,
  details: CommandDetails,
): Command<Context> {
  checkCommand(json);
  return { kind: "command", name: json.name, json, routes, autoDefer: details.autoDefer };
}
