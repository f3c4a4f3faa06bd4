/**
 * A hash over whatever is added to it, in order: 64 bits in 32-bit integer arithmetic, the same on every
 * engine. For telling traces apart, not for security.
 *
 * @example
 * ```ts
 * import { TraceHash } from "@parley/testing";
 *
 * const hash = new TraceHash();
 * hash.add({ kind: "sent", data: "PING" });
 * hash.digest(); // 16 hexadecimal digits
 * ```
 */
export class TraceHash {
  #a = 0x811c9dc5 | 0;
  #b = 0x9e3779b9 | 0;

  /** Adds a value, by its JSON; errors by their text, bytes as characters of their numbers. */
  add(value: unknown): void {
    // Most of what is observed has nothing in it to look at.
    const text = JSON.stringify(value, isFlat(value) ? undefined : plain);
    let a = this.#a;
    let b = this.#b;
    for (let index = 0; index < text.length; index++) {
      const unit = text.charCodeAt(index);
      a = Math.imul(a ^ unit, 0x01000193);
      b = Math.imul(b ^ unit, 0x85ebca6b) ^ (b >>> 13);
    }
    this.#a = a;
    this.#b = b;
  }

  /** The hash so far, as 16 hexadecimal digits. */
  digest(): string {
    return [this.#a, this.#b].map((half) => (half >>> 0).toString(16).padStart(8, "0")).join("");
  }
}

function isFlat(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  return plain("", value) === value && Object.values(value).every((part) => typeof part !== "object");
}

function plain(_key: string, value: unknown): unknown {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (value instanceof Uint8Array) return characters(value);
  return value;
}

function characters(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
