import type {
  APIApplicationCommandAutocompleteInteraction,
  APIApplicationCommandInteraction,
  APIChatInputApplicationCommandInteraction,
  APIInteraction,
} from "discord-api-types/v10";
import { ProtocolError } from "../../../protocol/errors.ts";
import type { Answer } from "../interaction/answer.ts";
import { AutocompleteInteraction, type GivenOption } from "./autocomplete_interaction.ts";
import type { Command, CommandRoute } from "./command.ts";
import {
  CommandInteraction,
  EntryPointInteraction,
  MessageCommandInteraction,
  UserCommandInteraction,
} from "../interaction/command_interaction.ts";
import { ComponentInteraction } from "../interaction/component_interaction.ts";
import {
  isAutocomplete,
  isChatInput,
  isCommand,
  isComponent,
  isEntryPoint,
  isMessageCommand,
  isModalSubmit,
  isUserCommand,
} from "../interaction/payload_reader.ts";
import type { AnyInteraction } from "./middleware.ts";
import { ModalInteraction } from "../interaction/modal_interaction.ts";
import type { Options } from "./options.ts";

const SUBCOMMAND = 1;
const GROUP = 2;

/** A use of a command taken apart. */
export interface Used {
  /** The names of the command, the group and the subcommand, as far as there are some. */
  readonly path: readonly string[];
  /** The key of its route. */
  readonly key: string;
  /** What the user gave. */
  readonly given: readonly GivenOption[];
}

const NOTHING: readonly GivenOption[] = [];

/** Takes a use of a command apart. */
export function usedOf(
  { data }: APIApplicationCommandInteraction | APIApplicationCommandAutocompleteInteraction,
): Used {
  const path = [data.name];
  let key = "";
  let given: readonly GivenOption[] = ("options" in data ? data.options : undefined) ?? NOTHING;
  for (let depth = 0; depth < 2; depth++) {
    const inner = given[0];
    if (inner?.type !== SUBCOMMAND && inner?.type !== GROUP) break;
    path.push(inner.name);
    key += `${inner.name}/`;
    given = inner.options ?? NOTHING;
  }
  return { path, key, given };
}

/** What answers an interaction: the interaction as its handler sees it, and the handler. */
export interface Match<Context> {
  readonly i: AnyInteraction;
  readonly handler: (i: never, context: Context) => unknown;
}

/**
 * Finds the handler of a use of a command; undefined if the command has no such subcommand any more.
 *
 * @throws {ProtocolError} if what the user gave does not fit what the command defines.
 */
export function openCommand<Context>(
  command: Command<Context>,
  payload: APIApplicationCommandInteraction,
  answer: Answer,
): Match<Context> | undefined {
  const used = usedOf(payload);
  const route = command.routes.get(used.key);
  if (route === undefined) return undefined;
  const { handler } = route;
  const i = openContextCommand(payload, answer);
  if (i !== undefined) return { i, handler };
  if (!isChatInput(payload)) return undefined;
  const values = valuesOf(route, used.given, payload);
  return { i: new CommandInteraction(payload, answer, used.path, values), handler };
}

function openContextCommand(
  payload: APIApplicationCommandInteraction,
  answer: Answer,
): AnyInteraction | undefined {
  if (isUserCommand(payload)) return new UserCommandInteraction(payload, answer);
  if (isMessageCommand(payload)) return new MessageCommandInteraction(payload, answer);
  return isEntryPoint(payload) ? new EntryPointInteraction(payload, answer) : undefined;
}

/** Finds what suggests choices for the option that is being typed. */
export function openAutocomplete<Context>(
  command: Command<Context>,
  payload: APIApplicationCommandAutocompleteInteraction,
  answer: Answer,
): Match<Context> | undefined {
  const { key, given } = usedOf(payload);
  const options: Options = command.routes.get(key)?.options ?? {};
  const i = new AutocompleteInteraction(payload, answer, given);
  const handler = Object.hasOwn(options, i.name) ? options[i.name]?.autocomplete : undefined;
  // The command's context is at least what its options need.
  return handler && { i, handler: (i, context) => handler(i, context as never) };
}

/** What the handler gets of the options. */
function valuesOf(
  { options }: CommandRoute,
  given: readonly GivenOption[],
  { data }: APIChatInputApplicationCommandInteraction,
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const name in options) {
    const option = options[name];
    if (option === undefined) continue;
    const found = given.find((one) => one.name === name);
    if (found !== undefined) values[name] = option.read(found.value, data.resolved);
    else if (!option.required) values[name] = undefined;
    else {
      const fix = "register the commands anew";
      throw new ProtocolError(
        `Cannot run "${data.name}": it came without its required option "${name}"; ${fix}`,
      );
    }
  }
  return values;
}

/** An interaction that nothing was defined for, as a fallback sees it. */
export function openUnknown(payload: APIInteraction, answer: Answer): AnyInteraction | undefined {
  if (isComponent(payload)) {
    return new ComponentInteraction(payload, answer, {}, "values" in payload.data ? payload.data.values : []);
  }
  if (isModalSubmit(payload)) return new ModalInteraction(payload, answer, {}, {});
  if (isAutocomplete(payload)) return new AutocompleteInteraction(payload, answer, usedOf(payload).given);
  if (isChatInput(payload)) return new CommandInteraction(payload, answer, usedOf(payload).path, {});
  return isCommand(payload) ? openContextCommand(payload, answer) : undefined;
}
