import { fnv1a } from "../../../protocol/data/fnv1a.ts";
import type { Data } from "../../../protocol/protocol.ts";

/** What begins what anybody could use who reads it: tokens of interactions and voice, ids of sessions. */
const SECRET = /"(token|session_id)"\s*:\s*"/g;
/** The address of a webhook, wherever it stands. */
const WEBHOOK = /(\/webhooks\/\d+\/)[\w-]+/g;

const QUOTE = 34;
const BACKSLASH = 92;

/**
 * What observers may see of a message from Discord, be it whole or cut short: all but what is secret in it. Of a
 * session's id a mark is left, by which sessions can be told apart.
 */
export function shownPayload(data: Data): Data {
  return typeof data === "string" ? shownText(data) : data;
}

/** The same of text. */
export function shownText(data: string): string {
  // To look for a word costs a tenth of what a pattern does.
  const shown = data.includes('"token"') || data.includes('"session_id"') ? withoutSecrets(data) : data;
  return shown.includes("/webhooks/") ? shown.replace(WEBHOOK, "$1*") : shown;
}

function withoutSecrets(text: string): string {
  let shown = "";
  let from = 0;
  for (const { 0: beginning, 1: key, index } of text.matchAll(SECRET)) {
    // It stands in a secret.
    if (index < from) continue;
    const start = index + beginning.length;
    const end = endOf(text, start);
    shown += text.slice(from, start) + (key === "token" ? "*" : shownSession(text.slice(start, end)));
    from = end;
  }
  return shown + text.slice(from);
}

/** Where a string ends that begins there. A pattern would run out of stack on one of some millions of characters. */
function endOf(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at;
    if (code === BACKSLASH) at++;
  }
  return text.length;
}

/** The mark of a session: 32 bits of FNV-1a, of which nobody makes the id of 128 again. A mark is its own. */
export function shownSession(id: string): string {
  if (id.startsWith("*")) return id;
  return `*${fnv1a(id).toString(16).padStart(8, "0")}`;
}
