import { CommandError } from "../../../protocol/errors.ts";
import { isRecord } from "../../../protocol/json_value.ts";
import type { Refuse } from "./_check.ts";
import type { Route } from "../routes/route.ts";
import type { DiscordFile } from "../routes/table/entry.ts";

const LONGEST_NAME = 255;
const LONGEST_DESCRIPTION = 1024;
// Quotes and line breaks would end the name in the part's header; slashes make a path of it.
const NOT_IN_NAMES = /[\p{Cc}"/\\]/u;
const MEDIA_TYPE = /^[!#$&^_.+\w-]+\/[!#$&^_.+\w-]+( *; *[\w-]+=[\w.+-]+)*$/;

/** What a request's body becomes. */
export interface Encoded {
  // `BodyInit` is not known without the types of the web.
  readonly body: NonNullable<RequestInit["body"]> | undefined;
  /** What the header says; undefined where `fetch` finds it by itself. */
  readonly contentType: string | undefined;
}

/**
 * Makes a request's body: JSON, or with files a form of `payload_json` and `files[n]`. Where it is needed,
 * the message's `attachments` are completed with the files.
 *
 * Source: Discord, "API Reference", Uploading Files.
 *
 * @throws {CommandError} `invalid_command` if the body is not JSON, or a file is not acceptable.
 */
export function encodeBody(route: Route, body: unknown, files: readonly DiscordFile[] = []): Encoded {
  const refuse = (why: string): never => {
    throw new CommandError("invalid_command", `Cannot ${route.method} ${route.label}: ${why}`);
  };
  const isForm = body instanceof FormData || body instanceof URLSearchParams;
  if (files.length === 0) {
    if (body === undefined) return { body: undefined, contentType: undefined };
    if (isForm) return { body, contentType: undefined };
    return { body: jsonOf(body) ?? refuse("its body is not JSON"), contentType: "application/json" };
  }
  if (isForm) refuse("it has files beside a form; put them into the form");
  const form = new FormData();
  const payload = completed(route, body ?? {}, files, refuse);
  form.append("payload_json", jsonOf(payload) ?? refuse("its body is not JSON"));
  for (const [n, { name, data, contentType }] of files.entries()) {
    form.append(`files[${n}]`, blobOf(data, contentType, (why) => refuse(`file "${n}" ${why}`)), name);
  }
  return { body: form, contentType: undefined };
}

function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    // Circular, or holding a bigint.
    return undefined;
  }
}

function blobOf(data: DiscordFile["data"], contentType: string | undefined, refuse: Refuse): Blob {
  if (contentType !== undefined && !MEDIA_TYPE.test(contentType)) {
    refuse('has a contentType that is none; one is "image/png"');
  }
  if (data instanceof Blob) return contentType === undefined ? data : new Blob([data], { type: contentType });
  const options = contentType === undefined ? {} : { type: contentType };
  if (typeof data === "string") return new Blob([data], options);
  if (data instanceof Uint8Array) return new Blob([Uint8Array.from(data)], options);
  return refuse("holds neither a Blob nor a Uint8Array nor a string");
}

/** The body with `attachments` that name every file, where there have to be some. */
function completed(route: Route, body: unknown, files: readonly DiscordFile[], refuse: Refuse): unknown {
  if (!isRecord(body)) return refuse("its body is not an object, which files need");
  const names = new Set<string>();
  for (const [n, file] of files.entries()) {
    checkFile(file, (why) => refuse(`file "${n}" ${why}`));
    // `attachment://name` would refer to either of them.
    if (names.has(file.name)) refuse(`file "${n}" is called as one before it`);
    names.add(file.name);
  }
  const place = placeOf(route);
  if (place !== undefined) {
    const { [place]: inner = {} } = body;
    if (!isRecord(inner)) return refuse(`its "${place}" is not an object, which files need`);
    return { ...body, [place]: withAttachments(route, inner, files, refuse) };
  }
  return withAttachments(route, body, files, refuse);
}

/** Where in the body the message is, if it is not the body. */
function placeOf({ pattern }: Route): string | undefined {
  if (pattern.startsWith("POST /interactions/")) return "data";
  return pattern === "POST /channels/:id/threads" ? "message" : undefined;
}

function withAttachments(
  route: Route,
  message: Readonly<Record<string, unknown>>,
  files: readonly DiscordFile[],
  refuse: Refuse,
): Readonly<Record<string, unknown>> {
  const { attachments } = message;
  if (attachments === undefined || attachments === null) {
    if (files.every(({ description }) => description === undefined)) return message;
    if (route.method === "PATCH") {
      // "Any previously-added files that aren't included will be removed."
      refuse('a file has a description, for which the edit must have "attachments": those to keep, or []');
    }
  } else if (!Array.isArray(attachments)) refuse('its "attachments" are no array');
  const listed: unknown[] = Array.isArray(attachments) ? [...attachments] : [];
  for (const [n, { name, description }] of files.entries()) {
    const known = { filename: name, ...(description !== undefined && { description }) };
    const at = listed.findIndex((entry) => isRecord(entry) && String(entry.id) === String(n));
    const own = at < 0 ? {} : Object(listed[at]);
    // Discord takes a number, too; other servers want a string, as IDs are.
    listed[at < 0 ? listed.length : at] = { ...known, ...own, id: String(n) };
  }
  return { ...message, attachments: listed };
}

function checkFile({ name, description }: DiscordFile, refuse: Refuse): void {
  if (typeof name !== "string" || !name.isWellFormed() || NOT_IN_NAMES.test(name) || /^\.*$/.test(name)) {
    refuse("has a name that is none: without a path, quotes and control characters");
  }
  if (new TextEncoder().encode(name).length > LONGEST_NAME) {
    refuse(`has a name longer than ${LONGEST_NAME} bytes`);
  }
  if (description === undefined) return;
  if (typeof description !== "string" || [...description].length > LONGEST_DESCRIPTION) {
    refuse(`has a description that is no text of at most ${LONGEST_DESCRIPTION} characters`);
  }
}
