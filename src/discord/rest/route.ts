import { CommandError } from "../../protocol/errors.ts";

/** The HTTP methods that Discord's API knows. */
export type HttpMethod = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** What a method and a path say about limits and secrets. */
export interface Route {
  /** The method. */
  readonly method: HttpMethod;
  /** The path as it is requested, with its query. */
  readonly path: string;
  /** Requests of the same key share a limit and go out one by one. Not for people: it may hold a token. */
  readonly key: string;
  /** The path for people: without its query, and without any token. */
  readonly label: string;
  /** The token in the path (webhooks, interactions), which stands in for the bot's. */
  readonly token: string | undefined;
}

const TOP_LEVEL = new Set(["channels", "guilds", "webhooks"]);
const TOKENISED = new Set(["webhooks", "interactions"]);

/**
 * Finds the route that a path belongs to: which requests share a limit, and what of the path may be shown.
 *
 * Source: Discord, "Rate Limits": limits are per method and route, and count top-level resources (channel,
 * guild, webhook with its token) apart.
 *
 * @throws {CommandError} `invalid_command` if the path is not an absolute, already escaped URL path.
 */
export function routeOf(method: HttpMethod, path: string): Route {
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
  const key = parts.map((part, index) => {
    // All emoji of a message share one limit.
    if (parts[index - 1] === "reactions") return ":emoji";
    return index >= apart && /^\d+$/.test(part) ? ":id" : part;
  });
  const label = parts.map((part, index) => token !== undefined && index === 2 ? ":token" : part);
  return { method, path, key: `${method} ${key.join("/")}`, label: `/${label.join("/")}`, token };
}
