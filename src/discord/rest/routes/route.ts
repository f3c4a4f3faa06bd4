import { CommandError } from "../../../protocol/errors.ts";

/** The HTTP methods that Discord's API knows. */
export type HttpMethod = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** Whose global limit a request counts against: the bot's, its address's, or nobody's. */
export type Domain = "bot" | "address" | "interactions";

/** What a method and a path say about limits and secrets. */
export interface Route {
  /** The method. */
  readonly method: HttpMethod;
  /** The path as it is requested, with its query. */
  readonly path: string;
  /** The method and the path without what does not tell limits apart: IDs, tokens, emoji, codes. */
  readonly pattern: string;
  /** The top-level resource, whose limits are its own, or "". Not for people: it may hold a token. */
  readonly major: string;
  /** The path for people: without its query, and without any token. */
  readonly label: string;
  /** The token in the path (webhooks, interactions), as it is written there. */
  readonly token: string | undefined;
  /** Whether the bot's token goes along. */
  readonly auth: boolean;
  /** Whose global limit it counts against. */
  readonly domain: Domain;
}

const TOP_LEVEL: ReadonlySet<string> = new Set(["channels", "guilds", "webhooks"]);
const TOKENISED: ReadonlySet<string> = new Set(["webhooks", "interactions"]);
// What comes after these is no snowflake, and does not tell limits apart either.
const BEFORE_CODES: ReadonlyMap<string, string> = new Map([
  ["reactions", ":emoji"],
  ["invites", ":code"],
  ["templates", ":code"],
]);
// The token of an interaction is the Base64 of "interaction:" and more. Nothing documents it; a token for
// which it is not so is held to the address's limit, which is slower at most.
const INTERACTION_TOKEN = "aW50ZXJhY3Rpb246";

/**
 * Finds the route that a path belongs to: which requests share a limit, and what of the path may be shown.
 *
 * Source: Discord, "Rate Limits": limits are per method and route, and count top-level resources (channel,
 * guild, webhook with its token) apart; without an authorization header the global limit is the address's;
 * interaction endpoints are not bound to the bot's.
 *
 * @default {true} for `auth`, and false where the path has a token of its own
 *
 * @throws {CommandError} `invalid_command` if the path is not an absolute, already escaped URL path.
 */
export function routeOf(method: HttpMethod, path: string, auth?: boolean): Route {
  if (!/^\/[!-~]+$/.test(path) || /[#\\]/.test(path)) {
    const need =
      'it must start with "/" and be URL-encoded; pass what comes from outside to encodeURIComponent';
    throw new CommandError("invalid_command", `Cannot ${method} this path: ${need}`);
  }
  const [pathname = ""] = path.split("?", 1);
  const parts = pathname.slice(1).split("/");
  // The URL parser would resolve these, and the request would reach another route than the one named.
  if (parts.some((part) => /^(\.|%2e){0,2}$/i.test(part))) {
    throw new CommandError("invalid_command", `Cannot ${method} this path: a segment is empty, "." or ".."`);
  }
  const [top = "", , third] = parts;
  const token = TOKENISED.has(top) ? third : undefined;
  const apart = token !== undefined ? 3 : TOP_LEVEL.has(top) ? 2 : 0;
  const pattern = parts.map((part, index) => {
    if (token !== undefined && index === 2) return ":token";
    return BEFORE_CODES.get(parts[index - 1] ?? "") ?? (/^\d+$/.test(part) ? ":id" : part);
  });
  const label = parts.map((part, index) => token !== undefined && index === 2 ? ":token" : part);
  const withBot = auth ?? token === undefined;
  const answers = token !== undefined && (top === "interactions" || token.startsWith(INTERACTION_TOKEN));
  return {
    method,
    path,
    pattern: `${method} /${pattern.join("/")}`,
    major: parts.slice(0, apart).join("/"),
    label: `/${label.join("/")}`,
    token,
    auth: withBot,
    domain: answers ? "interactions" : withBot ? "bot" : "address",
  };
}
