import { CommandError } from "../../../protocol/errors.ts";
import { isRecord } from "../../../protocol/data/json_value.ts";
import type { Refuse } from "./_check.ts";
import { formOf, withAttachments } from "./form.ts";
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
  const payload = completed(route, body ?? {}, files, refuse);
  const json = jsonOf(payload) ?? refuse("its body is not JSON");
  return { body: formOf(json, files), contentType: undefined };
}

function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    // Circular, or holding a bigint.
    return undefined;
  }
}

/** The body with `attachments` that name every file, where there have to be some. */
function completed(route: Route, body: unknown, files: readonly DiscordFile[], refuse: Refuse): unknown {
  if (!isRecord(body)) return refuse("its body is not an object, which files need");
  checkFiles(refuse, files);
  const place = placeOf(route);
  if (place !== undefined) {
    const { [place]: inner = {} } = body;
    if (!isRecord(inner)) return refuse(`its "${place}" is not an object, which files need`);
    checkAttachments(route, inner, files, refuse);
    return { ...body, [place]: withAttachments(inner, files) };
  }
  checkAttachments(route, body, files, refuse);
  return withAttachments(body, files);
}

/** Where in the body the message is, if it is not the body. */
function placeOf({ pattern }: Route): string | undefined {
  if (pattern.startsWith("POST /interactions/")) return "data";
  return pattern === "POST /channels/:id/threads" ? "message" : undefined;
}

function checkAttachments(
  route: Route,
  { attachments }: Readonly<Record<string, unknown>>,
  files: readonly DiscordFile[],
  refuse: Refuse,
): void {
  if (Array.isArray(attachments)) return;
  if (attachments !== undefined && attachments !== null) refuse('its "attachments" are no array');
  if (route.method !== "PATCH" || files.every(({ description }) => description === undefined)) return;
  // "Any previously-added files that aren't included will be removed."
  refuse('a file has a description, for which the edit must have "attachments": those to keep, or []');
}

/** Checks files that are uploaded with a message, each for itself, and that no two have one name. */
export function checkFiles(refuse: Refuse, files: readonly DiscordFile[]): void {
  const names = new Set<string>();
  for (const [n, file] of files.entries()) {
    checkFile(file, (why) => refuse(`file "${n}" ${why}`));
    // `attachment://name` would refer to either of them.
    if (names.has(file.name)) refuse(`file "${n}" is called as one before it`);
    names.add(file.name);
  }
}

function checkFile({ name, data, contentType, description }: DiscordFile, refuse: Refuse): void {
  if (typeof name !== "string" || !name.isWellFormed() || NOT_IN_NAMES.test(name) || /^\.*$/.test(name)) {
    refuse("has a name that is none: without a path, quotes and control characters");
  }
  if (new TextEncoder().encode(name).length > LONGEST_NAME) {
    refuse(`has a name longer than ${LONGEST_NAME} bytes`);
  }
  if (contentType !== undefined && !MEDIA_TYPE.test(contentType)) {
    refuse('has a contentType that is none; one is "image/png"');
  }
  if (typeof data !== "string" && !(data instanceof Uint8Array) && !(data instanceof Blob)) {
    refuse("holds neither a Blob nor a Uint8Array nor a string");
  }
  if (description === undefined) return;
  if (typeof description !== "string" || [...description].length > LONGEST_DESCRIPTION) {
    refuse(`has a description that is no text of at most ${LONGEST_DESCRIPTION} characters`);
  }
}
