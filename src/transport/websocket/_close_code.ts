/** What the WebSocket protocol calls a connection that broke; Deno's WebSocket says 0 instead. */
export const ABNORMAL_CLOSURE = 1006;
/** What it calls a close frame without a code. */
export const NO_STATUS = 1005;
const MAX_REASON_BYTES = 123;

/**
 * The code a client may pass to `WebSocket.close`, which takes only 1000 and 3000–4999: 1001 (going away)
 * becomes 1000; no code (0, 1005) stays none; any other becomes 4000, since it is not the normal end that
 * 1000 would tell.
 */
export function sendableCode(code: number): number | undefined {
  if (code === 1000 || (code >= 3000 && code <= 4999)) return code;
  if (code === 1001) return 1000;
  return code === 0 || code === NO_STATUS ? undefined : 4000;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Cuts a reason to what fits into a close frame, at a character boundary. */
export function fittingReason(reason: string): string {
  const bytes = encoder.encode(reason);
  if (bytes.length <= MAX_REASON_BYTES) return reason;
  let end = MAX_REASON_BYTES;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return decoder.decode(bytes.subarray(0, end));
}
