/**
 * What to ask for when a nick is taken: nicks to try in turn, or a function that is given the taken nick and
 * how many were taken before it, and returns the next, or undefined to give up.
 */
export type AlternativeNicks =
  | readonly string[]
  | ((taken: string, attempt: number) => string | undefined);

/** A server that calls even these taken is not worth more attempts. */
const MOST_UNDERSCORES = 5;
/** A function may go on for ever; the server will not. */
const MOST_ATTEMPTS = 20;

/** Which nick to ask for on one connection. */
export class NickChoice {
  readonly #nick: string;
  readonly #alternatives: AlternativeNicks;
  #longest: number;
  #asked: string;
  #attempt = 0;

  /** Takes the nick to have, what to have in its place, and how long one may be. */
  constructor(nick: string, alternatives: AlternativeNicks = [], longest: number = Infinity) {
    this.#nick = nick;
    this.#alternatives = alternatives;
    this.#longest = longest;
    this.#asked = nick;
  }

  /** The nick that was asked for last. */
  get asked(): string {
    return this.#asked;
  }

  /** Whether that is the one to have. */
  get first(): boolean {
    return this.#attempt === 0;
  }

  /**
   * The next nick to ask for; undefined: there is none. `taken` is the nick as the server repeats it: if it has
   * cut that, it tells how long a nick may be, which is not known before it lets us in.
   */
  next(taken: string): string | undefined {
    if (taken !== "" && taken.length < this.#asked.length && this.#asked.startsWith(taken)) {
      this.#longest = taken.length;
    }
    const attempt = this.#attempt++;
    const next = this.#choose(attempt);
    if (next !== undefined) this.#asked = next;
    return next;
  }

  #choose(attempt: number): string | undefined {
    if (typeof this.#alternatives === "function") {
      return attempt < MOST_ATTEMPTS ? this.#alternatives(this.#asked, attempt) : undefined;
    }
    const alternative = this.#alternatives[attempt];
    if (alternative !== undefined) return alternative;
    const underscores = "_".repeat(attempt - this.#alternatives.length + 1);
    if (underscores.length > MOST_UNDERSCORES) return undefined;
    return this.#nick.slice(0, Math.max(1, this.#longest - underscores.length)) + underscores;
  }
}
