import { ParleyError } from "../../protocol/errors.ts";
import { printable } from "../../protocol/data/quote.ts";
import type { HttpMethod } from "./routes/route.ts";

/** What Discord said when it refused a request. */
export interface HttpFailure {
  /** The method of the request. */
  readonly method: HttpMethod;
  /** The path of the request, without its query; a token in it is replaced by `:token`. */
  readonly route: string;
  /** The HTTP status, 300 to 599. */
  readonly status: number;
  /** The decoded body, or undefined if it was not JSON. */
  readonly body: unknown;
  /** It was an earlier request that was answered so; this one was not sent. @default {false} */
  readonly before?: boolean;
}

/**
 * Discord answered a request with a failure that repeating it would not mend.
 *
 * Source: Discord, "API Reference", Error Messages; "Opcodes and Status Codes", HTTP and JSON.
 *
 * @example
 * ```ts
 * import { DiscordHttpError } from "@parley/parley/discord/rest";
 *
 * const error = new DiscordHttpError({
 *   method: "POST",
 *   route: "/channels/81384788765712384/messages",
 *   status: 403,
 *   body: { code: 50013, message: "Missing Permissions" },
 * });
 * error.status; // 403
 * error.discordCode; // 50013
 * ```
 */
export class DiscordHttpError extends ParleyError {
  override name = "DiscordHttpError";
  override readonly code = "http_status";
  /** The method of the request. */
  readonly method: HttpMethod;
  /** The path of the request, without its query and without any token. */
  readonly route: string;
  /** The HTTP status, 300 to 599. */
  readonly status: number;
  /** Discord's own error code, such as 50013, or undefined if it gave none. */
  readonly discordCode: number | undefined;
  /** Discord's own message, or undefined if it gave none. */
  readonly discordMessage: string | undefined;
  /** Which fields Discord found wrong, in the nested form it uses, or undefined. */
  readonly details: unknown;

  /** Takes what was asked and what was answered. */
  constructor(failure: HttpFailure, options?: ErrorOptions) {
    const { method, route, status } = failure;
    const { code, message, errors: details }: Said = Object(failure.body);
    let said = typeof message === "string" ? `: "${printable(cut(message))}"` : "";
    if (typeof code === "number") said += ` (code ${code})`;
    const fields = fieldErrors(details);
    if (fields.length > 0) said += `: ${printable(fields.join("; "))}`;
    const when = failure.before ? " an earlier request" : "";
    super("http_status", `Cannot ${method} ${route}: Discord answered${when} ${status}${said}`, options);
    this.method = method;
    this.route = route;
    this.status = status;
    this.discordCode = typeof code === "number" ? code : undefined;
    this.discordMessage = typeof message === "string" ? message : undefined;
    this.details = details;
  }
}

/** Which limit a request ran into: the bot's on a route, the bot's on all, or one shared by all bots. */
export type RateLimitScope = "user" | "global" | "shared";

/**
 * Discord kept answering 429, or its limit lasts longer than the client may wait.
 *
 * Source: Discord, "Rate Limits", Exceeding A Rate Limit.
 *
 * @example
 * ```ts
 * import { DiscordRateLimitError } from "@parley/parley/discord/rest";
 *
 * const error = new DiscordRateLimitError("GET", "/gateway/bot", 90_000, "global");
 * error.retryAfter; // 90000
 * ```
 */
export class DiscordRateLimitError extends ParleyError {
  override name = "DiscordRateLimitError";
  override readonly code = "rate_limited";
  /** The method of the request. */
  readonly method: HttpMethod;
  /** The path of the request, without its query and without any token. */
  readonly route: string;
  /** How long the limit still lasts, in milliseconds. */
  readonly retryAfter: number;
  /** Which limit it is. */
  readonly scope: RateLimitScope;

  /** Takes what was asked, and which limit is in the way for how many milliseconds. */
  constructor(method: HttpMethod, route: string, retryAfter: number, scope: RateLimitScope) {
    const wait = `its ${scope} rate limit lasts ${Math.ceil(retryAfter)} ms more; send less, or later`;
    super("rate_limited", `Cannot ${method} ${route}: ${wait}`);
    this.method = method;
    this.route = route;
    this.retryAfter = retryAfter;
    this.scope = scope;
  }
}

/**
 * So many requests were invalid lately that parley sends no more for a while: Discord would block the address.
 *
 * Source: Discord, "Rate Limits", Invalid Request Limit aka Cloudflare bans.
 *
 * @example
 * ```ts
 * import { DiscordInvalidRequestsError } from "@parley/parley/discord/rest";
 *
 * const error = new DiscordInvalidRequestsError("GET", "/gateway/bot", 5_000, 120_000);
 * error.retryAfter; // 120000
 * ```
 */
export class DiscordInvalidRequestsError extends ParleyError {
  override name = "DiscordInvalidRequestsError";
  override readonly code = "rate_limited";
  /** The method of the request. */
  readonly method: HttpMethod;
  /** The path of the request, without its query and without any token. */
  readonly route: string;
  /** How long it takes until requests are sent again, in milliseconds. */
  readonly retryAfter: number;

  /** Takes what was asked, how many requests were invalid, and for how many milliseconds none is sent. */
  constructor(method: HttpMethod, route: string, count: number, retryAfter: number) {
    const why = `${count} requests in 10 minutes were answered with 401, 403 or 429`;
    const fix = `nothing is sent for ${Math.ceil(retryAfter)} ms; find out which they are, and stop them`;
    super("rate_limited", `Cannot ${method} ${route}: ${why}; ${fix}`);
    this.method = method;
    this.route = route;
    this.retryAfter = retryAfter;
  }
}

/** What stands in the body of a refusal, if anything. */
interface Said {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly errors?: unknown;
}

const MOST_FIELDS = 5;
/** How much of each text of Discord's stands in a message. */
const MOST_CHARACTERS = 300;

/** Flattens Discord's nested `errors` into lines such as `embeds.0.title: This field is required`. */
function fieldErrors(details: unknown): string[] {
  const found: string[] = [];
  const look = (value: unknown, path: string): void => {
    // No deeper than what can be shown of where it is: whoever answers decides how deep it goes.
    if (typeof value !== "object" || value === null || path.length > MOST_CHARACTERS) return;
    for (const [key, inner] of Object.entries(value)) {
      if (key !== "_errors") look(inner, path === "" ? key : `${path}.${key}`);
      else {
        const { message }: Said = Object(Object(inner)[0]);
        if (typeof message === "string") {
          found.push(path === "" ? cut(message) : `${path}: ${cut(message)}`);
        }
      }
    }
  };
  look(details, "");
  return found.slice(0, MOST_FIELDS);
}

function cut(text: string): string {
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS)}…`;
}
