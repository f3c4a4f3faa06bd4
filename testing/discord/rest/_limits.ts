import type { Instant } from "@parley/parley/protocol";
import { json, type RestResponse } from "./_answers.ts";

/** How many requests a route takes. */
export interface DiscordServerLimit {
  /** How many requests, of one channel, guild or webhook. */
  readonly limit: number;
  /** In how many milliseconds, from the first of them. */
  readonly window: number;
  /** What `X-RateLimit-Bucket` says; routes that say the same share their limit. @default a name of the route's own */
  readonly bucket?: string;
  /** `shared`: everybody's, so that no header foretells it, and exceeding it is no invalid request. @default {"user"} */
  readonly scope?: "user" | "shared";
  /** Whether answers tell of it before it is exceeded. @default {true} */
  readonly headers?: boolean;
}

/**
 * How a Discord server limits requests.
 *
 * @see https://discord.com/developers/docs/topics/rate-limits
 */
export interface DiscordServerLimits {
  /** By method and path with every ID and token as `:id`, as in "POST /channels/:id/messages"; `*`: all others. @default none */
  readonly routes?: Readonly<Record<string, DiscordServerLimit>>;
  /** How many requests the bot may make in a second; Discord allows 50, and does not count interactions'. @default {Infinity} */
  readonly global?: number;
  /** How many answers of 401, 403 or 429 there may be in 10 minutes before nothing is answered; Discord allows 10,000. @default {Infinity} */
  readonly invalid?: number;
}

const INVALID_WINDOW = 600_000;
const GLOBAL_WINDOW = 1_000;

/** Requests that count together, until they count no longer. */
interface Window {
  count: number;
  endsAt: Instant;
}

/** Counts requests, and refuses those beyond the limits. */
export class RestLimits {
  limits: DiscordServerLimits;
  readonly #windows = new Map<string, Window>();
  #global: Window = { count: 0, endsAt: -Infinity };
  #invalid: Instant[] = [];

  constructor(limits: DiscordServerLimits) {
    this.limits = limits;
  }

  /** How many invalid requests count at present. */
  invalidRequests(now: Instant): number {
    while ((this.#invalid[0] ?? Infinity) + INVALID_WINDOW <= now) this.#invalid.shift();
    return this.#invalid.length;
  }

  /** Answers a request if it is within the limits, and refuses it if not; either way it counts. */
  admit(method: string, path: string, now: Instant, answer: () => RestResponse): RestResponse {
    const { invalid = Infinity } = this.limits;
    if (this.invalidRequests(now) >= invalid) {
      return blocked((this.#invalid[0] ?? now) + INVALID_WINDOW - now);
    }
    const response = this.#admit(method, path, now, answer);
    const { status, headers } = response;
    const counts = status === 401 || status === 403 ||
      (status === 429 && headers["x-ratelimit-scope"] !== "shared");
    if (counts && invalid < Infinity) this.#invalid.push(now);
    return response;
  }

  #admit(method: string, path: string, now: Instant, answer: () => RestResponse): RestResponse {
    const { routes = {}, global = Infinity } = this.limits;
    // "Interaction endpoints are not bound to the bot's Global Rate Limit."
    if (global < Infinity && !isInteraction(path)) {
      if (this.#global.endsAt <= now) this.#global = { count: 0, endsAt: now + GLOBAL_WINDOW };
      if (++this.#global.count > global) return limitedGlobally(this.#global.endsAt - now);
    }
    const label = labelOf(method, path);
    const rule = routes[label] ?? routes["*"];
    if (rule === undefined) return answer();
    const { limit, scope = "user", headers: told = true, bucket = bucketOf(label) } = rule;
    const key = `${bucket} ${majorOf(path)}`;
    let window = this.#windows.get(key);
    if (window === undefined || window.endsAt <= now) {
      window = { count: 0, endsAt: now + rule.window };
      this.#windows.set(key, window);
    }
    const isOver = ++window.count > limit;
    const left = window.endsAt - now;
    const shown = scope === "shared" ? limit - 1 : Math.max(0, limit - window.count);
    const headers = told || isOver
      ? {
        "x-ratelimit-limit": String(limit),
        "x-ratelimit-remaining": String(shown),
        "x-ratelimit-reset": (window.endsAt / 1000).toFixed(3),
        "x-ratelimit-reset-after": (left / 1000).toFixed(3),
        "x-ratelimit-bucket": bucket,
      }
      : {};
    const response = isOver ? limited(left, scope) : answer();
    return { ...response, headers: { ...response.headers, ...headers } };
  }
}

function limited(ms: number, scope: "user" | "shared"): RestResponse {
  const message = scope === "user" ? "You are being rate limited." : "The resource is being rate limited.";
  return tooMany(ms, { "x-ratelimit-scope": scope }, { message, global: false });
}

function limitedGlobally(ms: number): RestResponse {
  const headers = { "x-ratelimit-global": "true", "x-ratelimit-scope": "global" };
  return tooMany(ms, headers, { message: "You are being rate limited.", global: true });
}

function tooMany(ms: number, headers: Record<string, string>, body: Record<string, unknown>): RestResponse {
  const response = json(429, { ...body, retry_after: Number((ms / 1000).toFixed(3)) });
  return { ...response, headers: { ...response.headers, ...headers, ...retryAfter(ms) } };
}

/** What Cloudflare says, which stands before Discord, and knows nothing of buckets. */
function blocked(ms: number): RestResponse {
  return {
    status: 429,
    headers: { "content-type": "text/plain", ...retryAfter(ms) },
    body: "error code: 1015",
  };
}

function retryAfter(ms: number): Record<string, string> {
  return { "retry-after": String(Math.max(1, Math.ceil(ms / 1000))) };
}

function isInteraction(path: string): boolean {
  return /^\/(interactions|webhooks)\/[^/]+\/./.test(path);
}

function labelOf(method: string, path: string): string {
  const parts = path.split("/").map((part, index, { [index - 2]: before = "" }) =>
    /^\d+$/.test(part) || /^(interactions|webhooks)$/.test(before) ? ":id" : part
  );
  return `${method} ${parts.join("/")}`;
}

/** "Top-level resources are currently limited to channels, guilds, and webhooks (webhook_id + webhook_token)." */
function majorOf(path: string): string {
  return /^\/(?:channels|guilds)\/[^/]+|^\/(?:webhooks|interactions)\/[^/]+(?:\/[^/]+)?/.exec(path)?.[0] ??
    "";
}

/** A name that says nothing, as Discord's are. */
function bucketOf(label: string): string {
  let hash = 0x811c9dc5;
  for (const character of label) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, "0");
}
