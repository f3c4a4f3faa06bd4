import { type Clock, sleepUntil, within } from "../../driver/clock/clock.ts";
import type { Host } from "../../driver/host.ts";
import { httpHost } from "../../http/http_host.ts";
import { checkedBase } from "../../http/base_url.ts";
import { type Answer, exchange, TOO_LONG } from "../../http/exchange.ts";
import { reasonOf, withoutSecrets } from "../../http/reason.ts";
import { wasNotSent } from "../../http/unsent.ts";
import { Backoff } from "../../protocol/connection/backoff.ts";
import {
  AuthenticationError,
  CommandError,
  ConnectionError,
  OptionError,
  ProtocolError,
  TimeoutError,
} from "../../protocol/errors.ts";
import { isRecord, jsonOf } from "../../protocol/data/json_value.ts";
import { TwitchAppAuth } from "../auth/app_auth.ts";
import { TwitchAuth } from "../auth/auth.ts";
import { TwitchCalls } from "./calls.ts";
import { TwitchChatByApi, type TwitchChatByApiParts } from "./chat_by_api.ts";
import { TwitchApiError } from "./errors.ts";
import type { TwitchEndpoint } from "./endpoints.ts";
import { TWITCH_GRANTS } from "./grants.ts";
import { PointsLimit } from "./points_limit.ts";
import type { TwitchRawOptions } from "./request.ts";
import { tooMany } from "./too_many.ts";
import { checkKinds } from "../../protocol/option_checks.ts";

/** Who gives tokens that this package does not make, such as those that an extension's backend signs. */
export interface TwitchTokenSource {
  /** The application's id. */
  readonly clientId: string;
  /** Gives a token that may be used now; where Twitch has refused one, it is `refused`, and another is wanted. */
  accessToken(
    options: { readonly refused?: string; readonly signal?: AbortSignal },
  ): string | Promise<string>;
}

/** What {@linkcode TwitchApi} takes. */
export interface TwitchApiOptions {
  /** Who asks: an account, the application itself, or who has other tokens. */
  readonly auth: TwitchAuth | TwitchAppAuth | TwitchTokenSource;
  /**
   * Where the API is, `/users` and the like being put behind it: `https:`, or `http:` for a mock, such as
   * `http://localhost:8080/mock` for that of Twitch's CLI. Tokens are sent there, and nowhere else; `auth` has a `baseUrl`
   * of its own, for where it gets them.
   *
   * @default {"https://api.twitch.tv/helix"}
   */
  readonly baseUrl?: string;
  /** How often a request is repeated that failed and may be, 0 or more. @default {3} */
  readonly retries?: number;
  /** How long an answer may take, and a token of one's own making, in milliseconds. @default {15_000} */
  readonly timeout?: number;
  /** How long a request waits for Twitch's limit at most, in milliseconds. @default {90_000} */
  readonly maxWait?: number;
  /** Parts of the host, such as that of a simulation. @default the runtime's own */
  readonly runtime?: Partial<Host>;
}

/** Where the API is unless told otherwise. */
const HELIX = "https://api.twitch.tv/helix";

/**
 * Twitch's API (Helix). It keeps within the points that Twitch grants, waits where they are used up, refreshes a token
 * that is refused, once, and repeats what failed where repeating does no harm.
 * ([Guide](https://dev.twitch.tv/docs/api/guide/), [reference](https://dev.twitch.tv/docs/api/reference/))
 *
 * @example
 * ```ts no-eval
 * import { FileTokenStore, TwitchAuth } from "@parley/parley/twitch";
 * import { TwitchApi } from "@parley/parley/twitch/api";
 *
 * const auth = new TwitchAuth({ clientId: "your client id", store: new FileTokenStore("./tokens.json") });
 * const api = new TwitchApi({ auth });
 * const { data: [me] } = await api.request("GET /users");
 * console.log(me?.display_name);
 * ```
 */
export class TwitchApi extends TwitchCalls {
  readonly #base: string;
  readonly #auth: TwitchTokenSource;
  readonly #host: Host;
  readonly #clock: Clock;
  readonly #retries: number;
  readonly #timeout: number;
  readonly #limit: PointsLimit;

  /**
   * Takes who asks, and how.
   *
   * @throws {OptionError} if an option is out of range.
   */
  constructor(options: TwitchApiOptions) {
    super();
    checkKinds("make a TwitchApi", options, { auth: ["object"] });
    const { auth, baseUrl = HELIX, retries = 3, timeout = 15_000, maxWait = 90_000, runtime } = options;
    if (!(Number.isSafeInteger(retries) && retries >= 0)) {
      throw new OptionError(`Cannot repeat requests "${retries}" times: retries must be 0 or more`);
    }
    if (!(timeout > 0)) throw new OptionError(`Cannot wait "${timeout}" ms: timeout must be above 0`);
    this.#base = checkedBase("Twitch", baseUrl);
    this.#auth = auth;
    this.#host = httpHost(runtime);
    this.#clock = this.#host.clock;
    this.#retries = retries;
    this.#timeout = timeout;
    this.#limit = new PointsLimit(this.#clock, maxWait);
  }

  /**
   * The account that asks.
   *
   * @throws {AuthenticationError} if it is no account.
   * @throws as {@linkcode TwitchAuth.userId}.
   */
  override async userId(signal?: AbortSignal): Promise<string> {
    if (this.#auth instanceof TwitchAuth) {
      return await this.#auth.userId(signal === undefined ? {} : { signal });
    }
    throw new AuthenticationError("Cannot tell which account it is: the application asks for itself");
  }

  /** What a client of chat speaks and moderates by: a `TwitchClient` asks for it, and carries none of it without an API. */
  forChat(parts: TwitchChatByApiParts): TwitchChatByApi {
    return new TwitchChatByApi(this, parts);
  }

  protected override async checkGrant(
    endpoint: TwitchEndpoint,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const [kind, ...scopes] = TWITCH_GRANTS[endpoint];
    const auth = this.#auth;
    if (auth instanceof TwitchAppAuth && kind === "user") {
      throw new AuthenticationError(`Cannot ${endpoint}: it takes an account's token, use a TwitchAuth`);
    }
    if (!(auth instanceof TwitchAuth)) return;
    if (kind === "app") {
      throw new AuthenticationError(
        `Cannot ${endpoint}: it takes the application's token, use a TwitchAppAuth`,
      );
    }
    if (scopes.length === 0) return;
    try {
      await auth.require(scopes, signal === undefined ? {} : { signal });
    } catch (error) {
      signal?.throwIfAborted();
      // While nobody knows what is granted, whoever is asked may say it.
      if (error instanceof AuthenticationError) throw error;
    }
  }

  /**
   * Makes any request of the API, also of what {@linkcode TwitchRequests.request} does not know. `path` comes
   * after `/helix`: `/users`.
   *
   * @returns The answer, not checked; `undefined` where there is none, text where it is a calendar.
   *
   * @throws {CommandError} `invalid_command` if the path does not begin with `/`, or the body is no JSON.
   * @throws {AuthenticationError} if Twitch refuses the token, and the next one.
   * @throws {TwitchApiError} on any other status than 2xx.
   * @throws {ParleyError} `rate_limited` if a limit outlasts `maxWait`, or 429 came once more than `retries`.
   * @throws {CommandError} `lost` if the connection broke, or timed out, after something other than a GET was sent, and
   * repeating it is not safe or did not help.
   * @throws {ConnectionError} `unreachable` if a GET, or what never left, failed once more than `retries`;
   * {@linkcode TimeoutError} if a GET was not answered in time.
   * @throws {ProtocolError} if the answer is not JSON, or longer than 25 MB.
   * @throws the signal's reason if it is aborted.
   */
  override async raw(method: string, path: string, options: TwitchRawOptions = {}): Promise<unknown> {
    // What fetch takes for a POST is not to be repeated, however it is written.
    method = method.toUpperCase();
    const { query, body, signal, idempotent = method !== "POST" && method !== "PATCH" } = options;
    const endpoint = `${method} ${path.split("?", 1)[0]}`;
    // Anything else could go on with the name of the host.
    if (!path.startsWith("/")) {
      throw new CommandError("invalid_command", `Cannot ${endpoint}: a path begins with "/"`);
    }
    const url = `${this.#base}${withQuery(path, query)}`;
    const json = jsonFor(endpoint, body);
    const backoff = new Backoff({ base: 500, cap: 8_000, attempts: this.#retries + 1 }, this.#host.random);
    let refused: string | undefined;
    let limited = 0;
    let inDoubt = false;
    for (;;) {
      const token = await this.#token(endpoint, refused, signal);
      await this.#limit.pass(endpoint, signal);
      const headers: Record<string, string> = {
        "Client-Id": this.#auth.clientId,
        authorization: `Bearer ${token}`,
        ...(json !== undefined && { "Content-Type": "application/json" }),
      };
      const init = { method, headers, ...(json !== undefined && { body: json }) };
      let answer: Answer;
      try {
        const { fetch } = this.#host;
        answer = await exchange(url, init, { fetch, clock: this.#clock, timeout: this.#timeout, signal });
      } catch (error) {
        this.#limit.failed();
        signal?.throwIfAborted();
        const unsent = wasNotSent(error);
        inDoubt ||= !unsent && method !== "GET";
        const wait = idempotent || unsent ? backoff.next() : undefined;
        if (wait === undefined) throw failureOf(endpoint, error, inDoubt, token);
        await sleepUntil(this.#clock, this.#clock.now() + wait, signal);
        continue;
      }
      const { status, text } = answer;
      this.#limit.answered(answer.headers);
      if (status >= 200 && status < 300) return decode(endpoint, answer);
      if (status === 401 && refused === undefined) {
        refused = token;
        continue;
      }
      if (status === 429 && this.#limit.limited(answer.headers)) {
        if (++limited > this.#retries) throw tooMany(endpoint, "Twitch answered 429 again and again");
        continue;
      }
      // What an attempt before has done, of which nothing was heard.
      if (status === 404 && method === "DELETE" && inDoubt) return undefined;
      if (status >= 500 && idempotent) {
        inDoubt ||= method !== "GET";
        const wait = backoff.next();
        if (wait !== undefined) {
          await sleepUntil(this.#clock, this.#clock.now() + wait, signal);
          continue;
        }
      }
      const error = new TwitchApiError(endpoint, status, jsonOf(withoutSecrets(text ?? "", [token])));
      if (status !== 401) throw error;
      throw new AuthenticationError(`${error.message}; look whether the account has granted the scope`, {
        cause: error,
      });
    }
  }

  async #token(
    endpoint: string,
    refused: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<string> {
    const auth = this.#auth;
    const ask = (signal: AbortSignal | undefined) =>
      auth.accessToken({ ...(refused !== undefined && { refused }), ...(signal && { signal }) });
    // These have limits of their own, and may take longer: what is new is stored first.
    if (auth instanceof TwitchAuth || auth instanceof TwitchAppAuth) return await ask(signal);
    return await within(this.#clock, this.#timeout, `Cannot ${endpoint}: no token came`, ask, signal);
  }
}

function withQuery(path: string, query: TwitchRawOptions["query"]): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value === undefined) continue;
    for (const each of Array.isArray(value) ? value : [value]) params.append(name, String(each));
  }
  return params.size === 0 ? path : `${path}${path.includes("?") ? "&" : "?"}${params}`;
}

/** @throws {CommandError} `invalid_command` if it cannot be written as JSON. */
function jsonFor(endpoint: string, body: unknown): string | undefined {
  try {
    return JSON.stringify(body);
  } catch (cause) {
    throw new CommandError("invalid_command", `Cannot ${endpoint}: its body is no JSON`, { cause });
  }
}

function decode(endpoint: string, { text, headers }: Answer): unknown {
  if (text === "") return undefined;
  if (text === undefined) throw new ProtocolError(`Cannot read the answer to ${endpoint}: ${TOO_LONG}`);
  if (headers.get("content-type")?.startsWith("text/calendar")) return text;
  const value = jsonOf(text);
  if (isRecord(value)) return value;
  throw new ProtocolError(`Cannot read the answer to ${endpoint}: it is not JSON`);
}

function failureOf(endpoint: string, error: unknown, inDoubt: boolean, token: string): Error {
  const why = reasonOf(error, [token]);
  if (inDoubt) {
    const fate = "nobody can know whether it took effect; look before you repeat it";
    return new CommandError("lost", `Lost ${endpoint}: ${why}; ${fate}`);
  }
  const message = `Cannot ${endpoint}: ${why}`;
  return error instanceof TimeoutError
    ? new TimeoutError(message)
    : new ConnectionError("unreachable", message);
}
