import type {
  APIInteractionResponseCallbackData,
  RESTPatchAPIInteractionOriginalResponseJSONBody,
} from "discord-api-types/v10";
import type { Files } from "./door.ts";

/** SUPPRESS_EMBEDS and IS_COMPONENTS_V2: the others cannot be edited. */
export const EDITABLE_FLAGS: number = 1 << 2 | 1 << 15;

/**
 * A message with what stays of the files it had: files with a description are listed, and what is not listed beside
 * them would be removed. Without files described, or if it lists some itself, it stays as it is.
 */
export function withKept<Message extends { readonly attachments?: readonly unknown[] | null | undefined }>(
  message: Message,
  files: Files,
  kept: readonly { readonly id: string }[] | undefined,
): Message {
  if (message.attachments || kept === undefined) return message;
  if (!files?.some(({ description }) => description !== undefined)) return message;
  return { ...message, attachments: kept.map(({ id }) => ({ id })) };
}

/** What of a message an edit takes. */
export function editOf(
  message: APIInteractionResponseCallbackData,
): RESTPatchAPIInteractionOriginalResponseJSONBody {
  const { flags, tts: _, ...rest } = message;
  const kept = (flags ?? 0) & EDITABLE_FLAGS;
  return { ...rest, ...(kept !== 0 && { flags: kept }) };
}

/** An edit as a message of its own: what it takes away is not there. */
export function messageOfEdit(edit: object): APIInteractionResponseCallbackData {
  return Object.fromEntries(Object.entries(edit).filter(([, value]) => value !== null));
}
