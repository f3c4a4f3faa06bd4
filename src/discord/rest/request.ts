import { CommandError } from "../../protocol/errors.ts";
import { isRecord } from "../../protocol/data/json_value.ts";
import type { DiscordFile } from "./routes/table/entry.ts";
import type { HttpMethod } from "./routes/route.ts";
import type { DiscordRoute, RouteParts } from "./routes/typed.ts";

/** What any call may bring along. */
export interface CallOptions {
  /** Gives the call up. Whether one that was already sent took effect, nobody can know then. */
  readonly signal?: AbortSignal | undefined;
  /** How long Discord may take to answer, in milliseconds. @default {the client's own `timeout`} */
  readonly timeout?: number | undefined;
}

/** What a call that uploads may bring along. */
export interface UploadOptions extends CallOptions {
  /** What is uploaded with the message; `attachment://name` refers to it. @default {[]} */
  readonly files?: readonly DiscordFile[] | undefined;
}

/** What a call that goes into the guild's audit log may bring along. */
export interface ReasonOptions extends CallOptions {
  /** What the guild's audit log says about it, 1 to 512 characters. @default {undefined} */
  readonly reason?: string | undefined;
}

/** How any request is made. */
export interface RequestSettings extends CallOptions {
  /**
   * Whether doing it twice comes to the same as doing it once: it is then repeated when Discord fails or the
   * connection breaks. What a PATCH sets, it sets again; a POST creates another.
   *
   * @default true for GET, PUT and DELETE, and for a message with `nonce` and `enforce_nonce: true`
   */
  readonly idempotent?: boolean | undefined;
  /** Whether the bot's token goes along. @default {true, and false where the path has its own token} */
  readonly auth?: boolean | undefined;
}

/** What a request to a route may bring along: what the route takes, and how it is made. */
export type RouteOptions<Route extends DiscordRoute> = RouteParts<Route> & RequestSettings;

/** What follows the route: nothing has to where nothing of it is required. */
export type RouteArguments<Route extends DiscordRoute> = Record<never, never> extends RouteParts<Route>
  ? readonly [options?: RouteOptions<Route>]
  : readonly [options: RouteOptions<Route>];

/** What a request to any path may bring along. */
export interface RawRequestOptions extends UploadOptions, ReasonOptions, RequestSettings {
  /**
   * What comes after `?`, by name: strings, numbers, bigints, booleans, or arrays of them, which repeat the
   * name. What is undefined is left out.
   *
   * @default {undefined}
   */
  readonly query?: URLSearchParams | object | undefined;
  /**
   * What is sent: as JSON, or `FormData` and `URLSearchParams` as they are. @default {undefined}
   */
  readonly body?: unknown;
}

/**
 * Puts a query behind a path, which may have one already.
 *
 * Source: Discord, "API Reference", Boolean Query Strings and Array Query Strings.
 *
 * @throws {CommandError} `invalid_command` if it holds what no query can say.
 */
export function withQuery(path: string, query: RawRequestOptions["query"]): string {
  if (query === undefined) return path;
  const params = query instanceof URLSearchParams ? query : new URLSearchParams();
  if (params !== query) {
    for (const [name, value] of Object.entries(query)) {
      const values: readonly unknown[] = Array.isArray(value) ? value : value === undefined ? [] : [value];
      for (const one of values) params.append(name, said(name, one));
    }
  }
  const text = params.toString();
  return text === "" ? path : `${path}${path.includes("?") ? "&" : "?"}${text}`;
}

function said(name: string, value: unknown): string {
  switch (typeof value) {
    case "string":
    case "boolean":
    case "bigint":
      return String(value);
    case "number":
      if (Number.isFinite(value)) return String(value);
  }
  const need = "pass a string, a finite number, a bigint, a boolean, or an array of them";
  throw new CommandError("invalid_command", `Cannot ask with this "${name}" in the query: ${need}`);
}

/**
 * Whether a request can be repeated without doing anything twice, unless its caller says so.
 *
 * Source: RFC 9110, section 9.2.2; Discord, "Messages Resource", Create Message, `enforce_nonce`.
 */
export function isIdempotent(method: HttpMethod, body: unknown): boolean {
  if (method === "GET" || method === "PUT" || method === "DELETE") return true;
  return isRecord(body) && body.enforce_nonce === true && body.nonce !== undefined && body.nonce !== null;
}

const LONGEST_REASON = 512;

/**
 * The reason as a header says it.
 *
 * Source: Discord, "Audit Logs Resource", Audit Log Entry Object: 1–512 URL-encoded UTF-8 characters.
 *
 * @throws {CommandError} `invalid_command` if it is empty, too long or no text.
 */
export function encodeReason(reason: string): string {
  const length = typeof reason === "string" && reason.isWellFormed() ? [...reason].length : 0;
  if (length >= 1 && length <= LONGEST_REASON) return encodeURIComponent(reason);
  const need = `it must be a text of 1 to ${LONGEST_REASON} characters`;
  throw new CommandError("invalid_command", `Cannot give this reason: ${need}`);
}
