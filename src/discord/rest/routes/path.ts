import { CommandError } from "../../../protocol/errors.ts";
import { isSnowflake } from "../../snowflake.ts";
import type { HttpMethod } from "./route.ts";

/** An emoji to react with: the character itself, `name:id`, or what Discord sends of one. */
export type ReactionEmoji = string | { readonly id?: string | null; readonly name?: string | null };

/** What a route comes to once its parameters are known. */
export interface FilledRoute {
  /** The method. */
  readonly method: HttpMethod;
  /** The path, URL-encoded, without a query. */
  readonly path: string;
}

const ROUTE = /^(GET|POST|PUT|PATCH|DELETE) (\/\S*)$/;
const PARAMETER = /\{([^{}]+)\}/g;

/**
 * Puts parameters into a route as Discord's documentation writes it, each checked and URL-encoded.
 *
 * @throws {CommandError} `invalid_command` if it is no route, or a parameter is missing, unknown, or not acceptable.
 */
export function fillRoute(route: string, params: Readonly<Record<string, unknown>> = {}): FilledRoute {
  const [, method, template] = ROUTE.exec(route) ?? [];
  if (!isMethod(method) || template === undefined) {
    const need = 'name a route as Discord\'s documentation does, such as "GET /channels/{channel.id}"';
    throw new CommandError("invalid_command", `Cannot make this request: ${need}`);
  }
  const refuse: Refuse = (why) => {
    throw new CommandError("invalid_command", `Cannot ${route}: ${why}`);
  };
  const missing = new Set(Object.keys(params));
  const path = template.replaceAll(PARAMETER, (_, name: string, at: number) => {
    if (!missing.delete(name)) refuse(`it wants "${name}" in its params`);
    return encodeParameter(refuse, name, params[name], template.slice(0, at));
  });
  for (const name of missing) refuse(`it has no parameter "${name}"`);
  return { method, path };
}

/**
 * Checks an ID that is not a part of the path.
 *
 * @throws {CommandError} `invalid_command` if it is not a snowflake.
 */
export function checkSnowflake(action: string, what: string, value: unknown): void {
  if (isSnowflake(value)) return;
  throw new CommandError(
    "invalid_command",
    `Cannot ${action}: its ${what} is ${shown(value)}, not a snowflake`,
  );
}

type Refuse = (why: string) => never;

function isMethod(method: string | undefined): method is HttpMethod {
  return method !== undefined;
}

/** A parameter as a path says it; `before` is what stands before it in the route. */
function encodeParameter(refuse: Refuse, name: string, value: unknown, before: string): string {
  if (before.endsWith("/reactions/")) return encodeEmoji(refuse, value);
  if (name.endsWith(".token")) return encodeToken(refuse, name, value);
  if (!name.endsWith(".id")) return encodeText(refuse, name, value);
  // The first answer to an interaction goes by that name wherever a webhook's messages go by their ID.
  if (isSnowflake(value) || (value === "@original" && before.startsWith("/webhooks/"))) return String(value);
  return refuse(`its "${name}" is ${shown(value)}, not a snowflake`);
}

function encodeToken(refuse: Refuse, name: string, value: unknown): string {
  if (typeof value === "string" && /^[!-~]+$/.test(value) && !isDots(value)) return encodeURIComponent(value);
  const why = "it is empty, or holds white space, a line break or a non-ASCII character";
  return refuse(`its "${name}" cannot be one: ${why}`);
}

/** Source: Discord, "Message", Create Reaction: URL-encoded, a custom one as `name:id`. */
function encodeEmoji(refuse: Refuse, emoji: unknown): string {
  let text: unknown = emoji;
  if (typeof emoji === "object" && emoji !== null) {
    const { id, name } = emoji as Exclude<ReactionEmoji, string>;
    // The name of a custom emoji that was deleted is null; Discord looks at the ID only.
    text = id ? `${name ?? "_"}:${id}` : name;
  }
  if (typeof text === "string" && /^[^\s\p{Cc}<>/]{1,100}$/u.test(text) && text.isWellFormed()) {
    if (!isDots(text)) return encodeURIComponent(text);
  }
  return refuse('its emoji is none; pass the character itself, or "name:id" for a custom one');
}

/** A code, or a number that is not an ID. */
function encodeText(refuse: Refuse, name: string, value: unknown): string {
  const text = typeof value === "number" && Number.isSafeInteger(value) ? String(value) : value;
  if (typeof text === "string" && /^[^\s\p{Cc}/\\]{1,200}$/u.test(text) && text.isWellFormed()) {
    if (!isDots(text)) return encodeURIComponent(text);
  }
  return refuse(`its "${name}" is ${shown(value)}, which no path can hold`);
}

// The URL parser would resolve these, and the request would reach another route.
function isDots(text: string): boolean {
  return /^\.+$/.test(text);
}

function shown(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value.slice(0, 40)) : `a ${typeof value}`;
}
