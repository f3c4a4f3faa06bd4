const encoder = new TextEncoder();

/** How many bytes something takes: of a text, in UTF-8. */
export function byteLength(data: string | Uint8Array): number {
  return typeof data === "string" ? encoder.encode(data).length : data.length;
}
