/** What a peer may send before the empty line that ends a head, in bytes. */
export const MAX_HEAD = 16_384;

/** How long the head of an HTTP message is, the empty line included; 0 if it is not whole. */
export function headSize(bytes: Uint8Array): number {
  for (let at = bytes.indexOf(13); at >= 0; at = bytes.indexOf(13, at + 1)) {
    if (bytes[at + 1] === 10 && bytes[at + 2] === 13 && bytes[at + 3] === 10) return at + 4;
  }
  return 0;
}

/** The lines of a head, without the empty one that ends it. */
export function headLines(head: Uint8Array): [status: string, ...fields: string[]] {
  const [status = "", ...fields] = String.fromCharCode(...head.subarray(0, -4)).split("\r\n");
  return [status, ...fields];
}

/** Reads the line that begins an answer; undefined if it is no HTTP. The phrase is fit to be shown. */
export function readStatus(line: string): { readonly code: string; readonly phrase: string } | undefined {
  const [, code, phrase = ""] = /^HTTP\/1\.[01] (\d{3})(?: (.*))?$/.exec(line) ?? [];
  return code === undefined ? undefined : { code, phrase: phrase.replace(/[^\x20-\x7e]/g, "?").slice(0, 80) };
}

/** Whether these bytes are how the head of an answer begins, or can still become that. */
export function beginsHttp(bytes: Uint8Array): boolean {
  return "HTTP/1.".startsWith(String.fromCharCode(...bytes.subarray(0, 7)));
}
