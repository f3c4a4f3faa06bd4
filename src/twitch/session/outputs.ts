import { Outputs } from "../../protocol/core/outputs.ts";
import type { Permit } from "../../protocol/permit.ts";
import type { TwitchEvent } from "../wire/event.ts";
import type { TwitchLoginError } from "./login/login.ts";

/** What a Twitch session asks for besides permits: the token to log in with, before each login. */
export interface TwitchAsk {
  readonly kind: "token";
  /** Why Twitch has refused the last token, if it has; it is asked for another one, twice at most. */
  readonly refused?: TwitchLoginError;
  /** Which that was, without `oauth:`. */
  readonly token?: string;
}

/** The answer to a {@linkcode TwitchAsk}. */
export interface TwitchAnswer {
  readonly kind: "token";
  /** The token, with or without `oauth:`. */
  readonly token: string;
}

/** What a session wants done and told, in order; its parts share one. */
export class TwitchOutputs extends Outputs<TwitchEvent, TwitchAsk> {
  /** Sends a line, given without its line ending. */
  line(link: number, line: string, options: { readonly secret?: true } = {}): void {
    this.send(link, `${line}\r\n`, options);
  }
}

/**
 * The asks for permits of one kind. They are interchangeable: one that is granted serves whoever waits
 * longest by then, so that a grant out of turn does not change the order.
 */
export class PermitAsks {
  readonly #outputs: TwitchOutputs;
  readonly #permit: Permit;
  readonly #asks = new Set<number>();

  /** Takes where to put the asks, and which permit to ask for. */
  constructor(outputs: TwitchOutputs, permit: Permit) {
    this.#outputs = outputs;
    this.#permit = permit;
  }

  /** Keeps as many asks under way as there are who wait, but no more than can be granted at a time. */
  match(waiting: number): void {
    const wanted = Math.min(waiting, this.#permit.limit);
    while (this.#asks.size < wanted) {
      this.#asks.add(this.#outputs.ask({ kind: "permit", permit: this.#permit }));
    }
    if (this.#asks.size === wanted) return;
    for (const id of [...this.#asks].slice(wanted)) {
      this.#asks.delete(id);
      this.#outputs.release(id, false);
    }
  }

  /** An ask was answered; false if it is none of these. */
  take(id: number): boolean {
    return this.#asks.delete(id);
  }
}
