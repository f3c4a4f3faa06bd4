/** What Node and Bun say where no connection came about, by `code`; Deno says it in its message only. */
const CODES: ReadonlySet<unknown> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ENETUNREACH",
  "EHOSTUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
  "ConnectionRefused",
  "FailedToOpenSocket",
]);

/** Whether a fetch failed before it had a connection, so that nothing of the request was sent. */
export function wasNotSent(error: unknown): boolean {
  let at: unknown = error;
  for (let depth = 0; at instanceof Error && depth < 4; depth++, at = at.cause) {
    if ("code" in at && CODES.has(at.code)) return true;
    if (at.message.includes("client error (Connect)")) return true;
    // Several addresses were tried, and none of them answered.
    if (at instanceof AggregateError && at.errors.length > 0 && at.errors.every(wasNotSent)) return true;
  }
  return false;
}
