import { Backoff, type BackoffOptions } from "../../../protocol/backoff.ts";
import { CommandError, ParleyError } from "../../../protocol/errors.ts";
import type { Outputs } from "../../../protocol/outputs.ts";
import type { AskFailed, Instant } from "../../../protocol/protocol.ts";
import { type EventSubWanted, keyOf } from "../wire/subscription.ts";
import type { EventSubAnswer, EventSubAsk, EventSubEvent } from "./outputs.ts";

/** How many subscriptions one connection may have. */
export const MOST_SUBSCRIPTIONS = 300;
/** How many are made at a time. */
const AT_ONCE = 10;
/** How often it is asked again what has become of one that is not wanted any more. */
const UNWANTED_TRIES = 3;

/** A subscription that is wanted. */
interface Wanting {
  readonly key: string;
  readonly wanted: EventSubWanted;
  /** Who waits for it. */
  tickets: number[];
  /** By which Twitch knows it, in the session at hand. */
  id: string | undefined;
  ask: number | undefined;
  readonly backoff: Backoff;
  retryAt: Instant;
  /** Since when it is not known what happened. */
  awaySince: Instant | undefined;
}

/** One that is to be ended. */
interface Ending {
  readonly id: string;
  readonly ticket: number;
  ask: number | undefined;
  readonly backoff: Backoff;
  retryAt: Instant;
}

/** One that was asked for, and is not wanted any more before Twitch has answered. */
interface Unwanted {
  readonly wanted: EventSubWanted;
  readonly ticket: number;
  /** How often it has been asked for since. */
  readonly tries: number;
}

/** What {@linkcode Subscriptions} is made of. */
export interface SubscriptionsParts {
  readonly outputs: Outputs<EventSubEvent, EventSubAsk>;
  readonly backoff: BackoffOptions;
  readonly random: () => number;
}

/** The subscriptions that are wanted, whatever becomes of links: each session makes them anew. */
export class Subscriptions {
  readonly #parts: SubscriptionsParts;
  readonly #wantings = new Map<string, Wanting>();
  readonly #endings = new Map<string, Ending>();
  /** By the ask that is under way. */
  readonly #unwanted = new Map<number, Unwanted>();
  #session: string | undefined;
  /** What was away and is back, until all is. */
  #back: EventSubWanted[] = [];
  #awaySince: Instant | undefined;

  /** Takes where asks go, and how to ask again. */
  constructor(parts: SubscriptionsParts) {
    this.#parts = parts;
  }

  /** How many are wanted. */
  get size(): number {
    return this.#wantings.size;
  }

  /** Those that Twitch has taken in this session. */
  get placed(): readonly EventSubWanted[] {
    return [...this.#wantings.values()].flatMap(({ id, wanted }) => id === undefined ? [] : [wanted]);
  }

  /** Whether all that is wanted is placed, and nothing is to be ended. */
  get settled(): boolean {
    return this.#endings.size === 0 && this.#unwanted.size === 0 && this.placed.length === this.size;
  }

  /** When {@linkcode Subscriptions.advance} has something to do again. */
  get deadline(): Instant {
    if (this.#session === undefined) return Infinity;
    // Those that may be asked for now wait for others to be answered.
    const missing = [...this.#wantings.values()].filter(({ id }) => id === undefined);
    let next = Infinity;
    for (const { ask, retryAt } of [...missing, ...this.#endings.values()]) {
      if (ask === undefined && retryAt > 0) next = Math.min(next, retryAt);
    }
    return next;
  }

  /**
   * Adds one; `ticket` is done once it is placed.
   *
   * @throws {CommandError} `invalid_command` if it is none.
   * @throws {ParleyError} `rate_limited` if there are as many as there may be.
   */
  add(wanted: EventSubWanted, ticket?: number): void {
    const key = keyOf(wanted);
    const known = this.#wantings.get(key);
    if (known !== undefined) {
      if (ticket === undefined) return;
      if (known.id !== undefined) this.#parts.outputs.done(ticket);
      else known.tickets.push(ticket);
      return;
    }
    if (this.size >= MOST_SUBSCRIPTIONS) {
      const message =
        `Cannot subscribe to "${wanted.type}": a connection has at most ${MOST_SUBSCRIPTIONS} subscriptions`;
      throw new ParleyError("rate_limited", message);
    }
    this.#wantings.set(key, {
      key,
      wanted,
      tickets: ticket === undefined ? [] : [ticket],
      id: undefined,
      ask: undefined,
      backoff: this.#backoff(),
      retryAt: 0,
      awaySince: undefined,
    });
  }

  /** Removes one, and ends it with Twitch. */
  remove(wanted: EventSubWanted, ticket: number): void {
    const wanting = this.#wantings.get(keyOf(wanted));
    const { outputs } = this.#parts;
    if (wanting === undefined) return outputs.done(ticket);
    const { id, ask } = wanting;
    // Twitch may have made it already: it is ended once it is known which it is.
    if (id === undefined && ask !== undefined) {
      wanting.ask = undefined;
      this.#unwanted.set(ask, { wanted, ticket, tries: 0 });
    }
    this.#drop(
      wanting,
      new CommandError("cancelled", `Not subscribed to "${wanted.type}": it is not wanted any more`),
    );
    if (id !== undefined) this.#finish(id, ticket);
    else if (ask === undefined) outputs.done(ticket);
  }

  /** Ends one with Twitch. */
  #finish(id: string, ticket: number): void {
    this.#endings.set(id, { id, ticket, ask: undefined, backoff: this.#backoff(), retryAt: 0 });
  }

  /** Nobody waits for it any more; what nobody else wants is not wanted. False if nobody did. */
  cancel(ticket: number): boolean {
    for (const wanting of this.#wantings.values()) {
      if (!wanting.tickets.includes(ticket)) continue;
      wanting.tickets = wanting.tickets.filter((other) => other !== ticket);
      this.#parts.outputs.settle(ticket, { kind: "cancelled" });
      // It may have been made already: then it stays.
      if (wanting.tickets.length === 0 && wanting.ask === undefined) this.#wantings.delete(wanting.key);
      return true;
    }
    return false;
  }

  /** A session stands, that has none. */
  begin(session: string): void {
    this.#session = session;
    for (const wanting of this.#wantings.values()) wanting.retryAt = 0;
  }

  /** The session is lost, and all its subscriptions with it; what was known last came at `heardAt`. */
  lost(heardAt: Instant): void {
    this.#session = undefined;
    const { outputs } = this.#parts;
    for (const wanting of this.#wantings.values()) {
      if (wanting.id !== undefined) wanting.awaySince ??= heardAt;
      if (wanting.ask !== undefined) outputs.release(wanting.ask, false);
      wanting.id = wanting.ask = undefined;
    }
    // With their session they have ended.
    for (const { ask, ticket } of this.#endings.values()) {
      if (ask !== undefined) outputs.release(ask, false);
      outputs.done(ticket);
    }
    for (const [ask, { ticket }] of this.#unwanted) {
      outputs.release(ask, false);
      outputs.done(ticket);
    }
    this.#endings.clear();
    this.#unwanted.clear();
  }

  /** Asks for what is missing and due; idempotent. */
  advance(now: Instant): void {
    const { outputs } = this.#parts;
    if (this.#session === undefined) return;
    let under = 0;
    for (const { ask } of this.#wantings.values()) if (ask !== undefined) under++;
    for (const wanting of this.#wantings.values()) {
      if (under >= AT_ONCE) break;
      if (wanting.id !== undefined || wanting.ask !== undefined || now < wanting.retryAt) continue;
      wanting.ask = outputs.ask({ kind: "subscribe", session: this.#session, wanted: wanting.wanted });
      under++;
    }
    for (const ending of this.#endings.values()) {
      if (ending.ask !== undefined || now < ending.retryAt) continue;
      ending.ask = outputs.ask({ kind: "unsubscribe", id: ending.id });
    }
  }

  /** An ask was answered. */
  answered(ask: number, answer: EventSubAnswer | AskFailed, now: Instant): void {
    const unwanted = this.#unwanted.get(ask);
    if (unwanted !== undefined) return this.#answeredUnwanted(ask, unwanted, answer);
    const wanting = [...this.#wantings.values()].find((wanting) => wanting.ask === ask);
    const ending = [...this.#endings.values()].find((ending) => ending.ask === ask);
    const asked = wanting ?? ending;
    if (asked === undefined) return;
    asked.ask = undefined;
    if (answer.kind === "error") {
      // Backoff without an end: it always gives a pause.
      asked.retryAt = now + (asked.backoff.next() ?? 0);
      return;
    }
    if (ending !== undefined) {
      this.#endings.delete(ending.id);
      return this.#parts.outputs.done(ending.ticket);
    }
    if (wanting === undefined) return;
    if (answer.kind === "refused") return this.#refused(wanting, answer.error, now);
    if (answer.kind !== "subscribed") return;
    wanting.id = answer.id;
    wanting.backoff.reset();
    for (const ticket of wanting.tickets.splice(0)) this.#parts.outputs.done(ticket);
    this.#isBack(wanting, now);
  }

  /** Of one that is not wanted any more: ends it if it was made; asks again, a few times, if that is not known. */
  #answeredUnwanted(
    ask: number,
    { wanted, ticket, tries }: Unwanted,
    answer: EventSubAnswer | AskFailed,
  ): void {
    const { outputs } = this.#parts;
    this.#unwanted.delete(ask);
    const isWanted = this.#wantings.has(keyOf(wanted));
    if (answer.kind === "subscribed" && !isWanted) return this.#finish(answer.id, ticket);
    if (answer.kind !== "error" || isWanted || tries === UNWANTED_TRIES || this.#session === undefined) {
      return outputs.done(ticket);
    }
    const again = outputs.ask({ kind: "subscribe", session: this.#session, wanted });
    this.#unwanted.set(again, { wanted, ticket, tries: tries + 1 });
  }

  /** Twitch has ended one; what was wanted, if it is known. */
  revoked(id: string, now: Instant): EventSubWanted | undefined {
    for (const wanting of this.#wantings.values()) {
      if (wanting.id !== id) continue;
      this.#drop(wanting, new CommandError("refused", `Twitch has revoked "${wanting.wanted.type}"`));
      this.#tellGap(now);
      return wanting.wanted;
    }
    return undefined;
  }

  /** The session ends for good. */
  end(): void {
    this.lost(0);
    for (const wanting of this.#wantings.values()) {
      this.#drop(
        wanting,
        new CommandError("closed", `Not subscribed to "${wanting.wanted.type}": the session has ended`),
      );
    }
  }

  #refused(wanting: Wanting, error: Error, now: Instant): void {
    const awaited = wanting.tickets.length > 0;
    this.#drop(wanting, error);
    this.#parts.outputs.tell({ kind: "subscribe_failed", wanted: wanting.wanted, error, awaited });
    this.#tellGap(now);
  }

  #drop(wanting: Wanting, error: Error): void {
    this.#wantings.delete(wanting.key);
    if (wanting.ask !== undefined) this.#parts.outputs.release(wanting.ask, false);
    for (const ticket of wanting.tickets.splice(0)) this.#parts.outputs.failed(ticket, error);
  }

  #isBack(wanting: Wanting, now: Instant): void {
    const { awaySince, wanted } = wanting;
    if (awaySince === undefined) return;
    wanting.awaySince = undefined;
    this.#awaySince = Math.min(this.#awaySince ?? Infinity, awaySince);
    this.#back.push(wanted);
    this.#tellGap(now);
  }

  /** Tells of the time away once, when all that was away is back. */
  #tellGap(now: Instant): void {
    if (this.#awaySince === undefined) return;
    for (const { awaySince } of this.#wantings.values()) if (awaySince !== undefined) return;
    this.#parts.outputs.tell({ kind: "gap", from: this.#awaySince, to: now, subscriptions: this.#back });
    this.#awaySince = undefined;
    this.#back = [];
  }

  #backoff(): Backoff {
    const { backoff: { base, cap }, random } = this.#parts;
    return new Backoff({ ...(base !== undefined && { base }), ...(cap !== undefined && { cap }) }, random);
  }
}
