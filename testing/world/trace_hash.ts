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

  /** Adds a value, by its JSON; errors by their text, bytes by their numbers. */
  add(value: unknown): void {
    const text = JSON.stringify(value, plain);
    for (let index = 0; index < text.length; index++) {
      const unit = text.charCodeAt(index);
      this.#a = Math.imul(this.#a ^ unit, 0x01000193);
      this.#b = Math.imul(this.#b ^ unit, 0x85ebca6b) ^ (this.#b >>> 13);
    }
  }

  /** The hash so far, as 16 hexadecimal digits. */
  digest(): string {
    return [this.#a, this.#b].map((half) => (half >>> 0).toString(16).padStart(8, "0")).join("");
  }
}

function plain(_key: string, value: unknown): unknown {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (value instanceof Uint8Array) return [...value];
  return value;
}
