import { isRecord } from "../../../protocol/json_value.ts";
import type { DiscordFile } from "../routes/table/entry.ts";

/**
 * A form of a payload, as JSON, and files.
 *
 * Source: Discord, "API Reference", Uploading Files.
 */
export function formOf(json: string, files: readonly DiscordFile[]): FormData {
  const form = new FormData();
  form.append("payload_json", json);
  for (const [n, { name, data, contentType }] of files.entries()) {
    const type = contentType === undefined ? {} : { type: contentType };
    const isBlob = data instanceof Blob && contentType === undefined;
    const part: BlobPart = data instanceof Uint8Array ? Uint8Array.from(data) : data;
    form.append(`files[${n}]`, isBlob ? data : new Blob([part], type), name);
  }
  return form;
}

/** A message whose `attachments`, where there have to be some, name every file. */
export function withAttachments<Message extends { readonly attachments?: unknown }>(
  message: Message,
  files: readonly DiscordFile[],
): Message {
  const { attachments } = message;
  const isListed = Array.isArray(attachments);
  if (!isListed && files.every(({ description }) => description === undefined)) return message;
  const listed: unknown[] = isListed ? [...attachments] : [];
  for (const [n, { name, description }] of files.entries()) {
    const known = { filename: name, ...(description !== undefined && { description }) };
    const at = listed.findIndex((entry) => isRecord(entry) && String(entry.id) === String(n));
    const own = at < 0 ? {} : Object(listed[at]);
    // Discord takes a number, too; other servers want a string, as IDs are.
    listed[at < 0 ? listed.length : at] = { ...known, ...own, id: String(n) };
  }
  return { ...message, attachments: listed };
}

/** The response to an interaction, whose message names every file where it has to. */
export function responseWith<Response extends object>(
  response: Response,
  files: readonly DiscordFile[],
): Response {
  if (files.length === 0) return response;
  const message: object = "data" in response ? Object(response.data ?? {}) : {};
  return { ...response, data: withAttachments(message, files) };
}
