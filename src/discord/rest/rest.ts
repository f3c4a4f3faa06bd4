import { sleepUntil } from "../../driver/clock/clock.ts";
import { Backoff } from "../../protocol/connection/backoff.ts";
import { isHopeless } from "../../protocol/connection/connect_error.ts";
import { dialFailure } from "../../protocol/connection/dial_failure.ts";
import {
  AuthenticationError,
  CommandError,
  ConnectionError,
  ProtocolError,
  TimeoutError,
} from "../../protocol/errors.ts";
import type { CloseCause, CloseInfo } from "../../protocol/protocol.ts";
import { isRecord, jsonOf } from "../../protocol/data/json_value.ts";
import { readRateLimit } from "./limits/_bucket.ts";
import { type Answer, exchange, TOO_LONG } from "../../http/exchange.ts";
import { reasonOf } from "../../http/reason.ts";
import { wasNotSent } from "../../http/unsent.ts";
import { InvalidRequests } from "./limits/_invalid.ts";
import { RateLimits, type Turn } from "./limits/_limits.ts";
import { SharedLimit } from "./limits/_shared_limit.ts";
import { DiscordCalls } from "./methods/calls.ts";
import { DiscordHttpError, DiscordRateLimitError } from "./errors.ts";
import { encodeBody } from "./bodies/file.ts";
import type { RestHappening } from "./observation.ts";
import { type CheckedOptions, checkOptions, type DiscordRestOptions } from "./options.ts";
import { encodeReason, isIdempotent, type RawRequestOptions, withQuery } from "./request.ts";
import { type HttpMethod, type Route, routeOf } from "./routes/route.ts";

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
  readonly #options: CheckedOptions;
  readonly #limits: RateLimits;
  readonly #invalid: InvalidRequests;
  readonly #shared: SharedLimit | undefined;
  #refused = false;
  #requests = 0;

  /** Takes the token, and whatever differs from the defaults. */
  constructor(options: DiscordRestOptions) {
    super();
    this.#options = checkOptions(options);
    const { clock, globalLimit, maxWait, inOrder, invalidLimit } = this.#options;
    this.#limits = new RateLimits(clock, globalLimit, maxWait, inOrder);
    this.#invalid = new InvalidRequests(invalidLimit);
    const { permits } = options;
    // What stands before the first dot of a token is the bot's id.
    const bot = this.#options.authorization?.slice("Bot ".length).split(".")[0];
    this.#shared = permits && bot !== undefined
      ? new SharedLimit(permits, clock, bot, globalLimit, maxWait)
      : undefined;
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
   * @throws {ProtocolError} if the answer is none of these, nor JSON, or longer than 25 MB.
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
    const { signal, reason, timeout = this.#options.timeout } = options;
    const route = routeOf(method, withQuery(path, options.query), options.auth);
    if (!(timeout > 0)) {
      const message = `Cannot ${method} ${route.label}: its timeout is "${timeout}" ms; it must be above 0`;
      throw new CommandError("invalid_command", message);
    }
    const { body, contentType } = encodeBody(route, options.body, options.files);
    const headers: Record<string, string> = { "User-Agent": this.#options.userAgent };
    if (route.auth) headers.Authorization = this.#options.authorization ?? refuseWithout(route);
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
    const { clock, random, retries, base, fetch } = this.#options;
    const context = { fetch, clock, timeout, signal };
    const backoff = new Backoff({ base: 500, cap: 8_000, attempts: retries + 1 }, random);
    const observe = this.#observer(route);
    let limited = 0;
    /** Whether an attempt may have taken effect. */
    let inDoubt = false;
    for (;;) {
      await this.#limits.pass(turn, signal);
      if (route.domain === "bot") await this.#permitted(route, signal);
      this.#check(route);
      signal?.throwIfAborted();
      let answer: Answer;
      const sentAt = clock.now();
      observe({ kind: "request" });
      try {
        answer = await exchange(`${base}${route.path}`, init, context);
      } catch (error) {
        this.#limits.answered(turn);
        observe({ kind: "failure", reason: this.#reasonOf(route, error), duration: clock.now() - sentAt });
        signal?.throwIfAborted();
        const unsent = wasNotSent(error);
        inDoubt ||= !unsent && method !== "GET";
        const attempts = backoff.count + 1;
        const again = (idempotent || unsent) && !isHopeless(dialFailure(error).cause);
        const wait = again ? backoff.next() : undefined;
        if (wait === undefined) throw this.#failureOf(route, error, inDoubt, attempts);
        observe({ kind: "retry", wait, because: undefined });
        await sleepUntil(clock, clock.now() + wait, signal);
        continue;
      }
      const { status, headers, text, bytes } = answer;
      const now = clock.now();
      this.#limits.answered(turn, headers);
      observe({ kind: "response", status, duration: now - sentAt });
      if (status >= 200 && status < 300) return bytes ?? decode(route, text);
      const body = jsonOf(text ?? "");
      const limit = status === 429 ? readRateLimit(headers, body) : undefined;
      this.#invalid.count(status, limit?.scope, now);
      if (limit !== undefined) {
        const { retryAfter, scope, isSublimit } = limit;
        this.#limits.limited(turn, limit);
        observe({ kind: "rate_limited", scope, retryAfter, isSublimit });
        if (++limited > retries) throw new DiscordRateLimitError(method, label, retryAfter, scope);
        observe({ kind: "retry", wait: retryAfter, because: status });
        continue;
      }
      // An attempt before, of which nothing was heard, has deleted it.
      if (status === 404 && method === "DELETE" && inDoubt) return undefined;
      if (status >= 500 && idempotent) {
        inDoubt ||= method !== "GET";
        const wait = backoff.next();
        if (wait !== undefined) {
          observe({ kind: "retry", wait, because: status });
          await sleepUntil(clock, now + wait, signal);
          continue;
        }
      }
      this.#invalid.remember(route, { status, body });
      if (status === 401 && route.auth) this.#refused = true;
      if (status === 401 && (route.auth || route.token !== undefined)) throw unauthorized(route);
      throw new DiscordHttpError({ method, route: label, status, body });
    }
  }

  /** Waits until the bot may send another request, by what all its processes send. */
  async #permitted(route: Route, signal: AbortSignal | undefined): Promise<void> {
    try {
      await this.#shared?.take(signal);
    } catch (error) {
      signal?.throwIfAborted();
      const message = `Cannot ${route.method} ${route.label}: no permit for a request could be had`;
      throw new ConnectionError("unreachable", message, { cause: error });
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
    this.#invalid.check(route, this.#options.clock.now());
  }

  /** Tells of the attempts of one request. */
  #observer({ method, label }: Route): (happening: RestHappening) => void {
    const { observe, clock } = this.#options;
    if (observe === undefined) return () => {};
    const id = ++this.#requests;
    let attempt = 0;
    return (happening) => {
      if (happening.kind === "request") attempt++;
      const tell = async () =>
        await observe({ id, method, route: label, attempt, at: clock.now(), ...happening });
      // To be watched must change nothing.
      tell().catch(() => {});
    };
  }

  /** What a failure says, without what is secret. */
  #reasonOf({ token }: Route, error: unknown): string {
    return reasonOf(error, [this.#options.authorization?.slice("Bot ".length), token]);
  }

  /** What to tell of a request without an answer, the `attempts`th; `inDoubt` if it may have taken effect. */
  #failureOf(route: Route, error: unknown, inDoubt: boolean, attempts: number): Error {
    const { method, label } = route;
    const why = this.#reasonOf(route, error);
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

function refuseWithout({ method, label }: Route): never {
  const why = "it needs the bot's token, which this client does not have; pass it to the constructor";
  throw new CommandError("invalid_command", `Cannot ${method} ${label}: ${why}`);
}

function decode(route: Route, text: string | undefined): unknown {
  if (text === "") return undefined;
  if (text === undefined) {
    throw new ProtocolError(`Cannot read the answer to ${route.method} ${route.label}: ${TOO_LONG}`);
  }
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
