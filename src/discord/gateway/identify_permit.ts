import type { Action, Data } from "../../protocol/protocol.ts";

/**
 * The permit for one IDENTIFY: asked for, held, and given back.
 *
 * @see https://discord.com/developers/docs/events/gateway#rate-limiting
 */
export class IdentifyPermit {
  #lastAsk = 0;
  /** The one asked for or held; 0 if none. */
  #id = 0;
  #used = false;

  /** Asks for one of a bucket. */
  ask(key: string): Action<Data> {
    this.#id = ++this.#lastAsk;
    const permit = { scope: "discord.identify", key, limit: 1, per: 5_000 };
    return { kind: "ask", id: this.#id, ask: { kind: "permit", permit } };
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
  release(): Action<Data> | undefined {
    if (this.#id === 0) return undefined;
    const release = { kind: "release", id: this.#id, used: this.#used } as const;
    this.#id = 0;
    this.#used = false;
    return release;
  }
}
