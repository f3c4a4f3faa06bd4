import { isRecord } from "../../../protocol/data/json_value.ts";
import type { Instant } from "../../../protocol/protocol.ts";
import type { RateLimitScope } from "../errors.ts";

/** The part of a response's headers that is read here. */
export interface HeaderReader {
  get(name: string): string | null;
}

/** How much a limit lets pass, and in which time (milliseconds). */
export interface Shape {
  readonly limit: number;
  readonly span: number;
}

/**
 * What one limit lets pass, as the last answer told.
 *
 * It counts what was sent since, so that it holds even if answers are lost: after its reset, a limit lets
 * through as many as before, and no more until an answer tells how things stand.
 */
export class Window {
  /** Whose limit it is that holds requests up. */
  scope: RateLimitScope = "user";
  #limit: number;
  #span: number;
  #remaining = Infinity;
  #resetAt: Instant = -Infinity;
  /** The earliest time at which it may have been: an answer does not say how long it was under way. */
  #resetFrom: Instant = -Infinity;
  #underWay = 0;
  /** Whether it is from an answer that the time of its reset is known. */
  #isTold = true;

  /** Takes what is known of limits of its kind, in case that it is never told itself. */
  constructor(shape: Shape = { limit: Infinity, span: 0 }) {
    this.#limit = shape.limit;
    this.#span = shape.span;
  }

  /** What is known of limits of its kind now. */
  get shape(): Shape {
    return { limit: this.#limit, span: this.#span };
  }

  /** The earliest time at which the next request may be sent. */
  readyAt(): Instant {
    return this.#remaining > 0 ? -Infinity : this.#resetAt;
  }

  /** Counts a request that is sent now. */
  take(now: Instant): void {
    if (now >= this.#resetAt) {
      this.#remaining = this.#limit;
      this.#isTold = false;
    }
    // Nobody has told yet when a new window ends; it begins no earlier than with its last unanswered request.
    if (!this.#isTold) this.#resetAt = now + this.#span;
    this.join();
  }

  /** Counts a request that is under way already. */
  join(): void {
    this.#remaining--;
    this.#underWay++;
  }

  /** A request that was counted is over, answered or not. */
  done(): void {
    this.#underWay--;
  }

  /** A request that was sent at a time is over, and nobody knows whether it came: a new window may have begun with it. */
  unanswered(sentAt: Instant): void {
    if (sentAt < this.#resetFrom) return;
    this.#isTold = false;
    this.#resetAt = Math.max(this.#resetAt, sentAt + this.#span);
  }

  /**
   * Takes in what the headers of an answer tell; `now` is when it came, which errs on the late side, and `sentAt` when
   * what it answers was sent, on the early one.
   */
  update(headers: HeaderReader, sentAt: Instant, now: Instant): void {
    const remaining = numberIn(headers.get("x-ratelimit-remaining"));
    const resetAfter = numberIn(headers.get("x-ratelimit-reset-after"));
    if (remaining === undefined || resetAfter === undefined) return;
    const limit = numberIn(headers.get("x-ratelimit-limit"));
    if (limit !== undefined && limit > 0) {
      if (limit !== this.#limit) this.#span = 0;
      this.#limit = limit;
      this.#span = Math.max(this.#span, resetAfter * 1000);
    }
    // Nobody knows whether the answer knew of the others under way.
    this.#remaining = Math.max(0, remaining - this.#underWay);
    this.#resetAt = now + resetAfter * 1000;
    this.#resetFrom = sentAt + resetAfter * 1000;
    this.#isTold = true;
    this.scope = "user";
  }

  /** Lets nothing pass before a time. */
  block(until: Instant, scope: RateLimitScope): void {
    this.#remaining = 0;
    this.#isTold = true;
    this.scope = scope;
    this.#resetAt = Math.max(this.#resetAt, until);
  }

  /** Nothing would be lost by forgetting it. */
  isOver(now: Instant): boolean {
    return this.#resetAt <= now;
  }
}

/** What a 429 tells. */
export interface RateLimit {
  /** How long to wait, in milliseconds. */
  readonly retryAfter: number;
  readonly scope: RateLimitScope;
  /** It was not Discord's API that answered, but what stands before it: the whole address is blocked. */
  readonly isForeign: boolean;
  /** The bucket has room: it is about what the request set. */
  readonly isSublimit: boolean;
}

const UNTOLD_WAIT = 1;

/**
 * Reads a 429: `Retry-After` (seconds), or `retry_after` of the body, or `X-RateLimit-Reset-After`.
 *
 * Source: Discord, "Rate Limits", Exceeding A Rate Limit.
 */
export function readRateLimit(headers: HeaderReader, body: unknown): RateLimit {
  const inBody = isRecord(body) ? body : {};
  const told = typeof inBody.retry_after === "number" ? positive(inBody.retry_after) : undefined;
  const retryAfter = numberIn(headers.get("retry-after")) ?? told ??
    numberIn(headers.get("x-ratelimit-reset-after")) ?? UNTOLD_WAIT;
  const scope = headers.get("x-ratelimit-scope");
  // Cloudflare, which blocks an address whatever the route, sends none of Discord's own signs.
  const isForeign = scope === null && told === undefined && headers.get("x-ratelimit-bucket") === null &&
    headers.get("x-ratelimit-global") === null;
  const isGlobal = scope === "global" || headers.get("x-ratelimit-global")?.toLowerCase() === "true" ||
    inBody.global === true || isForeign;
  return {
    retryAfter: retryAfter * 1000,
    scope: isGlobal ? "global" : scope === "shared" ? "shared" : "user",
    isForeign,
    isSublimit: !isGlobal && (numberIn(headers.get("x-ratelimit-remaining")) ?? 0) > 0,
  };
}

function numberIn(text: string | null): number | undefined {
  return text === null || text.trim() === "" ? undefined : positive(Number(text));
}

function positive(value: number): number | undefined {
  return Number.isFinite(value) && value >= 0 ? value : undefined;
}
