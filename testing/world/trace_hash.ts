import { isRecord } from "@parley/parley/internal";

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

  /** Adds a value: a flat one by what is in it, any other by its JSON; errors by their text, bytes as characters of their numbers. */
  add(value: unknown): void {
    if (isFlat(value)) {
      for (const key in value) {
        const part = value[key];
        this.#mix(key);
        this.#mix(typeof part === "string" ? part : `${typeof part} ${part}`);
      }
    } else this.#mix(JSON.stringify(value, plain));
  }

  /** Mixes a text into it, two characters at a time. */
  #mix(text: string): void {
    let a = this.#a ^ text.length;
    let b = this.#b;
    const even = text.length & ~1;
    for (let index = 0; index < even; index += 2) {
      const unit = text.charCodeAt(index) | (text.charCodeAt(index + 1) << 16);
      a = Math.imul(a ^ unit, 0x01000193);
      b = Math.imul(b ^ unit, 0x85ebca6b) ^ (b >>> 13);
    }
    const last = even === text.length ? 0 : text.charCodeAt(even);
    this.#a = Math.imul(a ^ last, 0x01000193) ^ (a >>> 15);
    this.#b = Math.imul(b ^ last, 0x85ebca6b) ^ (b >>> 13);
  }

  /** The hash so far, as 16 hexadecimal digits. */
  digest(): string {
    return [this.#a, this.#b].map((half) => (half >>> 0).toString(16).padStart(8, "0")).join("");
  }
}

/** Most of what is observed has nothing in it to look at. */
function isFlat(value: unknown): value is Readonly<Record<string, unknown>> {
  if (!isRecord(value) || plain("", value) !== value) return false;
  for (const key in value) if (typeof value[key] === "object") return false;
  return true;
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
