/**
 * Reads a body to its end, or cancels it once it is longer than the limit, in bytes: then undefined. Each piece may lie in
 * a buffer of 64 KiB of its own, however short it is: its bytes are copied, and it goes. Rejects as the body does.
 */
export async function readPieces(
  reader: ReadableStreamDefaultReader<Uint8Array> | undefined,
  limit: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  let body = new Uint8Array(1_024);
  let length = 0;
  while (reader !== undefined) {
    const { done, value } = await reader.read();
    if (done) break;
    const from = length;
    length += value.length;
    if (length > limit) {
      reader.cancel().catch(() => {});
      return undefined;
    }
    if (length > body.length) {
      const longer = new Uint8Array(2 * length);
      longer.set(body);
      body = longer;
    }
    body.set(value, from);
  }
  return body.subarray(0, length);
}
