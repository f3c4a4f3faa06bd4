import type {
  APIApplicationCommandAutocompleteInteraction,
  APIApplicationCommandInteraction,
  APIChatInputApplicationCommandInteraction,
  APIInteraction,
  APIMessageApplicationCommandInteraction,
  APIMessageComponentInteraction,
  APIModalSubmitInteraction,
  APIPingInteraction,
  APIPrimaryEntryPointCommandInteraction,
  APIUserApplicationCommandInteraction,
} from "discord-api-types/v10";
import { parseJson } from "../../../http/parse_json.ts";
import { isRecord } from "../../../protocol/data/json_value.ts";

const PING = 1;
const APPLICATION_COMMAND = 2;
const MESSAGE_COMPONENT = 3;
const AUTOCOMPLETE = 4;
const MODAL_SUBMIT = 5;
const CHAT_INPUT = 1;
const USER = 2;
const MESSAGE = 3;
const PRIMARY_ENTRY_POINT = 4;

/**
 * Reads the body of a request from Discord. Only for a body whose signature was verified: what is checked
 * here is no more than what is needed to route it.
 *
 * Source: Discord, "Receiving and Responding", Interaction Object.
 *
 * @returns undefined if it is not UTF-8, not JSON, or not an interaction.
 */
export function parseInteraction(body: Uint8Array | string): APIInteraction | undefined {
  const value = parseJson(body);
  return isInteraction(value) ? value : undefined;
}

/** Whether a value has what routing an interaction needs. Types newer than this code pass, as unknown ones. */
export function isInteraction(value: unknown): value is APIInteraction {
  if (!isRecord(value) || !Number.isSafeInteger(value.type)) return false;
  if (value.type === PING) return true;
  if (typeof value.id !== "string" || typeof value.token !== "string") return false;
  const { data } = value;
  if (isRecord(data) && !isRecord(data.resolved ?? {})) return false;
  switch (value.type) {
    case APPLICATION_COMMAND:
    case AUTOCOMPLETE:
      return isRecord(data) && typeof data.name === "string" && typeof data.type === "number" &&
        areOptions(data.options, 0);
    case MESSAGE_COMPONENT:
      return isRecord(data) && typeof data.custom_id === "string" && isRecord(value.message) &&
        isArrayOr(data.values, (one) => typeof one === "string");
    case MODAL_SUBMIT:
      return isRecord(data) && typeof data.custom_id === "string" && isArrayOr(data.components, isPart);
    default:
      return true;
  }
}

/** Discord asks whether somebody is there. */
export function isPing(interaction: APIInteraction): interaction is APIPingInteraction {
  return interaction.type === PING;
}

/** Somebody used a command of any type. */
export function isCommand(interaction: APIInteraction): interaction is APIApplicationCommandInteraction {
  return interaction.type === APPLICATION_COMMAND;
}

/** Somebody used a slash command. */
export function isChatInput(
  interaction: APIInteraction,
): interaction is APIChatInputApplicationCommandInteraction {
  return isCommand(interaction) && interaction.data.type === CHAT_INPUT;
}

/** Somebody used a command on a user. */
export function isUserCommand(
  interaction: APIInteraction,
): interaction is APIUserApplicationCommandInteraction {
  return isCommand(interaction) && interaction.data.type === USER;
}

/** Somebody used a command on a message. */
export function isMessageCommand(
  interaction: APIInteraction,
): interaction is APIMessageApplicationCommandInteraction {
  return isCommand(interaction) && interaction.data.type === MESSAGE;
}

/** Somebody used the primary entry point. */
export function isEntryPoint(
  interaction: APIInteraction,
): interaction is APIPrimaryEntryPointCommandInteraction {
  return isCommand(interaction) && interaction.data.type === PRIMARY_ENTRY_POINT;
}

/** Somebody used a button or a select. */
export function isComponent(interaction: APIInteraction): interaction is APIMessageComponentInteraction {
  return interaction.type === MESSAGE_COMPONENT;
}

/** Somebody submitted a modal. */
export function isModalSubmit(interaction: APIInteraction): interaction is APIModalSubmitInteraction {
  return interaction.type === MODAL_SUBMIT;
}

/** Somebody is typing an option for which choices are wanted. */
export function isAutocomplete(
  interaction: APIInteraction,
): interaction is APIApplicationCommandAutocompleteInteraction {
  return interaction.type === AUTOCOMPLETE;
}

/** Options, with what is in subcommands and groups. */
function areOptions(options: unknown, depth: number): boolean {
  return isArrayOr(
    options,
    (option) =>
      isRecord(option) && typeof option.name === "string" && typeof option.type === "number" &&
      (depth === 2 || areOptions(option.options, depth + 1)),
  );
}

/** A part of a submitted modal: a label or a row, with fields, or a text. */
function isPart(part: unknown): boolean {
  return isRecord(part) && (part.component === undefined || isField(part.component)) &&
    isArrayOr(part.components, isField);
}

function isField(field: unknown): boolean {
  return isRecord(field) && typeof field.custom_id === "string" &&
    isArrayOr(field.values, (value) => typeof value === "string");
}

/** What is left out, or an array of such. */
function isArrayOr(value: unknown, fits: (one: unknown) => boolean): boolean {
  return value === undefined || (Array.isArray(value) && value.every(fits));
}
