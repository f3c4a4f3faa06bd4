import { Backoff, type BackoffOptions } from "../../../protocol/connection/backoff.ts";
import { CommandError, ParleyError } from "../../../protocol/errors.ts";
import type { Outputs } from "../../../protocol/core/outputs.ts";
import type { AskFailed, Instant } from "../../../protocol/protocol.ts";
import { type EventSubWanted, keyOf } from "../wire/subscription.ts";
import type { EventSubSource } from "../wire/message.ts";
import type { EventSubAnswer, EventSubAsk, EventSubEvent, EventSubShard } from "./outputs.ts";

/** How many subscriptions one connection may have. */
export const MOST_SUBSCRIPTIONS = 300;
/** How many are made at a time. */
const AT_ONCE = 10;
/** How many revocations wait until it is clear whose they are: more than there are asks. */
const MOST_EARLY = 100;
/** How long what is back waits for the rest, to be told of in one gap, in milliseconds. */
const GATHERED = 5_000;

/** What a session is to have: a subscription; or what it is to be: a shard. */
type What =
  | { readonly wanted: EventSubWanted; readonly shard?: undefined }
  | { readonly wanted?: undefined; readonly shard: EventSubShard };

/** What is wanted, and how far that is. */
type Wanting = What & {
  readonly key: string;
  /** Who waits for it. */
  tickets: number[];
  /** Wanted even if nobody waits for it any more: it was an option, or has been placed. */
  kept: boolean;
  /** By which Twitch knows it, in the session at hand. */
  id: string | undefined;
  ask: number | undefined;
  /** Twitch may have made it in this session, and its answer has not come. */
  mayBeThere: boolean;
  readonly backoff: Backoff;
  retryAt: Instant;
  /** Since when it is not known what happened, nor told in a gap: it may be back already. */
  awaySince: Instant | undefined;
};

/** One that is to be ended. */
interface Ending {
  readonly id: string;
  readonly key: string;
  readonly ticket: number | undefined;
  ask: number | undefined;
  readonly backoff: Backoff;
  retryAt: Instant;
}

/** One that Twitch may have made, and is not wanted any more: once it is known which it is, it is ended. */
interface Unwanted {
  readonly key: string;
  readonly wanted: EventSubWanted;
  readonly ticket: number | undefined;
  ask: number | undefined;
  readonly backoff: Backoff;
  retryAt: Instant;
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
  readonly #unwanted = new Set<Unwanted>();
  #session: string | undefined;
  /** Until when what is back waits for the rest. */
  #gatheredAt: Instant = Infinity;
  /** What Twitch has ended and may be what is being asked for, until those asks are answered. */
  readonly #revoked = new Map<EventSubSource, readonly number[]>();

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
    return [...this.#wantings.values()].flatMap(({ id, wanted }) => {
      return id === undefined || wanted === undefined ? [] : [wanted];
    });
  }

  /** Whether all that is wanted is placed, and nothing is to be ended. */
  get settled(): boolean {
    const isPlaced = [...this.#wantings.values()].every(({ id }) => id !== undefined);
    return this.#endings.size === 0 && this.#unwanted.size === 0 && isPlaced;
  }

  /** Since when something is not told, nor in a gap that was; `Infinity`: all of it is. */
  get awaySince(): Instant {
    return Math.min(...[...this.#wantings.values()].map(({ awaySince }) => awaySince ?? Infinity));
  }

  /** When {@linkcode Subscriptions.advance} has something to do again. */
  get deadline(): Instant {
    if (this.#session === undefined) return Infinity;
    // Those that may be asked for now wait for others to be answered.
    const missing = [...this.#wantings.values()].filter(({ id }) => id === undefined);
    let next = this.#gatheredAt;
    for (const { ask, retryAt } of [...missing, ...this.#endings.values(), ...this.#unwanted]) {
      if (ask === undefined && retryAt > 0) next = Math.min(next, retryAt);
    }
    return next;
  }

  /** Whether one is wanted. @throws {CommandError} `invalid_command` if it is none. */
  has(wanted: EventSubWanted): boolean {
    return this.#wantings.has(keyOf(wanted));
  }

  /** Has each session be a shard. */
  addShard(shard: EventSubShard): void {
    this.#want("shard", { shard });
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
      if (ticket === undefined) known.kept = true;
      else if (known.id !== undefined) this.#parts.outputs.done(ticket);
      else known.tickets.push(ticket);
      return;
    }
    if (this.size >= MOST_SUBSCRIPTIONS) {
      const message =
        `Cannot subscribe to "${wanted.type}": a connection has at most ${MOST_SUBSCRIPTIONS} subscriptions`;
      throw new ParleyError("rate_limited", message);
    }
    this.#want(key, { wanted }, ticket);
  }

  #want(key: string, what: What, ticket?: number): void {
    this.#wantings.set(key, {
      key,
      ...what,
      tickets: ticket === undefined ? [] : [ticket],
      kept: ticket === undefined,
      id: undefined,
      ask: undefined,
      mayBeThere: false,
      backoff: this.#backoff(),
      retryAt: 0,
      awaySince: undefined,
    });
  }

  /** Removes one, and ends it with Twitch. */
  remove(wanted: EventSubWanted, ticket: number, now: Instant): void {
    const wanting = this.#wantings.get(keyOf(wanted));
    const { outputs } = this.#parts;
    if (wanting === undefined) return outputs.done(ticket);
    const { id } = wanting;
    const isOpen = this.#abandon(wanting, ticket);
    this.#drop(
      wanting,
      new CommandError("cancelled", `Not subscribed to "${wanted.type}": it is not wanted any more`),
    );
    if (id !== undefined) this.#finish(id, wanting.key, ticket);
    else if (!isOpen) outputs.done(ticket);
    this.#tellGap(now);
  }

  /** Has one ended that Twitch may have made, as soon as it is known which it is; false if it cannot have. */
  #abandon(wanting: Wanting, ticket?: number): boolean {
    const { key, wanted, id, ask, mayBeThere, backoff, retryAt } = wanting;
    if (wanted === undefined || id !== undefined || (ask === undefined && !mayBeThere)) return false;
    this.#unwanted.add({ key, wanted, ticket, ask, backoff, retryAt });
    wanting.ask = undefined;
    return true;
  }

  /** Ends one with Twitch. */
  #finish(id: string, key: string, ticket: number | undefined): void {
    this.#endings.set(id, { id, key, ticket, ask: undefined, backoff: this.#backoff(), retryAt: 0 });
  }

  /** Nobody waits for it any more; what nobody else wants is not wanted. */
  cancel(ticket: number, now: Instant): void {
    for (const wanting of this.#wantings.values()) {
      if (!wanting.tickets.includes(ticket)) continue;
      wanting.tickets = wanting.tickets.filter((other) => other !== ticket);
      this.#parts.outputs.settle(ticket, { kind: "cancelled" });
      // What is being asked for stays.
      if (wanting.tickets.length === 0 && !wanting.kept && wanting.ask === undefined) {
        this.#abandon(wanting);
        this.#wantings.delete(wanting.key);
        this.#tellGap(now);
      }
      return;
    }
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
      wanting.mayBeThere = false;
    }
    this.#gatheredAt = Infinity;
    for (const subscription of this.#revoked.keys()) this.#tellRevoked(undefined, subscription);
    this.#revoked.clear();
    // With their session they have ended.
    for (const { ask, ticket } of [...this.#endings.values(), ...this.#unwanted]) {
      if (ask !== undefined) outputs.release(ask, false);
      if (ticket !== undefined) outputs.done(ticket);
    }
    this.#endings.clear();
    this.#unwanted.clear();
  }

  /** Nobody was told what happened since. */
  missedSince(at: Instant): void {
    for (const wanting of this.#wantings.values()) wanting.awaySince = Math.min(wanting.awaySince ?? at, at);
  }

  /** What happened between these times may not have been told, although the session goes on. */
  missed(from: Instant, to: Instant): void {
    for (const wanting of this.#wantings.values()) {
      if (wanting.awaySince !== undefined) wanting.awaySince = Math.min(wanting.awaySince, from);
    }
    const { placed } = this;
    if (placed.length > 0) this.#parts.outputs.tell({ kind: "gap", from, to, subscriptions: placed });
  }

  /** Asks for what is missing and due; idempotent. */
  advance(now: Instant): void {
    const { outputs } = this.#parts;
    if (this.#session === undefined) return;
    if (now >= this.#gatheredAt) this.#tellGap(now);
    for (const [subscription, asks] of this.#revoked) {
      if (!this.#areAsked(asks)) this.#endRevoked(subscription, now);
    }
    let under = 0;
    for (const { ask } of this.#wantings.values()) if (ask !== undefined) under++;
    // What would be asked for before its end has come to Twitch would be found there, and end.
    const ending = new Set([...this.#endings.values(), ...this.#unwanted].map(({ key }) => key));
    for (const wanting of this.#wantings.values()) {
      if (wanting.id !== undefined || wanting.ask !== undefined || now < wanting.retryAt) continue;
      wanting.retryAt = 0;
      if (under >= AT_ONCE || ending.has(wanting.key)) continue;
      wanting.ask = outputs.ask(askFor(wanting, this.#session));
      under++;
    }
    for (const ending of this.#endings.values()) {
      if (ending.ask !== undefined || now < ending.retryAt) continue;
      ending.ask = outputs.ask({ kind: "unsubscribe", id: ending.id });
    }
    for (const unwanted of this.#unwanted) {
      if (unwanted.ask !== undefined || now < unwanted.retryAt) continue;
      unwanted.ask = outputs.ask({ kind: "subscribe", session: this.#session, wanted: unwanted.wanted });
    }
  }

  /** An ask was answered; returns why the session is of no use, if it cannot be the shard that it is to be. */
  answered(ask: number, answer: EventSubAnswer | AskFailed, now: Instant): Error | undefined {
    const { outputs } = this.#parts;
    const wanting = [...this.#wantings.values()].find((wanting) => wanting.ask === ask);
    const ending = [...this.#endings.values()].find((ending) => ending.ask === ask);
    const unwanted = [...this.#unwanted].find((unwanted) => unwanted.ask === ask);
    const asked = wanting ?? ending ?? unwanted;
    if (asked === undefined) return undefined;
    asked.ask = undefined;
    if (answer.kind === "error") {
      if (wanting !== undefined) wanting.mayBeThere = true;
      // Backoff without an end: it always gives a pause.
      asked.retryAt = now + (asked.backoff.next() ?? 0);
    } else if (ending !== undefined) {
      this.#endings.delete(ending.id);
      if (ending.ticket !== undefined) outputs.done(ending.ticket);
    } else if (unwanted !== undefined) {
      this.#unwanted.delete(unwanted);
      const { key, ticket } = unwanted;
      if (answer.kind === "subscribed" && !this.#wantings.has(key)) this.#finish(answer.id, key, ticket);
      else if (ticket !== undefined) outputs.done(ticket);
    } else if (wanting !== undefined && answer.kind === "refused") {
      return this.#refused(wanting, answer.error, now);
    } else if (wanting !== undefined && answer.kind === "subscribed") {
      wanting.id = answer.id;
      wanting.kept = true;
      wanting.backoff.reset();
      for (const ticket of wanting.tickets.splice(0)) outputs.done(ticket);
      if (wanting.awaySince === undefined) return undefined;
      this.#gatheredAt = Math.min(this.#gatheredAt, now + GATHERED);
      this.#tellGap(now);
    }
    return undefined;
  }

  /** Twitch has ended one. That may come before the answer to its POST, which alone says which it is: then it waits. */
  revoked(subscription: EventSubSource, now: Instant): void {
    const asks: number[] = [];
    for (const { id, ask, wanted } of this.#wantings.values()) {
      if (id === subscription.id) return this.#endRevoked(subscription, now);
      if (ask !== undefined && wanted?.type === subscription.type) asks.push(ask);
    }
    if (asks.length === 0 || this.#revoked.size >= MOST_EARLY) {
      return this.#endRevoked(subscription, now);
    }
    this.#revoked.set(subscription, asks);
  }

  #areAsked(asks: readonly number[]): boolean {
    return [...this.#wantings.values()].some(({ ask }) => ask !== undefined && asks.includes(ask));
  }

  #endRevoked(subscription: EventSubSource, now: Instant): void {
    this.#revoked.delete(subscription);
    // A shard is no subscription, whatever its id.
    const wanting = [...this.#wantings.values()].find(({ id, wanted }) => id === subscription.id && wanted);
    if (wanting?.wanted !== undefined) {
      this.#tellGap(now, wanting);
      this.#drop(wanting, new CommandError("refused", `Twitch has revoked "${wanting.wanted.type}"`));
    }
    this.#tellRevoked(wanting?.wanted, subscription);
  }

  #tellRevoked(wanted: EventSubWanted | undefined, subscription: EventSubSource): void {
    this.#parts.outputs.tell({ kind: "revocation", wanted, subscription });
  }

  /** The session ends for good. */
  end(): void {
    this.#revoked.clear();
    this.lost(0);
    for (const wanting of this.#wantings.values()) {
      this.#drop(
        wanting,
        new CommandError("closed", `Not subscribed to "${wanting.wanted?.type}": the session has ended`),
      );
    }
  }

  #refused(wanting: Wanting, error: Error, now: Instant): Error | undefined {
    const { wanted, tickets } = wanting;
    if (wanted === undefined) return error;
    const awaited = tickets.length > 0;
    this.#tellGap(now, wanting);
    this.#drop(wanting, error);
    this.#parts.outputs.tell({ kind: "subscribe_failed", wanted, error, awaited });
    return undefined;
  }

  #drop(wanting: Wanting, error: Error): void {
    this.#wantings.delete(wanting.key);
    if (wanting.ask !== undefined) this.#parts.outputs.release(wanting.ask, false);
    for (const ticket of wanting.tickets.splice(0)) this.#parts.outputs.failed(ticket, error);
  }

  /**
   * Tells of the time away once, when all that was away is back, or what is has waited for long enough; and of that of
   * one that is `gone`, in any case.
   */
  #tellGap(now: Instant, gone?: Wanting): void {
    const away = [...this.#wantings.values()].filter(({ awaySince }) => awaySince !== undefined);
    const back = away.filter((wanting) => wanting.id !== undefined || wanting === gone);
    const isDue = back.length === away.length || now >= this.#gatheredAt;
    const told = isDue ? back : away.filter((wanting) => wanting === gone);
    if (isDue) this.#gatheredAt = Infinity;
    if (told.length === 0) return;
    const from = Math.min(...told.map(({ awaySince }) => awaySince ?? now));
    for (const wanting of told) wanting.awaySince = undefined;
    const subscriptions = told.flatMap(({ wanted }) => wanted ?? []);
    this.#parts.outputs.tell({ kind: "gap", from, to: now, subscriptions });
  }

  #backoff(): Backoff {
    const { backoff: { base, cap }, random } = this.#parts;
    return new Backoff({ ...(base !== undefined && { base }), ...(cap !== undefined && { cap }) }, random);
  }
}

function askFor({ wanted, shard }: What, session: string): EventSubAsk {
  if (shard !== undefined) return { kind: "shard", session, shard };
  return { kind: "subscribe", session, wanted };
}
