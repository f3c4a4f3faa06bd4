import { type Clock, sleepUntil, systemClock } from "../../driver/clock.ts";
import type { Host } from "../../driver/host.ts";
import { isServer } from "../../is_server.ts";
import { Backoff } from "../../protocol/backoff.ts";
import { isHopeless } from "../../protocol/connect_error.ts";
import { dialFailure } from "../../protocol/dial_failure.ts";
import {
  AuthenticationError,
  CommandError,
  ConnectionError,
  OptionError,
  ProtocolError,
  TimeoutError,
} from "../../protocol/errors.ts";
import type { CloseCause, CloseInfo } from "../../protocol/protocol.ts";
import { isRecord } from "../../protocol/json_value.ts";
import { quote, shownUrl } from "../../protocol/quote.ts";
import { readRateLimit } from "./limits/_bucket.ts";
import { type Answer, exchange } from "../../http/exchange.ts";
import { InvalidRequests } from "./limits/_invalid.ts";
import { RateLimits, type Turn } from "./limits/_limits.ts";
import { jsonOf } from "../../http/json.ts";
import { reasonOf } from "../../http/reason.ts";
import { wasNotSent } from "../../http/unsent.ts";
import { DiscordCalls } from "./methods/calls.ts";
import { DiscordHttpError, DiscordRateLimitError } from "./errors.ts";
import { encodeBody } from "./bodies/file.ts";
import { encodeReason, isIdempotent, type RawRequestOptions, withQuery } from "./request.ts";
import { type HttpMethod, type Route, routeOf } from "./routes/route.ts";

/** How {@linkcode DiscordRest} reaches Discord, and as whom. */
export interface DiscordRestOptions {
  /**
   * The bot's token, with or without `Bot ` before it. It is never shown again. Interactions and webhooks can be
   * answered without it, by their own. @default {undefined}
   */
  readonly token?: string;
  /** Makes the requests; a `Host` has one. @default {globalThis.fetch} */
  readonly fetch?: Host["fetch"];
  /** Tells the time and waits; a `Host` has one. @default {systemClock} */
  readonly clock?: Clock;
  /** Randomness in [0, 1) for the waits between attempts. @default {Math.random} */
  readonly random?: () => number;
  /**
   * Where the API is, without the version: `https:`, or `http:` for a proxy or a test server.
   *
   * @default {"https://discord.com/api"}
   */
  readonly baseUrl?: string;
  /** The version of the API. @default {10} */
  readonly version?: 9 | 10;
  /** How the bot names itself: `DiscordBot ($url, $version)`, and more if wanted. @default {parley's own} */
  readonly userAgent?: string;
  /** How often a request is repeated after a 429, and after a failure where that is safe, at most. @default {3} */
  readonly retries?: number;
  /** How long a request may wait for one rate limit to pass, in milliseconds. @default {60_000} */
  readonly maxWait?: number;
  /** How long Discord may take to answer one request, in milliseconds. @default {15_000} */
  readonly timeout?: number;
  /**
   * Whether requests of one route go out one after the other, in the order they were asked for. Not where a client
   * is shared by requests or objects that may end in the middle: there each goes when the limits let it, so await
   * one before the next where their order matters.
   *
   * @default true on Deno, Bun and Node; false on edge workers and in browsers
   */
  readonly inOrder?: boolean;
  /** How many requests the bot may make in a second; Discord grants large bots more. @default {50} */
  readonly globalLimit?: number;
  /**
   * After how many invalid requests (401, 403, 429) in 10 minutes none is sent for a while. Discord blocks
   * the address, and all that share it, after 10,000. @default {5_000}
   */
  readonly invalidLimit?: number;
}

// A test holds the version against deno.json's.
const USER_AGENT = "DiscordBot (https://jsr.io/@parley/parley, 0.1.0)";

/** A request that is ready to be sent, as often as it takes. */
interface Prepared {
  readonly route: Route;
  /** Whether it may be repeated though it may have taken effect. */
  readonly idempotent: boolean;
  /** What it sets. */
  readonly parameters: readonly string[];
  readonly init: RequestInit;
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * A thin client for Discord's REST API: what bots must answer with.
 *
 * Requests of one route go out one after the other, in the order they were asked for (but see `inOrder` for edge
 * workers), and wait while its rate limit is spent, which other routes may share, or the global one; a 429 is
 * waited out and repeated, a few times. A 429 about what a request sets, such as a channel's name, holds back what sets
 * the same and nothing else. What can be repeated without doing anything twice (GET, PUT, DELETE, and what is said to be
 * `idempotent`) is repeated when Discord fails or the connection breaks, and so is what never left for want of a
 * connection. Any other request is sent once: when nobody can know whether it took effect, it is reported `lost`, and
 * repeating it is the caller's choice (for messages, `nonce` with `enforce_nonce: true` makes that safe).
 *
 * Source: Discord, "API Reference" (User Agent, Authentication) and "Rate Limits".
 *
 * @throws {OptionError} if an option is not acceptable.
 *
 * @example
 * ```ts
 * import { DiscordRest } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json({ id: "2", content: "pong" })), // leave out to reach Discord
 * });
 * const message = await rest.createMessage("81384788765712384", { content: "pong" });
 * message.id; // "2"
 * ```
 */
export class DiscordRest extends DiscordCalls {
  readonly #authorization: string | undefined;
  readonly #fetch: Host["fetch"];
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #base: string;
  readonly #userAgent: string;
  readonly #retries: number;
  readonly #timeout: number;
  readonly #limits: RateLimits;
  readonly #invalid: InvalidRequests;
  #refused = false;

  /** Takes the token, and whatever differs from the defaults. */
  constructor(options: DiscordRestOptions) {
    super();
    const { version = 10, baseUrl = "https://discord.com/api", userAgent = USER_AGENT } = options;
    const { retries = 3, maxWait = 60_000, timeout = 15_000 } = options;
    const { inOrder = isServer(), globalLimit = 50, invalidLimit = 5_000 } = options;
    // Left out is meant; undefined is an environment variable that is not set.
    this.#authorization = "token" in options ? `Bot ${bareToken(options.token)}` : undefined;
    if (version !== 9 && version !== 10) {
      throw new OptionError(`Cannot use version "${version}" of Discord's API: choose 9 or 10`);
    }
    this.#base = `${checkedBase(baseUrl)}/v${version}`;
    if (!/^DiscordBot \([^\s(),]+, [^\s(),]+\)( [ -~]+)?$/.test(userAgent)) {
      throw new OptionError(
        `Cannot call ourselves "${userAgent}": Discord wants "DiscordBot (url, version)" in front`,
      );
    }
    this.#userAgent = userAgent;
    if (!(Number.isSafeInteger(retries) && retries >= 0)) {
      throw new OptionError(`Cannot retry "${retries}" times: retries must be an integer from 0`);
    }
    if (!(maxWait >= 0)) throw new OptionError(`Cannot wait "${maxWait}" ms: maxWait must be 0 or more`);
    if (!(timeout > 0)) {
      throw new OptionError(`Cannot time out after "${timeout}" ms: timeout must be above 0`);
    }
    if (!isPositiveInteger(globalLimit)) {
      throw new OptionError(
        `Cannot send "${globalLimit}" requests a second: globalLimit must be a positive integer`,
      );
    }
    if (!(isPositiveInteger(invalidLimit) && invalidLimit < MOST_INVALID)) {
      throw new OptionError(
        `Cannot allow "${invalidLimit}" invalid requests: invalidLimit must be an integer from 1 to ${
          MOST_INVALID - 1
        }`,
      );
    }
    this.#retries = retries;
    this.#timeout = timeout;
    this.#fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
    this.#limits = new RateLimits(this.#clock, globalLimit, maxWait, inOrder);
    this.#invalid = new InvalidRequests(invalidLimit);
  }

  /**
   * Makes any request of the API, also of what {@linkcode DiscordRequests.request} does not know. `path` comes after
   * the version, URL-encoded, with its query or without: `/channels/81384788765712384/messages?limit=10`.
   *
   * @returns The answer, not checked; `undefined` for a 204, an `ArrayBuffer` for an image or a table (CSV).
   *
   * @throws {CommandError} `invalid_command` if the path, the body or an option cannot be sent; `lost` if the
   * connection broke, or timed out, after something other than a GET was sent, and repeating it is not safe or did not
   * help.
   * @throws {AuthenticationError} on a 401; this bot token is then not sent again.
   * @throws {DiscordRateLimitError} if a limit outlasts `maxWait`, or 429 came once more than `retries`.
   * @throws {DiscordInvalidRequestsError} if too many requests were invalid lately.
   * @throws {DiscordHttpError} on any other status than 2xx, or because a webhook was gone before.
   * @throws {ConnectionError} `unreachable` if a GET, or what never left, failed once more than `retries`;
   * {@linkcode TimeoutError} if a GET was not answered in time.
   * @throws {ProtocolError} if the answer is none of these, nor JSON.
   * @throws the signal's reason if it is aborted.
   *
   * @example
   * ```ts
   * import { DiscordRest } from "@parley/parley/discord/rest";
   *
   * const rest = new DiscordRest({
   *   token: "a.bot.token",
   *   fetch: () => Promise.resolve(Response.json({ id: "1" })), // leave out to reach Discord
   * });
   * const answer: unknown = await rest.raw("GET", "/what/is/new", { query: { limit: 5 } });
   * ```
   */
  override async raw(method: HttpMethod, path: string, options: RawRequestOptions = {}): Promise<unknown> {
    const request = this.#prepare(method, path, options);
    const { route, timeout, parameters, signal } = request;
    signal?.throwIfAborted();
    this.#check(route);
    const turn = await this.#limits.enter(route, timeout, signal, parameters);
    try {
      return await this.#attempt(request, turn);
    } finally {
      this.#limits.leave(turn);
    }
  }

  #prepare(method: HttpMethod, path: string, options: RawRequestOptions): Prepared {
    const { signal, reason, timeout = this.#timeout } = options;
    const route = routeOf(method, withQuery(path, options.query), options.auth);
    if (!(timeout > 0)) {
      const message = `Cannot ${method} ${route.label}: its timeout is "${timeout}" ms; it must be above 0`;
      throw new CommandError("invalid_command", message);
    }
    const { body, contentType } = encodeBody(route, options.body, options.files);
    const headers: Record<string, string> = { "User-Agent": this.#userAgent };
    if (route.auth) headers.Authorization = this.#authorization ?? refuseWithout(route);
    if (contentType !== undefined) headers["Content-Type"] = contentType;
    if (reason !== undefined) headers["X-Audit-Log-Reason"] = encodeReason(reason);
    const init: RequestInit = { method, headers, ...(body !== undefined && { body }) };
    const { idempotent = isIdempotent(method, options.body) } = options;
    const parameters = method === "PATCH" && isRecord(options.body) ? Object.keys(options.body) : [];
    return { route, idempotent, parameters, init, timeout, signal };
  }

  /** Sends until there is an answer to give back, and returns what it says. */
  async #attempt({ route, idempotent, init, timeout, signal }: Prepared, turn: Turn): Promise<unknown> {
    const { method, label } = route;
    const context = { fetch: this.#fetch, clock: this.#clock, timeout, signal };
    const backoff = new Backoff({ base: 500, cap: 8_000, attempts: this.#retries + 1 }, this.#random);
    let limited = 0;
    /** Whether an attempt may have taken effect. */
    let inDoubt = false;
    for (;;) {
      await this.#limits.pass(turn, signal);
      this.#check(route);
      signal?.throwIfAborted();
      let answer: Answer;
      try {
        answer = await exchange(`${this.#base}${route.path}`, init, context);
      } catch (error) {
        this.#limits.answered(turn);
        signal?.throwIfAborted();
        const unsent = wasNotSent(error);
        inDoubt ||= !unsent && method !== "GET";
        const attempts = backoff.count + 1;
        const again = (idempotent || unsent) && !isHopeless(dialFailure(error).cause);
        const wait = again ? backoff.next() : undefined;
        if (wait === undefined) throw this.#failureOf(route, error, inDoubt, attempts);
        await sleepUntil(this.#clock, this.#clock.now() + wait, signal);
        continue;
      }
      const { status, headers, text, bytes } = answer;
      const now = this.#clock.now();
      this.#limits.answered(turn, headers);
      if (status >= 200 && status < 300) return bytes ?? decode(route, text);
      const body = jsonOf(text);
      const limit = status === 429 ? readRateLimit(headers, body) : undefined;
      this.#invalid.count(status, limit?.scope, now);
      if (limit !== undefined) {
        this.#limits.limited(turn, limit);
        if (++limited <= this.#retries) continue;
        throw new DiscordRateLimitError(method, label, limit.retryAfter, limit.scope);
      }
      // An attempt before, of which nothing was heard, has deleted it.
      if (status === 404 && method === "DELETE" && inDoubt) return undefined;
      if (status >= 500 && idempotent) {
        inDoubt ||= method !== "GET";
        const wait = backoff.next();
        if (wait !== undefined) {
          await sleepUntil(this.#clock, now + wait, signal);
          continue;
        }
      }
      this.#invalid.remember(route, { status, body });
      if (status === 401 && route.auth) this.#refused = true;
      if (status === 401 && (route.auth || route.token !== undefined)) throw unauthorized(route);
      throw new DiscordHttpError({ method, route: label, status, body });
    }
  }

  /** Keeps from Discord what it would count against the address. */
  #check(route: Route): void {
    // A token that was refused is not shown twice.
    if (this.#refused && route.auth) throw unauthorized(route);
    const refusal = this.#invalid.refusal(route);
    if (refusal?.status === 401) throw unauthorized(route);
    if (refusal) {
      throw new DiscordHttpError({ method: route.method, route: route.label, ...refusal, before: true });
    }
    this.#invalid.check(route, this.#clock.now());
  }

  /** What to tell of a request without an answer, the `attempts`th; `inDoubt` if it may have taken effect. */
  #failureOf({ method, label, token }: Route, error: unknown, inDoubt: boolean, attempts: number): Error {
    const why = reasonOf(error, [this.#authorization?.slice("Bot ".length), token]);
    if (inDoubt) {
      const fate = "nobody can know whether it took effect; look before you repeat it";
      return new CommandError("lost", `Lost ${method} ${label}: ${why}; ${fate}`);
    }
    const message = `Cannot ${method} ${label}: ${why}; attempts made: ${attempts}`;
    return error instanceof TimeoutError
      ? new TimeoutError(message)
      // Without the text, for the same reason as above.
      : new ConnectionError("unreachable", message, { cause: closeInfo(dialFailure(error).cause) });
  }
}

function closeInfo(cause: CloseCause): CloseInfo {
  return { code: 0, reason: "", clean: false, cause };
}

const MOST_INVALID = 10_000;

function isPositiveInteger(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0;
}

function refuseWithout({ method, label }: Route): never {
  const why = "it needs the bot's token, which this client does not have; pass it to the constructor";
  throw new CommandError("invalid_command", `Cannot ${method} ${label}: ${why}`);
}

function bareToken(token: string | undefined): string {
  const bare = typeof token === "string" ? token.replace(/^Bot /, "") : "";
  if (bare === "") {
    throw new OptionError("Cannot use the token: it is empty; copy it from the Developer Portal");
  }
  if (!/^[!-~]+$/.test(bare)) {
    throw new OptionError(
      "Cannot use the token: it holds white space, a line break or a non-ASCII character",
    );
  }
  return bare;
}

function checkedBase(baseUrl: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url === undefined || (url.protocol !== "https:" && url.protocol !== "http:")) {
    throw new OptionError(
      `Cannot reach Discord at ${quote(shownUrl(baseUrl))}: baseUrl must be an https: or http: URL`,
    );
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw new OptionError("Cannot use this baseUrl: it must have no user, password, query or fragment");
  }
  let end = url.href.length;
  while (url.href[end - 1] === "/") end--;
  return url.href.slice(0, end);
}

function decode(route: Route, text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new ProtocolError(`Cannot read the answer to ${route.method} ${route.label}: it is not JSON`);
  }
}

function unauthorized(route: Route): AuthenticationError {
  const { method, label, auth } = route;
  const fix = auth
    ? "the bot token; reset it in the Developer Portal and start again with the new one"
    : "the token in the path; it may have expired";
  return new AuthenticationError(`Cannot ${method} ${label}: Discord does not accept ${fix}`);
}
