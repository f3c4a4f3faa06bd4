import { fnv1a } from "../../../protocol/fnv1a.ts";
import type { Data } from "../../../protocol/protocol.ts";

/** What anybody could use who reads it: tokens of interactions and voice, ids of sessions. */
const SECRET = /"(token|session_id)"(\s*:\s*")((?:[^"\\]|\\.)*)"/g;
/** The address of a webhook, wherever it stands. */
const WEBHOOK = /(\/webhooks\/\d+\/)[\w-]+/g;

/**
 * What observers may see of a message from Discord: all but what is secret in it. Of a session's id a mark is left, by
 * which sessions can be told apart.
 */
export function shownPayload(data: Data): Data {
  if (typeof data !== "string") return data;
  // To look for a word costs a tenth of what a pattern does.
  const shown = data.includes('"token"') || data.includes('"session_id"')
    ? data.replace(SECRET, (_, key: string, between: string, value: string) => {
      return `"${key}"${between}${key === "token" ? "*" : shownSession(value)}"`;
    })
    : data;
  return shown.includes("/webhooks/") ? shown.replace(WEBHOOK, "$1*") : shown;
}

/** The mark of a session: 32 bits of FNV-1a, of which nobody makes the id of 128 again. A mark is its own. */
export function shownSession(id: string): string {
  if (id.startsWith("*")) return id;
  return `*${fnv1a(id).toString(16).padStart(8, "0")}`;
}
