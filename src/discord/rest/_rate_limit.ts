import type { Instant } from "../../protocol/protocol.ts";
import type { RateLimitScope } from "./errors.ts";

/** The part of a response's headers that is read here. */
export interface HeaderReader {
  get(name: string): string | null;
}

/** What Discord lets pass on one route, as its last answer told. */
export class Bucket {
  /** The end of the queue of requests: each waits for the one before it, so that they keep their order. */
  tail: Promise<void> = Promise.resolve();
  /** How many requests are under way or waiting. */
  users = 0;
  /** Whose limit it is that holds requests up. */
  scope: RateLimitScope = "user";
  #remaining = Infinity;
  #resetAt: Instant = -Infinity;

  /** Takes in what an answer's headers tell; `now` is when it came, which errs on the late side. */
  update(headers: HeaderReader, now: Instant): void {
    const remaining = numberIn(headers.get("x-ratelimit-remaining"));
    const resetAfter = numberIn(headers.get("x-ratelimit-reset-after"));
    if (remaining === undefined || resetAfter === undefined) return;
    this.#remaining = remaining;
    this.#resetAt = now + resetAfter * 1000;
    this.scope = "user";
  }

  /** Lets nothing pass before a time. */
  block(until: Instant, scope: RateLimitScope): void {
    this.#remaining = 0;
    this.scope = scope;
    this.#resetAt = Math.max(this.#resetAt, until);
  }

  /** The earliest time at which the next request may be sent. */
  readyAt(): Instant {
    return this.#remaining > 0 ? -Infinity : this.#resetAt;
  }

  /** Nothing would be lost by forgetting it. */
  isIdle(now: Instant): boolean {
    return this.users === 0 && this.#resetAt <= now;
  }
}

/** What a 429 tells. */
export interface RateLimit {
  /** How long to wait, in milliseconds. */
  readonly retryAfter: number;
  readonly scope: RateLimitScope;
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
  const isForeign = scope === null && told === undefined && headers.get("x-ratelimit-bucket") === null;
  const isGlobal = scope === "global" || headers.get("x-ratelimit-global")?.toLowerCase() === "true" ||
    inBody.global === true || isForeign;
  return {
    retryAfter: retryAfter * 1000,
    scope: isGlobal ? "global" : scope === "shared" ? "shared" : "user",
  };
}

function numberIn(text: string | null): number | undefined {
  return text === null || text.trim() === "" ? undefined : positive(Number(text));
}

function positive(value: number): number | undefined {
  return Number.isFinite(value) && value >= 0 ? value : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
