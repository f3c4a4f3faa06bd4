// A decoder that is fatal takes several times as long on Deno: what may be wrong is looked at again by one.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const strictDecoder = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });

/**
 * The text that bytes are.
 *
 * @throws {TypeError} if they are not UTF-8.
 */
export function decodeUtf8(bytes: Uint8Array): string {
  const text = decoder.decode(bytes);
  return text.includes("\ufffd") ? strictDecoder.decode(bytes) : text;
}
