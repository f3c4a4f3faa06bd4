import type { Outputs } from "../../../protocol/core/outputs.ts";

/** The scope of a permit to resume a session, whose id is its key. */
export const RESUME_SCOPE = "discord.resume";

/**
 * The permit for one IDENTIFY, or for one RESUME where others may have taken the session up: asked for, held, and given
 * back.
 *
 * @see https://discord.com/developers/docs/events/gateway#rate-limiting
 */
export class IdentifyPermit {
  readonly #outputs: Outputs<unknown>;
  /** The one asked for or held; 0 if none. */
  #id = 0;
  #used = false;

  /** Takes where to put what it wants done. */
  constructor(outputs: Outputs<unknown>) {
    this.#outputs = outputs;
  }

  /** Asks for one to IDENTIFY, of a bucket. */
  ask(key: string): void {
    this.#id = this.#outputs.ask({
      kind: "permit",
      permit: { scope: "discord.identify", key, limit: 1, per: 5_000 },
    });
  }

  /** Asks for one to resume a session. */
  askToResume(session: string): void {
    const permit = { scope: RESUME_SCOPE, key: session, limit: 1, per: 0 };
    this.#id = this.#outputs.ask({ kind: "permit", permit });
  }

  /** True if this is the one that was asked for last. */
  is(id: number): boolean {
    return id === this.#id;
  }

  /** It could not be had. */
  refused(): void {
    this.#id = 0;
  }

  /** IDENTIFY is sent on it. */
  use(): void {
    this.#used = true;
  }

  /** Gives it back, if there is one; if IDENTIFY was sent it counts from now, when it is sure to have arrived. */
  release(): void {
    if (this.#id === 0) return;
    this.#outputs.release(this.#id, this.#used);
    this.#id = 0;
    this.#used = false;
  }
}
