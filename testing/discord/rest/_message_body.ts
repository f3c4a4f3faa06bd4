import { isRecord } from "@parley/parley/internal";
import { invalidForm, refusal, type RestRequest, type RestResponse } from "./_answers.ts";

/** What a bot wants said. */
export interface MessageBody {
  readonly content: string;
  readonly nonce?: string | number;
  readonly enforceNonce: boolean;
  /** The other fields of the message, those only that were given. */
  readonly extra: Readonly<Record<string, unknown>>;
}

/** True if a request was refused, and not read. */
export function isRefused(read: object): read is RestResponse {
  return "status" in read;
}

/** Reads the JSON of a request. */
export function readJson({ body }: RestRequest): Record<string, unknown> | RestResponse {
  try {
    const value: unknown = JSON.parse(body);
    if (isRecord(value)) return { ...value };
  } catch {
    // Refused below.
  }
  return refusal(400, 0, "400: Bad Request");
}

const KEPT = ["embeds", "components", "message_reference", "flags", "poll", "allowed_mentions"] as const;

/**
 * Reads a message as Discord does ([Create Message](https://discord.com/developers/docs/resources/message#create-message)).
 *
 * @param before What it changes; what is not given is left as it is. @default {undefined: it is a new message}
 */
export function readMessage(
  body: Readonly<Record<string, unknown>>,
  { files = [] }: Pick<RestRequest, "files">,
  before?: Readonly<Record<string, unknown>>,
): MessageBody | RestResponse {
  const { nonce, enforce_nonce } = body;
  const content = body.content === undefined && before !== undefined ? before.content : body.content ?? "";
  if (typeof content !== "string") return invalidForm("content", "Could not interpret as string");
  // "Can be up to 2000 characters."
  if ([...content].length > 2000) return invalidForm("content", "Must be 2000 or fewer in length");
  if (Array.isArray(body.embeds) && body.embeds.length > 10) {
    return invalidForm("embeds", "Must be 10 or fewer in length");
  }
  const merged = { ...before, ...body };
  const parts = [merged.embeds, merged.components, merged.poll, merged.attachments, files];
  const hasPart = parts.some((part) => Array.isArray(part) ? part.length > 0 : isRecord(part));
  if (content === "" && !hasPart) return refusal(400, 50006, "Cannot send an empty message");
  const given = typeof nonce === "string" || typeof nonce === "number" ? { nonce } : {};
  if ("nonce" in given && String(given.nonce).length > 25) {
    return invalidForm("nonce", "Must be 25 or fewer in length");
  }
  const extra = Object.fromEntries(KEPT.flatMap((field) => field in body ? [[field, body[field]]] : []));
  const attachments = files.map(({ name, data }, index) => ({
    id: String(index),
    filename: name,
    size: data.length,
    url: `https://cdn.discordapp.com/attachments/${encodeURIComponent(name)}`,
  }));
  return {
    content,
    ...given,
    enforceNonce: enforce_nonce === true,
    extra: { ...extra, ...(files.length > 0 && { attachments }) },
  };
}
