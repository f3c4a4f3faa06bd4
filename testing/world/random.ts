/**
 * Randomness in [0, 1) that depends on nothing but its seed and name, the same on every engine: only
 * 32-bit integer arithmetic is used. Sources with different names are independent, so that drawing from
 * one does not shift another.
 *
 * @example
 * ```ts
 * import { seededRandom } from "@parley/testing";
 *
 * const a = seededRandom(1, "client");
 * const b = seededRandom(1, "client");
 * a() === b(); // true
 * ```
 */
export function seededRandom(seed: number, name: string): () => number {
  let state = seed | 0;
  for (let index = 0; index < name.length; index++) {
    state = mix(state ^ Math.imul(name.charCodeAt(index) + 1, 0x9e3779b1));
  }
  return () => {
    state = (state + 0x9e3779b9) | 0;
    return (mix(state) >>> 0) / 2 ** 32;
  };
}

/** The finaliser of MurmurHash3 (public domain): every input bit changes every output bit. */
function mix(value: number): number {
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return value ^ (value >>> 16);
}
