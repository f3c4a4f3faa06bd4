import { type Casemapping, foldCase } from "../wire/support/casemapping.ts";

const ASCII = 128;
const PRIME = 0x01000193;

/** What the hash of a nick begins with. */
export const SEED: number = 0x811c9dc5 | 0;

/** Which letters are the same, for nicks that are read where they stand, without a copy of them. */
export class Folding {
  readonly #folded = new Uint8Array(ASCII);
  #casemapping: Casemapping = "ascii";

  /** Takes the server's. */
  constructor(casemapping: Casemapping) {
    this.casemapping = casemapping;
  }

  /** The server's. */
  get casemapping(): Casemapping {
    return this.#casemapping;
  }

  set casemapping(casemapping: Casemapping) {
    this.#casemapping = casemapping;
    for (let code = 0; code < ASCII; code++) {
      this.#folded[code] = this.fold(String.fromCharCode(code)).charCodeAt(0);
    }
  }

  /** A nick as all have it who write it otherwise. */
  fold(nick: string): string {
    return foldCase(nick, this.#casemapping);
  }

  /** A character as all have it who write it otherwise. */
  code(code: number): number {
    return code < ASCII ? this.#folded[code] ?? 0 : code;
  }

  /** FNV-1a of what is folded, gone on with by a character. */
  hashed(hash: number, code: number): number {
    return Math.imul(hash ^ this.code(code), PRIME);
  }

  /** The hash of what stands there in a text. */
  hash(text: string, start: number, end: number): number {
    let hash = SEED;
    for (let at = start; at < end; at++) hash = this.hashed(hash, text.charCodeAt(at));
    return hash;
  }
}
