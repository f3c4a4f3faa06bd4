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
    const type = contentType ?? (data instanceof Blob ? data.type : "");
    const part: BlobPart = data instanceof Uint8Array ? Uint8Array.from(data) : data;
    form.append(`files[${n}]`, new Blob([part], { type }), name);
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
    // Discord takes a number, too; other servers want a string, as IDs are.
    const id = String(n);
    const at = listed.findIndex((entry) => String(Object(entry).id) === id);
    const known = { filename: name, ...(description !== undefined && { description }) };
    listed[at < 0 ? listed.length : at] = { ...known, ...Object(listed[at]), id };
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
