import type {
  APIApplicationCommandAutocompleteInteraction,
  APIApplicationCommandInteraction,
  APIChatInputApplicationCommandInteraction,
  APIInteraction,
  APIPingInteraction,
} from "discord-api-types/v10";

// By itself a call of `decode` leaves nothing behind for the next.
const decoder = new TextDecoder("utf-8", { fatal: true });
const PING = 1;
const APPLICATION_COMMAND = 2;
const MESSAGE_COMPONENT = 3;
const AUTOCOMPLETE = 4;
const MODAL_SUBMIT = 5;
const CHAT_INPUT = 1;

/**
 * Reads the body of a request from Discord. Only for a body whose signature was verified: what is checked
 * here is no more than what is needed to route it.
 *
 * Source: Discord, "Receiving and Responding", Interaction Object.
 *
 * @returns undefined if it is not UTF-8, not JSON, or not an interaction.
 */
export function parseInteraction(body: Uint8Array): APIInteraction | undefined {
  const value = parseJson(body);
  return isInteraction(value) ? value : undefined;
}

/** Reads JSON in UTF-8; undefined if it is not. */
export function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(body));
  } catch {
    return undefined;
  }
}

/** Whether a value has what routing an interaction needs. Types newer than this code pass, as unknown ones. */
export function isInteraction(value: unknown): value is APIInteraction {
  if (!isRecord(value) || !Number.isSafeInteger(value.type)) return false;
  if (value.type === PING) return true;
  if (typeof value.id !== "string" || typeof value.token !== "string") return false;
  const { data } = value;
  switch (value.type) {
    case APPLICATION_COMMAND:
    case AUTOCOMPLETE:
      return isRecord(data) && typeof data.name === "string" && typeof data.type === "number";
    case MESSAGE_COMPONENT:
    case MODAL_SUBMIT:
      return isRecord(data) && typeof data.custom_id === "string";
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

/** Somebody is typing an option for which choices are wanted. */
export function isAutocomplete(
  interaction: APIInteraction,
): interaction is APIApplicationCommandAutocompleteInteraction {
  return interaction.type === AUTOCOMPLETE;
}

/** Whether a value has fields. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
