import type {
  RESTGetAPIGatewayBotResult,
  RESTPostAPIChannelMessageJSONBody,
  RESTPostAPIChannelMessageResult,
} from "discord-api-types/v10";
import { type Clock, sleepUntil, systemClock } from "../../driver/clock.ts";
import type { Host } from "../../driver/host.ts";
import { Backoff } from "../../protocol/backoff.ts";
import {
  AuthenticationError,
  CommandError,
  ConnectionError,
  OptionError,
  ProtocolError,
  TimeoutError,
} from "../../protocol/errors.ts";
import type { Instant } from "../../protocol/protocol.ts";
import { Bucket, readRateLimit } from "./_rate_limit.ts";
import { DiscordHttpError, DiscordRateLimitError } from "./errors.ts";
import { checkMessage, checkSnowflake } from "./message.ts";
import { type HttpMethod, type Route, routeOf } from "./route.ts";

/** How {@linkcode DiscordRest} reaches Discord, and as whom. */
export interface DiscordRestOptions {
  /** The bot's token, with or without `Bot ` before it. It is never shown again. */
  readonly token: string;
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
  /** How often a request is repeated after a 429, and a GET after a failure, at most. @default {3} */
  readonly retries?: number;
  /** How long a request may wait for one rate limit to pass, in milliseconds. @default {60_000} */
  readonly maxWait?: number;
  /** How long Discord may take to answer one request, in milliseconds. @default {15_000} */
  readonly timeout?: number;
}

/** What a request may bring along. */
export interface DiscordRequestOptions {
  /** What is sent as JSON. @default {undefined} */
  readonly body?: unknown;
  /** Gives the request up. Whether one that was already sent took effect, nobody can know then. */
  readonly signal?: AbortSignal | undefined;
}

// A test holds the version against deno.json's.
const USER_AGENT = "DiscordBot (https://jsr.io/@parley/parley, 0.1.0)";

/** What came of one attempt. */
interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/**
 * A thin client for Discord's REST API: what bots must answer with.
 *
 * Requests of one route go out one after the other, in the order they were asked for, and wait while its
 * rate limit is spent; a 429 is waited out and repeated, a few times. A GET is also repeated when Discord
 * fails. Any other request is sent once: when nobody can know whether it took effect, it is reported
 * `lost`, and repeating it is the caller's choice (for messages, `nonce` with `enforce_nonce: true` makes
 * that safe).
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
export class DiscordRest {
  readonly #authorization: string;
  readonly #fetch: Host["fetch"];
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #base: string;
  readonly #userAgent: string;
  readonly #retries: number;
  readonly #maxWait: number;
  readonly #timeout: number;
  readonly #buckets = new Map<string, Bucket>();
  #sweepAt = 64;
  #globalUntil: Instant = -Infinity;
  #refused = false;

  /** Takes the token, and whatever differs from the defaults. */
  constructor(options: DiscordRestOptions) {
    const { version = 10, baseUrl = "https://discord.com/api", userAgent = USER_AGENT } = options;
    const { retries = 3, maxWait = 60_000, timeout = 15_000 } = options;
    this.#authorization = `Bot ${bareToken(options.token)}`;
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
    this.#retries = retries;
    this.#maxWait = maxWait;
    this.#timeout = timeout;
    this.#fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
  }

  /**
   * Asks where the gateway is, how many shards are recommended, and how many sessions may still be started.
   *
   * Source: Discord, "Gateway", Get Gateway Bot.
   *
   * @throws {AuthenticationError} if Discord does not accept the token.
   * @throws {ProtocolError} if the answer is not what the documentation says.
   * @throws whatever {@linkcode DiscordRest.request} throws.
   */
  async getGatewayBot(
    options: Pick<DiscordRequestOptions, "signal"> = {},
  ): Promise<RESTGetAPIGatewayBotResult> {
    const answer = await this.request("GET", "/gateway/bot", { signal: options.signal });
    if (isGatewayBot(answer)) return answer;
    throw new ProtocolError(
      "Cannot use the answer to GET /gateway/bot: it lacks what the documentation promises",
    );
  }

  /**
   * Posts a message to a channel. Its limits are checked before anything is sent; messages to one channel
   * go out in the order of these calls.
   *
   * Source: Discord, "Message", Create Message.
   *
   * @throws {CommandError} `invalid_command` if the ID or the message is not acceptable; `lost` if nobody can
   * know whether the message was created.
   * @throws whatever {@linkcode DiscordRest.request} throws.
   */
  async createMessage(
    channelId: string,
    body: RESTPostAPIChannelMessageJSONBody,
    options: Pick<DiscordRequestOptions, "signal"> = {},
  ): Promise<RESTPostAPIChannelMessageResult> {
    checkSnowflake("create a message", "channel", channelId);
    checkMessage("create a message", body);
    return await this.request<RESTPostAPIChannelMessageResult>("POST", `/channels/${channelId}/messages`, {
      body,
      signal: options.signal,
    });
  }

  /**
   * Makes any request of the API. `path` comes after the version, URL-encoded, with its query:
   * `/channels/81384788765712384/messages?limit=10`.
   *
   * @typeParam Result What the documentation says the answer is; it is not checked. `undefined` for a 204.
   *
   * @throws {CommandError} `invalid_command` if the path or the body cannot be sent; `lost` if the connection
   * broke, or timed out, after something other than a GET was sent.
   * @throws {AuthenticationError} on a 401; this bot token is then not sent again.
   * @throws {DiscordRateLimitError} if a limit outlasts `maxWait`, or 429 came once more than `retries`.
   * @throws {DiscordHttpError} on any other status than 2xx.
   * @throws {ConnectionError} `unreachable` if a GET failed once more than `retries`; {@linkcode TimeoutError}
   * if it was not answered in time.
   * @throws {ProtocolError} if the answer is not JSON.
   * @throws the signal's reason if it is aborted.
   *
   * @example
   * ```ts
   * import type { APIUser } from "discord-api-types/v10";
   * import { DiscordRest } from "@parley/parley/discord/rest";
   *
   * const rest = new DiscordRest({
   *   token: "a.bot.token",
   *   fetch: () => Promise.resolve(Response.json({ id: "1", username: "parley" })),
   * });
   * const me = await rest.request<APIUser>("GET", "/users/@me");
   * me.username; // "parley"
   * ```
   */
  async request<Result = unknown>(
    method: HttpMethod,
    path: string,
    options: DiscordRequestOptions = {},
  ): Promise<Result> {
    const route = routeOf(method, path);
    const { signal } = options;
    const body = options.body === undefined ? undefined : encode(route, options.body);
    signal?.throwIfAborted();
    const bucket = this.#bucket(route.key);
    const { promise: done, resolve: leave } = Promise.withResolvers<void>();
    const before = bucket.tail;
    bucket.tail = done;
    bucket.users++;
    try {
      await unlessAborted(before, signal);
      const text = await this.#attempt(route, body, bucket, signal);
      return decode(route, text);
    } finally {
      bucket.users--;
      // Whoever gives up in the queue must not let the next one overtake those before it.
      before.then(leave);
    }
  }

  /** Sends until there is an answer to give back, and returns its text. */
  async #attempt(
    route: Route,
    body: string | undefined,
    bucket: Bucket,
    signal: AbortSignal | undefined,
  ): Promise<string> {
    const { method, label } = route;
    const backoff = new Backoff({ base: 500, cap: 8_000, attempts: this.#retries + 1 }, this.#random);
    let limited = 0;
    for (;;) {
      await this.#hold(route, bucket, signal);
      this.#checkToken(route);
      let answer: Answer;
      try {
        answer = await this.#exchange(route, body, signal);
      } catch (error) {
        signal?.throwIfAborted();
        const why = this.#reasonOf(route, error);
        if (method !== "GET") {
          const fate = "nobody can know whether it took effect; look before you repeat it";
          throw new CommandError("lost", `Lost ${method} ${label}: ${why}; ${fate}`);
        }
        const wait = backoff.next();
        if (wait === undefined) {
          const message = `Cannot ${method} ${label}: ${why}; attempts made: ${backoff.count}`;
          throw error instanceof TimeoutError
            ? new TimeoutError(message)
            : new ConnectionError("unreachable", message);
        }
        await sleepUntil(this.#clock, this.#clock.now() + wait, signal);
        continue;
      }
      const { status, headers, text } = answer;
      const now = this.#clock.now();
      bucket.update(headers, now);
      if (status >= 200 && status < 300) return text;
      if (status === 429) {
        const { retryAfter, scope } = readRateLimit(headers, parsed(text));
        if (scope === "global") this.#globalUntil = Math.max(this.#globalUntil, now + retryAfter);
        else bucket.block(now + retryAfter, scope);
        if (++limited > this.#retries) throw new DiscordRateLimitError(method, label, retryAfter, scope);
        continue;
      }
      if (status >= 500 && method === "GET") {
        const wait = backoff.next();
        if (wait !== undefined) {
          await sleepUntil(this.#clock, now + wait, signal);
          continue;
        }
      }
      if (status === 401 && route.token === undefined) this.#refused = true;
      if (status === 401) throw unauthorized(route);
      throw new DiscordHttpError({ method, route: label, status, body: parsed(text) });
    }
  }

  /** Waits until the route's limit and the global one let a request pass. */
  async #hold(route: Route, bucket: Bucket, signal: AbortSignal | undefined): Promise<void> {
    for (;;) {
      const now = this.#clock.now();
      const own = bucket.readyAt();
      const at = Math.max(own, this.#globalUntil);
      if (at <= now) return;
      if (at - now > this.#maxWait) {
        const scope = this.#globalUntil >= own ? "global" : bucket.scope;
        throw new DiscordRateLimitError(route.method, route.label, at - now, scope);
      }
      await sleepUntil(this.#clock, at, signal);
    }
  }

  /** Discord counts 401s, and blocks addresses that collect them: a refused token is not shown twice. */
  #checkToken(route: Route): void {
    if (this.#refused && route.token === undefined) throw unauthorized(route);
  }

  /** Makes one request and reads its answer whole, or rejects: aborted, too late, or the connection's fault. */
  #exchange(route: Route, body: string | undefined, signal: AbortSignal | undefined): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const controller = new AbortController();
    const giveUp = (reason: unknown) => {
      // Rejected first, so that what is reported does not depend on how the fetch words its own abort.
      reject(reason);
      controller.abort(reason);
    };
    const onAbort = () => giveUp(signal?.reason);
    const undoTimer = this.#clock.setTimer(
      this.#clock.now() + this.#timeout,
      () => giveUp(new TimeoutError(`no answer within ${this.#timeout} ms`)),
    );
    signal?.addEventListener("abort", onAbort, { once: true });
    const headers: Record<string, string> = { "User-Agent": this.#userAgent };
    if (route.token === undefined) headers.Authorization = this.#authorization;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const init: RequestInit = {
      method: route.method,
      headers,
      signal: controller.signal,
      redirect: "manual",
    };
    if (body !== undefined) init.body = body;
    const exchange = async () => {
      // A redirect is not followed: the token is meant for this host only.
      const response = await this.#fetch(`${this.#base}${route.path}`, init);
      return { status: response.status, headers: response.headers, text: await response.text() };
    };
    exchange().then(resolve, reject);
    return promise.finally(() => {
      undoTimer();
      signal?.removeEventListener("abort", onAbort);
    });
  }

  #bucket(key: string): Bucket {
    const known = this.#buckets.get(key);
    if (known !== undefined) return known;
    if (this.#buckets.size >= this.#sweepAt) {
      const now = this.#clock.now();
      for (const [name, bucket] of this.#buckets) if (bucket.isIdle(now)) this.#buckets.delete(name);
      this.#sweepAt = Math.max(64, 2 * this.#buckets.size);
    }
    const bucket = new Bucket();
    this.#buckets.set(key, bucket);
    return bucket;
  }

  /**
   * What a failed fetch says, down its chain of causes. The error itself is not passed on: runtimes put the
   * URL into it, and nobody knows what else an injected fetch does.
   */
  #reasonOf(route: Route, error: unknown): string {
    const said: string[] = [];
    for (let at: unknown = error; at instanceof Error && said.length < 4; at = at.cause) {
      if (at.message !== "" && !said.includes(at.message)) said.push(at.message);
    }
    let text = said.length === 0 ? "the request failed" : said.join(": ");
    for (const secret of [this.#authorization.slice("Bot ".length), route.token]) {
      if (secret !== undefined) text = text.replaceAll(secret, ":token");
    }
    return text;
  }
}

function bareToken(token: string): string {
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
    throw new OptionError(`Cannot reach Discord at "${baseUrl}": baseUrl must be an https: or http: URL`);
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw new OptionError("Cannot use this baseUrl: it must have no user, password, query or fragment");
  }
  return url.href.replace(/\/+$/, "");
}

function encode(route: Route, body: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(body);
  } catch {
    // Circular, or holding a bigint: said below.
  }
  if (text !== undefined) return text;
  throw new CommandError("invalid_command", `Cannot ${route.method} ${route.label}: its body is not JSON`);
}

function decode<Result>(route: Route, text: string): Result {
  if (text === "") return undefined as Result;
  try {
    return JSON.parse(text);
  } catch {
    throw new ProtocolError(`Cannot read the answer to ${route.method} ${route.label}: it is not JSON`);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unauthorized(route: Route): AuthenticationError {
  const { method, label, token } = route;
  const fix = token === undefined
    ? "the bot token; reset it in the Developer Portal and start again with the new one"
    : "the token in the path; it may have expired";
  return new AuthenticationError(`Cannot ${method} ${label}: Discord does not accept ${fix}`);
}

function unlessAborted(promise: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    promise.then(() => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    });
  });
}

function isGatewayBot(value: unknown): value is RESTGetAPIGatewayBotResult {
  if (!isRecord(value) || typeof value.url !== "string" || !isCount(value.shards)) return false;
  const limit = value.session_start_limit;
  return isRecord(limit) && isCount(limit.total) && isCount(limit.remaining) && isCount(limit.reset_after) &&
    isCount(limit.max_concurrency);
}

function isCount(value: unknown): boolean {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
