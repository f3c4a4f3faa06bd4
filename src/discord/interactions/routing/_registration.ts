import type {
  APIApplicationCommandOption,
  RESTPostAPIApplicationCommandsJSONBody,
} from "discord-api-types/v10";
import { OptionError } from "../../../protocol/errors.ts";
import { openSlash } from "./_routes.ts";
import type { Command, CommandDetails, CommandRoute, Subcommands } from "./command.ts";
import type { Opener } from "./match.ts";
import type { OptionDefinition, Options } from "./options.ts";

/**
 * Makes a slash command of its route, or of subcommands.
 *
 * @throws {OptionError} if it mixes options and subcommands.
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
    options = Object.entries(content).map(([key, entry]) => {
      if ("enter" in entry) return entry.enter(key, "", routes);
      throw misplaced(name, key);
    });
  }
  const json = {
    type: 1,
    name,
    description,
    ...registered(details),
    ...(options.length > 0 && { options }),
  } as const;
  return made(json, (payload, answer) => openSlash(routes, payload, answer), details);
}

/** Of what a command is made of, one does not belong there. */
export function misplaced(command: string, name: string): OptionError {
  const fix = "pass a handler after options, and none after subcommands";
  return new OptionError(`Cannot define command "${command}": "${name}" is in the wrong place; ${fix}`);
}

function isRoute(content: CommandRoute | Options | Subcommands): content is CommandRoute {
  return typeof content.handler === "function";
}

/** Options as they are registered. */
export function optionsOf(options: Options): APIApplicationCommandOption[] {
  return Object.entries(options).map(([name, { definition }]) => optionOf({ name, ...definition }));
}

/** An option, a subcommand or a group as it is registered. */
export function optionOf(
  option: { readonly name: string; readonly options?: APIApplicationCommandOption[] } & OptionDefinition,
): APIApplicationCommandOption {
  // Which fields belong to which type is for the functions that make options to know, and is checked after.
  return option as APIApplicationCommandOption;
}

/** What is registered of the details. */
export function registered(details: CommandDetails): object {
  const { default_member_permissions: permissions, autoDefer: _, ...rest } = details;
  if (permissions === undefined) return rest;
  return { ...rest, default_member_permissions: permissions === null ? null : String(permissions) };
}

/** Makes a command of what is registered and what opens it. */
export function made<Context>(
  json: RESTPostAPIApplicationCommandsJSONBody,
  open: Opener<Context>,
  details: CommandDetails,
): Command<Context> {
  return { kind: "command", name: json.name, json, open, autoDefer: details.autoDefer };
}
