/** The bytes of hexadecimal digits that have been checked. */
export function fromHex(hex: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(hex.length / 2);
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = digit(hex.charCodeAt(2 * index)) << 4 | digit(hex.charCodeAt(2 * index + 1));
  }
  return bytes;
}

/** The value of a hexadecimal digit, by its character code: the letters are 9 above their low four bits. */
function digit(code: number): number {
  return (code & 15) + (code >> 6) * 9;
}

/** Bytes as hexadecimal digits. */
export function toHex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
