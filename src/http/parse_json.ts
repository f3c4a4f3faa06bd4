// By itself a call of `decode` leaves nothing behind for the next.
const decoder = new TextDecoder("utf-8", { fatal: true });

/** Reads JSON in UTF-8, or as text; undefined if it is not. */
export function parseJson(body: Uint8Array | string): unknown {
  try {
    return JSON.parse(typeof body === "string" ? body : decoder.decode(body));
  } catch {
    return undefined;
  }
}
