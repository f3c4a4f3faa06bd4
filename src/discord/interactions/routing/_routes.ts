import type {
  APIApplicationCommandAutocompleteInteraction,
  APIApplicationCommandInteraction,
  APIChatInputApplicationCommandInteraction,
  APIInteraction,
} from "discord-api-types/v10";
import { ProtocolError } from "../../../protocol/errors.ts";
import type { Answer } from "../interaction/answer.ts";
import {
  CommandInteraction,
  EntryPointInteraction,
  MessageCommandInteraction,
  UserCommandInteraction,
} from "../interaction/command_interaction.ts";
import { chosenIn, ComponentInteraction } from "../interaction/component_interaction.ts";
import { ModalInteraction } from "../interaction/modal_interaction.ts";
import {
  isAutocomplete,
  isChatInput,
  isComponent,
  isEntryPoint,
  isMessageCommand,
  isModalSubmit,
  isUserCommand,
} from "../interaction/payload_reader.ts";
import { AutocompleteInteraction, type GivenOption } from "./autocomplete_interaction.ts";
import type { CommandRoute } from "./command.ts";
import type { Match } from "./match.ts";
import type { AnyInteraction } from "./middleware.ts";

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

/**
 * Opens a use of a slash command, or one that is being typed; undefined if it has no such subcommand any more, or
 * nothing suggests what is being typed.
 *
 * @throws {ProtocolError} if what the user gave does not fit what the command defines.
 */
export function openSlash<Context>(
  routes: ReadonlyMap<string, CommandRoute<Context>>,
  payload: APIInteraction,
  answer: Answer,
): Match<Context> | undefined {
  const isTyped = isAutocomplete(payload);
  if (!isTyped && !isChatInput(payload)) return undefined;
  const used = usedOf(payload);
  const route = routes.get(used.key);
  if (route === undefined) return undefined;
  if (isTyped) {
    const name = used.given.find(({ focused }) => focused)?.name ?? "";
    const option = Object.hasOwn(route.options, name) ? route.options[name] : undefined;
    // The command's context is at least what its options need.
    return option?.suggest?.(payload, answer, used.given) as Match<Context> | undefined;
  }
  const values = valuesOf(route, used.given, payload);
  return { i: new CommandInteraction(payload, answer, used.path, values), handler: route.handler };
}

/** What the handler gets of the options. */
function valuesOf(
  { options }: Pick<CommandRoute, "options">,
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

/** An interaction of any kind, whatever was defined for it, as a fallback sees it. */
export function openUnknown(payload: APIInteraction, answer: Answer): AnyInteraction | undefined {
  if (isComponent(payload)) {
    return new ComponentInteraction(payload, answer, {}, chosenIn(payload));
  }
  if (isModalSubmit(payload)) return new ModalInteraction(payload, answer, {}, {});
  if (isAutocomplete(payload)) return new AutocompleteInteraction(payload, answer, usedOf(payload).given);
  if (isChatInput(payload)) return new CommandInteraction(payload, answer, usedOf(payload).path, {});
  if (isUserCommand(payload)) return new UserCommandInteraction(payload, answer);
  if (isMessageCommand(payload)) return new MessageCommandInteraction(payload, answer);
  return isEntryPoint(payload) ? new EntryPointInteraction(payload, answer) : undefined;
}
