import type { CommandError, ParleyError } from "../protocol/errors.ts";
import type { Permit } from "../protocol/permit.ts";
import type { Action, Data, PermitAsk } from "../protocol/protocol.ts";
import { Queue } from "../protocol/queue.ts";
import type { TwitchLoginError } from "./login.ts";

/** What a Twitch session asks for besides permits: the token to log in with, before each login. */
export interface TwitchAsk {
  readonly kind: "token";
  /** Why Twitch has refused the last token, if it has; it is asked for another one once. */
  readonly refused?: TwitchLoginError;
}

/** The answer to a {@linkcode TwitchAsk}. */
export interface TwitchAnswer {
  readonly kind: "token";
  /** The token, with or without `oauth:`. */
  readonly token: string;
}

/** What a session wants done, in order; its parts share one. */
export class Actions {
  readonly #queue = new Queue<Action<Data, TwitchAsk>>();
  #lastAsk = 0;

  /** How many actions wait. */
  get length(): number {
    return this.#queue.length;
  }

  /** The next one. */
  shift(): Action<Data, TwitchAsk> | undefined {
    return this.#queue.shift();
  }

  /** Adds one. */
  push(action: Action<Data, TwitchAsk>): void {
    this.#queue.push(action);
  }

  /** Sends a line, given without its line ending. */
  send(link: number, line: string, options: { readonly secret?: true } = {}): void {
    this.#queue.push({ kind: "send", link, data: `${line}\r\n`, ...options });
  }

  /** Asks; returns the number of the ask. */
  ask(ask: TwitchAsk | PermitAsk): number {
    this.#queue.push({ kind: "ask", id: ++this.#lastAsk, ask });
    return this.#lastAsk;
  }

  /** Gives a permit back, or withdraws an ask. */
  release(id: number, used: boolean): void {
    this.#queue.push({ kind: "release", id, used });
  }

  /** A command is done. */
  done(ticket: number, value?: unknown): void {
    this.#queue.push({ kind: "settle", ticket, outcome: { kind: "done", value } });
  }

  /** A command failed. */
  failed(ticket: number, error: ParleyError | CommandError): void {
    this.#queue.push({ kind: "settle", ticket, outcome: { kind: "failed", error } });
  }

  /** A command was lost with its link, or cancelled before it was sent. */
  settle(ticket: number, kind: "lost" | "cancelled"): void {
    this.#queue.push({ kind: "settle", ticket, outcome: { kind } });
  }
}

/**
 * The asks for permits of one kind. They are interchangeable: one that is granted serves whoever waits
 * longest by then, so that a grant out of turn does not change the order.
 */
export class PermitAsks {
  readonly #actions: Actions;
  readonly #permit: Permit;
  readonly #asks = new Set<number>();

  /** Takes where to put the asks, and which permit to ask for. */
  constructor(actions: Actions, permit: Permit) {
    this.#actions = actions;
    this.#permit = permit;
  }

  /** Keeps as many asks under way as there are who wait, but no more than can be granted at a time. */
  match(waiting: number): void {
    const wanted = Math.min(waiting, this.#permit.limit);
    while (this.#asks.size < wanted) {
      this.#asks.add(this.#actions.ask({ kind: "permit", permit: this.#permit }));
    }
    if (this.#asks.size === wanted) return;
    for (const id of [...this.#asks].slice(wanted)) {
      this.#asks.delete(id);
      this.#actions.release(id, false);
    }
  }

  /** An ask was answered; false if it is none of these. */
  take(id: number): boolean {
    return this.#asks.delete(id);
  }
}
